"""Stimulus sets."""

from dataclasses import replace

import pytest

from eep.stimuli.animals import DEFAULT, caption, sample


def test_the_default_set_is_what_it_was() -> None:
    """The captions of the default set have the hash that its name stands for."""
    stimuli = DEFAULT.stimuli()
    assert len(stimuli) == len({stimulus.id for stimulus in stimuli}) == 1000
    assert stimuli[0].text == caption(sample(DEFAULT.seeds[0]))
    assert stimuli[0].id == "drawn-animals-1-000"


def test_a_changed_set_needs_another_name() -> None:
    """A set whose captions are not those of its hash is refused."""
    with pytest.raises(ValueError, match=r"expected the captions of stimulus set drawn-animals-1 .* name of its own"):
        replace(DEFAULT, seeds=range(10)).stimuli()
