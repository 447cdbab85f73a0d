"""From a run's tables to its report: what the report needs to know, gathered from where it is known."""

from eep import __version__, outputs, plan, versions
from eep.outputs import Tables
from eep.prepare import Prepared


def tell(
    prepared: Prepared, tables: Tables, registered: plan.Plan, changes: tuple[str, ...], fingerprint: str
) -> None:
    """Write the report unless it is there already, made from the same tables, plan and changes."""
    stamp = prepared.runs / "report-manifest.json"
    made_from = plan.sha256([fingerprint, registered.sha256, list(changes), str(prepared.reports)])
    if outputs.stamped(stamp, made_from):
        return
    write(prepared, tables, registered, changes)
    files = sorted(path for path in prepared.reports.rglob("*") if path.is_file())
    outputs.stamp(stamp, made_from, files)


def write(prepared: Prepared, tables: Tables, registered: plan.Plan, changes: tuple[str, ...]) -> None:
    """Write the report."""
    from eep import report

    experiment = prepared.experiment
    design = report.count_design(
        tables.responses,
        personas=[persona.id for persona in prepared.personas],
        titles={name: task.title for name, task in prepared.tasks.items()},
        students={name: settings.students for name, settings in experiment.tasks.items()},
        alpha=experiment.analysis.alpha,
        smallest_slope=experiment.analysis.smallest_slope,
        permutations=experiment.analysis.permutations,
    )
    findings = report.Findings(
        experiment=experiment.id,
        title=experiment.title,
        question=experiment.question,
        provenance=prepared.provenance,
        plan_sha256=registered.sha256,
        plan_changes=changes,
        design=design,
        names={persona.id: persona.name for persona in prepared.personas},
        responses=tables.responses,
        returns=tables.returns,
        policies=tables.policies,
        estimates=tables.estimates,
        verdicts=tables.verdicts,
        seeds={"experiment": experiment.seed},
        versions={"eep": __version__, **versions.versions()},
        animations=tables.animations,
    )
    report.write(findings, prepared.reports)
