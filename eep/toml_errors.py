"""Files people write, and what is wrong with them: ``file:line:column: key: expected ..., found ...``.

`read` opens a TOML file; `Problems` gathers everything that is wrong with it and raises it at once, each line with
the place it is about, so that one look at the file mends all of it.
"""

import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from eep.errors import UserError
from eep.registry import did_you_mean
from eep.toml_positions import Place, Position, TomlPath, places
from eep.toml_syntax import SyntaxProblem, parse

START = Position(1, 1)


class TomlError(UserError):
    """One or several files are not as they should be; ``lines`` has one line per problem, in the files' order."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))


@dataclass(frozen=True)
class Document:
    r"""A TOML file as read.

    Attributes
    ----------
    path
        As it was given; ``name`` is what errors call it.
    text
        With ``\n`` line ends, statements that cannot be read blanked.
    data
        The values of ``text``; of use to no one while there are ``syntax`` problems, except to find more of them.
    sha256
        Of the file's bytes, hexadecimal.
    syntax
        Everything that could not be read.
    """

    path: Path
    text: str
    data: dict[str, Any]
    sha256: str
    syntax: tuple[SyntaxProblem, ...] = ()

    @property
    def name(self) -> str:
        """The path as errors show it: below the current folder relative to it."""
        return shown(self.path)

    @cached_property
    def places(self) -> dict[TomlPath, Place]:
        """Line and column of every table, key, value and list element."""
        return places(self.text)

    def value(self, path: TomlPath) -> Any:
        """Return the value at a path, ``None`` where there is none."""
        value: Any = self.data
        for step in path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        return value


def shown(path: Path) -> str:
    """Return a path as errors show it: relative where it lies below the current folder."""
    here, absolute = Path.cwd(), Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links
    return str(absolute.relative_to(here)) if absolute.is_relative_to(here) else str(path)


def read(path: Path) -> Document:
    """Read a TOML file; what is wrong with its syntax is kept in the document for `Problems`.

    Raises
    ------
    TomlError
        If there is no such file, it is a folder, cannot be opened, is empty, or is not UTF-8 text.
    """
    content = _content(path)
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", "replace")
        position = Position(before.count("\n") + 1, len(before) - before.rfind("\n"))
        found = f"the byte 0x{content[error.start]:02x} (save the file as UTF-8)"
        raise TomlError([_line(path, position, "file", f"expected text in UTF-8, found {found}")]) from error
    parsed = parse(text)
    if not parsed.data and not parsed.problems:
        raise TomlError([_line(path, START, "file", "expected keys and values, found an empty file")])
    return Document(path, parsed.text, parsed.data, hashlib.sha256(content).hexdigest(), parsed.problems)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        beside = sorted(p.name for p in path.parent.glob("*.toml")) if path.parent.is_dir() else []
        found = f"no such file{did_you_mean(path.name, beside)}"
    except IsADirectoryError:
        found = "a folder"
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        found = f"one that cannot be read ({getattr(error, 'strerror', None) or error})"
    raise TomlError([_line(path, START, "file", f"expected a TOML file, found {found}")])


def _line(path: Path, position: Position, key: str, sentence: str) -> str:
    return f"{shown(path)}:{position.line}:{position.column}: {key}: {sentence}"


class _Problem(NamedTuple):
    position: Position
    path: TomlPath
    sentence: str
    absence: bool  # something is not there


class Problems:
    """Gathers what is wrong with one document, its syntax included.

    Consequences are dropped: where a statement could not be read, or a misspelt key is close to a missing one,
    nobody is told besides that the key is missing.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self._found: list[_Problem] = []
        self._meant: set[TomlPath] = set()

    def add(
        self,
        path: TomlPath,
        expected: str,
        found: str | None = None,
        *,
        known: Sequence[str] = (),
        absence: bool = False,
    ) -> None:
        """Note that the value at ``path`` is not as expected; ``found`` is told from the document unless given.

        A name close to one of ``known`` is asked about; ``absence`` marks that something is not there.
        """
        value = self.document.value(path)
        hint = did_you_mean(value, list(known)) if isinstance(value, str) else ""
        sentence = f"expected {expected}, found {found or described(value)}{hint}"
        self._found.append(_Problem(self._place(path).value, path, sentence, absence))

    def add_sentence(self, path: TomlPath, sentence: str) -> None:
        """Note a problem whose sentence is complete: ``expected ..., found ...``."""
        self._found.append(_Problem(self._place(path).value, path, sentence, absence=False))

    def add_unknown(self, path: TomlPath, known: Sequence[str], kind: str = "keys") -> None:
        """Note that the key at ``path`` is none of ``known``."""
        name = str(path[-1])
        free = [each for each in known if (*path[:-1], each) not in self.document.places]
        hint = did_you_mean(name, free) or did_you_mean(name, list(known))
        self._meant |= {(*path[:-1], each) for each in free if f"{each!r}" in hint}
        expected = f"one of the {kind} {', '.join(known)}" if known else f"no further {kind}"
        sentence = f"expected {expected}, found {name!r}{hint}"
        self._found.append(_Problem(self._place(path).key, path, sentence, absence=False))

    def lines(self) -> list[str]:
        """Return one line per problem, by line and column."""
        syntax = [_Problem(p.position, p.path, p.sentence, absence=False) for p in self.document.syntax]
        kept = [problem for problem in self._found if not self._consequence(problem)]
        return [
            _line(self.document.path, problem.position, dotted(problem.path), problem.sentence)
            for problem in sorted({*syntax, *kept}, key=_order)
        ]

    def raise_any(self) -> None:
        """Raise `TomlError` if there is any problem."""
        if lines := self.lines():
            raise TomlError(lines)

    def _consequence(self, problem: _Problem) -> bool:
        if not problem.absence:
            return False
        broken = [syntax.path for syntax in self.document.syntax]
        return problem.path in self._meant or any(_related(problem.path, path) for path in broken)

    def _place(self, path: TomlPath) -> Place:
        """Return the place of a path, or of the nearest table around it."""
        while path and path not in self.document.places:
            path = path[:-1]
        return self.document.places.get(path, Place(START, START))


def _order(problem: _Problem) -> tuple[Position, str]:
    return problem.position, problem.sentence


def _related(one: TomlPath, other: TomlPath) -> bool:
    """Tell whether one path contains the other."""
    return all(a == b for a, b in zip(one, other, strict=False))


def dotted(path: TomlPath) -> str:
    """Return a path as one writes it: ``simulated.cartpole.level``, ``personas[2]``; ``file`` for the whole."""
    parts = [f"[{step}]" if isinstance(step, int) else f".{_quoted(step)}" for step in path]
    return "".join(parts).removeprefix(".") or "file"


def _quoted(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else repr(name)


def described(value: Any) -> str:
    """Return a value as errors tell it: short, in the words of the file."""
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case str():
            return _described_text(value)
        case dict() | list():
            kind = "table" if isinstance(value, dict) else "list"
            return f"a {kind} of {len(value)}" if value else f"an empty {kind}"
        case date() | time():
            return f"the date or time {value}"
        case _:
            return repr(value)


def _described_text(text: str) -> str:
    if not text.strip():
        return "only white space" if text else "an empty text"
    return repr(text if len(text) <= 60 else text[:59] + "…")
