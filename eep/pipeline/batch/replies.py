"""Replies that come back in files: which of them are answers, which are failures, and what is wrong with the files.

A reply becomes an answer only if it names one question of the experiment, is the only one that does (or says the same
as the others), comes from the model that was to be asked, and is read as a reply to a live request would be.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eep.core.text import escape_control_chars, one_line, quoted
from eep.core.toml.document import display_path
from eep.data.types import Answer, Question, Status
from eep.pipeline.batch.formats import FORMATS, Plain, plain, returned
from eep.pipeline.batch.lines import Line, Problem, read
from eep.teachers.batches import FormatError, Returned, error_text
from eep.teachers.live import Live
from eep.teachers.reply import SHOWN, MalformedReplyError, Outcome, choice


@dataclass(frozen=True)
class ImportedReply:
    """A line that answers a question, in one way or another: ``answer`` is ``None`` where it failed."""

    line: Line
    returned: Returned
    question: Question
    answer: Answer | None
    failure: str = ""

    @property
    def location(self) -> str:
        """File and line."""
        return f"{display_path(self.line.path)}:{self.line.number}"

    @property
    def remark(self) -> str:
        """The reply that is no answer, on one line; empty where it is an answer."""
        if self.answer is None or self.answer.status is Status.OK:
            return ""
        return f"{self.answer.status.value}: {shown(self.answer.text)}"

    @property
    def about(self) -> dict[str, Any]:
        """What the transcript says of where the answer came from."""
        about = {"format": self.returned.format, "file": self.line.path.name, "line": self.line.number}
        if self.returned.format == "plain" and self.returned.content is not None:
            about["provenance"] = self.returned.content["provenance"]
        return about


@dataclass
class Judged:
    """What came of reading files of replies."""

    #: Key of a question -> its reply.
    replies: dict[bytes, ImportedReply] = field(default_factory=dict)
    #: Everything that is wrong with the files. Lines with a problem are in no reply.
    problems: list[Problem] = field(default_factory=list)
    #: How many lines repeated another line.
    repeated: int = 0


def judge(
    paths: Sequence[Path], questions: Mapping[bytes, Question], teacher: Live, *, models: Sequence[str] = ()
) -> Judged:
    """Read files of replies and judge every line.

    Raises `eep.core.errors.UserError` if a file is not there.

    Parameters
    ----------
    questions
        Answer key -> question, of the whole experiment.
    teacher
        Whose answers they are to be; reads the replies.
    models
        Names of models that count as the teacher's besides its own.
    """
    with teacher.redacting():
        judge = _Judge(questions, teacher, (teacher.settings.model, *models))
        for path in dict.fromkeys(paths):
            for line in read(path, judge.found.problems):
                judge.take(line)
        return judge.end()


class _Judge:
    """Takes lines in one by one; what contradicts itself is known at the end."""

    def __init__(self, questions: Mapping[bytes, Question], teacher: Live, models: Sequence[str]) -> None:
        self.found = Judged()
        self._questions = questions
        self._teacher = teacher
        self._models = models
        self._redact = teacher.redactor()
        self._options = {option.casefold() for question in questions.values() for option in question.options}
        self._clashing: set[bytes] = set()

    def take(self, line: Line) -> None:
        try:
            came = returned(line.value)
            key = self._key(came.id)
            reply = self._read(line, came, key)
        except FormatError as error:
            self.found.problems.append(Problem(line.path, line.number, str(error)))
        except RecursionError:
            sentence = "expected a reply, found JSON that is nested too deeply"
            self.found.problems.append(Problem(line.path, line.number, sentence))
        else:
            self._enter(key, reply)

    def end(self) -> Judged:
        """Return what was found; of replies that contradict each other none counts."""
        for key in self._clashing:
            del self.found.replies[key]
        self._check_sense()
        problems = self.found.problems
        problems[:] = [problem._replace(sentence=self._redact(problem.sentence)) for problem in problems]
        return self.found

    def _key(self, name: str) -> bytes:
        """Return the answer key that a custom_id is; raises FormatError where no question has it."""
        key = bytes.fromhex(name) if re.fullmatch("[0-9a-f]{32}", name) else b""
        if key in self._questions:
            return key
        expected = f"expected the custom_id of a question of this experiment to {self._teacher.agent}"
        raise FormatError(f"{expected}, found {quoted(name)}")

    def _read(self, line: Line, came: Returned, key: bytes) -> ImportedReply:
        """Return the reply that a line is; raises FormatError where it is none to the question of this key."""
        question = self._questions[key]
        if came.failure:
            return ImportedReply(line, came, question, None, self._redact(came.failure))
        if came.refused:
            refusal = Outcome(Status.REFUSED, None, came.refused, "")
            return ImportedReply(line, came, question, self._teacher.answered(key, refusal))
        try:
            outcome = self._outcome(came, question)
        except MalformedReplyError as error:
            return ImportedReply(line, came, question, None, self._redact(str(error)))
        if not _same_model(outcome.model, self._models):
            raise FormatError(
                f"expected a reply of {' or '.join(self._models)}, found one of {quoted(outcome.model)}; "
                "if that is the same model, say so with --model NAME"
            )
        return ImportedReply(line, came, question, self._teacher.answered(key, outcome))

    def _outcome(self, came: Returned, question: Question) -> Outcome:
        if came.format == "plain":
            return self._plain(plain(came.content), question)
        if came.format != self._teacher.settings.provider:
            raise FormatError(
                f"expected replies of {self._teacher.settings.provider}, or plain ones; found one of {came.format}"
            )
        return self._teacher.read_reply(came.content, question)

    def _plain(self, reply: Plain, question: Question) -> Outcome:
        """Return what a plain reply amounts to, by the rules of live ones."""
        if reason := self._teacher.beyond_words():
            raise FormatError(reason)
        sent = FORMATS["plain"].line("", question, {})
        for name, value in reply.repeated.items():
            if value != sent.get(name):
                raise FormatError(
                    f"expected {name!r} as it was exported, found {error_text(value)}: are the ids mixed up?"
                )
        if reply.status is not Status.OK:
            return Outcome(reply.status, None, reply.text, reply.model)
        outcome = choice(reply.text, question.options, reply.model)
        if outcome.status is not Status.OK and reply.text.strip().casefold() in self._options:
            raise FormatError(
                f"expected one of the question's options ({', '.join(question.options)}), found {quoted(reply.text)}, "
                "an option of another question: are the ids mixed up?"
            )
        return outcome

    def _enter(self, key: bytes, reply: ImportedReply) -> None:
        """Keep a reply beside what came before it to the same question."""
        before = self.found.replies.setdefault(key, reply)
        if before is reply:
            return
        if before.answer is None or reply.answer is None:
            # One of the two failed: a question that was sent twice has the answer that it got.
            self.found.replies[key] = reply if before.answer is None else before
            self.found.repeated += 1
        elif before.answer == reply.answer:
            self.found.repeated += 1
        else:
            self._clashing.add(key)
            first = f"line {before.line.number}"
            if before.line.path != reply.line.path:
                first = f"{before.line.path.name}, {first}"
            sentence = f"expected one reply to each question, found another than in {first}: {key.hex()}"
            self.found.problems.append(Problem(reply.line.path, reply.line.number, sentence))

    def _check_sense(self) -> None:
        """Note that no reply makes sense, if that is so: they are likely to belong to other questions."""
        answered = [(reply, reply.answer) for reply in self.found.replies.values() if reply.answer is not None]
        if len(answered) > 1 and all(answer.status is Status.UNPARSABLE for _, answer in answered):
            reply, answer = answered[0]
            sentence = (
                f"expected replies that name an option of their question, found none that does among {len(answered):,}; "
                f"the first: {quoted(answer.text)}"
            )
            self.found.problems.append(Problem(reply.line.path, 0, sentence))


def shown(text: str) -> str:
    """Return a text as it is shown: on one line, cut, and control characters as escapes."""
    return one_line(escape_control_chars(" ".join(text.split())), SHOWN)


def _same_model(found: str, asked: Sequence[str]) -> bool:
    """Return whether a reply's model is one of those asked; providers add the date of a version to what was asked."""
    names = (re.escape(name.removesuffix("-latest")) for name in asked)
    return found in asked or any(re.fullmatch(rf"{name}-(\d{{4,8}}|\d{{4}}-\d\d-\d\d)", found) for name in names)
