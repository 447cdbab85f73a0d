"""What a comparison of runs has found, as its report is given it."""

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class ComparedRun:
    """A run: its name in the comparison, its experiment, who answered, its seed, and task to the kind of student."""

    label: str
    experiment: str
    teacher: str
    seed: int
    students: dict[str, str]


@dataclass(frozen=True)
class ComparedTask:
    """A task: its id and title, the option that is analysed, what counts as an item, and notes on what is left out.

    ``on_scale`` tells that what is analysed is a scale, so that its hundredths are no percentage points.
    """

    task: str
    title: str
    option: str
    unit: str
    notes: tuple[str, ...]
    on_scale: bool = False


@dataclass(frozen=True)
class ComparisonFindings:
    """All that a comparison's report says."""

    runs: tuple[ComparedRun, ...]
    tasks: tuple[ComparedTask, ...]
    #: Titles of tasks that are left out, and why.
    left_out: tuple[tuple[str, str], ...]
    #: Pairs of runs, and in what they differ, as nouns.
    differing: tuple[tuple[str, str, tuple[str, ...]], ...]
    #: One row per number: see the top of `eep.stats.comparison_rows`.
    rows: pl.DataFrame
    command: str
    version: str

    @property
    def title(self) -> str:
        """The runs by name."""
        return f"{', '.join(run.label for run in self.runs[:-1])} and {self.runs[-1].label} compared"

    @property
    def cautions(self) -> list[str]:
        """What may be concluded of two runs' differing as they do, a sentence for each pair."""
        said = []
        for run, other, things in self.differing:
            if len(things) == 1:
                said.append(f"{run} and {other} differ in one thing: the {things[0]}.")
            elif not things:
                said.append(f"{run} and {other} differ in nothing that the plans name.")
            else:
                listed = f"{', '.join(things[:-1])} and {things[-1]}"
                said.append(
                    f"{run} and {other} differ in {listed}: a difference cannot be put down to one thing alone."
                )
        return said

    @property
    def teachers(self) -> str:
        """Who answered, and of a simulated teacher that it is no language model."""
        agents = dict.fromkeys(run.teacher for run in self.runs)
        named = "; ".join(f"{run.label}: {run.teacher}" for run in self.runs) if len(agents) > 1 else next(iter(agents))
        some = any("simulated" in agent for agent in agents)
        return f"teacher{'s' if len(agents) > 1 else ''}: {named}{' (a simulated teacher is no language model)' if some else ''}"
