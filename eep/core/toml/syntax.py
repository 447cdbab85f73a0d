"""All syntax errors of a TOML document, not only the first.

`tomllib` stops at the first statement it cannot read. Here that statement is noted and blanked (so that all lines
keep their numbers), and the rest is read on: a missing quote in one line does not hide what is wrong in the others.
Nothing read past an error is ever used as data; it only serves to find more errors.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from eep.core.redact import Redactor, secrets
from eep.core.registry import did_you_mean
from eep.core.toml.positions import Position, TomlPath, last_table

#: More than this many syntax errors are no slips of the pen: the file is something else than TOML.
MOST_PROBLEMS = 25

_KEY = r"""(?:"[^"\n]*"|'[^'\n]*'|[A-Za-z0-9_-]+)(?:[ \t]*\.[ \t]*(?:"[^"\n]*"|'[^'\n]*'|[A-Za-z0-9_-]+))*"""
_HEADER = re.compile(rf"[ \t]*\[\[?[ \t]*{_KEY}[ \t]*\]\]?[ \t]*(?:#.*)?$")
_OPEN_HEADER = re.compile(r"[ \t]*\[\[?[ \t]*[A-Za-z][\w.-]*[ \t]*$")  # its bracket forgotten
_PAIR = re.compile(rf"[ \t]*{_KEY}[ \t]*=")
_OPENING = re.compile(rf"[ \t]*\[?\[?[ \t]*(?P<key>{_KEY})[ \t]*=?[ \t]*(?P<value>.*)")
_POSITION = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_ONCE = "this key or table once"
#: How the parser's messages begin, and what was expected, in the words of someone who writes such files.
_EXPECTED = {
    "Invalid value": 'a value (a text stands in "quotes")',
    "Illegal character '\\n'": "the closing quote of the text",
    "Illegal character": "no control character in a text",
    "Unterminated string": "the closing quotes of the text",
    "Expected \"'": "the closing quotes of the text",
    "Unescaped": "a known escape after \\ (or a text in 'single quotes', where \\ is only itself)",
    "Invalid hex value": "hexadecimal digits after \\u or \\U",
    "Escaped character": "the number of a Unicode character",
    "Expected '='": "= after the key",
    "Expected ']'": "] after the table's name",
    "Expected ']]'": "]] after the name of the list of tables",
    "Unclosed array": ", or ] in the list",
    "Unclosed inline table": ", or } in the table, on the same line",
    "Expected newline": "the end of the line after the value",
    "Invalid statement": "key = value, or a [table]",
    "Invalid initial character": "a key (letters, digits, - and _, or a text in quotes)",
    "Invalid date": "a date that exists",
    "Found invalid character '\\n'": "the closing quote of the text",
    "Found invalid character": "no control character",
    "Cannot overwrite": _ONCE,
    "Cannot declare": _ONCE,
    "Cannot redefine": _ONCE,
    "Cannot mutate": _ONCE,
    "Duplicate": _ONCE,
    "Too deep": "lists and tables nested less deep",
    "Exceeds the limit": "a number of fewer digits",
}
#: Keys whose values no error shows.
_SECRET = re.compile(r"api_?key|token$|secret|password")
#: What a value that does not end begins with, and what was expected at its end.
_UNCLOSED = {
    '"""': 'the closing """ of the text',
    "'''": "the closing ''' of the text",
    "[": ", or ] in the list",
    "{": ", or } in the table, on the same line",
}


class SyntaxProblem(NamedTuple):
    """One statement that cannot be read: where, the key or table it is about, and what was expected and found."""

    position: Position
    path: TomlPath
    sentence: str


@dataclass(frozen=True)
class Parsed:
    """What could be read: ``text`` is the document with the statements of ``problems`` blanked, ``data`` its value."""

    text: str
    data: dict[str, Any]
    problems: tuple[SyntaxProblem, ...]


def parse(text: str) -> Parsed:
    r"""Read a TOML document with ``\n`` line ends, going on after statements that are wrong."""
    problems: list[SyntaxProblem] = []
    text += "" if text.endswith("\n") else "\n"  # the end of the file ends a line as well
    while True:
        try:
            return Parsed(text, tomllib.loads(text), tuple(problems))
        except (ValueError, RecursionError) as error:
            # besides TOMLDecodeError: int() refuses thousands of digits, and lists may nest too deep
            message = "Too deep" if isinstance(error, RecursionError) else str(error)
        statement = _Statement.of(text, message)
        problems.append(statement.problem(message))
        text = statement.blanked()
        if len(problems) == MOST_PROBLEMS:
            return Parsed("", {}, tuple(problems))


