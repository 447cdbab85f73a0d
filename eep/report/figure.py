"""What every chart has in common: colours, type, and how a specification becomes an SVG file."""

import html
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from eep.data.query import Query
from eep.report.numbers import plain

if TYPE_CHECKING:
    import altair as alt

# Okabe and Ito's colours, which people with any kind of colour vision tell apart (Okabe & Ito 2008).
BLUE, ORANGE, VERMILION = "#0072B2", "#E69F00", "#D55E00"
#: The other end of a diverging scale from blue, and its middle.
BROWN, WHITISH = "#B35806", "#F7F7F7"
GREY, PALE, INK, SOFT = "#8A8F98", "#CDD2D9", "#1F2328", "#57606A"

FONT = "Helvetica Neue, Helvetica, Arial, Liberation Sans, DejaVu Sans, sans-serif"

#: A white plate: on a dark page a chart reads as a print does, whatever the reader's settings.
PLATE: dict[str, Any] = {
    "background": "white",
    # The whole chart is one image with one description; marks need none of their own.
    "aria": False,
    "padding": 16,
    "font": FONT,
    "title": {
        "anchor": "start", "frame": "bounds", "fontSize": 15, "color": INK, "subtitleFontSize": 12,
        "subtitleColor": SOFT, "subtitlePadding": 5, "subtitleLineHeight": 16, "offset": 14,
    },
    "view": {"stroke": None},
    "axis": {
        "labelColor": INK, "titleColor": SOFT, "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal",
        "titlePadding": 8, "labelPadding": 6, "labelLimit": 190, "gridColor": "#E6E9ED", "domain": False, "ticks": False,
    },
    "legend": {
        "orient": "top", "direction": "horizontal", "title": None, "labelFontSize": 12, "labelColor": INK,
        "labelLimit": 240, "offset": 12, "symbolSize": 90, "titleColor": INK, "titleFontWeight": "normal", "titleFontSize": 12,
    },
    "header": {
        "labelFontSize": 12, "labelColor": INK, "labelFontWeight": "bold", "labelPadding": 2, "title": None,
    },
    "text": {"color": INK, "fontSize": 12},
    "rule": {"color": INK},
}  # fmt: skip


#: The heading of a panel, above it and where it begins.
HEADER: dict[str, Any] = {"labelAngle": 0, "labelAlign": "left", "labelAnchor": "start", "labelOrient": "top"}


def scale_of(looks: Mapping[str, str]) -> "alt.Scale":
    """Return the scale that gives each name its colour or its shape."""
    import altair as alt

    return alt.Scale(domain=list(looks), range=list(looks.values()))


@dataclass(frozen=True)
class Figure:
    """One chart."""

    name: str  #: Stem of its files: ``charts/<name>.svg`` and ``tables/<name>.csv``.
    title: str  #: What it shows.
    description: str  #: The same in words, for whoever does not see it.
    data: pl.DataFrame  #: The numbers it shows, with ids, not names.
    #: Vega-Lite without configuration, so that a page can bring its own colours and background.
    spec: dict[str, Any]
    #: The rows of a run's tables that hold the numbers; none where they do not come from a run.
    traced: tuple[Query, ...] = ()

    @property
    def words(self) -> str:
        """Title and description as sentences."""
        return f"{self.title}{'' if self.title.endswith('?') else '.'} {self.description}"


class Charts(Mapping[str, "alt.TopLevelMixin"]):
    """Charts by name, as altair objects; each is made when it is asked for."""

    def __init__(self, specs: Mapping[str, dict[str, Any]]) -> None:
        self._specs = specs

    def __getitem__(self, name: str) -> "alt.TopLevelMixin":
        """Return a chart; raises KeyError, with the names that there are, for another name."""
        import altair as alt

        if name not in self._specs:
            raise KeyError(f"{name!r} is none of {', '.join(self._specs)}")
        return alt.Chart.from_dict({**self._specs[name], "config": PLATE})

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names, in the report's order."""
        return iter(self._specs)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._specs)

    def __repr__(self) -> str:
        """Return the names."""
        return f"Charts({', '.join(self._specs)})"


def figure(
    chart: "alt.TopLevelMixin",
    teacher: str,
    *,
    name: str,
    title: str,
    subtitle: list[str],
    description: str,
    data: pl.DataFrame,
    traced: tuple[Query, ...] = (),
) -> Figure:
    """Return a `Figure` of an altair chart under a title and the lines below it, the last saying who the teacher was."""
    teacher = teacher[0].upper() + teacher[1:]
    spec = chart.to_dict(validate=False)  # altair would take longer to look at a chart than to make it
    # Altair's own configuration would fix sizes and colours that belong to the page.
    spec.pop("config", None)
    spec["title"] = {"text": title, "subtitle": [*subtitle, teacher]}
    spec["description"] = plain(f"{description} {teacher}.")
    return Figure(name, title, spec["description"], data, spec, traced)


#: Pixels of a png for each of the svg, and the colours it has at most: flat marks and text need no more, but pictures do.
SCALE, COLOURS = 2, 256
#: The one typeface that comes with the program that draws: the same picture wherever it is made.
_DRAWN_IN = "Liberation Sans"


def png(drawn: str) -> bytes:
    """Return what `svg` drew as a PNG twice as large, small in bytes; the same text gives the same bytes."""
    import vl_convert
    from PIL import Image

    drawn_large: bytes = vl_convert.svg_to_png(drawn.replace(FONT, _DRAWN_IN), scale=SCALE)
    picture = Image.open(io.BytesIO(drawn_large)).convert("RGBA")
    pictures = "<image " in drawn
    few = picture if pictures else picture.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    content = io.BytesIO()
    # The next level would take twice as long for 3 % less.
    few.save(content, "PNG", compress_level=7)
    return content.getvalue()


def svg(figure: Figure) -> str:
    """Return the figure as SVG on a white plate, with its description for screen readers.

    The same figure gives the same text: nothing in it depends on a clock or a counter.
    """
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg({**figure.spec, "config": PLATE})
    label = html.escape(figure.words, quote=True)
    described = drawn.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
    # The plate's corners are round, which Vega cannot say.
    return described.replace('fill="white"/>', 'fill="white" rx="8"/>', 1) + "\n"
