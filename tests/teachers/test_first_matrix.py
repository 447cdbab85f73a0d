"""The recording that comes with eep, and recordings of whole episodes, which stand for a teacher that nobody can ask."""

import asyncio
from functools import cache
from pathlib import Path

import asking
import pytest

from eep.config.persona import load_persona
from eep.core.errors import UserError
from eep.data.types import Answer, Question, Status
from eep.tasks import prompt, task_class
from eep.tasks.base import analysed
from eep.teachers.base import Kind
from eep.teachers.episodes import Episodes, EpisodesSettings
from eep.teachers.recorded import SHIPPED, Recorded, RecordedSettings
from eep.teachers.recording import AnswerRecording, open_recording

PERSONAS = sorted((Path(__file__).resolve().parents[2] / "personas").glob("*.toml"))
#: Settings under which the animals are those of the recording.
ANIMALS = {"stimuli": "first-matrix"}


@cache
def recording() -> AnswerRecording:
    """Return the first matrix."""
    return open_recording(SHIPPED / "first-matrix")


def test_it_is_complete() -> None:
    """It has an answer of every persona in every wording to every item: 33 x (360 + 81 + 144 x 20), choices in the last."""
    replies = recording().replies
    cells = {(cell.persona, cell.wording) for cell in replies}
    texts = {(cell.task, cell.text) for cell in replies}
    assert (len(replies), len(cells), len(texts)) == (109_593, 33, 3_321)
    assert {cell.sample for cell in replies} == {0}
    assert all(reply.status == "ok" and reply.choice for reply in replies.values())
    assert all(len(reply.probabilities) == (cell.task != "encounter") for cell, reply in replies.items())


def test_its_limits_are_told() -> None:
    """Its provenance says recorded, and its limits that version, independence and measured frequencies are missing."""
    said = Recorded(RecordedSettings(recording="first-matrix"), seed=0).provenance()
    assert said.agent == "recorded:claude"
    assert "recorded" in said.sentence
    limits = " ".join(said.caveats)
    for words in ("exact version", "not independent", "not measured frequencies", "saw no picture"):
        assert words in limits


@pytest.mark.parametrize("path", PERSONAS, ids=lambda path: path.stem)
def test_the_personas_have_the_recorded_wordings(path: Path) -> None:
    """Each persona's file has the texts that the answers were recorded with, letter for letter."""
    persona = load_persona(path)
    assert {wording.id: wording.text for wording in persona.wordings} == recording().wordings[persona.id]


@pytest.mark.parametrize(
    ("name", "settings", "texts"), [("cartpole", {}, 81), ("cute", ANIMALS, 360), ("encounter", {}, 2_880)]
)
def test_every_question_is_answered(name: str, settings: dict[str, str], texts: int) -> None:
    """Tasks as eep tells them find their answers: every text in 33 cells, none of them left out."""
    task = task_class(name)(task_class(name).Settings(**settings))
    teacher = Recorded(RecordedSettings(recording="first-matrix"), seed=0)
    questions = [
        Question(persona, wording, task.id, item, built, task.options, analysed(task), 0)
        for persona in map(load_persona, PERSONAS)
        for wording in persona.wordings
        for item in task.stimuli()
        for built in [prompt.build(wording, task.question(item), task.options)]
    ]

    async def ask() -> list[Answer]:
        return [await teacher.answer(question, b"") for question in questions]

    answers = asyncio.run(ask())
    assert len(answers) == texts * 33
    assert {answer.status for answer in answers} == {Status.OK}


def episodes(folder: Path) -> Episodes:
    """Return the teacher that a folder stands for."""
    return Episodes(EpisodesSettings(model="m-1", recording=str(folder)))


def test_nobody_can_be_asked(tmp_path: Path) -> None:
    """Whatever would send a question says that there is only a recording; without questions all is well."""
    teacher, question = episodes(tmp_path), asking.question()
    teacher.check([])
    told = f"{tmp_path}: expected a teacher that can be asked, found a recording of episodes"
    assert teacher.unanswerable_reason(question) == told
    assert teacher.not_ready_reason() == ""
    for ask in (lambda: teacher.check([question]), lambda: teacher.request(question)):
        with pytest.raises(UserError, match="found a recording of episodes"):
            ask()
    with pytest.raises(UserError, match="found a recording of episodes"):
        asyncio.run(teacher.answer(question, b""))


def test_the_recording_is_what_results_depend_on(tmp_path: Path) -> None:
    """Its hash is the same each time, and another when a file has another name or content."""
    (tmp_path / "actions.npy").write_bytes(b"1")
    before = episodes(tmp_path).content()
    assert episodes(tmp_path).content() == before
    (tmp_path / "actions.npy").write_bytes(b"2")
    changed = episodes(tmp_path).content()
    (tmp_path / "actions.npy").rename(tmp_path / "other.npy")
    assert len({before, changed, episodes(tmp_path).content()}) == 3


def test_who_played_is_told(tmp_path: Path) -> None:
    """It is called recorded, by the name of the model that played; a folder that is not there is told."""
    teacher = episodes(tmp_path)
    assert (teacher.agent, teacher.provenance().kind) == ("recorded:m-1", Kind.RECORDED)
    assert teacher.provenance().agent == teacher.agent
    with pytest.raises(UserError, match="found no such folder"):
        episodes(tmp_path / "nowhere")
