"""The stages in order, resumable: what ``eep run`` does."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from eep import outputs, plan, telling, versions
from eep.compute import compute
from eep.errors import UnfinishedError, UserError
from eep.gather import Gathered, demonstrations, gather
from eep.prepare import Prepared, prepare
from eep.progress import Progress

#: Cells with unanswered questions that an error names.
SHOWN = 12


@dataclass(frozen=True)
class Run:
    """What a run leaves.

    Attributes
    ----------
    folder, report
        ``runs/<experiment>`` and ``reports/<experiment>``.
    responses, returns, policies, estimates, verdicts
        The tables, as polars frames.
    asked, stored
        Questions put to the teacher by this run, and questions answered before it.
    """

    folder: Path
    report: Path
    responses: pl.DataFrame
    returns: pl.DataFrame
    policies: pl.DataFrame
    estimates: pl.DataFrame
    verdicts: pl.DataFrame
    asked: int
    stored: int


def run(
    experiment: str | Path,
    *,
    workers: int = 1,
    seed: int | None = None,
    recording: str | Path | None = None,
    out: str | Path = ".",
    progress: Progress | None = None,
) -> Run:
    """Run an experiment from its file to its report; what is done already is not done again.

    Parameters
    ----------
    experiment
        Path of the experiment's TOML file.
    workers
        Processes that train students; the results do not depend on it.
    seed
        Replaces the experiment's seed; the id of the run then ends in ``-seed-N``.
    recording
        Replaces the folder of recorded answers or episodes.
    out
        Folder that ``runs/`` and ``reports/`` lie in.
    progress
        Told what goes on; silent by default.

    Raises
    ------
    eep.errors.UserError
        If a file or the set-up is wrong; its text says everything that is.
    eep.errors.UnfinishedError
        If questions are left unanswered; its text says which, why, and how to go on.
    """
    told = progress or Progress()
    prepared = prepare(
        Path(experiment), seed=seed, recording=None if recording is None else Path(recording), out=Path(out)
    )
    registered, changes = plan.register(prepared.plan, prepared.runs / "plan.json")
    gathered = gather(prepared, told)
    if gathered.unanswered:
        raise UnfinishedError(_unfinished(gathered, prepared))
    fingerprint = _fingerprint(prepared, gathered)
    manifest = prepared.runs / "manifest.json"
    if not outputs.stamped(manifest, fingerprint):
        made = compute(prepared, demonstrations(prepared, gathered), workers=workers, progress=told)
        outputs.stamp(manifest, fingerprint, outputs.write(made, prepared.runs))
    tables = outputs.read(prepared.runs)
    telling.tell(prepared, tables, registered, changes, fingerprint)
    return Run(
        folder=prepared.runs,
        report=prepared.reports,
        responses=tables.responses,
        returns=tables.returns,
        policies=tables.policies,
        estimates=tables.estimates,
        verdicts=tables.verdicts,
        asked=gathered.asked,
        stored=gathered.stored,
    )


def report(
    experiment: str | Path,
    *,
    seed: int | None = None,
    recording: str | Path | None = None,
    out: str | Path = ".",
) -> Path:
    """Make the report of a finished run again from its tables; return its folder.

    Raises
    ------
    eep.errors.UserError
        If the experiment has not been run, or something is wrong in its files.
    """
    prepared = prepare(
        Path(experiment), seed=seed, recording=None if recording is None else Path(recording), out=Path(out)
    )
    if not (prepared.runs / "manifest.json").exists():
        raise UserError(
            f"{prepared.runs}: expected the tables of a finished run, found none; eep run {experiment} makes them"
        )
    registered, changes = plan.register(prepared.plan, prepared.runs / "plan.json")
    telling.write(prepared, outputs.read(prepared.runs), registered, changes)
    return prepared.reports


def _fingerprint(prepared: Prepared, gathered: Gathered) -> str:
    """Return the hash of everything that the tables are made from."""
    return plan.sha256(
        {
            "plan": prepared.plan.sha256,
            "answers": gathered.digest,
            "code": versions.code_sha256(),
            "versions": versions.versions(),
        }
    )


def _unfinished(gathered: Gathered, prepared: Prepared) -> str:
    """Return what is missing, cell by cell, why, and how to go on."""
    reasons = Counter(
        (question.task, question.persona.id, question.wording.id, reason)
        for question, reason in gathered.unanswered
    )
    lines = [
        f"  {task}: {persona} ({wording}): {count} unanswered: {reason}"
        for (task, persona, wording, reason), count in reasons.items()
    ]
    total = len(gathered.unanswered)
    return "\n".join(
        [
            f"stopped with {total} of {total + len(gathered.answered)} questions unanswered; nothing was made up",
            *lines[:SHOWN],
            *([f"  and {len(lines) - SHOWN} more cells"] if len(lines) > SHOWN else []),
            f"answered ones are kept in {prepared.runs / 'answers.sqlite'}; the same command goes on from there",
        ]
    )
