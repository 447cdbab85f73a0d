"""The report as one page, `index.html`: everything is in it, nothing in it fetches, and no text in it can run."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from eep.report import opening
from eep.report.figure import Figure
from eep.report.findings import Findings
from eep.report.html import charts as html_charts
from eep.report.html import sections as html_sections
from eep.report.html.words import paragraphs, words

if TYPE_CHECKING:
    from jinja2 import Environment

#: What the page may do: run its own scripts, known by their hashes, draw its own pictures, and nothing else.
POLICY = "default-src 'none'; script-src {}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def index(
    findings: Findings, drawn: tuple[Figure, ...], animations: Mapping[str, str], files: Mapping[str, bytes]
) -> str:
    """Return the report as HTML.

    Parameters
    ----------
    findings
        What was found.
    drawn
        The charts.
    animations
        File name to SVG text of the films.
    files
        Path below the report's folder to content of the tables and the record, for readers to keep.
    """
    images = {figure.name: figure for figure in drawn}
    charts = html_charts.drawn(drawn)
    scripts = (html_charts.bundle(), html_charts.draw()) if charts else (html_charts.draw(),)
    return (
        _environment()
        .get_template("page.html")
        .render(
            findings=findings,
            policy=POLICY.format(" ".join(map(html_charts.digest, scripts))),
            scripts=scripts,
            teacher=words(opening.teacher(findings)),
            charts=charts,
            config=html_charts.config(),
            first=html_sections.found(findings, charts),
            sections=html_sections.sections(findings, images, charts, animations, files),
        )
        + "\n"
    )


@cache
def _environment() -> "Environment":
    """Return Jinja as it is used here: everything is escaped, a missing name is an error, JSON has no NaN."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(html_charts.TEMPLATE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["json.dumps_kwargs"] = {"sort_keys": True, "allow_nan": False}
    environment.filters |= {"words": words, "paragraphs": paragraphs}
    return environment
