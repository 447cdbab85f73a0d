"""Charts of the HTML page: specifications that take colours and width from the page, and the script that draws them."""

import base64
import hashlib
from collections.abc import Iterable
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from eep.core.numbers import significant
from eep.report.blocks import Table
from eep.report.figure import FONT, PLATE, Figure
from eep.report.markdown import text

TEMPLATE = Path(__file__).parent / "template"
#: Rows of the table below a chart; what is longer is to be downloaded.
ROWS = 160
#: Charts with words in coloured squares.
_SQUARES = ("matrix-", "portraits-", "outcomes-")
#: The page's own ink, whichever it is: dark on light paper, light on dark.
_INK = "currentColor"


class PageChart(NamedTuple):
    """A chart of the page."""

    #: Its name among the charts, and what stands above it.
    name: str
    title: str
    notes: tuple[str, ...]  #: Lines below the title: what is shown, and who the teacher was.
    description: str  #: The same in words, for whoever does not see it.
    spec: dict[str, Any]  #: Vega-Lite without title; the page brings configuration and background.
    numbers: Table | None  #: The table behind it, None where it is too long to be read.
    squares: bool  #: Whether it has words in coloured squares, which need room and keep their own ink.
    commands: tuple[str, ...] = ()  #: What prints the rows behind it.


def drawn(figures: Iterable[Figure]) -> dict[str, PageChart]:
    """Return the charts by name."""
    return {figure.name: _drawn(figure) for figure in figures}


def _drawn(figure: Figure) -> PageChart:
    spec = deepcopy(figure.spec)
    # Title and description are words of the page: they wrap, and a screen reader finds them there.
    heading = spec.pop("title")
    spec.pop("description")
    return PageChart(
        name=figure.name,
        title=figure.title,
        notes=tuple(heading["subtitle"]),
        description=figure.description,
        spec=spec,
        numbers=_numbers(figure) if figure.data.height <= ROWS else None,
        squares=figure.name.startswith(_SQUARES),
    )


def _numbers(figure: Figure) -> Table:
    data = figure.data
    numeric = [place for place, dtype in enumerate(data.dtypes) if dtype.is_numeric()]
    return Table.of(
        [text(name.replace("_", " ")) for name in data.columns],
        ([_cell(value) for value in row] for row in data.iter_rows()),
        numeric=numeric,
    )


def _cell(value: object) -> str:
    if value is None or isinstance(value, float):
        return significant(value)
    return text(str(value))


def config() -> dict[str, Any]:
    """Return Vega's configuration for the page: the plate's sizes, the page's ink, no background."""
    ink = {"labelColor": _INK, "titleColor": _INK, "gridColor": _INK, "gridOpacity": 0.14, "titleOpacity": 0.75}
    return {
        **{key: value for key, value in PLATE.items() if key not in {"title", "padding"}},
        "rule": {"color": _INK},
        "text": PLATE["text"] | {"color": _INK, "fill": _INK},
        "tick": {"color": _INK},
        "background": None,
        "title": {"color": _INK},
        "padding": 2,
        "font": FONT,
        "axis": PLATE["axis"] | ink,
        "legend": PLATE["legend"] | {"labelColor": _INK, "titleColor": _INK},
        "header": PLATE["header"] | {"labelColor": _INK, "labelLimit": 300},
    }


@cache
def bundle() -> str:
    """Return Vega, Vega-Lite and Vega-Embed as one script, which needs nothing else."""
    import vl_convert

    script: str = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    return inlined(script)


@cache
def draw() -> str:
    """Return the page's own script."""
    return inlined((TEMPLATE / "page.js").read_text(encoding="utf-8"))


def inlined(script: str) -> str:
    """Return a script as it may stand in a page; raises ValueError for one that would end its element."""
    script = script.replace("\r\n", "\n").strip()
    if "</script" in script.lower() or "<!--" in script:
        raise ValueError("expected a script that may stand in a page; found the end of an element in it")
    return script


def digest(script: str) -> str:
    """Return what a content security policy knows a script by."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
