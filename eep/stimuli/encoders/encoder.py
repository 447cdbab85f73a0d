"""Image encoders: pictures in, unit vectors out; and pixels as features, for a student that has no encoder."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
import PIL
from PIL import Image

from eep.core.arrays import FeatureArray, FloatArray
from eep.core.hashing import canonical_json
from eep.stimuli.encoders.network import Network, open_network, unit_rows
from eep.stimuli.encoders.preprocess import Preprocessing


@dataclass(frozen=True)
class Encoder:
    """A frozen image encoder: nothing about it is learned here."""

    network: Network  #: Takes (n, 3, crop, crop) float32.
    preprocessing: Preprocessing  #: What the network was trained with.
    threads: int  #: Of onnxruntime.
    #: Pictures per run of the network; does not change the features. After each run the processor's caches hold the
    #: network, and the next picture's preprocessing takes several times as long: hence not a few.
    batch_size: int

    @property
    def width(self) -> int:
        """Numbers in a feature vector."""
        return self.network.width

    @property
    def fingerprint(self) -> str:
        """A hash, in hexadecimal digits, of the network and the preprocessing, whatever libraries run them."""
        parts = {"model": self.network.digest, "output": self.network.output}
        return hashlib.sha256(
            canonical_json(parts | {"preprocessing": self.preprocessing.settings()}).encode()
        ).hexdigest()

    @property
    def identity(self) -> str:
        """A hash, in hexadecimal digits, of everything but the picture that a feature vector depends on."""
        import onnxruntime

        everything = {
            "model": self.network.digest,
            "output": self.network.output,
            "preprocessing": self.preprocessing.settings(),
            "threads": self.threads,
            "onnxruntime": onnxruntime.__version__,
            "pillow": PIL.__version__,
        }
        return hashlib.sha256(canonical_json(everything).encode()).hexdigest()

    def raw(self, images: Iterable[Image.Image]) -> FeatureArray:
        """Return what the network gives, (n, width) float32, before scaling to unit length."""
        side = self.preprocessing.crop
        # One array for all batches: the pages of a new one would cost as much as half the preprocessing.
        room = np.empty((self.batch_size, 3, side, side), np.float32)
        parts = [
            self.network.run(self.preprocessing.batch(batch, out=room[: len(batch)])) for batch in self._batches(images)
        ]
        return np.concatenate([np.empty((0, self.width), np.float32), *parts])

    def encode(self, images: Iterable[Image.Image]) -> FeatureArray:
        """Return the features of pictures, (n, width) float32, every row of length 1.

        Decoded pictures are taken from ``images`` a batch at a time, so that a generator need not hold them all.

        Raises
        ------
        eep.stimuli.picture.PictureError
            If a picture cannot be made upright RGB.
        EncoderError
            If the network gives numbers that are not finite, or only zeros.
        """
        return unit_rows(self.raw(images), self.network.path)

    def _batches(self, images: Iterable[Image.Image]) -> Iterator[list[Image.Image]]:
        rest = iter(images)
        while batch := list(islice(rest, self.batch_size)):
            yield batch


def open_encoder(model: Path, preprocessing: Preprocessing, *, threads: int = 1, batch_size: int = 32) -> Encoder:
    """Open an ONNX image encoder.

    The embedding is the output named ``image_embeds``, else the only output of two dimensions and plausible width.

    Raises
    ------
    EncoderError
        If the file is no such encoder, or does not take pictures of the size that ``preprocessing`` makes.
    ValueError
        If ``threads`` or ``batch_size`` is less than 1.
    """
    if threads < 1 or batch_size < 1:
        raise ValueError(f"expected threads and batch_size from 1; found {threads} and {batch_size}")
    blank = np.zeros((1, 3, preprocessing.crop, preprocessing.crop), np.float32)
    network = open_network(model, blank, prefer="image_embeds", threads=threads)
    return Encoder(network, preprocessing, threads, batch_size)


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
    found = principal_axes(train.astype(np.float64), min(parts, len(train) - 1))
    scores = [(rows.astype(np.float64) - found.centre) @ found.axes.T for rows in (train, test)]
    return scores[0].astype(np.float32), scores[1].astype(np.float32)


class PrincipalAxes(NamedTuple):
    """The principal components of rows: their mean (d,), axes of length 1 (k, d), and the rows' deviations on these (k,)."""

    centre: FloatArray
    axes: FloatArray
    spread: FloatArray


def principal_axes(rows: FloatArray, parts: int) -> PrincipalAxes:
    """Return the first ``parts`` principal axes of rows (n, d); the largest loading of each is positive."""
    from threadpoolctl import threadpool_limits

    centre = rows.mean(axis=0)
    # One thread: how the products are split would be seen in their last bit.
    with threadpool_limits(limits=1):
        _, spread, axes = np.linalg.svd(rows - centre, full_matrices=False)
    axes, spread = axes[:parts], spread[:parts] / np.sqrt(len(rows))
    largest = np.take_along_axis(axes, np.abs(axes).argmax(axis=1, keepdims=True), axis=1)
    return PrincipalAxes(centre, axes * np.sign(largest), spread)
