"""The stages in order, resumable: what ``eep run`` does."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eep.config.experiment import Experiment
from eep.core import versions
from eep.core.errors import UserError
from eep.core.hashing import sha256
from eep.data import run_tables
from eep.data.store import Store
from eep.pipeline import conversations, plan, preflight, provenance, resume, unchanged
from eep.pipeline import report as reporting
from eep.pipeline.batch import job_store
from eep.pipeline.collect import collect_answers, collect_some, collect_stored, demonstrations
from eep.pipeline.compute import compute
from eep.pipeline.elicit.spending import Spending
from eep.pipeline.finished import FinishedRun
from eep.pipeline.plan import PLAN
from eep.pipeline.prepare import Prepared, load, prepare
from eep.pipeline.progress import Progress
from eep.pipeline.saving import save_students
from eep.pipeline.unchanged import Memo
from eep.teachers.episodes import Episodes
from eep.teachers.limits import Price


@dataclass(frozen=True, repr=False, eq=False)
class Run(FinishedRun):
    """What a run leaves: its tables, its report, and what was asked for them.

    Attributes
    ----------
    report
        ``reports/<experiment>``.
    teacher
        Who answered, in a sentence; of a simulated teacher it says so.
    asked, stored
        Questions put to the teacher by this run, and questions answered before it.
    failed
        Questions whose requests all failed; they are left out, and the next run asks them again.
    spending, price
        What this run asked for, and the experiment's prices, if it has any.
    """

    report: Path
    teacher: str
    asked: int
    stored: int
    failed: int
    spending: Spending
    price: Price | None


def run(  # noqa: PLR0913 - the experiment, and keywords that all have defaults
    experiment: str | Path,
    *,
    workers: int = 1,
    seed: int | None = None,
    recording: str | Path | None = None,
    teacher: str | None = None,
    base_url: str | None = None,
    personas: Sequence[str | Path] = (),
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
    teacher, base_url
        Another teacher, ``PROVIDER:NAME``, and the address of its server; the id of the run then ends in its name.
    personas
        Personas to add to the experiment's, by id or path; the id of the run then ends in ``-with-ID``.
    out
        Folder that ``runs/`` and ``reports/`` lie in.
    progress
        Told what goes on; silent by default.

    Raises
    ------
    eep.core.errors.UserError
        If a file or the set-up is wrong; its text says everything that is.
    eep.core.errors.UnfinishedError
        If questions are left unanswered; its text says which, why, and how to go on.
    """
    _check_workers(workers)
    options: dict[str, Any] = {
        "seed": seed,
        "recording": recording,
        "teacher": teacher,
        "base_url": base_url,
        "personas": personas,
        "out": out,
    }
    progress, out = progress or Progress(), Path(out)
    written, loaded = load(experiment, **{name: value for name, value in options.items() if name != "out"})
    for line in written.deprecations:
        progress.say(line)
    read = unchanged.inputs(loaded, written, out)
    if memo := unchanged.recall(read, loaded, out):
        progress.say("nothing has changed since the last run")
        return _finished(loaded.experiment, out, teacher=memo.teacher, stored=memo.stored)
    prepared, again = prepare(experiment, **options), resume.command("run", experiment, **options)
    # The store is held to the end: two runs of one experiment would write the same tables.
    with _store_and_plan(prepared, progress) as (store, registration):
        done = _run(prepared, store, registration, workers, progress, again)
        settled = not done.failed and not registration.changed() and not job_store.under_way(prepared, store)
    if settled:  # the store's file is at rest
        unchanged.remember(read, loaded, out, Memo(done.stored + done.asked, done.teacher))
    return done


@contextmanager
def _store_and_plan(prepared: Prepared, progress: Progress) -> Iterator[tuple[Store, plan.Registration]]:
    """Hold the store open, the plan registered, and tell what changed since; raises what forbids to ask before anything is written."""
    preflight.require_answerable(prepared)
    preflight.require_ready(prepared)
    with Store.open(prepared.answers) as store:
        registration = plan.register(prepared.plan, prepared.runs / PLAN, answers=len(store))
        if changed := registration.changed():
            progress.say(changed)
        if there := len(store):
            progress.say(f"reading {there:,} answer{'s' * (there > 1)} that are there")
        yield store, registration


