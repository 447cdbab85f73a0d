"""Where the keys and values of a TOML document stand: path in the document -> line and column.

No TOML parser for Python gives the positions of valid keys. This one walks a document that `tomllib` has accepted:
knowing that the document is valid, it need only see where things begin and end, and leaves every meaning (escapes,
numbers, dates) to `tomllib`.
"""

import re
import tomllib
from bisect import bisect_right
from dataclasses import dataclass
from typing import NamedTuple

#: Keys of tables and indices of lists, from the top of the document.
TomlPath = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_PART = re.compile(r'"(?:[^"\\\n]|\\.)*"|' r"'[^'\n]*'|" r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(
    r'"""(?:\\[\s\S]|[^\\])*?"""(?:"{0,2})|'  # up to two quotes may stand before the closing three
    r"'''[\s\S]*?'''(?:'{0,2})|"
    r'"(?:[^"\\\n]|\\.)*"|'
    r"'[^'\n]*'|"
    r"\d{4}-\d\d-\d\d \d\d:[^\s,\]}#]*|"  # a date and a time with a space between
    r"[^\s,\]}#]+"
)


class Position(NamedTuple):
    """A place in a file; line and column count characters from 1."""

    line: int
    column: int


@dataclass(frozen=True)
class Location:
    """Where an entry's key begins, and its value; for an element of a list and a table's header both are one."""

    key: Position
    value: Position


def locations(text: str) -> dict[TomlPath, Location]:
    r"""Return the locations of every table, key, value and list element of a valid TOML document.

    ``text`` is the document with ``\n`` line ends. What it gives for an invalid document is not defined.
    """
    walk = _Walk(text)
    walk.document()
    starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def position(offset: int) -> Position:
        line = bisect_right(starts, offset)
        return Position(line, offset - starts[line - 1] + 1)

    return {path: Location(position(key), position(value)) for path, (key, value) in walk.found.items()}


class _Walk:
    """Goes through a document once; ``found`` holds the offsets of key and value of each path."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: dict[TomlPath, tuple[int, int]] = {}
        self.sizes: dict[TomlPath, int] = {}  # elements so far of each array of tables

    def document(self) -> None:
        table: TomlPath = ()
        self.skip(_BLANK)
        while self.at < len(self.text):
            if self.peek() == "[":
                table = self.header()
            else:
                self.pair(table)
            self.skip(_BLANK)

    def header(self) -> TomlPath:
        brackets = 2 if self.text.startswith("[[", self.at) else 1
        self.at += brackets
        parts = self.key()
        self.at += brackets
        path: TomlPath = ()
        for name, offset in parts[:-1]:
            path = self.current((*path, name))
            self.found.setdefault(path, (offset, offset))
        name, offset = parts[-1]
        path = (*path, name)
        if brackets == 2:
            self.found.setdefault(path, (offset, offset))
            self.sizes[path] = self.sizes.get(path, 0) + 1
            path = self.current(path)
        self.found[path] = (offset, offset)  # the header counts, where a longer header named the table before
        return path

    def current(self, path: TomlPath) -> TomlPath:
        """Return the path itself, or of its last element if it is an array of tables."""
        return (*path, self.sizes[path] - 1) if path in self.sizes else path

    def pair(self, table: TomlPath) -> None:
        parts = self.key()
        self.skip(_SPACE)
        self.at += 1  # the equals sign
        self.skip(_SPACE)
        path = table
        for name, offset in parts:
            path = (*path, name)
            self.found.setdefault(path, (offset, offset))
        self.found[path] = (parts[-1][1], self.at)
        self.value(path)

    def key(self) -> list[tuple[str, int]]:
        """Return the parts of a key, dotted or not, each with its offset."""
        parts: list[tuple[str, int]] = []
        while not parts or self.peek() == ".":
            self.at += bool(parts)
            self.skip(_SPACE)
            offset = self.at
            self.skip(_PART)
            parts.append((_name(self.text[offset : self.at]), offset))
            self.skip(_SPACE)
        return parts

    def value(self, path: TomlPath) -> None:
        opening = self.peek()
        if opening not in {"[", "{"}:
            self.skip(_SCALAR)
            return
        self.at += 1
        self.skip(_BLANK)
        index = 0
        while self.peek() not in {"]", "}"}:
            if opening == "{":
                self.pair(path)
            else:
                self.found[(*path, index)] = (self.at, self.at)
                self.value((*path, index))
                index += 1
            self.skip(_BLANK)
            self.at += self.peek() == ","
            self.skip(_BLANK)
        self.at += 1

    def peek(self) -> str:
        """Return the next character, or "" at the end."""
        return self.text[self.at] if self.at < len(self.text) else ""

    def skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self.text, self.at)
        if match is None:
            raise ValueError(f"expected a valid TOML document; found {self.text[self.at : self.at + 20]!r}")
        self.at = match.end()


def _name(part: str) -> str:
    """Return the name that one part of a key writes."""
    if part[0] not in "\"'":
        return part
    (name,) = tomllib.loads(f"{part} = 0")
    return name
