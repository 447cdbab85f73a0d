"""Recordings, opened and checked line by line; their format is in `eep.teachers.recording_format`."""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from eep.core.errors import UserError
from eep.core.toml.document import display_path, read
from eep.core.toml.errors import Problems
from eep.core.toml.models import validate
from eep.teachers.recording_format import About, AnswerLine, ChoicesLine, Grid, ItemLine, PersonaTexts, canonical

M = TypeVar("M", bound=BaseModel)
_STRANGER = "expected a persona and wording of personas.json; found {!r} in {!r}"
_SHOWN = 100  # problems; a file of another format has one in every line


class RecordedCell(NamedTuple):
    """What an answer belongs to; ``text`` is in the form of `canonical`."""

    task: str
    persona: str
    wording: str
    text: str
    sample: int


@dataclass
class RecordedReply:
    """One recorded answer, put together from its lines; ``line`` is the first of them."""

    line: int
    status: str
    choice: str | None
    text: str | None
    model: str | None
    probabilities: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class AnswerRecording:
    """A checked recording."""

    #: Its recording.toml.
    about: About
    #: Persona id to wording id to the text as it was sent.
    wordings: Mapping[str, Mapping[str, str]]
    #: All answers.
    replies: Mapping[RecordedCell, RecordedReply]
    #: What lines say of their own provenance, each once.
    notes: tuple[str, ...]
    #: Hash (hex) of all its files: another recording, or a changed one, gives other answers.
    digest: str
    #: Task to the options of its grid, where it has one.
    grids: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def open_recording(folder: Path) -> AnswerRecording:
    """Read and check a recording.

    Raises `eep.core.errors.TomlError` if recording.toml is missing or wrong; UserError if other files are missing or
    lines are malformed; the text lists each with file and line.
    """
    about = _about(folder / "recording.toml")
    reader = _Reader(folder)
    reader.read()
    if problems := reader.problems:
        more = [f"... and {len(problems) - _SHOWN:,} more"] if len(problems) > _SHOWN else []
        raise UserError("\n".join([*problems[:_SHOWN], *more]))
    notes = tuple(dict.fromkeys(reader.notes))
    return AnswerRecording(about, reader.wordings, reader.replies, notes, _digest(folder), reader.grids)


def _about(path: Path) -> About:
    document = read(path)
    problems = Problems(document)
    about = validate(problems, About, document.data)
    problems.raise_any()
    if about is None:
        raise UserError(f"{display_path(path)}: expected a description of a recording, found none")
    return about


def _digest(folder: Path) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted(folder.iterdir()):
        if path.name in {"recording.toml", "personas.json"} or path.name.endswith((".jsonl", "-grid.json")):
            digest.update(path.name.encode() + b"\0" + hashlib.blake2b(path.read_bytes()).digest())
    return digest.hexdigest()


