"""Checked personas beside others: how many content words their wordings share, and how long their prompts are."""

from collections.abc import Iterator, Sequence
from math import isfinite
from pathlib import Path
from statistics import median

from eep.cli.views.tables import folded, table
from eep.config.authoring.balance import balance, lengths, overlap_beside
from eep.config.experiment import Loaded, load_experiment
from eep.config.library import persona_paths
from eep.config.persona import load_persona
from eep.core.numbers import interval, number, percent
from eep.core.paths import shipped
from eep.data import run_tables
from eep.data.balance import Length
from eep.data.persona import Arm, Persona


def format_balance(checked: Sequence[Persona], experiment: Path | None, out: Path) -> str:
    """Return how checked personas stand beside those of an experiment, or those that ship with eep.

    Beside an experiment with a finished run below ``out``, also how lengths of prompts go with the teachers' level in it.
    """
    loaded = None if experiment is None else load_experiment(experiment)
    every = shipped_personas() if loaded is None else loaded.personas
    where = "that ship with eep" if loaded is None else f"of {loaded.experiment.id}"
    wordings = None if loaded is None else loaded.experiment.wordings
    compared = [one for one in every if one.arm is Arm.PERSONA]
    among = balance(compared, wordings).overlap
    names = list(dict.fromkeys(one.wording for one in lengths(checked, wordings)))
    lines = [
        folded(f"PROMPTS beside the {len(compared)} personas {where}"),
        table(
            ("", "share in itself", "with others", *names),
            [_row(one, [other for other in compared if other.id != one.id], names) for one in checked],
            numbers=True,
        ),
        folded(
            "Shares are those of content words that two wordings have in common, within the persona and with another "
            f"one's; over those {len(compared)} they are {_share(among.within)} and {_share(among.between)}. What a "
            "persona's wordings share can pass for the persona. Below the wordings: words, and in brackets how many times "
            "the median of the others."
        ),
        *([] if loaded is None else _levels(loaded, among_lengths(compared, loaded), out)),
    ]
    return "\n".join(lines)


def shipped_personas() -> list[Persona]:
    """Return the personas that ship with eep, controls included."""
    return [load_persona(path) for path in persona_paths([shipped("personas")]).values()]


def among_lengths(compared: Sequence[Persona], loaded: Loaded) -> tuple[Length, ...]:
    """Return the lengths of the prompts that an experiment sends."""
    return lengths(compared, loaded.experiment.wordings)


def _row(one: Persona, others: Sequence[Persona], names: Sequence[str]) -> tuple[str, ...]:
    within, between = overlap_beside(one, others)
    mine = {found.wording: found.words for found in lengths([one])}
    return one.id, _share(within), _share(between), *(_size(mine.get(name), name, others) for name in names)


def _size(words: int | None, wording: str, others: Sequence[Persona]) -> str:
    theirs = [found.words for found in lengths(others) if found.wording == wording]
    if words is None:
        return "none"
    middle = median(theirs) if theirs else 0
    return f"{words} ({number(words / middle, 1)})" if middle else str(words)


def _share(value: float) -> str:
    return percent(value) if isfinite(value) else "none"


def _levels(loaded: Loaded, sizes: Sequence[Length], out: Path) -> Iterator[str]:
    """Yield how lengths of prompts correlate with the teachers' level, by task, where the experiment has a run."""
    import polars as pl

    from eep.stats.estimates import Estimate
    from eep.stats.prompt_length import PromptLength
    from eep.tasks import task_class
    from eep.tasks.base import analysed_readout

    path = run_tables.folder_of(loaded.experiment.id, out) / "responses.parquet"
    if not path.is_file():
        yield folded(
            f"How lengths go with the teachers' level is not known before a run: there is no {path}. "
            "eep run makes one; --out names the folder that runs/ lies in."
        )
        return
    responses = pl.read_parquet(path)
    for task in loaded.experiment.tasks:
        about = Estimate(task=task, component="", test="", term="")
        option = analysed_readout(task_class(task))
        for row in PromptLength(option)(responses, sizes, about):
            if row.contrast == "all" and row.estimate is not None:
                bounds = "" if row.conf_low is None else f" ({interval(row.conf_low, row.conf_high)})"
                measure = row.term.removeprefix("correlation ")
                yield folded(
                    f"{task}: over the {row.n_personas} personas of its run, the {measure} of prompts correlate with the "
                    f"teachers' level by {number(row.estimate)}{bounds}."
                )
