"""The replies that a report shows: which they are, and that nothing is shown that was not said."""

import asyncio
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from eep.data import responses
from eep.data.store import Store
from eep.data.types import Question, Status, answer_key
from eep.pipeline import report as reporting
from eep.pipeline.collect import collect_stored
from eep.pipeline.prepare import Prepared, prepare
from eep.teachers.base import Kind, Teacher
from eep.teachers.episodes import Episodes, EpisodesSettings

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
#: An animal that divides the personas, one that does not, and one that nobody is asked about in the test split.
DISCRIMINATING, DULL, TRAIN = "animal-000", "animal-001", "animal-002"
WHO = ("sir-isaac-newton", "goth-teen")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """Return the quickstart, ready to run, with fewer pictures to talk about."""
    return prepare(ROOT / "experiments" / "quickstart.toml", out=tmp_path_factory.mktemp("excerpt"))


def asked(prepared: Prepared, items: tuple[str, ...]) -> list[Question]:
    """Return the questions of two personas about some animals."""
    return [q for q in prepared.questions if q.item.id in items and q.persona.id in WHO]


def table(prepared: Prepared, refused: str = "") -> pl.DataFrame:
    """Return the teacher's rows: opposite answers to the discriminating item, equal ones to the dull one."""
    return responses.build(
        {"task": q.task, "role": "teacher", "agent": "recorded:claude", "arm": q.persona.arm.value}
        | {"persona": q.persona.id, "wording": q.wording.id, "sample": 0, "item": q.item.id}
        | {"cluster": q.item.text, "split": "train" if q.item.id == TRAIN else "test", "option": "cute"}
        | {"response": None if q.item.id == refused else float(q.item.id == DISCRIMINATING and q.persona.id == WHO[0])}
        | {"status": "refused" if q.item.id == refused else "ok"}
        for q in asked(prepared, (DISCRIMINATING, DULL, TRAIN))
    )


def stored(prepared: Prepared, items: tuple[str, ...], path: Path) -> Store:
    """Return a store that holds the recorded answers about some animals."""
    teacher = prepared.source
    store = Store.open(path)
    asyncio.run(_fill(store, teacher, asked(prepared, items)))
    return store


async def _fill(store: Store, teacher: Teacher, questions: list[Question]) -> None:
    for question in questions:
        await store.put(await teacher.answer(question, answer_key(teacher.request(question))), {})


def test_discriminating_items_are_shown(prepared: Prepared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every persona and wording is quoted on the item that divides them most, as it is on record."""
    monkeypatch.setattr(reporting, "ITEMS", 1)
    with stored(prepared, (DISCRIMINATING, DULL), tmp_path / "a.sqlite") as store:
        shown = reporting.exchanges(prepared, table(prepared), collect_stored(prepared, store).answered)
    assert {one.item for one in shown} == {DISCRIMINATING}
    assert {(one.persona, one.wording) for one in shown} == {
        (who, wording) for who in WHO for wording in ("plain", "portrait", "instruction")
    }
    (one,) = (one for one in shown if (one.persona, one.wording) == (WHO[0], "plain"))
    assert one.system == "You are Sir Isaac Newton."
    assert [turn.content for turn in one.turns] == [asked(prepared, (DISCRIMINATING,))[0].item.text]
    assert (one.status, one.reply.startswith("choice ")) == ("ok", True)


def test_a_model_s_whole_prompt_is_shown(prepared: Prepared, tmp_path: Path) -> None:
    """What a live model was sent is quoted word by word; of a recording only what is on record."""
    live = replace(prepared, provenance=replace(prepared.provenance, kind=Kind.LIVE))
    with stored(prepared, (DISCRIMINATING,), tmp_path / "b.sqlite") as store:
        shown = reporting.exchanges(live, table(prepared), collect_stored(prepared, store).answered)
    assert shown[0].system == asked(prepared, (DISCRIMINATING,))[0].prompt.system
    assert "Is it " in shown[0].turns[0].content


def test_replies_that_are_no_answers_are_shown(prepared: Prepared, tmp_path: Path) -> None:
    """A few refusals are quoted wherever they are, though nobody knows how discriminating they would have been."""
    with stored(prepared, (DISCRIMINATING, TRAIN), tmp_path / "c.sqlite") as store:
        shown = reporting.exchanges(prepared, table(prepared, refused=TRAIN), collect_stored(prepared, store).answered)
    missed = [one for one in shown if one.item == TRAIN]
    assert len(missed) == min(reporting.MISSED, len(asked(prepared, (TRAIN,))))
    assert {one.status for one in missed} == {Status.OK.value}  # the store's own word is told, not the table's


def test_what_is_not_stored_is_not_shown(prepared: Prepared, tmp_path: Path) -> None:
    """A question without a stored answer has no transcript; a recording of whole episodes has none at all."""
    with Store.open(tmp_path / "d.sqlite") as store:
        assert reporting.exchanges(prepared, table(prepared), collect_stored(prepared, store).answered) == ()
        episodes = Episodes(EpisodesSettings(model="m", recording=str(tmp_path)))
        replayed = replace(prepared, source=episodes, questions=())
        assert reporting.exchanges(replayed, table(prepared), collect_stored(replayed, store).answered) == ()
