"""From a run's tables to its report: what the report needs to know, collected from where it is known."""

import polars as pl

from eep.core import versions
from eep.core.hashing import sha256
from eep.data import run_tables
from eep.data.run_tables import Tables
from eep.pipeline import excerpts, plan
from eep.pipeline.calibration import measured
from eep.pipeline.collect import CollectedAnswers
from eep.pipeline.prepare import Prepared

#: Pictures of a task that a report shows.
ILLUSTRATED = 8


def write_report_if_stale(
    prepared: Prepared,
    tables: Tables,
    registration: plan.Registration,
    collected: CollectedAnswers,
    fingerprint: str,
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
    analysed = {name: next(iter(task.readouts)) for name, task in prepared.tasks.items()}
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
    found = measured.measured(prepared)
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
        exchanges=excerpts.exchanges(prepared, responses, collected.answered),
        tastes={name: task.phrases for name, task in prepared.tasks.items() if task.phrases},
        measured=found.tables,
        measured_by=found.commands,
        advice=measured.advice(prepared, found),
    )
    report.write(findings, prepared.reports)
