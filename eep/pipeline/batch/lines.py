"""Files of lines of JSON: written whole or not at all, read with everything that is wrong in them."""

import json
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from eep.core.errors import UserError
from eep.core.text import quoted
from eep.core.toml.document import display_path

#: How text in another encoding begins.
_UTF16 = (BOM_UTF16_LE, BOM_UTF16_BE)
#: How JSON begins that is spread over lines.
_SPREAD = {b"[", b"[{", b"{"}
#: Problems that an error lists; a file of another kind has one in every line.
SHOWN = 100


class Problem(NamedTuple):
    """Something that is wrong in a file; ``line`` counts from 1, 0 stands for the whole file."""

    path: Path
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{display_path(self.path)}:{f'{self.line}:' if self.line else ''} {self.sentence}"


def listed(problems: Sequence[Problem]) -> list[str]:
    """Return the problems by file and line, neighbours with the same as one; beyond `SHOWN` how many more there are."""
    runs: list[list[Problem]] = []
    for problem in sorted(problems, key=lambda problem: problem[:2]):
        if runs and problem == runs[-1][-1]._replace(line=runs[-1][-1].line + 1):
            runs[-1].append(problem)
        else:
            runs.append([problem])
    left = sum(map(len, runs[SHOWN:]))
    return [*map(_folded, runs[:SHOWN]), *([f"... and {left:,} more"] if left else [])]


def _folded(run: Sequence[Problem]) -> str:
    """Return what is wrong with lines that follow each other, alike in all of them."""
    first, last = run[0], run[-1]
    if first is last:
        return str(first)
    return f"{display_path(first.path)}:{first.line}-{last.line}: {first.sentence}"


class Line(NamedTuple):
    """One line of a file, as a JSON value."""

    path: Path
    number: int
    value: Any


def read(path: Path, problems: list[Problem]) -> Iterator[Line]:
    """Yield the lines of a file that are JSON; what is wrong with the others is added to ``problems``.

    Empty lines are passed over. A last line that breaks off is named: the file is not all there.

    Raises `eep.core.errors.UserError` if there is no such file.
    """
    if not path.is_file():
        raise UserError(f"{display_path(path)}: expected a file of replies, one line of JSON each; found no such file")
    some = False
    with path.open("rb") as file:
        for number, content in enumerate(file, start=1):
            if not content.strip():
                continue
            try:
                value = _value(content, first=number == 1)
            except ValueError as error:
                problems.append(Problem(path, number, _unreadable(content, error)))
                # A file of another kind would have a problem in every line.
                if not some and (content.strip() in _SPREAD or content.startswith(_UTF16)):
                    return
            else:
                yield Line(path, number, value)
            some = True
    if not some:
        problems.append(Problem(path, 0, "expected replies, found an empty file"))


def _value(content: bytes, *, first: bool) -> Any:
    text = content.decode("utf-8-sig" if first else "utf-8").rstrip("\r\n")
    try:
        return json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_once)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; raises ValueError if a key stands in it twice, since which one counts is anybody's guess."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} stands there twice")
    return found


def _unreadable(content: bytes, error: ValueError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"expected UTF-8 text, found the byte {content[error.start]:#04x} in column {error.start + 1}"
    if not content.endswith(b"\n") and isinstance(error, json.JSONDecodeError):
        return "expected a whole line of JSON, found one that breaks off: the file is not all there"
    found = quoted(content.decode("utf-8", "backslashreplace").strip())
    if content.strip() in _SPREAD:
        return f"expected one object per line, found JSON over several lines, beginning with {found}"
    # A line of its own, not the one that the parser counts, stands before the sentence already.
    why = f"{error.msg}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else error
    return f"expected a line of JSON, found {found} ({why})"


class Written(NamedTuple):
    """A file that was written, and how many lines it has."""

    path: Path
    lines: int


def write(
    path: Path,
    lines: Iterable[Mapping[str, Any]],
    *,
    most_lines: int | None = None,
    most_bytes: int | None = None,
    overwrite: bool = False,
) -> tuple[Written, ...]:
    """Write lines of JSON to a file, or to several numbered ones where one may not hold them all.

    Every file is complete before the first of them gets its name. Where there are no lines, nothing is written.

    Raises `eep.core.errors.UserError` if a file would be replaced (unless ``overwrite``), or a single line is longer
    than a file may be.
    """
    contents = (json.dumps(line, ensure_ascii=False, allow_nan=False).encode() + b"\n" for line in lines)
    parts: list[Written] = []
    try:
        for number, group in groupby(_numbered(contents, most_lines, most_bytes), key=itemgetter(0)):
            partial = path.with_name(f".{path.name}.{number}.partial")
            parts.append(Written(partial, 0))
            with partial.open("wb") as file:
                sizes = [file.write(content) for _, content in group]
            parts[-1] = Written(partial, len(sizes))
        targets = _targets(path, len(parts), overwrite=overwrite)
        for part, target in zip(parts, targets, strict=True):
            part.path.replace(target)
    finally:
        for part in parts:
            part.path.unlink(missing_ok=True)
    return tuple(Written(target, part.lines) for part, target in zip(parts, targets, strict=True))


def _numbered(contents: Iterable[bytes], most_lines: int | None, most_bytes: int | None) -> Iterator[tuple[int, bytes]]:
    """Yield every line with the number of the file it belongs into, from 1."""
    part, count, size = 1, 0, 0
    for content in contents:
        if most_bytes is not None and len(content) > most_bytes:
            raise UserError(f"expected questions of at most {most_bytes:,} bytes, found one of {len(content):,}")
        if count == most_lines or (most_bytes is not None and size + len(content) > most_bytes):
            part, count, size = part + 1, 0, 0
        count, size = count + 1, size + len(content)
        yield part, content


def _targets(path: Path, number: int, *, overwrite: bool) -> list[Path]:
    """Return the names of so many files; raises UserError if one is taken."""
    width = len(str(number))
    targets = [path.with_stem(f"{path.stem}-{part:0{width}}") for part in range(1, number + 1)]
    targets = targets if number > 1 else [path][:number]
    taken = [target for target in targets if target.exists()]
    if taken and not overwrite:
        raise UserError(
            f"{', '.join(map(display_path, taken))}: expected a new file, found one that is there already; "
            "name another, or replace it with --overwrite"
        )
    return targets