class _Reader:
    """Reads the files of a folder and gathers every problem as ``file:line: ...``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._texts: dict[tuple[str, str], str] = {}
        self.wordings: dict[str, dict[str, str]] = {}
        self.replies: dict[RecordedCell, RecordedReply] = {}
        self.grids: dict[str, tuple[str, ...]] = {}
        self.notes: list[str] = []
        self.problems: list[str] = []

    def read(self) -> None:
        self._personas(self._folder / "personas.json")
        for path in sorted(self._folder.glob("*-items.jsonl")):
            self._items(path, path.name.removesuffix("-items.jsonl"))
        for task in sorted(self._packed()):
            self._grid(self._folder / f"{task}-grid.json", task)
        path = self._folder / "answers.jsonl"
        for number, line in self._lines(path, AnswerLine):
            if wrong := self._answer(number, line):
                self._add(path, number, wrong)
        for reply in {id(reply): reply for reply in self.replies.values()}.values():
            if (total := sum(reply.probabilities.values())) > 1 + 1e-6:
                self._add(path, reply.line, f"expected probabilities that sum to at most 1; found {total:g}")

    def _add(self, path: Path, number: int, sentence: str) -> None:
        self.problems.append(f"{display_path(path)}:{number}: {sentence}")

    def _content(self, path: Path) -> bytes:
        if not path.is_file():
            self.problems.append(f"{display_path(path)}: expected this file of a recording, found none")
            return b""
        return path.read_bytes()

    def _packed(self) -> set[str]:
        """Return the tasks with either file of a grid: one without the other is incomplete."""
        ends = ("-grid.json", "-choices.jsonl")
        return {path.name.removesuffix(end) for end in ends for path in self._folder.glob(f"*{end}")}

    def _personas(self, path: Path) -> None:
        content = self._content(path)
        if not content:
            return
        try:
            personas = TypeAdapter(dict[str, PersonaTexts]).validate_json(content)
        except ValidationError as error:
            self.problems += [f"{display_path(path)}: {sentence}" for sentence in _sentences(error)]
        else:
            self.wordings = {name: persona.wordings for name, persona in personas.items()}

    def _lines(self, path: Path, model: type[M]) -> Iterator[tuple[int, M]]:
        for number, content in enumerate(self._content(path).splitlines(), start=1):
            try:
                yield number, model.model_validate_json(content)
            except ValidationError as error:
                for sentence in _sentences(error):
                    self._add(path, number, sentence)

    def _items(self, path: Path, task: str) -> None:
        seen: dict[str, int] = {}
        for number, line in self._lines(path, ItemLine):
            text = canonical(line.text)
            for name, key in (("item", line.item), ("text", text)):
                first = seen.setdefault(f"{name} {key}", number)
                if first != number:
                    self._add(path, number, f"expected each {name} once; found that of line {first} again")
            self._texts[task, line.item] = text

    def _grid(self, path: Path, task: str) -> None:
        """Take in what is packed in a grid."""
        content = self._content(path)
        if not path.is_file():
            return
        try:
            grid = Grid.model_validate_json(content)
        except ValidationError as error:
            self.problems += [f"{display_path(path)}: {sentence}" for sentence in _sentences(error)]
            return
        self.grids[task] = grid.options
        packed = self._folder / f"{task}-choices.jsonl"
        endings = [canonical(ending) for ending in grid.endings]
        for number, line in self._lines(packed, ChoicesLine):
            if line.wording not in self.wordings.get(line.persona, {}):
                self._add(packed, number, _STRANGER.format(line.persona, line.wording))
                continue
            # One object for each option of a line: a grid holds as many answers as all else together.
            replies = {
                str(place): RecordedReply(number, "ok", option, None, None)
                for place, option in enumerate(grid.options, start=1)
            }
            for item, digits in line.choices.items():
                if wrong := self._unpackable(task, item, digits, len(endings), replies):
                    self._add(packed, number, wrong)
                    continue
                caption = self._texts[task, item]
                cell = (task, line.persona, line.wording)
                for ending, digit in zip(endings, digits, strict=True):
                    place = RecordedCell(*cell, f"{caption} {ending}", line.sample)
                    if place in self.replies:
                        self._add(packed, number, f"expected each answer once; found another to {place.text!r}")
                    self.replies[place] = replies[digit]

    def _unpackable(self, task: str, item: str, digits: str, length: int, known: Collection[str]) -> str:
        """Return what is wrong with an item's choices, or an empty string."""
        if (task, item) not in self._texts:
            return f"expected items of {task}-items.jsonl; found {item!r}"
        if len(digits) != length or not set(digits) <= set(known):
            return f"expected {length} digits from 1 to {len(known)} for {item}; found {digits!r}"
        return ""

    def _answer(self, number: int, line: AnswerLine) -> str:
        """Take a line in; return what is wrong with it, or an empty string."""
        if wrong := line.malformed() or self._misplaced(line):
            return wrong
        text = canonical(line.text) if line.text is not None else self._texts[line.task, line.item or ""]
        cell = RecordedCell(line.task, line.persona, line.wording, text, line.sample)
        fresh = RecordedReply(number, line.status, line.choice, line.reply, line.model)
        reply = self.replies.setdefault(cell, fresh)
        if reply is not fresh and (wrong := _clash(reply, line)):
            return wrong
        if line.option is not None and line.probability is not None:
            reply.probabilities[line.option] = line.probability
        if line.provenance is not None:
            self.notes.append(line.provenance)
        return ""

    def _misplaced(self, line: AnswerLine) -> str:
        """Return which of the persona, wording and item the recording does not have, or an empty string."""
        if line.wording not in self.wordings.get(line.persona, {}):
            return _STRANGER.format(line.persona, line.wording)
        if line.item is not None and (line.task, line.item) not in self._texts:
            return f"expected an item of {line.task}-items.jsonl; found {line.item!r}"
        return ""


def _clash(reply: RecordedReply, line: AnswerLine) -> str:
    """Return how a further line of an answer contradicts or repeats it, or an empty string."""
    if line.option is None or line.option in reply.probabilities:
        return f"expected one line per answer and option; found that of line {reply.line} again"
    if (line.status, line.choice, line.model) != (reply.status, reply.choice, reply.model):
        return f"expected the same status, choice and model as in line {reply.line}; found others"
    return ""


def _sentences(error: ValidationError) -> Iterator[str]:
    """Yield what is wrong, one sentence per key."""
    for detail in error.errors(include_url=False):
        key = ".".join(str(step) for step in detail["loc"])
        found = "" if detail["type"] in {"missing", "json_invalid"} else f", found {detail['input']!r}"
        yield f"{key}: {detail['msg']}{found}" if key else f"{detail['msg']}{found}"
