"""Recordings of whole episodes, which stand for a teacher that nobody can ask."""

import asyncio
from pathlib import Path

import asking
import pytest

from eep.core.errors import UserError
from eep.teachers.base import Kind
from eep.teachers.episodes import Episodes, EpisodesSettings


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
