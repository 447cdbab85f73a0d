"""T7 against plain loops over all pseudo-personas."""

import dataclasses
from itertools import product

import naive
import numpy as np
import pytest
from cells import random_panel

from eep.stats import components
from eep.stats.components import Component
from eep.stats.generic import gain
from eep.stats.one_persona import OnePersona

CELLS = random_panel(6, 3, 30, seed=3, effect=0.7)
NEUTRAL = random_panel(1, 3, 30, seed=4)
PANEL = dataclasses.replace(CELLS, neutral=(NEUTRAL.teacher[0], NEUTRAL.student[0]))


def _mean(a: naive.Cells, b: naive.Cells, students: tuple[int, ...], teachers: tuple[int, ...]) -> float:
    pairs = [(w, v) for w in range(3) for v in range(3) if w != v]
    return sum(naive.inner(a[students[w]][w], b[teachers[v]][v]) for w, v in pairs) / len(pairs)


def _ranks(component: Component, persona: int) -> tuple[float, float]:
    """Return the joint and the students' p-value of one persona."""
    a, b = component.student.tolist(), component.teacher.tolist()
    own = (persona,) * 3
    mixed = [chosen for chosen in product(range(6), repeat=3) if len(set(chosen)) > 1]
    observed = _mean(a, b, own, own)
    joint = 1 + sum(_mean(a, b, chosen, chosen) >= observed - naive.TIE for chosen in mixed)
    students = 1 + sum(_mean(a, b, chosen, own) >= observed - naive.TIE for chosen in mixed)
    return joint / (len(mixed) + 1), students / (len(mixed) + 1)


@pytest.mark.parametrize("name", components.COMPONENTS)
def test_one_persona_equals_enumeration(name: str) -> None:
    """Ranks equal a plain count of the pseudo-personas that come as high; the test over items equals scipy's of one persona."""
    from scipy.stats import ttest_1samp

    component = components.against_neutral(PANEL, name)
    found = OnePersona(999, (0,))(component, PANEL.personas)
    for persona, parts in enumerate(found.parts):
        assert (parts[0].value, parts[1].value) == _ranks(component, persona)
        assert parts[0].minimum == 1 / (6**3 - 6 + 1)
        if component.over_items:
            a, b = component.student.tolist(), component.teacher.tolist()
            values = naive.contributions([a[persona]], [b[persona]])
            assert parts[2].value == pytest.approx(ttest_1samp(values, 0.0, alternative="greater").pvalue, abs=1e-9)
        assert found.p_values[persona] == max(part.value for part in parts)


def test_deviations_from_the_neutral_voice_equal_differences() -> None:
    """A level against neutral is the difference of two means; a gain, of two slopes beyond level."""
    found = components.against_neutral(PANEL, components.LEVEL).teacher[:, :, 0]
    assert np.allclose(found, CELLS.teacher.mean(axis=2) - NEUTRAL.teacher[0].mean(axis=1))
    everyone = gain(
        np.concatenate([CELLS.teacher, NEUTRAL.teacher]),
        np.array(naive.z_scores_of_mean(CELLS.teacher.tolist())),
        np.arange(7)[:, None] < np.full((1, 3), 6),
    )
    gains = components.against_neutral(PANEL, components.GAIN).teacher[:, :, 0]
    assert np.allclose(gains, everyone[:6] - everyone[6:], atol=1e-12)
