"""TOML files as read: their values, and where everything stands."""

import hashlib
import os
import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from eep.core.errors import TomlError
from eep.core.redact import Redactor, secrets
from eep.core.registry import did_you_mean
from eep.core.toml.positions import Location, Position, TomlPath, locations

START = Position(1, 1)


@dataclass(frozen=True)
class Document:
    r"""A TOML file as read."""

    #: As it was given; ``name`` is what errors call it.
    path: Path
    #: With ``\n`` line ends, the last line included.
    text: str
    #: The values of ``text``.
    data: dict[str, Any]
    #: Of the file's bytes, hexadecimal.
    sha256: str

    @property
    def name(self) -> str:
        """The path as errors show it: below the current folder relative to it."""
        return display_path(self.path)

    @cached_property
    def locations(self) -> dict[TomlPath, Location]:
        """Line and column of every table, key, value and list element."""
        return locations(self.text)

    def value(self, path: TomlPath) -> Any:
        """Return the value at a path, ``None`` where there is none."""
        value: Any = self.data
        for step in path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        return value


def display_path(path: Path) -> str:
    """Return a path as errors show it: relative where it lies below the current folder."""
    here, absolute = Path.cwd(), Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links
    return str(absolute.relative_to(here)) if absolute.is_relative_to(here) else str(path)


def read(path: Path) -> Document:
    """Read a TOML file.

    Raises TomlError if there is no such file, it is a folder, cannot be opened, is empty, is not UTF-8 text, or
    breaks the grammar of TOML: then the first error is named.
    """
    return from_bytes(path, _content(path))


def from_bytes(path: Path, content: bytes) -> Document:
    """Return the document that a file would be that holds ``content``; raises as `read`."""
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", "replace")
        position = Position(before.count("\n") + 1, len(before) - before.rfind("\n"))
        found = f"the byte 0x{content[error.start]:02x} (save the file as UTF-8)"
        raise TomlError([error_line(path, position, "file", f"expected text in UTF-8, found {found}")]) from error
    text += "" if text.endswith("\n") else "\n"  # so that what breaks off does so at the end of its line
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise TomlError([_syntax_error(path, text, error)]) from None
    if not data:
        raise TomlError([error_line(path, START, "file", "expected keys and values, found an empty file")])
    return Document(path, text, data, hashlib.sha256(content).hexdigest())


def _syntax_error(path: Path, text: str, error: Exception) -> str:
    """Return the line of the first error in the grammar, without the text around it, which may hold a key."""
    match = re.fullmatch(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", str(error))
    if match is None:  # int() refuses thousands of digits, and lists may nest too deep
        return error_line(path, START, "file", "expected valid TOML, found more than can be read")
    end = Position(text.count("\n"), len(text.splitlines()[-1]) + 1)
    position = Position(int(match[2]), int(match[3])) if match[2] else end
    found = Redactor(secrets())(match[1])
    return error_line(path, position, "file", f"expected valid TOML, found an error: {found}")


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
    raise TomlError([error_line(path, START, "file", f"expected a TOML file, found {found}")])


def error_line(path: Path, position: Position, key: str, sentence: str) -> str:
    """Return the line of one problem: ``file:line:column: key: expected ..., found ...``."""
    return f"{display_path(path)}:{position.line}:{position.column}: {key}: {sentence}"
