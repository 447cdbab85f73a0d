"""The report in words: `report.md`, from who the teacher was to what was exploratory."""

from collections.abc import Iterable

from eep.report import (
    ceiling,
    films,
    gallery,
    markdown,
    methods,
    opening,
    profiles,
    results,
    results_checks,
    results_measured,
    results_play,
)
from eep.report.blocks import Block, Heading
from eep.report.figure import Figure
from eep.report.findings import Findings


def page(
    findings: Findings, drawn: tuple[Figure, ...], animations: tuple[str, ...], files: tuple[str, ...]
) -> str:
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
    return "\n\n".join(map(markdown.block, _blocks(findings, drawn, animations, files))) + "\n"


def _blocks(
    findings: Findings, drawn: tuple[Figure, ...], animations: tuple[str, ...], files: tuple[str, ...]
) -> Iterable[Block]:
    images = {figure.name: figure for figure in drawn}
    yield from opening.head(findings)
    yield from opening.section(findings)
    yield from opening.manipulation(findings)
    yield Heading(opening.HOW_TO_READ_HEADING)
    yield opening.HOW_TO_READ
    yield from methods.design(findings)
    yield from results.shares(findings, images)
    yield from results.matrices(findings, images)
    yield from results.effects(findings, images)
    yield from profiles.section(findings, images)
    yield from results_checks.sensitivity(findings)
    yield from results_checks.contrasts(findings)
    yield from results_measured.section(findings)
    yield from results.agreement(findings, images)
    yield from ceiling.section(findings)
    yield from gallery.section(findings)
    yield from results_play.returns(findings, images)
    yield from results_play.policies(findings)
    yield from films.section(findings, animations)
    yield from results.exclusions(findings)
    yield from results_checks.refusals(findings)
    yield from methods.record(findings)
    yield _files(files)
    yield from methods.exploratory(findings)


def _files(files: tuple[str, ...]) -> str:
    listed = ", ".join(f"[{file}]({file})" for file in files)
    return f"Everything for programs: [report.json](report.json). The numbers behind the text and the charts: {listed}."