@dataclass(frozen=True)
class _Statement:
    """The first statement that cannot be read: ``lines[start:end]`` of the document, counted from 0."""

    lines: list[str]
    start: int
    end: int

    @classmethod
    def of(cls, text: str, message: str) -> "_Statement":
        lines = text.split("\n")
        where = _POSITION.search(message)
        last = int(where[1]) if where and where[1] else len(lines)
        start = next(line for line in _starts(lines, last - 1) if _readable(lines[:line]))
        while start < last - 1 and not lines[start].partition("#")[0].strip():
            start += 1
        ends = _starts_table if lines[start].lstrip().startswith("[") else _starts_statement
        end = next((line for line in range(start + 1, len(lines)) if ends(lines[line])), len(lines))
        return cls(lines, start, end)

    def blanked(self) -> str:
        gap = [""] * (self.end - self.start)
        return "\n".join([*self.lines[: self.start], *gap, *self.lines[self.end :]])

    def problem(self, message: str) -> SyntaxProblem:
        where = _POSITION.search(message)
        plain = message[: where.start()] if where else message
        position = Position(int(where[1]), int(where[2])) if where and where[1] else None
        expected = next((_EXPECTED[begin] for begin in _longest_first() if plain.startswith(begin)), None)
        if expected == _ONCE:
            return self.problem_at(self.first(), f"expected {_ONCE}, found it again")
        if where is None and expected:
            return self.problem_at(self.first(), f"expected {expected}, found more than can be read")
        if expected is None:
            return self.problem_at(position or self.first(), f"expected valid TOML, found: {plain}")
        if position is None or position.line > self.end:
            return self.unclosed(expected)
        found = self.lines[position.line - 1][position.column - 1 :]
        if _SECRET.search(".".join(map(str, self.path()[-1:]))):
            return self.problem_at(position, f"expected {expected}, found something else, not shown here")
        return self.problem_at(position, f"expected {expected}, found {_escaped(found)}{_hint(found)}")

    def problem_at(self, position: Position, sentence: str) -> SyntaxProblem:
        """Return a problem of this statement."""
        return SyntaxProblem(position, self.path(), sentence)

    def unclosed(self, expected: str) -> SyntaxProblem:
        """Return the problem of a value whose end was not found: the parser only noticed in a later statement."""
        opening = _OPENING.match(self.lines[self.start])
        value = opening["value"] if opening else ""
        mark = next((mark for mark in _UNCLOSED if value.startswith(mark)), "")
        position = Position(self.start + 1, opening.start("value") + 1) if opening else self.first()
        if mark in {"[", "{"}:
            inside = [line for line in range(self.start, self.end) if self.lines[line].strip()]
            position = Position(inside[-1] + 1, len(self.lines[inside[-1]].rstrip()) + 1)
        elif value.startswith("'") and not mark:
            position = Position(self.start + 1, len(self.lines[self.start]) + 1)
            return self.problem_at(
                position, "expected the closing quote of the text, found the end of the line"
            )
        found = "the end of the file" if self.end == len(self.lines) else "the next key or table"
        return self.problem_at(position, f"expected {_UNCLOSED.get(mark, expected)}, found {found}")

    def first(self) -> Position:
        """Return where the statement begins."""
        line = self.lines[self.start]
        return Position(self.start + 1, len(line) - len(line.lstrip()) + 1)

    def path(self) -> TomlPath:
        """Return the key or table that the statement is about, as well as its first line tells."""
        opening = _OPENING.match(self.lines[self.start])
        if opening is None:
            return ()
        names: list[str] = []
        try:
            value: Any = tomllib.loads(f"{opening['key']} = 0")
        except tomllib.TOMLDecodeError:
            return ()
        while isinstance(value, dict):
            ((name, value),) = value.items()
            names.append(name)
        if self.lines[self.start].lstrip().startswith("["):
            return tuple(names)
        return (*last_table("\n".join(self.lines[: self.start])), *names)


def _starts(lines: list[str], last: int) -> Iterator[int]:
    """Yield the lines where the wrong statement may begin, from ``last`` back to the first."""
    yield last
    yield from (line for line in range(last - 1, 0, -1) if _starts_statement(lines[line]))
    yield 0


def _starts_statement(line: str) -> bool:
    return bool(_PAIR.match(line)) or _starts_table(line)


def _starts_table(line: str) -> bool:
    return bool(_HEADER.match(line) or _OPEN_HEADER.match(line))


def _readable(lines: list[str]) -> bool:
    try:
        tomllib.loads("\n".join(lines))
    except (ValueError, RecursionError):
        return False
    return True


def _longest_first() -> list[str]:
    return sorted(_EXPECTED, key=len, reverse=True)


def _escaped(found: str) -> str:
    """Return what stands at an error, in quotes and at most 40 characters of it; what looks like a key is not shown."""
    text = Redactor(secrets())(found.strip())
    if not text:
        return "the end of the line"
    return repr(text if len(text) <= 40 else text[:39] + "…")


def _hint(found: str) -> str:
    """Return a hint for truth values in another language's spelling."""
    word = re.match(r"[A-Za-z]*", found.strip())
    name = word[0].lower() if word else ""
    return did_you_mean(name, [name]) if name in {"true", "false"} else ""
