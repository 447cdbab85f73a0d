"""The gallery of the HTML page: a card for each picture, with every persona's teacher and student beside it."""

import base64
import io
from typing import NamedTuple

from eep.core.numbers import number
from eep.report import gallery
from eep.report.blocks import commands
from eep.report.findings import Findings
from eep.report.html.parts import Part, words
from eep.report.numbers import plain
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


def parts(findings: Findings) -> tuple[Part, ...]:
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
