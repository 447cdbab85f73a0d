"""Names beside a chart, where there is little room: folded into short lines, and cut where they need too many."""

import unicodedata
from collections.abc import Iterable, Mapping
from textwrap import wrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import altair as alt

#: Widest line of a name and most lines of it; widest name that stands on a line of its own. A figure is one wide.
LINE, LINES, ALONE = 22.0, 3, 26.0
#: Pixels from line to line.
HEIGHT = 14
#: Letters of a line below a chart's title.
_NOTE = 84
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
#: Widths of letters as sans-serif typefaces have them, beside that of a figure; other letters are as wide as it.
_NARROW, _BROAD = "ijlI.,:;'|!()[]frt -/", "mwMW@%&"
_JOINER, _FLAGS = "\N{ZERO WIDTH JOINER}", range(0x1F1E6, 0x1F200)


def axis(**settings: Any) -> "alt.Axis":
    """Return a vertical axis for such labels, each beside the middle of its row."""
    import altair as alt

    lines = "split(datum.label, '\\n')"
    middle = alt.ExprRef(f"-{HEIGHT / 2:g} * (length({lines}) - 1)")
    return alt.Axis(labelExpr=lines, labelLineHeight=HEIGHT, labelOffset=middle, **settings)


def tallest(labels: Iterable[str]) -> int:
    """Return the pixels that the label of most lines needs."""
    return HEIGHT * max(label.count("\n") + 1 for label in labels)


def in_full(labels: Mapping[str, str]) -> list[str]:
    """Return lines that tell the names which were cut, of name -> label; none where none was."""
    cut = [name for name, label in labels.items() if label.split() != name.split() and ELLIPSIS in label]
    return wrap(f"In full: {'; '.join(cut)}", _NOTE) if cut else []


def chart_labels(names: Iterable[str], *, widest: float = LINE, most: int = LINES) -> dict[str, str]:
    """Return name -> the same as a label of at most ``most`` lines, told apart where two would look the same.

    Parameters
    ----------
    names
        Names on one line each, all different.
    widest, most
        Width of a line, in figures, and number of lines; what needs more ends in an ellipsis.
    """
    shown: dict[str, str] = {}
    for name in names:
        label, place = folded(name, widest, most), 2
        while label in shown.values():
            label, place = folded(name, widest, most, f"{ELLIPSIS}{place}"), place + 1
        shown[name] = label
    return shown


def folded(name: str, widest: float, most: int, ending: str = "") -> str:
    """Return a name on at most ``most`` lines; where that is too few or an ending is asked for, cut before it."""
    lines = _lines(name, widest)
    if len(lines) <= most and not ending:
        return "\n".join(lines)
    kept, ending = lines[:most], ending or ELLIPSIS
    last = clusters(kept[-1])
    while last and width("".join(last) + ending) > widest:
        last.pop()
    return "\n".join([*kept[:-1], "".join(last).rstrip() + ending])


def _lines(name: str, widest: float) -> list[str]:
    """Return the lines of a name, broken between words, and within a word that has no line long enough."""
    lines: list[str] = []
    for word in name.split():
        if lines and width(f"{lines[-1]} {word}") <= widest:
            lines[-1] += f" {word}"
        else:
            lines += _pieces(word, widest)
    return lines or [""]


def _pieces(word: str, widest: float) -> list[str]:
    pieces = [""]
    for cluster in clusters(word):
        if pieces[-1] and width(pieces[-1] + cluster) > widest:
            pieces.append("")
        pieces[-1] += cluster
    return pieces


def clusters(text: str) -> list[str]:
    """Return what a reader sees as the characters of a text: letters with their accents, emoji of several parts, flags."""
    found: list[str] = []
    for character in text:
        if found and _belongs(found[-1], character):
            found[-1] += character
        else:
            found.append(character)
    return found


def _belongs(before: str, character: str) -> bool:
    """Tell whether a character is seen as a part of what stands before it."""
    if ord(character) in _FLAGS:
        return len(before) == 1 and ord(before) in _FLAGS
    modifier = 0x1F3FB <= ord(character) <= 0x1F3FF or 0xE0020 <= ord(character) <= 0xE007F
    mark = unicodedata.category(character) in {"Mn", "Me", "Mc"}
    return modifier or mark or character == _JOINER or before.endswith(_JOINER)


def width(text: str) -> float:
    """Return about how wide a text is drawn, in figures; a character of several parts is as wide as its first."""
    return sum(_wide(cluster[0]) for cluster in clusters(text))


def _wide(character: str) -> float:
    if unicodedata.east_asian_width(character) in {"W", "F"}:
        return 1.85
    if character in _NARROW:
        return 0.6
    if character in _BROAD:
        return 1.6
    return 1.25 if character.isupper() or not character.isascii() else 1.0
