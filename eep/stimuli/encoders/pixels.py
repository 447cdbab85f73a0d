"""Pixels as features: what a picture offers to a student that has no encoder."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import PIL
from PIL import Image

from eep.stimuli.encoders.network import FeatureArray


@dataclass(frozen=True)
class Pixels:
    """The means of a picture's parts, ``side`` x ``side`` of them, red, green and blue, from 0 to 1.

    Stands where an `eep.stimuli.encoders.encoder.Encoder` may stand, so that its features are cached as others are. What lies
    outside the middle square is cut off, as encoders do.
    """

    side: int = 16

    @property
    def width(self) -> int:
        """Numbers in a feature vector."""
        return 3 * self.side**2

    @property
    def identity(self) -> str:
        """Everything but the picture that a feature vector depends on."""
        return f"pixels {self.side} {PIL.__version__}"

    def encode(self, images: Iterable[Image.Image]) -> FeatureArray:
        """Return the features of RGB pictures, (n, width) float32."""
        rows = [np.empty((0, self.width), np.float32)]
        for image in images:
            short = min(image.size)
            left, top = (image.width - short) // 2, (image.height - short) // 2
            square = (left, top, left + short, top + short)
            small = image.resize((self.side, self.side), Image.Resampling.BOX, box=square)
            rows.append(np.asarray(small, np.float32).reshape(1, -1) / np.float32(255))
        return np.concatenate(rows)


def principal(train: FeatureArray, test: FeatureArray, parts: int) -> tuple[FeatureArray, FeatureArray]:
    """Return train and test rows as their scores on the principal components of the train rows.

    Parameters
    ----------
    train, test
        (n, d) and (m, d) float32.
    parts
        Components at most; there are never more than rows less one, or than columns.

    Returns
    -------
    tuple
        (n, k) and (m, k) float32. Each component's largest loading is positive, which fixes its sign.
    """
    from threadpoolctl import threadpool_limits

    wide = train.astype(np.float64)
    centre = wide.mean(axis=0)
    # One thread: how the products are split would be seen in their last bit.
    with threadpool_limits(limits=1):
        _, _, axes = np.linalg.svd(wide - centre, full_matrices=False)
        axes = axes[: min(parts, len(train) - 1)]
        largest = np.take_along_axis(axes, np.abs(axes).argmax(axis=1, keepdims=True), axis=1)
        axes = axes * np.sign(largest)
        scores = [(rows.astype(np.float64) - centre) @ axes.T for rows in (train, test)]
    return scores[0].astype(np.float32), scores[1].astype(np.float32)
