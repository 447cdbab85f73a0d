"""A new persona's wordings as drafts, the weights of its simulated teacher, and the text of its file."""

import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from eep.config.authoring.drafts import WORDINGS, drafts
from eep.config.authoring.lint import findings
from eep.config.authoring.persona_file import WIDTH, Contents, text, toml_text
from eep.config.authoring.planting import LEVEL, STRENGTH, WEIGHED, draw_weights, no_weights, pulls, unit
from eep.core import paths
from eep.data.persona import Arm, Persona, Wording
from eep.tasks import TASKS, task_class
from eep.tasks.base import analysed_readout

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
    """The portrait is made of whole sentences; neither a name nor a description is a template."""
    found = drafts("Hugo {about}", "Trusts {name} more than any tide", Arm.PERSONA)
    assert found["portrait"] == "This is Hugo {about}. Trusts {name} more than any tide. You speak as Hugo {about}."


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


def test_nothing_is_planted_unless_drawn() -> None:
    """Every task has its section, with level 0 and no weights, and tells its traits and what weights push towards."""
    found = no_weights()
    assert [section.task for section in found] == sorted(TASKS)
    for section in found:
        assert (section.weights.level, dict(section.weights.weights)) == (0.0, {})
        assert section.traits == tuple(task_class(section.task).traits)
        assert section.option == analysed_readout(task_class(section.task))


@pytest.mark.parametrize("name", ["marie-curie", "ada", "x"])
def test_drawn_effects_are_of_usual_strength(name: str) -> None:
    """Some traits have a weight, and the items differ by about 1 logit, or as much on a scale of several options."""
    for section in draw_weights(name):
        weights = section.weights.weights
        assert 0 < len(weights) <= WEIGHED
        assert set(weights) <= set(section.traits)
        assert abs(section.weights.level) <= LEVEL * unit(section.task)
        assert pulls(section.task, [weights])[0].std() == pytest.approx(STRENGTH * unit(section.task), abs=0.1)


def test_a_logit_is_worth_the_same_in_every_task() -> None:
    """Small pulls of one unit move what is read out as much, whether it is a choice of two or a scale of five."""
    moved = []
    for name in TASKS:
        task = task_class(name)
        scale = np.array([task.readouts[analysed_readout(task)].get(option, 0.0) for option in task.options])
        odds = np.exp(0.01 * unit(name) * scale)
        moved.append(float(odds @ scale / odds.sum() - scale.mean()))
    assert moved == pytest.approx([0.01 / 4] * len(TASKS), rel=0.01)


def test_the_draw_is_by_the_id() -> None:
    """The same id draws the same weights, and another draws others."""
    assert draw_weights("ada") == draw_weights("ada") != draw_weights("eva")
    assert draw_weights("ada") != no_weights()


#: Whatever a shell or a terminal can hand over; surrogates are refused before.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
ADA = Persona("ada", "Ada", Arm.PERSONA, "A poet.", "", (Wording("plain", "You are Ada."),))


@given(st.one_of(TEXTS, st.lists(TEXTS.filter(bool), min_size=20).map(" ".join)))
@example(" begins with a space, and goes on for longer than a line may be in the file of a persona, so it is folded")
@example("ends with a space, and goes on for longer than a line may be in the file of a persona, so it is folded ")
@example("   two  spaces   " * 20)
@example('"""' * 50 + "\\" * 200 + "\n" * 3 + "a\x7fb")
def test_any_text_reads_back(value: str) -> None:
    """Quotes, backslashes, controls, line ends and runs of spaces, folded or not, come back as they were."""
    assert tomllib.loads(f"value = {toml_text(value)}") == {"value": value}


def test_long_texts_are_folded() -> None:
    """Every line fits, as in the personas that ship."""
    written = toml_text("measure " * 60)
    assert written.startswith('"""\\\n')
    assert max(map(len, written.splitlines())) <= WIDTH


def test_the_file_says_what_its_parts_are_for(tmp_path: Path) -> None:
    """It names the drafts, calls drawn weights drawn, and lists every trait of every task."""
    written = text(Contents(ADA, ["plain"], no_weights(), drawn=False), tmp_path)
    assert "to be read and changed: plain." in written
    assert "Nothing is planted here" in written
    assert "pole-angular-velocity" in written
    assert "accessory-scarf" in written
    drawn = text(Contents(ADA, [], no_weights(), drawn=True), tmp_path)
    assert "drawn at random" in drawn
    assert "to be read and changed" not in drawn


def test_editors_find_the_schema_in_a_clone_only(tmp_path: Path) -> None:
    """Beside the shipped personas the first line leads to the schema; elsewhere there is no such line."""
    inside = text(Contents(ADA, [], no_weights(), drawn=False), paths.PACKAGE.parent / "personas")
    assert inside.startswith("#:schema ../eep/resources/schemas/persona.schema.json\n")
    assert "#:schema" not in text(Contents(ADA, [], no_weights(), drawn=False), tmp_path)
