"""Whose is this body? Named rightly, and not named where it is nobody's."""

from typing import Any

import numpy as np
import pytest

from eep.core.arrays import FloatArray
from eep.stats.audit import Audit, Suspects

K, W, N = 7, 3, 150
SEED = (3,)


class World:
    """Personas with tastes of their own, in wordings with whims, seen by students that show a part of it."""

    def __init__(self, seed: int, strength: float = 1.0) -> None:
        self.rng = np.random.default_rng(seed)
        self.generic, self.tastes = self.rng.normal(size=N), strength * self.rng.normal(size=(K, N))

    def answers(self, taste: FloatArray | float, *shape: int, share: float = 1.0) -> FloatArray:
        """Return answers (*shape, N) of cells with a taste, each with whims of its own."""
        whims = 0.5 * self.rng.normal(size=(*shape, N))
        return np.asarray(1 / (1 + np.exp(-(self.generic + share * taste + whims))))

    def suspects(self) -> Suspects:
        """Return the suspects, with a neutral persona and a placebo."""
        teacher, student = (self.answers(self.tastes[:, None], K, W, share=share) for share in (1.0, 0.7))
        names = tuple(f"persona-{number}" for number in range(K))
        return Suspects(names, teacher, student, self.answers(0.0, 2, W), (self.answers(0.0, 2, W),))


def test_personas_are_named() -> None:
    """A student in a new wording resembles its own persona most; nearly all are named, and none as another."""
    world, named = World(0), []
    audit = Audit(world.suspects(), seed=SEED)
    for place, taste in enumerate(world.tastes):
        found = audit(world.answers(taste, share=0.7))
        assert found.resemblance.argmax() == place
        assert (found.p_adjusted >= found.p_value).all()
        named.append(found.named(0.05))
        assert named[-1] in ("", f"persona-{place}")
    assert named.count("") <= 1


def test_what_is_nobodys_is_hardly_ever_named() -> None:
    """Policies without a taste, with one that no suspect has, or that are the same everywhere, are named in at most 6.5 %."""
    named = []
    for seed in range(20):
        world = World(seed)
        audit = Audit(world.suspects(), seed=SEED)
        nobody = [world.answers(0.0) for _ in range(5)]
        stranger = [world.answers(world.rng.normal(size=N)) for _ in range(5)]
        drawn = [world.rng.random(N), world.rng.integers(0, 2, N).astype(float), np.full(N, 0.7)]
        for answers in (*nobody, *stranger, *drawn):
            p = audit.tested(answers[None])[1][0]
            named.append(p.min() * K <= 0.05)
    assert np.mean(named) <= 0.065


def test_a_mixture_is_named_as_what_it_is_most() -> None:
    """Three quarters of one persona and a quarter of another are named as the former, or not at all, and never as the latter."""
    world, named = World(1), []
    audit = Audit(world.suspects(), seed=SEED)
    bodies = [world.answers(taste, share=0.7) for taste in world.tastes]
    for most in range(K):
        for least in set(range(K)) - {most}:
            named.append(audit(0.75 * bodies[most] + 0.25 * bodies[least]).named(0.05))
            assert named[-1] in ("", f"persona-{most}")
    assert named.count("") < len(named) / 2


def test_the_share_that_would_be_found_is_one_that_is() -> None:
    """Mixed into the policy at the share that is told, a suspect's own students are named."""
    world = World(2)
    suspects = world.suspects()
    audit, answers = Audit(suspects, seed=SEED), world.answers(0.0)
    share = audit(answers).share
    assert np.isfinite(share).all()
    for place in range(K):
        mixed = share[place] * suspects.student[place].mean(axis=0) + (1 - share[place]) * answers
        assert audit(mixed).p_adjusted[place] <= 0.05


def test_where_suspects_favour_nothing_nobody_is_named() -> None:
    """Suspects without tastes of their own are not told apart, whoever is audited."""
    world = World(4, strength=0.0)
    suspects = world.suspects()
    audit = Audit(suspects, seed=SEED)
    named = [audit(world.answers(0.0)).named(0.05) for _ in range(20)]
    assert np.mean([name != "" for name in named]) <= 0.1


def test_repeats_under_its_seed() -> None:
    """The same suspects, policy and seed give the same numbers."""
    world = World(5)
    suspects, answers = world.suspects(), world.answers(world.tastes[2])
    one, again = (Audit(suspects, seed=SEED)(answers) for _ in range(2))
    for field in ("resemblance", "p_value", "p_adjusted", "share"):
        np.testing.assert_array_equal(getattr(one, field), getattr(again, field))


@pytest.mark.parametrize("answers", [np.full(N - 1, 0.5), np.full(N, 1.5), np.full(N, np.nan), np.full((1, N), 0.5)])
def test_refuses_what_are_no_answers(answers: Any) -> None:
    """Anything but a probability for each item is refused."""
    with pytest.raises(ValueError, match="expected 150 probabilities"):
        Audit(World(0).suspects(), seed=SEED)(answers)


def test_too_few_suspects_are_refused() -> None:
    """Fewer than six suspects, or one wording, give no audit."""
    whole = World(0).suspects()
    with pytest.raises(ValueError, match="at least 6 suspects"):
        Suspects(whole.personas[:5], whole.teacher[:5], whole.student[:5], whole.neutral)
    with pytest.raises(ValueError, match="2 wordings"):
        whole.without(0).without(0)
