"""The report as one page, `index.html`: everything is in it, nothing in it fetches, and no text in it can run."""

import base64
import io
import zipfile
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from eep.report import animations as episodes
from eep.report import gallery, opening, profiles
from eep.report.figure import Figure
from eep.report.findings import Findings
from eep.report.html import cards as html_cards
from eep.report.html import charts as html_charts
from eep.report.html import exchanges as html_exchanges
from eep.report.html import pictures as html_pictures
from eep.report.html.parts import PageSection, Part, paragraphs, part, section, words
from eep.report.sections import ON_PAGE, SECTIONS, Material

if TYPE_CHECKING:
    from jinja2 import Environment

#: What the page may do: run its own scripts, known by their hashes, draw its own pictures, and nothing else.
POLICY = (
    "default-src 'none'; script-src {}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
)


#: Files of up to so many bytes travel in the page itself; larger ones lie beside it, and in the archive.
SMALL = 40_000
#: A time that is the same for everybody: archives of the same files are the same.
_TIME = (1980, 1, 1, 0, 0, 0)


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
        File name to SVG text of the animations.
    files
        Path below the report's folder to content of the tables and the record, for readers to keep.
    """
    material = Material(findings, {figure.name: figure for figure in drawn})
    charts = html_charts.drawn(drawn)
    scripts = (html_charts.bundle(), html_charts.draw()) if charts else (html_charts.draw(),)
    return (
        environment()
        .get_template("page.html")
        .render(
            findings=findings,
            policy=POLICY.format(" ".join(map(html_charts.digest, scripts))),
            scripts=scripts,
            teacher=words(opening.teacher(findings)),
            charts=charts,
            config=html_charts.config(),
            first=_found(material, charts),
            sections=tuple(_sections(material, charts, animations, files)),
        )
        + "\n"
    )


def _found(material: Material, charts: Mapping[str, html_charts.PageChart]) -> PageSection:
    """Return the first section: the verdicts and the manipulation check."""
    cards = html_cards.verdict_cards(material.findings)
    first = Part("verdicts", cards) if cards else Part("prose", [words(opening.NO_VERDICT)])
    blocks = (opening.trace(material.findings), *SECTIONS["manipulation"](material))
    return PageSection("found", opening.HEADING, opening.HEADING, (first, *(part(block, charts) for block in blocks)))


def _sections(
    material: Material,
    charts: Mapping[str, html_charts.PageChart],
    animations: Mapping[str, str],
    files: Mapping[str, bytes],
) -> Iterator[PageSection]:
    """Yield every section there is something to tell in; some the page shows in ways of its own."""
    findings = material.findings
    own = {
        "likes": (profiles.HEADING, html_cards.persona_parts(findings)),
        "gallery": (gallery.HEADING, html_pictures.picture_parts(findings)),
        "films": (episodes.HEADING, html_pictures.animation_parts(findings, animations)),
        "transcripts": (html_exchanges.HEADING, tuple(html_exchanges.parts(findings))),
        "tables": (ON_PAGE["tables"], _downloads(findings, files)),
    }
    for name, short in ON_PAGE.items():
        if name not in own:
            yield from section(name, short, SECTIONS[name](material), charts)
        elif own[name][1]:
            yield PageSection(name, own[name][0], short, own[name][1])


class File(NamedTuple):
    """A file: its path below the report's folder, its size in kB, where it is, and whether the page holds it."""

    path: str
    size: str
    address: str
    held: bool


def _downloads(findings: Findings, files: Mapping[str, bytes]) -> tuple[Part, ...]:
    """Return the list of files, the archive of all of them first; ``files`` is path to content."""
    name = f"{findings.experiment}-tables.zip"
    archive = _archive(files)
    whole = File(name, _size(archive), _data("application/zip", archive), held=True)
    return (Part("downloads", {"whole": whole, "files": [_file(path, files[path]) for path in files]}),)


def _file(path: str, content: bytes) -> File:
    held = len(content) <= SMALL
    kind = "application/json" if path.endswith(".json") else "text/csv;charset=utf-8"
    return File(path, _size(content), _data(kind, content) if held else path, held=held)


def _size(content: bytes) -> str:
    return f"{max(1, round(len(content) / 1000)):,} kB"


def _data(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _archive(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(zipfile.ZipInfo(path, _TIME), content, zipfile.ZIP_DEFLATED, 9)
    return packed.getvalue()


@cache
def environment() -> "Environment":
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
