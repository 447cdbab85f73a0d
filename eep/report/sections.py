"""What a report has, in the order of its telling: its charts, its sections, and which of them a page shows where."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple

from eep.report import (
    animations,
    calibration,
    ceiling,
    charts,
    charts_agents,
    charts_play,
    charts_portraits,
    charts_profile,
    charts_slopes,
    charts_validity,
    gallery,
    markdown,
    methods,
    one_persona,
    opening,
    placebos,
    portraits,
    profiles,
    reliability,
    results,
    results_checks,
    results_play,
    results_transfer,
    tables,
    validity,
)  # fmt: skip
from eep.report.blocks import Block, Heading
from eep.report.figure import Figure
from eep.report.findings import Findings


class Material(NamedTuple):
    """What sections are made of: findings, charts by name, file names of animations, and paths of tables to link."""

    findings: Findings
    images: Mapping[str, Figure]
    animations: Collection[str] = ()
    files: Collection[str] = ()


#: The name of a section, its place in the page's address, to what it tells; nothing where there is nothing to tell.
SECTIONS: Mapping[str, Callable[[Material], Iterable[Block]]] = {
    "head": lambda m: opening.head(m.findings),
    "found": lambda m: opening.section(m.findings),
    "manipulation": lambda m: opening.manipulation(m.findings),
    "reading": lambda _: (Heading(opening.HOW_TO_READ_HEADING), opening.HOW_TO_READ),
    "design": lambda m: methods.design(m.findings),
    "shares": lambda m: results.shares(m.findings, m.images),
    "reliable": lambda m: reliability.section(m.findings),
    "matrix": lambda m: results.matrices(m.findings, m.images),
    "slopes": lambda m: results.effects(m.findings, m.images),
    "personas": lambda m: one_persona.section(m.findings),
    "validity": lambda m: validity.section(m.findings, m.images),
    "likes": lambda m: profiles.section(m.findings, m.images),
    "survives": lambda m: results_checks.sensitivity(m.findings),
    "neutral": lambda m: results_checks.contrasts(m.findings),
    "placebos": lambda m: placebos.section(m.findings),
    "measured": lambda m: calibration.measured_section(m.findings),
    "agreement": lambda m: results.agreement(m.findings, m.images),
    "ceiling": lambda m: ceiling.section(m.findings),
    "portraits": lambda m: portraits.section(m.findings, m.images),
    "gallery": lambda m: gallery.section(m.findings),
    "returns": lambda m: results_play.returns(m.findings, m.images),
    "policies": lambda m: results_play.policies(m.findings, m.images),
    "bodies": lambda m: results_transfer.section(m.findings),
    "films": lambda m: animations.section(m.findings, m.animations),
    "exclusions": lambda m: (*results.exclusions(m.findings), *results_checks.refusals(m.findings)),
    "plan": lambda m: methods.record(m.findings),
    "tables": lambda m: [_files(m.files)],
    "exploratory": lambda m: methods.exploratory(m.findings),
    "methods": lambda _: methods.references(),
}

#: The sections of report.md.
IN_MARKDOWN = tuple(name for name in SECTIONS if name != "methods")

#: The sections of index.html after the first, to what its table of contents calls them.
ON_PAGE = {
    "reading": "How to read this", "matrix": "Matched, mismatched", "slopes": "How much arrives",
    "personas": "Which personas", "portraits": "Picture by picture", "validity": validity.HEADING,
    "shares": "Shares of variance", "reliable": "How reliable", "likes": "What each prefers", "gallery": "What divides them",
    "neutral": "Against no persona", "placebos": "Beside placebos", "films": animations.HEADING, "returns": "Returns",
    "policies": "How they act", "bodies": "In other bodies", "survives": "Does it survive?", "agreement": "Students and controls",
    "ceiling": "Against the ceiling", "measured": "Error rates and power", "exclusions": "Exclusions, refusals",
    "transcripts": "Transcripts", "design": "The design", "methods": "Methods, references",
    "plan": "Plan, seeds, versions", "exploratory": "What was exploratory", "tables": "Tables to download",
}  # fmt: skip


def figures(findings: Findings) -> tuple[Figure, ...]:
    """Return the charts for which there are numbers, in the order in which a report shows them."""
    tasks = [task.task for task in findings.design.tasks]
    pairs = [(task, component) for task in tasks for component in tables.components(findings)]
    drawn = [
        charts.shares(findings),
        *(charts.matrix(findings, task, component) for task, component in pairs),
        charts_slopes.slopes(findings),
        *(charts_validity.validity(findings, task) for task in tasks),
        *(charts_profile.profile(findings, task) for task in tasks),
        *(charts_portraits.clusters(findings, task) for task in tasks),
        *(charts_agents.agreement(findings, task) for task in tasks),
        *(charts_agents.returns(findings, task) for task in tasks),
        *(charts_play.outcomes(findings, task) for task in tasks),
        *(charts_play.policies(findings, task) for task in tasks),
    ]
    return tuple(figure for figure in drawn if figure is not None)


def page(findings: Findings, drawn: tuple[Figure, ...], animations: Collection[str], files: Collection[str]) -> str:
    """Return the report as Markdown.

    Parameters
    ----------
    findings
        What was found.
    drawn
        The charts, shown where the text speaks of them.
    animations, files
        File names under ``charts/``, and paths of the tables to link.
    """
    material = Material(findings, {figure.name: figure for figure in drawn}, animations, files)
    blocks = (block for name in IN_MARKDOWN for block in SECTIONS[name](material))
    return "\n\n".join(map(markdown.block, blocks)) + "\n"


def _files(files: Collection[str]) -> str:
    listed = ", ".join(f"[{file}]({file})" for file in files)
    return f"Everything for programs: [report.json](report.json). The numbers behind the text and the charts: {listed}."
