"""What is wrong with a file people wrote, all of it at once: ``file:line:column: key: expected ..., found ...``."""

import re
from collections.abc import Sequence
from datetime import date, time
from typing import Any, NamedTuple

from eep.core.errors import TomlError
from eep.core.redact import Redactor, secrets
from eep.core.registry import did_you_mean
from eep.core.text import quoted
from eep.core.toml.document import START, Document, error_line
from eep.core.toml.positions import Location, Position, TomlPath


class _Problem(NamedTuple):
    position: Position
    path: TomlPath
    sentence: str
    absence: bool  # something is not there


class Problems:
    """Collects what is wrong with one document.

    Where a misspelt key is close to a missing one, only the misspelt one is a problem.
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
        """Note that the value at ``path`` is not as expected; ``found`` is the value in the document unless given.

        A name close to one of ``known`` is asked about; ``absence`` marks that something is not there.
        """
        value = self.document.value(path)
        hint = did_you_mean(value, list(known)) if isinstance(value, str) else ""
        sentence = f"expected {expected}, found {found or described(value)}{hint}"
        self._note(path, sentence, absence=absence)

    def add_sentence(self, path: TomlPath, sentence: str) -> None:
        """Note a problem whose sentence is complete: ``expected ..., found ...``."""
        self._note(path, sentence)

    def add_key(self, path: TomlPath, expected: str) -> None:
        """Note that the name of the key at ``path`` is not as expected."""
        sentence = f"expected {expected}, found {str(path[-1])!r}"
        self._note(path, sentence, key=True)

    def add_unknown(self, path: TomlPath, known: Sequence[str], kind: str = "keys") -> None:
        """Note that the key at ``path`` is none of ``known``."""
        name = str(path[-1])
        free = [each for each in known if (*path[:-1], each) not in self.document.locations]
        hint = did_you_mean(name, free) or did_you_mean(name, list(known))
        self._meant |= {(*path[:-1], each) for each in free if f"{each!r}" in hint}
        expected = f"one of the {kind} {', '.join(known)}" if known else f"no further {kind}"
        sentence = f"expected {expected}, found {name!r}{hint}"
        self._note(path, sentence, key=True)

    def all(self) -> list[tuple[Position, TomlPath, str]]:
        """Return position, path and sentence of every problem, by line and column."""
        kept = {found[:3] for found in self._found if not (found.absence and found.path in self._meant)}
        return sorted(kept, key=lambda problem: (problem[0], problem[2]))

    def lines(self) -> list[str]:
        """Return one line per problem, by line and column."""
        return [error_line(self.document.path, at, dotted(path), text) for at, path, text in self.all()]

    def raise_any(self) -> None:
        """Raise `TomlError` if there is any problem."""
        if lines := self.lines():
            raise TomlError(lines)

    def _note(self, path: TomlPath, sentence: str, *, key: bool = False, absence: bool = False) -> None:
        location = self._location(path)
        self._found.append(_Problem(location.key if key else location.value, path, sentence, absence))

    def _location(self, path: TomlPath) -> Location:
        """Return the place of a path, or of the nearest table around it."""
        while path and path not in self.document.locations:
            path = path[:-1]
        return self.document.locations.get(path, Location(START, START))


def dotted(path: TomlPath) -> str:
    """Return a path as one writes it: ``simulated.cartpole.level``, ``personas[2]``; ``file`` for the whole."""
    parts = [f"[{step}]" if isinstance(step, int) else f".{_quoted(step)}" for step in path]
    return "".join(parts).removeprefix(".") or "file"


def _quoted(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else repr(name)


def described(value: Any) -> str:
    """Return a value as errors show it: short, in the words of the file, without what looks like a key."""
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
    if not any(letter.isprintable() and not letter.isspace() for letter in text):
        return "only characters that show nothing"
    return quoted(Redactor(secrets())(text))
