"""A finished run's tables, read from its folder without running anything."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from eep.config.experiment import load_experiment
from eep.core.errors import UserError
from eep.core.numbers import p_equals
from eep.core.registry import did_you_mean
from eep.data import run_tables
from eep.data.run_tables import MANIFEST
from eep.pipeline.plan import PLAN, read


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
