"""Parameters of the preprocessing: others than CLIP's, and impossible ones."""

import numpy as np
import pytest
from clip_reference import noise
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from eep.stimuli.encoders.preprocess import Preprocessing


def test_other_parameters_make_another_preprocessing() -> None:
    """At 96 pixels with its own means a picture of that size is only normalised."""
    small = Preprocessing(short_side=96, crop=96, mean=(0.6, 0.5, 0.4), std=(0.28, 0.27, 0.26))
    pixels = noise(96, 96)
    expected = (pixels / 255 - [0.6, 0.5, 0.4]) / [0.28, 0.27, 0.26]
    batch = small.batch([Image.fromarray(pixels)] * 2)
    assert batch.shape == (2, 3, 96, 96)
    assert batch.dtype == np.float32
    np.testing.assert_allclose(batch[1], expected.transpose(2, 0, 1), atol=1e-6)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 400), st.integers(1, 400))
def test_any_size_is_framed(height: int, width: int) -> None:
    """A picture of any sensible proportions is framed to the crop, with the short side scaled to it."""
    small = Preprocessing(short_side=40, crop=32)
    if max(height, width) <= 100 * min(height, width):
        assert small.frame(Image.new("RGB", (width, height))).size == (32, 32)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"crop": 225}, "crop from 1 to short_side = 224"),
        ({"resample": "cubic"}, "expected resample out of"),
        ({"std": (0.2, 0.0, 0.2)}, "std above 0"),
        ({"white": 0.0}, "white"),
    ],
)
def test_impossible_parameters_are_refused(wrong: dict[str, object], message: str) -> None:
    """Parameters that make no picture are refused when they are given."""
    with pytest.raises(ValueError, match=message):
        Preprocessing(**wrong)  # type: ignore[arg-type]
