"""From a run's tables to its report: what the report needs to know, collected from where it is known."""

import json
from collections.abc import Iterable, Iterator, Sequence

import polars as pl

from eep.core import versions
from eep.core.files import atomic_write
from eep.core.hashing import sha256
from eep.data import run_tables
from eep.data.run_tables import Tables
from eep.data.types import Answer, Exchange, Message, Question, Status, readout_value
from eep.pipeline import plan
from eep.pipeline.calibration import measured
from eep.pipeline.collect import CollectedAnswers
from eep.pipeline.finished import CHARTS
from eep.pipeline.prepare import Prepared
from eep.tasks.base import analysed_readout
from eep.tasks.playable import Playable
from eep.tasks.readouts import scale
from eep.teachers.base import Kind

#: Pictures of a task that a report shows.
ILLUSTRATED = 8
#: Clusters of a task that a report portrays.
PORTRAYED = 12


def write_report_if_stale(
    prepared: Prepared, tables: Tables, registration: plan.Registration, collected: CollectedAnswers, fingerprint: str
) -> None:
    """Write the report unless it is there already, made from the same tables, plan and names."""
    stamp = prepared.runs / "report-manifest.json"
    names = [(persona.id, persona.name) for persona in prepared.personas]
    registered = [registration.plan.sha256, registration.answers, list(registration.changes)]
    caveats, code = list(prepared.provenance.caveats), versions.code_sha256(__name__)
    made_from = sha256([fingerprint, *registered, names, caveats, measured.digest(prepared), code])
    if run_tables.stamped(stamp, made_from, prepared.reports):
        return
    write_report(prepared, tables, registration, collected)
    files = sorted(path for path in prepared.reports.rglob("*") if path.is_file())
    run_tables.stamp(stamp, made_from, prepared.reports, files)


def write_report(
    prepared: Prepared, tables: Tables, registration: plan.Registration, collected: CollectedAnswers
) -> None:
    """Write the report; it shows some of the replies that were collected."""
    from eep import report

    experiment = prepared.experiment
    # The report is about the numbers of each task's analysed readout.
    analysed = {name: analysed_readout(task) for name, task in prepared.tasks.items()}
    responses = tables.responses.filter(pl.col("option") == pl.col("task").replace_strict(analysed))
    design = report.count_design(
        responses,
        personas=[persona.id for persona in prepared.personas],
        titles={name: task.title for name, task in prepared.tasks.items()},
        students={name: settings.students for name, settings in experiment.tasks.items()},
        alpha=experiment.analysis.alpha,
        smallest_slope=experiment.analysis.smallest_slope,
        permutations=experiment.analysis.permutations,
    )
    played = {name: task for name, task in prepared.tasks.items() if isinstance(task, Playable)}
    calibrated = measured.measured(prepared)
    findings = report.Findings(
        experiment=experiment.id,
        title=experiment.title,
        question=experiment.question,
        provenance=prepared.provenance,
        plan_sha256=registration.plan.sha256,
        plan_answers=registration.answers,
        plan_changes=registration.changes,
        design=design,
        names={persona.id: persona.name for persona in prepared.personas},
        responses=responses,
        **{name: getattr(tables, name) for name in ("returns", "policies", "estimates", "verdicts")},
        seeds={"experiment": experiment.seed},
        versions={"eep": versions.__version__, **versions.versions(), **tables.kernels},
        animations=tables.animations,
        gallery={
            name: shown
            for name, task in prepared.tasks.items()
            if (shown := task.illustrate(report.most_discriminating_items(responses, name, ILLUSTRATED)))
        },
        portraits={
            name: shown
            for name, task in prepared.tasks.items()
            if (shown := task.portray(report.most_discriminating_clusters(responses, name, PORTRAYED)))
        },
        scales={name: found for name, task in prepared.tasks.items() if (found := scale(task))},
        meanings={name: task.meanings for name, task in played.items()},
        films={name: task.film for name, task in played.items() if task.film},
        exchanges=exchanges(prepared, responses, collected.answered),
        tastes={name: task.phrases for name, task in prepared.tasks.items() if task.phrases},
        measured=calibrated.tables,
        measured_by=calibrated.commands,
        advice=measured.advice(prepared, calibrated),
        prompts=prepared.prompts,
    )
    charts = report.write(findings, prepared.reports)
    with atomic_write(prepared.runs / CHARTS) as new:
        new.write_text(json.dumps(charts) + "\n", encoding="utf-8")


#: Items of a task whose replies are shown, and replies of a task that are no answers.
ITEMS, MISSED = 3, 6


def exchanges(
    prepared: Prepared, responses: pl.DataFrame, answered: Sequence[tuple[Question, Answer]]
) -> tuple[Exchange, ...]:
    """Return the replies about the most discriminating items of each task, and some replies that are no answers.

    Every persona and wording is there, the first sample of each. A recording of whole episodes has no replies.
    """
    wanted = {place for task in prepared.tasks for place in _wanted(responses, task)}
    return tuple(
        _exchange(prepared, question, answer)
        for question, answer in answered
        if not wanted.isdisjoint(_places(question))
    )


#: (task, persona, wording, sample, item or its text); an empty persona or wording stands for all.
_Place = tuple[str, str, str, int, str]


def _wanted(responses: pl.DataFrame, task: str) -> Iterator[_Place]:
    """Yield the places of the replies to show; several items of a table may share a text, which is their cluster."""
    from eep.report import most_discriminating_items

    mine = responses.filter(task=task, role="teacher")
    items = mine.filter(pl.col("item").is_in(most_discriminating_items(responses, task, ITEMS)))
    for row in items.select("item", "cluster").unique().iter_rows():
        yield from ((task, "", "", 0, name) for name in row)
    missed = mine.filter(pl.col("status").cast(pl.String()) != Status.OK.value)
    rows = missed.select("persona", "wording", "sample", "cluster", "item").unique(maintain_order=True)
    for persona, wording, sample, *names in rows.head(MISSED).iter_rows():
        yield from ((task, persona, wording, sample, name) for name in names)


def _places(question: Question) -> Iterable[_Place]:
    """Return every place that a question may be wanted under."""
    who = question.persona.id, question.wording.id, question.sample
    names = question.item.id, question.item.text
    return [(question.task, *place, name) for place in (who, ("", "", question.sample)) for name in names]


def _exchange(prepared: Prepared, question: Question, answer: Answer) -> Exchange:
    """Return a question and its answer; of a recording only what is on record, which is not the whole prompt."""
    prompt = question.prompt
    system, turns = prompt.system, prompt.messages
    if prepared.provenance.kind is Kind.RECORDED:
        system, turns = question.wording.text, (Message("user", question.item.text),)
    return Exchange(
        task=question.task,
        persona=question.persona.id,
        wording=question.wording.id,
        item=question.item.id,
        sample=question.sample,
        system=system,
        turns=turns,
        reply=answer.text,
        status=answer.status.value,
        probability=None if answer.probabilities is None else readout_value(answer.probabilities, question.readout),
    )
