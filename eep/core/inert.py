r"""Texts that somebody else wrote, made safe to print: what a model says must not move the cursor or turn lines round.

Escape sequences, other control characters, marks that change the direction of writing, invisible characters and
halves of characters are shown as they would be written in Python source (``\x1b``, ``\u202e``).
"""

import json
import unicodedata
from typing import Any


def escape_control_chars(text: str) -> str:
    """Return a text on one line; line breaks are shown, too."""
    return text if text.isprintable() else "".join(map(_escaped, text))


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
