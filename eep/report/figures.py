"""All charts of a report, in the order in which it shows them."""

from eep.report import charts, charts_agents, charts_profile, charts_slopes, tables
from eep.report.figure import Figure
from eep.report.findings import Findings


def figures(findings: Findings) -> tuple[Figure, ...]:
    """Return the charts for which there are numbers."""
    tasks = [task.task for task in findings.design.tasks]
    pairs = [(task, component) for task in tasks for component in tables.components(findings)]
    drawn = [
        charts.shares(findings),
        *(charts.matrix(findings, task, component) for task, component in pairs),
        charts_slopes.slopes(findings),
        *(charts_profile.profile(findings, task) for task in tasks),
        *(charts_agents.agreement(findings, task) for task in tasks),
        *(charts_agents.returns(findings, task) for task in tasks),
    ]
    return tuple(figure for figure in drawn if figure is not None)
