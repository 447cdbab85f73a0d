"""The page of a comparison of runs: everything is in it, and nothing in it fetches."""

import re
from collections.abc import Iterable, Iterator, Sequence

from eep.report.blocks import Block, Heading
from eep.report.figure import Figure
from eep.report.html import charts as html_charts
from eep.report.html.page import POLICY, environment
from eep.report.html.parts import PageSection, part


def index(title: str, version: str, blocks: Sequence[Block], drawn: tuple[Figure, ...]) -> str:
    """Return the report as HTML; ``blocks`` begin with its title, and ``drawn`` are its charts."""
    charts = html_charts.drawn(drawn)
    scripts = (html_charts.bundle(), html_charts.draw()) if charts else (html_charts.draw(),)
    split = next((n for n, block in enumerate(blocks) if isinstance(block, Heading) and block.level == 2), len(blocks))
    page = environment().get_template("comparison.html")
    return (
        page.render(
            title=title,
            version=version,
            policy=POLICY.format(" ".join(map(html_charts.digest, scripts))),
            scripts=scripts,
            charts=charts,
            config=html_charts.config(),
            opening=[part(block, charts) for block in blocks[1:split]],
            sections=tuple(_sections(blocks[split:], charts)),
        )
        + "\n"
    )


def _sections(blocks: Iterable[Block], charts: dict[str, html_charts.PageChart]) -> Iterator[PageSection]:
    """Yield the sections that headings of level 2 begin."""
    heading, parts = "", list[Block]()
    for block in blocks:
        if isinstance(block, Heading) and block.level == 2:
            if heading:
                yield _section(heading, parts, charts)
            heading, parts = block.words, []
        else:
            parts.append(block)
    if heading:
        yield _section(heading, parts, charts)


def _section(heading: str, blocks: Iterable[Block], charts: dict[str, html_charts.PageChart]) -> PageSection:
    name = re.sub(r"[^a-z]+", "-", heading.lower()).strip("-")
    return PageSection(name, heading, heading, tuple(part(block, charts) for block in blocks))
