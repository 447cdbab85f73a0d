"""Drafts of a new persona's wordings."""

import pytest

from eep.config.authoring.drafts import WORDINGS, by_name_alone, drafts
from eep.config.authoring.lint import findings
from eep.data.persona import Arm, Persona, Wording

CURIE = "A physicist who measures before she believes. She does not give up, and distrusts honours."


def persona(name: str, about: str, arm: Arm) -> Persona:
    """Return a persona with all its wordings drafted."""
    wordings = tuple(Wording(key, text) for key, text in drafts(name, about, arm).items())
    return Persona("x", name, arm, about, "", wordings)


def test_name_and_description_stand_in_fixed_forms() -> None:
    """An address, a portrait with the description, and an instruction."""
    assert drafts("Marie Curie", CURIE, Arm.PERSONA) == {
        "plain": "You are Marie Curie, and you take every question as Marie Curie takes it.",
        "portrait": "This is Marie Curie. A physicist who measures before she believes. She does not give up, and "
        "distrusts honours. You speak as Marie Curie.",
        "instruction": "Answer exactly as Marie Curie would. Draw on what is known of Marie Curie, not on what most "
        "people would say.",
    }


def test_a_description_without_a_mark_at_its_end_gets_a_full_stop() -> None:
    """The portrait is made of whole sentences."""
    found = drafts("Hugo", "Trusts the tide more than any instrument", Arm.PERSONA)
    assert found["portrait"] == "This is Hugo. Trusts the tide more than any instrument. You speak as Hugo."


def test_braces_are_kept() -> None:
    """Neither a name nor a description is a template."""
    assert "{about}" in drafts("Ada {about}", "x {name}", Arm.PERSONA)["plain"]


@pytest.mark.parametrize("name", ["Ada", "Sir Isaac Newton", "ميّ زيادة", "李白", "🐙", "  Ada \n Lovelace "])
@pytest.mark.parametrize("about", [CURIE, "A poet.", "诗人。喜欢月亮和酒。", "كاتبة وأديبة. تحب الموسيقى؟", "x"])
@pytest.mark.parametrize("arm", [Arm.PERSONA, Arm.PLACEBO, Arm.NEUTRAL])
def test_drafts_are_whole_and_differ(name: str, about: str, arm: Arm) -> None:
    """The wordings of the shipped experiments, on one line each, and no rule finds anything in them."""
    found = drafts(name, about, arm)
    assert tuple(found) == WORDINGS
    assert all(text and "\n" not in text and "  " not in text for text in found.values())
    assert findings(persona(name, about, arm)) == []


def test_a_neutral_persona_is_nobody() -> None:
    """Neither the name nor the description of a neutral persona reaches a model."""
    found = " ".join(drafts("Nobody Special", "Likes zebras.", Arm.NEUTRAL).values())
    assert "Nobody" not in found
    assert "zebras" not in found


def test_drafts_with_nothing_but_the_name_are_known() -> None:
    """Those without the description; of controls none, as they are about nobody who matters."""
    assert by_name_alone(persona("Ada", "A poet.", Arm.PERSONA)) == ("plain", "instruction")
    assert by_name_alone(persona("Ada", "A poet.", Arm.PLACEBO)) == ()
