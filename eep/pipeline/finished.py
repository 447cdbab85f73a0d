"""A finished run's tables, read from its folder without running anything."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from eep.config.experiment import load_experiment
from eep.core.errors import UserError
from eep.core.numbers import p_equals
from eep.core.registry import did_you_mean
from eep.data import run_tables
from eep.data.run_tables import MANIFEST
from eep.embodiment import saved
from eep.embodiment.loading import load_student
from eep.embodiment.saved import STUDENTS
from eep.pipeline.plan import PLAN, read
from eep.report.figure import Charts

#: The charts of a run's report as Vega-Lite, by name, in the run's folder.
CHARTS = "charts.json"


@dataclass(frozen=True, repr=False, eq=False)
class FinishedRun:
    """The tables of a finished run.

    Attributes
    ----------
    folder
        ``runs/<experiment>``.
    responses
        One row per answer of a teacher, student or control: a probability in [0, 1] (`eep.data.responses.SCHEMA`).
    returns
        One row per episode of play and measure (`eep.data.returns.RETURNS`).
    policies
        One row per number that describes how an agent plays (`eep.data.returns.POLICIES`).
    estimates
        One row per estimate, with interval and p-value where there are any (`eep.stats.estimates.SCHEMA`).
    verdicts
        One row per task and component, level or preference (`eep.stats.verdict.SCHEMA`).
    attributes
        One row per attribute of a held-out item (`eep.stats.profile.ATTRIBUTES`).
    """

    folder: Path
    responses: pl.DataFrame
    returns: pl.DataFrame
    policies: pl.DataFrame
    estimates: pl.DataFrame
    verdicts: pl.DataFrame
    attributes: pl.DataFrame

    @property
    def experiment(self) -> str:
        """The experiment's id, by which the run's folder is called."""
        return self.folder.resolve().name

    @property
    def teachers(self) -> tuple[str, ...]:
        """Who answered as the personas, ``provider:model``, in alphabetical order."""
        answers = self.responses.filter(pl.col("role") == "teacher")
        return tuple(answers["agent"].unique().sort())

    @property
    def students(self) -> pl.DataFrame:
        """The students that it left, a row for each: task, kind, persona, wording, how they agree with their teachers, file.

        `eep.load_student` puts them to work. Raises `eep.SavedStudentError` if they are missing or damaged.
        """
        rows = []
        for one in saved.read(self.folder / STUDENTS).students:
            found = one.agreement
            same = (one.task, one.agent, one.persona, one.wording)
            rows.append(
                (
                    *same,
                    found.correlation if found else None,
                    found.mean_absolute_difference if found else None,
                    one.file,
                )
            )
        names = ("task", "kind", "persona", "wording", "correlation", "mean_absolute_difference", "file")
        kinds = {name: pl.Float64() if name in names[4:6] else pl.String() for name in names}
        return pl.DataFrame(rows, schema=kinds, orient="row")

    @property
    def charts(self) -> "Charts":
        """The charts of its report, by name; a notebook shows them.

        Raises `eep.UserError` if its report has not been made.
        """
        path = self.folder / CHARTS
        try:
            specs = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise UserError(
                f"{path}: expected the charts of a run's report; found none, or a damaged file; eep report {self.experiment} makes them"
            ) from error
        return Charts(specs)

    def export(self, folder: str | Path, *, link: str = "", **which: str | None) -> list[Path]:
        """Write one of its personas to a new folder, to be published; return the files.

        Parameters
        ----------
        folder
            The new folder; see `eep.embodiment.export.export`. Needs the extra ``onnx``.
        link
            Address of its report, for the card.
        which
            ``task``, ``persona``, ``wording`` and ``kind``, as of `eep.load_student`.

        Raises
        ------
        eep.UserError
            If the folder is there already, onnx is not installed, or there are no such students.
        """
        from eep.embodiment.export import export

        policy = load_student(self, **which)  # type: ignore[arg-type]  # names of students, not a seed or a folder
        one = policy.records[0]
        evidence = tuple(self._evidence(one.task, one.agent, one.persona))
        return export(policy, Path(folder), evidence=evidence, link=link)

    def _evidence(self, task: str, agent: str, persona: str) -> Iterator[str]:
        """Yield what was found of all personas of a task, and of one."""
        found = self.verdicts.filter(task=task, student=agent)
        if found.is_empty():
            yield "Students of this kind are exploratory; no verdict of the run is about them."
        for row in found.iter_rows(named=True):
            yield f"All personas, {row['component']}: {row['verdict']}. {row['sentence']}".rstrip()
        mine = self.estimates.filter(task=task, agent=agent, test="T7", term="maximum", contrast=persona)
        for row in mine.filter(pl.col("p_adjusted").is_not_null()).iter_rows(named=True):
            yield f"This persona alone, {row['component']}: {row['verdict']} (adjusted {p_equals(row['p_adjusted'])})."

    def __repr__(self) -> str:
        """Return the experiment, its teachers and a line per verdict."""
        lines = [f"{type(self).__name__} {self.experiment}, answered by {', '.join(self.teachers) or 'nobody'}"]
        for row in self.verdicts.iter_rows(named=True):
            adjusted = "" if row["p_adjusted"] is None else f" (adjusted {p_equals(row['p_adjusted'])})"
            lines.append(f"  {row['task']}, {row['component']}: {row['verdict']}{adjusted}")
        return "\n".join(lines)


def open_run(run: str | Path, *, out: str | Path = ".") -> FinishedRun:
    """Open the tables of a finished run; nothing is asked, computed or written.

    The tables are those that the run left. Whether today's code and settings would make the same ones, `eep.run` tells.

    Parameters
    ----------
    run
        The name of an experiment, as ``quickstart``; its file; or ``runs/<experiment>``, the folder that `eep.run` left.
    out
        Folder that ``runs/`` lies in; it is not used where the run's own folder is given.

    Raises
    ------
    eep.core.errors.UserError
        If there is no such run, it has not finished, or its files, the registered plan included, are missing or changed.
    """
    folder = _folder(run, Path(out))
    if not folder.is_dir():
        known = sorted(path.parent.name for path in folder.parent.glob(f"*/{MANIFEST}"))
        raise UserError(
            f"{folder}: expected the folder of a finished run, runs/<experiment>; found no such folder"
            f"{did_you_mean(folder.name, known)}; eep run makes it"
        )
    if not (folder / MANIFEST).is_file():
        raise UserError(
            f"{folder}: expected the tables of a finished run; found no {MANIFEST}, so that the run has not finished or "
            "this is no run; eep run goes on with a run that was stopped"
        )
    if changed := run_tables.changed_files(folder / MANIFEST, folder):
        raise UserError(
            f"{folder}: expected the files as the run left them; found missing or changed: {', '.join(changed)}; "
            "run the experiment again: no question is asked twice"
        )
    read(folder / PLAN)
    tables = run_tables.read(folder)
    return FinishedRun(folder, **{name: getattr(tables, name) for name in run_tables.NAMES})


def _folder(run: str | Path, out: Path) -> Path:
    """Return the folder of a run; one that is named by its path need not exist."""
    path = Path(run)
    if path.suffix == ".toml":
        return run_tables.find(load_experiment(path).experiment.id, out)
    return path if len(path.parts) != 1 or (path / MANIFEST).is_file() else run_tables.find(path.name, out)
