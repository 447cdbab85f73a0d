"""Text as a terminal and a reader may see it: nothing in it controls anything, and no line is too wide."""

import re
import unicodedata
from shutil import get_terminal_size
from textwrap import fill

#: Format characters that belong to writing (emoji sequences, Persian, Indic scripts) and turn nothing around.
_JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"
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
