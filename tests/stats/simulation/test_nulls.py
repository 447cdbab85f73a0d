"""The worlds in which nothing is inherited."""

import pytest

from eep.stats.simulation.nulls import ALL, COVERED, NULLS, Null
from eep.stats.simulation.world import Design


@pytest.mark.parametrize("null", NULLS.values(), ids=NULLS)
def test_preference_is_never_inherited(null: Null) -> None:
    """What is inherited is in the teachers, and never a preference, but by personas beside the bystanders in question."""
    assert set(null.inherited) <= set(null.teachers) <= set(ALL)
    assert ("preference" in null.inherited) == (null.effects.bystanders > 0)
    # Unless something is kept from the students, no persona favours anything.
    assert null.effects.bystanders or null.effects.persona == 0 or not null.effects.transmitted


def test_only_the_confounded_world_gives_personas_items_of_their_own() -> None:
    """It is the one that is flagged."""
    assert [null.name for null in NULLS.values() if null.confounded] == ["N6p"]
    assert [null.name for null in NULLS.values() if null.effects.subset_per_persona] == ["N6p"]


def test_worlds_change_only_what_they_say() -> None:
    """The rest of the design is the experiment's."""
    design = Design(personas=8, wordings=4, items=100)
    assert NULLS["N2"].design(design) == design
    strong = NULLS["N2s-W2"].design(design)
    assert (strong.personas, strong.wordings, strong.items, strong.answers) == (8, 2, 500, "probability")


def test_coverage_has_five_configurations() -> None:
    """With different names, and a persona effect that reaches students in each."""
    assert len({name for name, _, _ in COVERED}) == 5
    assert all(effects.persona > 0 and effects.transmitted for _, _, effects in COVERED)
