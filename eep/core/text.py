"""Text that somebody else wrote, made safe to show: nothing in it controls a terminal, and no line is too wide.

Escape sequences, other control characters, marks that change the direction of writing, invisible characters and
halves of characters are left out (`one_line`) or shown as Python source writes them (`escape_control_chars`).
"""

import json
import re
import unicodedata
from shutil import get_terminal_size
from textwrap import fill
from typing import Any

#: Format characters that belong to writing (emoji sequences, Persian, Indic scripts) and turn nothing around.
_JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"
#: Controls that move the cursor, change colours or turn the direction of what follows; tabs and line ends stay.
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
#: Spaces at which no line ends: within "118 %" and "p = .12".
_TOGETHER = re.compile(r"(?<=\d) (?=%)|(?<=\bp) (?== )|(?<=\bp =) ")
_TIE = "\N{NO-BREAK SPACE}"
#: Least and greatest width of the text that is printed.
MARGINS = (30, 96)


def one_line(text: str, longest: int | None = None) -> str:
    """Return ``text`` on one line, without control, direction-changing or unencodable characters.

    Where it has more than ``longest`` characters its end is cut off, visibly.
    """
    kept = (c if _is_printable(c) else " " for c in text)
    line = " ".join("".join(kept).split())
    return line if longest is None or len(line) <= longest else line[: longest - 3].rstrip() + "..."


def encodable(text: str, encoding: str | None) -> str:
    """Return ``text`` with escapes for the characters that an output in ``encoding`` has no way to write."""
    known = encoding or "utf-8"
    return text.encode(known, "backslashreplace").decode(known)


def _is_printable(character: str) -> bool:
    # The last two places of every plane, and these 32, are for no character, now or ever.
    nothing = ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF
    category = unicodedata.category(character)
    return character in _JOINERS or not (nothing or category in {"Cc", "Cf", "Cs", "Zl", "Zp"})


def wrap(text: str, hanging: str = "  ") -> str:
    """Return a text folded to the terminal, indented by two, or by the width of what its first line hangs on."""
    width = max(MARGINS[0], min(MARGINS[1], get_terminal_size().columns))
    folded = fill(
        _TOGETHER.sub(_TIE, text),
        width,
        initial_indent="  " if hanging == "  " else "",
        subsequent_indent=" " * len(hanging),
        # Options of commands, addresses and names of folders stay whole: they are there to be copied.
        break_on_hyphens=False,
        break_long_words=False,
    )
    return folded.replace(_TIE, " ")


def escape_control_chars(text: str) -> str:
    """Return a text on one line; line breaks are shown, too."""
    return text if text.isprintable() else "".join(map(_escaped, text))


def visible(text: str) -> str:
    r"""Return a text of several lines in which what would steer a terminal stands as ``\u202e``."""
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def escaped_lines(text: str) -> list[str]:
    r"""Return a text's lines, each of them inert; ``\r\n`` ends a line as ``\n`` does."""
    return [escape_control_chars(line) for line in text.replace("\r\n", "\n").split("\n")]


def quoted(text: str, longest: int = 60) -> str:
    """Return a text in quotes, inert, cut to so many characters: for errors."""
    return repr(text if len(text) <= longest else text[: longest - 1] + "…")


def json_line(value: Any) -> str:
    """Return a JSON value as one line of ASCII without control characters."""
    # JSON lets DEL pass as it is.
    return json.dumps(value, ensure_ascii=True, allow_nan=False).replace("\x7f", "\\u007f")


def _escaped(character: str) -> str:
    if character.isprintable():
        return character
    if unicodedata.category(character) == "Zs":  # a space of another width
        return " "
    return character.encode("unicode_escape").decode("ascii")
