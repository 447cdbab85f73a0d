"""The replies that a report shows: which they are, and that nothing is shown that was not said."""

from dataclasses import replace
from itertools import product
from pathlib import Path

import polars as pl
import pytest

from eep.data import responses
from eep.data.store import Store
from eep.data.types import Exchange, Question, Status
from eep.pipeline import report as reporting
from eep.pipeline.collect import collect_stored
from eep.pipeline.elicit.elicit import elicit
from eep.pipeline.prepare import Prepared, prepare
from eep.teachers.base import Kind
from eep.teachers.episodes import Episodes, EpisodesSettings
from eep.teachers.limits import Limits

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


def shown(prepared: Prepared, frame: pl.DataFrame, items: tuple[str, ...], folder: Path) -> tuple[Exchange, ...]:
    """Return what is shown where the recorded answers about some animals are stored."""
    with Store.open(folder / "answers.sqlite") as store:
        if items:
            elicit(asked(prepared, items), prepared.source, store, limits=Limits())
        return reporting.exchanges(prepared, frame, collect_stored(prepared, store).answered)


def test_discriminating_items_are_shown(prepared: Prepared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every persona and wording is quoted on the item that divides them most, as it is on record."""
    monkeypatch.setattr(reporting, "ITEMS", 1)
    found = shown(prepared, table(prepared), (DISCRIMINATING, DULL), tmp_path)
    assert {one.item for one in found} == {DISCRIMINATING}
    assert {(one.persona, one.wording) for one in found} == {*product(WHO, ("plain", "portrait", "instruction"))}
    (one,) = (one for one in found if (one.persona, one.wording) == (WHO[0], "plain"))
    assert one.system == "You are Sir Isaac Newton."
    assert [turn.content for turn in one.turns] == [asked(prepared, (DISCRIMINATING,))[0].item.text]
    assert (one.status, one.reply.startswith("choice ")) == ("ok", True)


def test_a_model_s_whole_prompt_is_shown(prepared: Prepared, tmp_path: Path) -> None:
    """What a live model was sent is quoted word by word; of a recording only what is on record."""
    live = replace(prepared, provenance=replace(prepared.provenance, kind=Kind.LIVE))
    first, *_ = shown(live, table(prepared), (DISCRIMINATING,), tmp_path)
    assert first.system == asked(prepared, (DISCRIMINATING,))[0].prompt.system
    assert "Is it " in first.turns[0].content


def test_replies_that_are_no_answers_are_shown(prepared: Prepared, tmp_path: Path) -> None:
    """A few refusals are quoted wherever they are, though nobody knows how discriminating they would have been."""
    found = shown(prepared, table(prepared, refused=TRAIN), (DISCRIMINATING, TRAIN), tmp_path)
    missed = [one for one in found if one.item == TRAIN]
    assert len(missed) == min(reporting.MISSED, len(asked(prepared, (TRAIN,))))
    assert {one.status for one in missed} == {Status.OK.value}  # the store's own word is told, not the table's


def test_what_is_not_stored_is_not_shown(prepared: Prepared, tmp_path: Path) -> None:
    """A question without a stored answer has no transcript; a recording of whole episodes has none at all."""
    assert shown(prepared, table(prepared), (), tmp_path) == ()
    episodes = Episodes(EpisodesSettings(model="m", recording=str(tmp_path)))
    assert shown(replace(prepared, source=episodes, questions=()), table(prepared), (), tmp_path) == ()
