"""Drafts of a new persona's wordings."""

import pytest

from eep.config.authoring.drafts import WORDINGS, drafts
from eep.config.authoring.rules import LIKENESS, SPREAD
from eep.config.authoring.texts import most_alike, spread_of_lengths
from eep.data.persona import Arm

CURIE = "A physicist who measures before she believes. She does not give up, and distrusts honours."


def test_several_sentences_are_shared_out() -> None:
    """An address with the first sentence, a portrait with all, an instruction with the rest: no two say the same."""
    assert drafts("Marie Curie", CURIE, Arm.PERSONA) == {
        "plain": "You are Marie Curie, a physicist who measures before she believes.",
        "portrait": "Marie Curie is a physicist who measures before she believes. She does not give up, and distrusts "
        "honours. You speak as Marie Curie.",
        "instruction": "Answer exactly as Marie Curie would. She does not give up, and distrusts honours.",
    }


def test_one_sentence_stands_in_the_portrait() -> None:
    """The others then rely on the name: said three times in the same words, it would be one wording."""
    found = drafts("Hugo", "Trusts the tide more than any instrument", Arm.PERSONA)
    assert found["plain"] == "You are Hugo."
    assert found["portrait"] == "This is Hugo. Trusts the tide more than any instrument. You speak as Hugo."
    assert "tide" not in found["instruction"]


def test_a_long_first_sentence_is_not_said_twice() -> None:
    """Where sharing out would make near copies, the name has to do."""
    long = "A harbour pilot who has brought every ship of the line through the narrows for forty years. Hates hurry."
    assert drafts("Hugo", long, Arm.PERSONA)["plain"] == "You are Hugo."


@pytest.mark.parametrize("name", ["Ada", "Sir Isaac Newton", "ميّ زيادة", "李白", "🐙", "  Ada \n Lovelace "])
@pytest.mark.parametrize(
    "about", [CURIE, "A poet.", "诗人。喜欢月亮和酒。", "كاتبة وأديبة. تحب الموسيقى؟", "x"]
)
@pytest.mark.parametrize("arm", Arm)
def test_drafts_are_whole_and_differ(name: str, about: str, arm: Arm) -> None:
    """The wordings of the shipped experiments, on one line each, unlike enough and of comparable length."""
    found = drafts(name, about, arm)
    assert tuple(found) == WORDINGS
    assert all(text and "\n" not in text and "  " not in text for text in found.values())
    assert most_alike(found.values()) <= LIKENESS
    assert spread_of_lengths(found.values()) <= SPREAD


def test_a_neutral_persona_is_nobody() -> None:
    """Neither the name nor the description of a neutral persona reaches a model."""
    found = " ".join(drafts("Nobody Special", "Likes zebras.", Arm.NEUTRAL).values())
    assert "Nobody" not in found
    assert "zebras" not in found