def _run(
    prepared: Prepared, store: Store, registration: plan.Registration, workers: int, progress: Progress, again: str
) -> Run:
    if sentence := job_store.under_way(prepared, store):
        progress.say(sentence)
    collected = collect_answers(prepared, store, progress)
    resume.require_complete(collected, prepared, again)
    resume.require_usable(collected, prepared)
    prepared = provenance.annotate_provenance(prepared, store, collected)
    fingerprint = _fingerprint(prepared, collected.digest)
    if not run_tables.stamped(prepared.runs / run_tables.MANIFEST, fingerprint, prepared.runs):
        made, imitated = compute(prepared, demonstrations(prepared, collected), workers=workers, progress=progress)
        files = run_tables.write(made, prepared.runs)
        files += save_students(prepared, imitated, made.responses)
        files += conversations.record(prepared, collected.conversations.played)
        run_tables.stamp(prepared.runs / run_tables.MANIFEST, fingerprint, prepared.runs, files)
    tables = run_tables.read(prepared.runs)
    reporting.write_report_if_stale(prepared, tables, registration, collected, fingerprint)
    return _finished(
        prepared.experiment,
        prepared.runs.parent.parent,
        teacher=prepared.provenance.sentence,
        stored=collected.stored,
        asked=collected.asked,
        failed=resume.failed(collected),
        spending=collected.spending,
        tables=tables,
    )


def _finished(
    experiment: Experiment,
    out: Path,
    *,
    teacher: str,
    stored: int,
    asked: int = 0,
    failed: int = 0,
    spending: Spending | None = None,
    tables: run_tables.Tables | None = None,
) -> Run:
    """Return what a run leaves; its tables are read unless they are given."""
    folder = run_tables.folder_of(experiment.id, out)
    tables = tables or run_tables.read(folder)
    return Run(
        folder=folder,
        **{name: getattr(tables, name) for name in run_tables.NAMES},
        report=out / "reports" / experiment.id,
        teacher=teacher,
        asked=asked,
        stored=stored,
        failed=failed,
        spending=spending or Spending(),
        price=experiment.teacher.limits.price,
    )


def ask(prepared: Prepared, number: int, *, again: str, progress: Progress) -> None:
    """Register the plan and ask so many of the open questions; the answers stay for the run.

    Raises what `run` does, and UserError if nobody can be asked; ``again`` is the command that goes on.
    """
    if isinstance(prepared.source, Episodes):
        raise prepared.source.unasked()
    with _store_and_plan(prepared, progress) as (store, _):
        collected = collect_some(prepared, store, number, progress)
    resume.require_complete(collected, prepared, again)


def report(prepared: Prepared, *, again: str) -> Path:
    """Make the report of a finished run again from its tables; return its folder.

    Raises UserError if the experiment has not been run, something is wrong in its files, or its tables were made from
    other settings, answers or code than there are now: a report would claim of them what is not so. ``again`` is the
    command that makes them.
    """
    registration = plan.registered(prepared.plan, prepared.runs / PLAN)
    with Store.open(prepared.answers, read_only=True) as store:
        collected = collect_stored(prepared, store)
        fingerprint = _fingerprint(prepared, collected.digest)
        prepared = provenance.annotate_provenance(prepared, store, collected)
        if not (prepared.runs / run_tables.MANIFEST).is_file():
            raise UserError(
                f"{prepared.runs}: expected the tables of a finished run, found a run that has not finished; "
                f"{again} goes on with it"
            )
        if not run_tables.stamped(prepared.runs / run_tables.MANIFEST, fingerprint, prepared.runs):
            raise UserError(
                f"{prepared.runs}: expected tables made from this experiment as it is now, found damaged ones, or "
                f"tables made from other settings, answers or code; {again} makes them"
            )
        reporting.write_report(prepared, run_tables.read(prepared.runs), registration, collected)
    return prepared.reports


def _check_workers(workers: object) -> None:
    if not isinstance(workers, int) or isinstance(workers, bool) or workers < 1:
        raise UserError(f"workers: expected a whole number from 1, found {workers!r}")


def _fingerprint(prepared: Prepared, digest: str) -> str:
    """Return the hash of everything that the tables are made from."""
    return sha256(
        {
            "plan": prepared.plan.sha256,
            "answers": digest,
            "episodes": prepared.source.content() if isinstance(prepared.source, Episodes) else "",
            "code": versions.code_sha256(compute.__module__),
            "pictures": {name: task.content() for name, task in prepared.tasks.items()},
            "versions": versions.versions(),
        }
    )
