"""What kind of number a task's analysed readout is."""

from collections.abc import Mapping

from meadow import Meadow

from eep.data.phrases import Scale
from eep.tasks.cartpole.settings import CartPoleSettings
from eep.tasks.cartpole.task import CartPole
from eep.tasks.readouts import scale


class Group(Meadow):
    """The toy, of which the probability of two options is analysed."""

    readouts: Mapping[str, Mapping[str, float]] = {"retreat": Meadow.readouts["retreat"]}


class Spoken(Meadow):
    """The toy with words of its own for the level."""

    component_phrases: Mapping[str, str] = {"level": "how near they come"}


def test_weights_between_0_and_1_make_a_scale() -> None:
    """A scale has the options at its ends, and the task's words for it where there are any."""
    assert scale(Meadow(Meadow.Settings())) == Scale("how much they approach", "rush back", "rush closer")
    assert scale(Spoken(Meadow.Settings())) == Scale("how near they come", "rush back", "rush closer")


def test_one_option_or_some_of_them_are_a_probability() -> None:
    """They are no scale."""
    assert scale(CartPole(CartPoleSettings())) is None
    assert scale(Group(Meadow.Settings())) is None
