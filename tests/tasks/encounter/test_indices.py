"""Three indices of how a policy acts."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from eep.tasks import task_class
from eep.tasks.encounter.animals import cast
from eep.tasks.encounter.indices import danger_looks, indices, strangeness
from eep.tasks.encounter.settings import EncounterSettings

#: Six states: danger looks, strangeness, behaviour (0 at ease, 1 watching, 4 bristling).
LOOKS = np.array([0.0, 0.0, 0.5, 0.5, 1.0, 1.0])
STRANGE = np.array([0.0, 1.0, 0.0, 1.0, 0.0, 1.0])
BEHAVIOUR = np.array([0, 4, 1, 0, 4, 1])


def test_they_are_those_of_a_calculation_by_hand() -> None:
    """A mean, a difference of means with a least-squares slope, and another slope."""
    approach = np.array([0.9, 0.3, 0.8, 0.5, 0.2, 0.3])
    found = indices(approach, LOOKS, STRANGE, BEHAVIOUR)
    # Slope on looks: sum of (x - .5) y / sum of (x - .5)^2 = (-.45 - .15 + .1 + .15) / 1; at ease less bristling: .7 - .25.
    # Slope on strangeness: (.3 + .5 + .3) / 3 - (.9 + .8 + .2) / 3.
    assert found == pytest.approx(
        {"approach": 0.5, "threat sensitivity": 0.45 + 0.35, "caution before the strange": 0.8 / 3}
    )


def test_unanswered_states_are_left_out() -> None:
    """They change nothing; where nothing is left to compare there is no number."""
    approach = np.array([0.9, 0.3, 0.8, 0.5, 0.2, 0.3])
    more = [np.append(values, values[:2]) for values in (LOOKS, STRANGE, BEHAVIOUR)]
    assert indices(np.append(approach, [np.nan, np.nan]), *more) == indices(approach, LOOKS, STRANGE, BEHAVIOUR)
    nothing = indices(np.full(6, np.nan), LOOKS, STRANGE, BEHAVIOUR)
    assert np.isnan(list(nothing.values())).all()
    same = indices(approach[:1], LOOKS[:1], STRANGE[:1], BEHAVIOUR[:1])
    assert same["approach"] == 0.9
    assert np.isnan([same["threat sensitivity"], same["caution before the strange"]]).all()


@pytest.mark.parametrize(
    ("species", "changes", "looks", "strange"),
    [
        ("cat", {"size": "small", "mouth": "closed", "claws": False}, 0.0, 0.0),
        ("penguin", {"size": "huge", "mouth": "closed", "claws": False}, 0.25, 1 / 3),
        ("crocodile", {"size": "huge", "mouth": "teeth", "claws": True}, 1.0, 2 / 3),
        ("frog", {"size": "tiny", "mouth": "smiling", "claws": False}, 0.0, 2 / 3),
        ("spider", {"size": "small", "mouth": "teeth", "claws": False}, 0.5, 1.0),
    ],
)
def test_looks_are_counted(species: str, changes: dict[str, Any], looks: float, strange: float) -> None:
    """Teeth, claws, a dangerous kind and great size are a quarter each; families are ever farther from mammals."""
    some = next(one.animal for one in cast(EncounterSettings()).subjects if one.animal.species == species)
    animal = replace(some, **changes)
    assert (danger_looks(animal), strangeness(animal)) == (looks, strange)


def test_policies_are_compared_on_every_situation_of_held_out_animals() -> None:
    """A policy that always steps closer has an approach of .7 and fears nothing; the cautious rule fears what bristles."""
    task = task_class("encounter")(task_class("encounter").Settings())
    states = task.reference_states(3)
    assert states.shape == (48 * 20, 35)
    steps = task.policy_metrics(lambda rows: np.tile([0.0, 0.0, 0.0, 1.0, 0.0], (len(rows), 1)), states)
    assert steps == pytest.approx({"approach": 0.7, "threat sensitivity": 0.0, "caution before the strange": 0.0})
    (rule,) = task.rules().values()
    cautious = task.policy_metrics(rule, states)
    # It stays (.5), and steps back (.3) from what comes or bristles: two of five behaviours.
    assert cautious == pytest.approx({"approach": 0.42, "threat sensitivity": 0.2, "caution before the strange": 0.0})
