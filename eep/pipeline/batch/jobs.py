"""Submitting exported questions as batches: what is kept before they leave, and what stops them."""

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from eep.core.errors import UnfinishedError, UserError
from eep.core.toml.document import display_path
from eep.data.store import Store
from eep.data.types import Question
from eep.pipeline.batch.export import line, live
from eep.pipeline.batch.formats import FORMATS
from eep.pipeline.batch.job_store import BatchJob, folder, jobs, keep
from eep.pipeline.batch.lines import Line, Problem, listed, read
from eep.pipeline.elicit import spending as cost
from eep.pipeline.elicit.elicit import inventory
from eep.pipeline.forecast import Forecast, forecast
from eep.pipeline.prepare import Prepared
from eep.teachers.base import RetryableError
from eep.teachers.batch_api import BatchApi, within
from eep.teachers.live import Live


def submit(prepared: Prepared, path: Path, *, again: bool = False) -> BatchJob:
    """Submit a file of exported questions as a batch.

    ``again``: submit questions that are in a pending batch already.

    Raises `eep.core.errors.UserError` if the file holds anything else than questions of this experiment that have no
    answer, word for word as they would be exported now; if some are in a pending batch already (unless ``again``); or if the
    provider refuses it; `eep.core.errors.UnfinishedError` if the provider could not be reached, or its reply did not
    come, be it for an interrupt.
    """
    teacher = live(prepared)
    if reason := teacher.not_ready_reason():
        raise UserError(reason)
    names = _checked(prepared, path, teacher)
    before = jobs(prepared)
    if not again:
        _check_new(before, set(names), path)
    content = path.read_bytes()
    job = BatchJob(
        number=max((job.number for job in before), default=0) + 1,
        file=path.name,
        sha256=hashlib.sha256(content).hexdigest(),
        agent=teacher.agent,
        address=teacher.settings.address,
        questions=tuple(names),
        submitted_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    keep(prepared, job)
    return _submitted(prepared, job, content, teacher)


def _submitted(prepared: Prepared, job: BatchJob, content: bytes, teacher: Live) -> BatchJob:
    async def submitting(api: BatchApi) -> str:
        return await api.submit(content, prepared.experiment.id)

    try:
        name = within(teacher, submitting)
    except (RetryableError, KeyboardInterrupt) as error:
        raise UnfinishedError(
            f"{job.file}: the submission was not confirmed ({str(error) or 'interrupted'}); only the provider's list of "
            "batches shows whether the batch exists; if it does not, submit the file with --again"
        ) from None
    except UserError:
        (folder(prepared) / f"{job.number:03}.json").unlink()
        raise
    job = job.model_copy(update={"id": name})
    keep(prepared, job)
    return job


def _checked(prepared: Prepared, path: Path, teacher: Live) -> list[str]:
    """Return the custom_ids of a file's lines; raises UserError unless it may be submitted as it is."""
    with Store.open(prepared.answers, read_only=True) as store:
        there = inventory(prepared.questions, teacher, store)
    problems: list[Problem] = []
    names: dict[str, int] = {}
    problems += [
        Problem(path, found.number, wrong)
        for found in read(path, problems)
        if (wrong := _wrong(found, there.missing, teacher, names))
    ]
    if problems:
        head = f"expected questions as eep batch export writes them now for {teacher.agent}; nothing was submitted"
        raise UserError("\n".join([head, *listed(problems), "export them anew, and submit that"]))
    _check_caps(prepared, path, names, teacher)
    return list(names)


def _wrong(found: Line, missing: Mapping[bytes, Question], teacher: Live, names: dict[str, int]) -> str:
    """Return what is wrong with a line, or an empty string; its custom_id then joins ``names``."""
    name = found.value.get("custom_id") if isinstance(found.value, dict) else None
    key = bytes.fromhex(name) if isinstance(name, str) and re.fullmatch("[0-9a-f]{32}", name) else b""
    if key not in missing:
        return "expected the custom_id of a question without an answer, found none, or one that is answered by now"
    if names.setdefault(str(name), found.number) != found.number:
        return f"expected each question once, found that of line {names[str(name)]} again"
    if "options" in found.value:
        return "expected a request in the provider's own format, found a plain question; leave --format plain out"
    if found.value != line(FORMATS[teacher.settings.provider], key, missing[key], teacher):
        return "expected the request that the teacher would send now, found another"
    return ""


def _check_caps(prepared: Prepared, path: Path, names: Collection[str], teacher: Live) -> None:
    """Raise UserError where a batch would break a cap: once submitted, it is paid for as a whole."""
    settings, form = teacher.settings, FORMATS[teacher.settings.provider]
    requests, size = len(names), path.stat().st_size
    if requests > (form.most_lines or requests) or size > (form.most_bytes or size):
        raise UserError(
            f"{display_path(path)}: expected at most {form.most_lines:,} questions and {form.most_bytes:,} bytes, found "
            f"{requests:,} and {size:,}; export them into several files with --per-file"
        )
    if settings.max_requests is not None and requests > settings.max_requests:
        raise UserError(
            f"{display_path(path)}: expected at most max_requests = {settings.max_requests:,} questions, found {requests:,}"
        )
    spend = forecast_cost(prepared, names)
    price, most = settings.price, settings.max_cost
    if price is not None and most is not None and (amount := price.cost(spend.tokens)) > most:
        raise UserError(
            f"{display_path(path)}: expected questions for at most max_cost = {cost.format_money(most, price.currency)}, found some "
            f"for about {cost.format_money(amount, price.currency)} without any discount for batches; a batch is paid for as "
            "a whole: submit fewer (--per-file), or allow for more"
        )


def forecast_cost(prepared: Prepared, names: Collection[str]) -> Forecast:
    """Return what questions will cost, by their custom_ids; see `eep.pipeline.forecast.forecast`."""
    teacher = live(prepared)
    with Store.open(prepared.answers, read_only=True) as store:
        there = inventory(prepared.questions, teacher, store)
    mine = {key: question for key, question in there.missing.items() if key.hex() in set(names)}
    return forecast(replace(there, missing=mine), prepared.questions)


def _check_new(before: Sequence[BatchJob], names: set[str], path: Path) -> None:
    """Raise UserError if questions are in a pending batch already: submitted again, they are paid for twice."""
    for job in before:
        if not job.fetched and (twice := names.intersection(job.questions)):
            state = job.id or "of which no confirmation came"
            raise UserError(
                f"{display_path(path)}: expected questions that are in no pending batch, found {len(twice):,} of batch "
                f"{job.number:03} ({state}); wait for it and fetch it, or submit them once more with --again"
            )
