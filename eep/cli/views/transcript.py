"""What was asked and what came back, for a reader: the records of a store, one by one.

Only the store is read, never a model asked and never a file of the run changed, so that a transcript can be read
while the run goes on.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from textwrap import wrap
from typing import Any, NamedTuple

from eep.core.errors import UserError
from eep.core.redact import Redactor
from eep.core.registry import did_you_mean
from eep.core.text import escape_control_chars, escaped_lines, json_line
from eep.data.store import Record, Store
from eep.data.types import Answer, Status

#: Names in a record's ``about`` that the transcript shows in places of their own.
_PLACED = {"agent", "persona", "wording", "task", "item", "sample", "request"}
_INDENT = "    "


class PromptTurn(NamedTuple):
    """Something that was said to the model: ``role`` is system, user or assistant; where none was asked, wording or item."""

    role: str
    text: str


class Entry(NamedTuple):
    """A record and its number in the store, from 1, which stays the same whatever is selected."""

    number: int
    record: Record


@dataclass(frozen=True)
class EntrySelection:
    """Which records to show; ``None`` is no restriction.

    ``persona``, ``wording`` and ``task`` are names or parts of names that fit one name only; ``limit`` is how many
    entries are shown at most.
    """

    persona: str | None = None
    wording: str | None = None
    task: str | None = None
    status: Status | None = None
    limit: int | None = None


def select(store: Store, selection: EntrySelection, redact: Redactor) -> Iterator[Entry]:
    """Return the records of a store that are selected, cleared of keys, in the order in which they were stored.

    Raises `eep.core.errors.UserError` if a part of a name fits no name in the store, or several; before the
    first record.
    """
    restricted = {"persona": selection.persona, "wording": selection.wording, "task": selection.task}
    given = {kind: part for kind, part in restricted.items() if part is not None}
    wanted = _named(store, given) if given else {}
    found = islice(_matching(store, wanted, selection.status), selection.limit)
    return (Entry(number, _cleared(record, redact)) for number, record in found)


def _matching(store: Store, wanted: Mapping[str, str], status: Status | None) -> Iterator[Entry]:
    for number, record in enumerate(store.records(), start=1):
        named = all(record.about.get(kind) == name for kind, name in wanted.items())
        if named and (status is None or record.answer.status is status):
            yield Entry(number, record)


def _cleared(record: Record, redact: Redactor) -> Record:
    """Return a record without keys: none should be in a store, and none leaves it."""
    answer = replace(record.answer, text=redact(record.answer.text), model=redact(record.answer.model))
    return replace(record, answer=answer, about=redact.value(dict(record.about)))


def _named(store: Store, given: Mapping[str, str]) -> dict[str, str]:
    """Return kind -> the one name in the store that the given part fits."""
    known: dict[str, dict[str, None]] = {kind: {} for kind in given}
    for record in store.records():
        for kind, names in known.items():
            names[str(record.about.get(kind, ""))] = None
    return {kind: _fitting(kind, part, sorted(known[kind])) for kind, part in given.items()}


def _fitting(kind: str, part: str, known: Sequence[str]) -> str:
    fitting = [name for name in known if part.casefold() in name.casefold()]
    if part in known:
        return part
    if len(fitting) == 1:
        return fitting[0]
    listed = ", ".join(map(escape_control_chars, fitting or known)) or "none: nothing has been answered yet"
    expected = f"expected a {kind}, or a part of one name only, out of {listed}"
    pieces = [*known, *(piece for name in known for piece in name.split("-"))]
    raise UserError(f"--{kind}: {expected}; found {part!r}{did_you_mean(part, pieces)}")


def prompt_turns(about: Mapping[str, Any]) -> tuple[PromptTurn, ...]:
    """Return what was said to the model, as far as the stored request tells."""
    request = about.get("request")
    for layer in _layers(request):
        if isinstance(layer.get("messages"), list):
            system = _content(layer.get("system"))
            turns = [_turn(message) for message in layer["messages"]]
            return (*([PromptTurn("system", system)] if system else []), *turns)
    for layer in _layers(request):
        if isinstance(layer.get("text"), str):
            wording = layer.get("wording_text")
            before = [PromptTurn("wording", wording)] if isinstance(wording, str) else []
            return (*before, PromptTurn("item", layer["text"]))
    return ()


def _layers(value: Any) -> Iterator[Mapping[str, Any]]:
    """Yield a table and the tables within it, the outer ones first."""
    waiting = [value]
    while waiting:
        layer = waiting.pop(0)
        if isinstance(layer, Mapping):
            yield layer
            waiting += layer.values()


def _turn(message: Any) -> PromptTurn:
    if not isinstance(message, Mapping):
        return PromptTurn("unknown", str(message))
    return PromptTurn(str(message.get("role", "unknown")), _content(message.get("content")))


def _content(content: Any) -> str:
    """Return the text of a turn, which providers take as a text or as a list of blocks."""
    if isinstance(content, list):
        return "\n".join(map(_content, content))
    if isinstance(content, Mapping):
        text = content.get("text")
        return text if isinstance(text, str) else json_line(content)
    return "" if content is None else str(content)


def as_text(entries: Iterable[Entry], width: int | None = None) -> Iterator[str]:
    """Yield every entry as lines to read; a text that many share is written out once and referred to after that.

    Parameters
    ----------
    width
        Columns that texts are folded to; by default their lines stay as they are.
    """
    first_seen: dict[str, int] = {}
    for number, record in entries:
        body: list[str] = []
        for role, text in prompt_turns(record.about):
            first = first_seen.setdefault(text, number) if role in {"system", "wording"} else number
            body += _part(role, text, width) if first == number else [f"  {role}, as in [{first}]"]
        answer = record.answer
        ending = "" if answer.status is Status.OK else f": {answer.status.value}"
        body += _part(f"reply{ending}", answer.text, width)
        if answer.probabilities is not None:
            stated = ", ".join(f"{option} {p:.4g}" for option, p in answer.probabilities.items())
            body += _part("taken as", stated, width)
        yield "\n".join([*_head(number, record), *body, "", ""])


def _part(role: str, text: str, width: int | None) -> list[str]:
    folded = [
        part for line in escaped_lines(text) for part in (_folded(line, width - len(_INDENT)) if width else [line])
    ]
    return [f"  {escape_control_chars(role)}", *(_INDENT + line if line else "" for line in folded)]


def _folded(line: str, width: int) -> list[str]:
    return wrap(line, max(20, width), break_on_hyphens=False) or [""]


def _head(number: int, record: Record) -> list[str]:
    """Return whose answer to what this is, who gave it, and whatever else is on record."""
    about, answer = record.about, record.answer
    place = ", ".join(str(about.get(name, "?")) for name in ("persona", "wording", "task", "item"))
    head = [
        f"[{number}] {place}, sample {about.get('sample', '?')}: {answer.status.value}",
        f"  {_answered(about, answer)}",
        f"  key {answer.key.hex()}, stored {record.stored_at}",
    ]
    head += [
        f"  {name}: {value if isinstance(value, str) else json_line(value)}"
        for name, value in about.items()
        if name not in _PLACED
    ]
    return list(map(escape_control_chars, head))


def _answered(about: Mapping[str, Any], answer: Answer) -> str:
    agent = str(about.get("agent", "?"))
    model = "" if agent.endswith(answer.model) else f" (the reply names {answer.model})"
    tokens = ", ".join(f"{count:,} {name}" for name, count in answer.usage.items() if count)
    return f"{agent}{model}, {answer.seconds:.1f} s{f', tokens: {tokens}' if tokens else ''}"


def as_json_lines(entries: Iterable[Entry]) -> Iterator[str]:
    """Yield every entry as a line of JSON, in ASCII, with all that is stored."""
    for number, record in entries:
        answer = record.answer
        probabilities = None if answer.probabilities is None else dict(answer.probabilities)
        yield (
            json_line(
                {
                    "number": number,
                    "key": answer.key.hex(),
                    "status": answer.status.value,
                    "probabilities": probabilities,
                    "reply": answer.text,
                    "model": answer.model,
                    "usage": dict(answer.usage),
                    "seconds": answer.seconds,
                    "stored_at": record.stored_at,
                    "asked": [turn._asdict() for turn in prompt_turns(record.about)],
                    **record.about,
                }
            )
            + "\n"
        )
