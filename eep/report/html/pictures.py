"""Pictures and animations of the HTML page, each with every persona's teacher and student beside it.

An animation is shown as a picture, never as part of the page: nothing in a picture can run or fetch, whatever its
text says.
"""

import base64
import html
import io
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import polars as pl

from eep.core.numbers import number
from eep.report import animations as episodes
from eep.report import gallery, tables
from eep.report.blocks import commands
from eep.report.findings import Findings
from eep.report.html.parts import Part, words
from eep.report.markdown import text
from eep.report.numbers import agent_label, plain
from eep.report.results import title
from eep.report.tables import Row

#: WebP: a drawing of 224 pixels takes some five kilobytes.
QUALITY = 84


class Judgement(NamedTuple):
    """A persona's probabilities of one picture: as numbers in [0, 1] to draw, None where there is none, and as words."""

    label: str
    teacher: float | None
    student: float | None
    numbers: str


class PictureCard(NamedTuple):
    """A picture: its data address, caption, judgements, and the commands that print them."""

    picture: str
    caption: str
    judgements: tuple[Judgement, ...]
    commands: tuple[str, ...]


def picture_parts(findings: Findings) -> tuple[Part, ...]:
    """Return the gallery of every task that has pictures, each under its sentence."""
    shown = {task: pictures for task, pictures in findings.gallery.items() if pictures}
    return tuple(
        part
        for task in shown
        for part in (
            Part("prose", [words(gallery.format_caption(findings, task))]),
            Part("gallery", _cards(findings, task)),
        )
    )


def _cards(findings: Findings, task: str) -> tuple[PictureCard, ...]:
    labels = findings.labels()
    found = gallery.judgements(findings).filter(task=task)
    cards = []
    for item, picture in findings.gallery[task].items():
        rows = found.filter(item=item).iter_rows(named=True)
        cards.append(
            PictureCard(
                picture=address(picture.png),
                caption=plain(picture.text),
                judgements=tuple(_judgement(labels[row["persona"]], row) for row in rows),
                commands=commands(findings, gallery.judged(findings, task, (item,))),
            )
        )
    return tuple(cards)


def _judgement(label: str, row: Row) -> Judgement:
    numbers = " / ".join(number(row[role]) for role in ("teacher", "student"))
    return Judgement(label, row["teacher"], row["student"], numbers)


def address(png: bytes) -> str:
    """Return a PNG as a data address, packed as WebP."""
    from PIL import Image

    packed = io.BytesIO()
    with Image.open(io.BytesIO(png), formats=("PNG",)) as picture:
        picture.convert("RGB").save(packed, "WEBP", quality=QUALITY, method=6)
    return f"data:image/webp;base64,{base64.b64encode(packed.getvalue()).decode()}"


#: What moves in a film (SMIL); without it the first frame stands still.
_MOVES = re.compile(r"<animate[^>]*?/>")
_TITLE = re.compile(r"<title>([^<]*)</title>")
_UNIT = re.compile(r"(?<=\d) (?=s$)")
#: Words but for the names of what is drawn, which need to be seen where they stand.
_WORDS = re.compile(r"<text(?! class=\"label\")[ >][^<]*</text>")
_BOX = re.compile(r'viewBox="0 0 (\d+) (\d+)"')


class Animation(NamedTuple):
    """A film: who is seen, its own title, and addresses that hold it moving and standing still."""

    who: str
    about: str
    moving: str
    still: str
    #: Its size, so that the page keeps room for it.
    width: int
    height: int


class AnimationRow(NamedTuple):
    """Films side by side, and whose they are."""

    label: str
    films: tuple[Animation, ...]


def animation_parts(findings: Findings, animations: Mapping[str, str]) -> tuple[Part, ...]:
    """Return the films of every task; ``animations`` is file name to SVG text."""
    found = [part for design in findings.design.tasks for part in _of_task(findings, design.task, animations)]
    return (Part("prose", [words(episodes.WHAT)]), *found) if found else ()


def _of_task(findings: Findings, task: str, animations: Mapping[str, str]) -> Iterable[Part]:
    design = findings.design.task(task)
    rows = [
        AnimationRow(
            pair.label,
            (
                _film(findings, f"Teacher of {pair.label}", animations[pair.teacher]),
                _film(findings, f"Student of {pair.label}", animations[pair.student]),
            ),
        )
        for pair in episodes.pairs(findings, design, animations)
    ]
    if rows:
        yield from (Part("prose", [words(line)]) for line in episodes.seen(findings, task))
        heads = [title(findings, task), "Teacher", f"Student ({text(agent_label(design.students[0]))})"]
        yield Part("films", {"heads": [words(head) for head in heads], "rows": rows})
    controls = tuple(_controls(findings, task, animations))
    if controls:
        yield Part("controls", controls)


def _controls(findings: Findings, task: str, animations: Mapping[str, str]) -> Iterable[Animation]:
    """Yield a film of each control, of the first persona that has one."""
    by_stem = episodes.by_stem(animations)
    played = findings.returns.filter(pl.col("task") == task, pl.col("role") == "control")
    personas = played.select("agent", "persona").unique().sort("agent", "persona")
    for agent in tables.controls(findings, task):
        stems = [
            episodes.stem(f"{task}-control-{agent}-{persona}") for persona in personas.filter(agent=agent)["persona"]
        ]
        files = [by_stem[stem] for stem in stems if stem in by_stem]
        yield from (_film(findings, agent_label(agent), animations[file]) for file in files[:1])


def _film(findings: Findings, who: str, svg: str) -> Animation:
    """Return a film without the words in it, which would be too small to read; its caption says the same."""
    about = _TITLE.search(svg)
    wordless = _WORDS.sub("", svg)
    box = _BOX.search(svg)
    width, height = (int(box[1]), int(box[2])) if box else (320, 112)
    return Animation(
        who=who,
        about=_caption(findings, plain(html.unescape(about[1]))) if about else "",
        moving=_address(wordless),
        still=_address(_MOVES.sub("", wordless)),
        width=width,
        height=height,
    )


def _caption(findings: Findings, title: str) -> str:
    """Return a film's wording and length, of a title that begins with its agent and persona, which stand beside it."""
    who, _, length = title.rpartition(": ")
    length = _UNIT.sub("\N{NO-BREAK SPACE}", length)
    wording = who.rpartition(", ")[2]
    return f"wording {wording}, {length}" if wording in findings.design.wordings else length


def _address(svg: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
