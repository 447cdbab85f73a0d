"""Simulated experiments have the effects that they were given, and no others."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from eep.core.arrays import FloatArray
from eep.stats.panel import Panel
from eep.stats.simulation import simulate
from eep.stats.simulation.nulls import ALL, NULLS, Null
from eep.stats.simulation.world import Design, Effects
from eep.stats.slope import cross_covariance

SMALL = Design(personas=4, wordings=3, items=60, train=80, features=5)


def made(design: Design = SMALL, effects: Effects | None = None, seed: int = 0) -> Panel:
    """Return a simulated panel."""
    return simulate.simulate(design, effects or Effects(), np.random.default_rng(seed))


def logits(effects: Effects, design: Design = SMALL, seed: int = 0) -> tuple[FloatArray, FloatArray]:
    """Return a teacher's logits with and without the persona's effect."""
    rng = np.random.default_rng(seed)
    return simulate.teacher_logits(design, effects, simulate.draw_items(design, rng), rng)


def test_the_seed_decides() -> None:
    """K x W x N yes or no from teachers, probabilities from students: the same to the last bit under the same seed."""
    one, same, other = made(), made(), made(seed=1)
    assert one.teacher.shape == one.student.shape == (4, 3, 60)
    assert set(np.unique(one.teacher)) == {0.0, 1.0}
    assert ((one.student > 0) & (one.student < 1)).all()
    assert len(set(one.clusters)) == 60
    assert (one.teacher == same.teacher).all()
    assert (one.student == same.student).all()
    assert (one.student != other.student).any()


def test_strengths_are_standard_deviations() -> None:
    """Each part's logits spread as much as its strength says, on average over many texts and cells."""
    none = Effects(generic=0.0, generic_hidden=0.0)
    wide = replace(SMALL, personas=300, items=400)
    for name in ("persona", "persona_hidden", "wording", "wording_hidden"):
        strength: dict[str, Any] = {name: 0.8}
        spread = logits(replace(none, **strength), wide)[0].std()
        assert spread == pytest.approx(0.8, rel=0.06), name
    for name in ("level", "wording_level"):
        strength = {name: 0.8}
        means = logits(replace(none, **strength), wide)[0].mean(axis=2)
        assert means.std() == pytest.approx(0.8, rel=0.12), name
        assert (means.std(axis=1).max() < 1e-12) == (name == "level")


def test_an_untransmitted_persona_is_in_teachers_only() -> None:
    """The labels of students that it does not reach are without it."""
    with_it, without = logits(Effects(persona=1.0))
    assert (with_it != without).any()
    assert np.ptp(without - without.mean(axis=(0, 1)), axis=2).max() < 1e-9
    strong = replace(SMALL, items=200, train=400, answers="probability")
    for transmitted in (True, False):
        panel = made(strong, Effects(persona=2.0, transmitted=transmitted))
        centred = [x - x.mean(axis=0) for x in (panel.student, panel.teacher)]
        (student, teacher), there = centred, panel.present
        share = cross_covariance(student, teacher, there).sum() / cross_covariance(teacher, teacher, there).sum()
        assert (share > 0.8) == transmitted
        assert transmitted or abs(share) < 0.2


def test_the_first_persona_alone_is_erratic() -> None:
    """The factor multiplies the whims of its wordings and nobody else's."""
    calm, wild = (logits(Effects(wording=1.0, wording_hidden=0.5, wording_level=0.5, erratic=f))[0] for f in (1.0, 3.0))
    np.testing.assert_array_equal(calm[1:], wild[1:])
    spread = [(x[0] - x[0].mean(axis=0)).std() for x in (calm, wild)]
    assert spread[1] == pytest.approx(3 * spread[0])


def test_samples_are_averaged_and_their_variance_is_known() -> None:
    """Four answers make quarters; the sampling variance is that of the mean of four coins."""
    panel = made(replace(SMALL, samples=4, items=2_000, train=20), Effects(generic=0.0, generic_hidden=0.0))
    assert set(np.unique(4 * panel.teacher)) <= {0.0, 1.0, 2.0, 3.0, 4.0}
    assert panel.sampling == pytest.approx(0.25 / 4, rel=0.05)
    assert made().sampling == 0.0


def test_items_of_a_cluster_have_one_answer() -> None:
    """Teachers read the cluster's text; students see a little more."""
    panel = made(replace(SMALL, clusters=12))
    assert len(set(panel.clusters)) == 12
    for name in set(panel.clusters):
        members = [i for i, cluster in enumerate(panel.clusters) if cluster == name]
        assert (np.ptp(panel.teacher[:, :, members], axis=2) == 0).all()
        assert (np.ptp(panel.student[:, :, members], axis=2) > 0).all()


def test_a_persona_with_items_of_its_own_learns_otherwise() -> None:
    """Half of the train items for each persona give other students and leave the teachers alone."""
    shared, own = made(), made(effects=Effects(subset_per_persona=True))
    assert (shared.teacher == own.teacher).all()
    assert (shared.student != own.student).any()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"personas": 1}, "expected at least 2 personas; found 1"),
        ({"wordings": 1, "items": 3}, "expected at least 2 wordings and 12 items; found 1 and 3"),
        ({"clusters": -1}, "expected at least 0 clusters; found -1"),
        ({"inverse_penalty": 0.0}, "expected a positive inverse_penalty; found 0.0"),
    ],
)
def test_impossible_designs_are_refused(change: dict[str, Any], said: str) -> None:
    """The error says what was expected of which setting, and what was found."""
    with pytest.raises(ValueError, match=f"^{said}$"):
        replace(SMALL, **change)


def test_lessons_of_a_persona_are_those_of_all_its_wordings() -> None:
    """In the confounded world a persona's students share half of the items, another half than other personas' students."""
    seen: list[FloatArray] = []

    def learner(x: FloatArray, labels: FloatArray, held_out: FloatArray, weights: FloatArray | None) -> FloatArray:
        assert weights is not None
        assert weights.shape == (15, len(x))
        seen.append(weights)
        return np.full((len(labels), len(held_out)), 0.5)

    design = Design(personas=4, wordings=3, items=20, train=100)
    simulate.simulate(design, Effects(subset_per_persona=True), np.random.default_rng(0), learner)
    lessons = seen[0].reshape(5, 3, 100)  # the neutral persona is the last
    assert (lessons == lessons[:, :1]).all()
    assert len(np.unique(lessons[:, 0], axis=0)) == 5
    assert 0.35 < lessons.mean() < 0.65


@pytest.mark.parametrize("null", NULLS.values(), ids=NULLS)
def test_a_null_never_has_an_inherited_preference(null: Null) -> None:
    """What is inherited is in the teachers, and never a preference; items of a persona's own are flagged."""
    assert set(null.inherited) <= set(null.teachers) <= set(ALL)
    assert ("preference" in null.inherited) == (null.effects.bystanders > 0)
    # Unless something is kept from the students, no persona favours anything.
    assert null.effects.bystanders or null.effects.persona == 0 or not null.effects.transmitted
    assert null.confounded == null.effects.subset_per_persona


def test_worlds_change_only_what_they_say() -> None:
    """The rest of the design is the experiment's."""
    design = Design(personas=8, wordings=4, items=100)
    assert NULLS["N2"].design(design) == design
    assert NULLS["N2s-W2"].design(design) == replace(design, wordings=2, items=500, answers="probability")
