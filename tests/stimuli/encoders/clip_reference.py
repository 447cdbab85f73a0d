"""CLIP's preprocessing written a second time, in whole numbers and without Pillow.

Pillow scales 8-bit channels with weights rounded to 22 binary places, first along the rows and then along the
columns, rounding to whole values after each. Written down here from that description, it says which numbers an
encoder must be given.
"""

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
MEAN = np.array([0.48145466, 0.4578275, 0.40821073], np.float32)
STD = np.array([0.26862954, 0.26130258, 0.27577711], np.float32)


def keys_cubic(x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the cubic convolution kernel with a = -0.5 (Keys 1981)."""
    x = np.abs(x)
    near = 1.5 * x**3 - 2.5 * x**2 + 1
    far = -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2
    return np.where(x < 1, near, np.where(x < 2, far, 0.0))


def weights(length: int, wanted: int) -> npt.NDArray[np.float64]:
    """Return the weights of ``length`` old pixels in each of ``wanted`` new ones, (wanted, length), in 1 / 2**22.

    They are whole, and their products with pixels far below 2**53: sums of them in float64 are exact.
    """
    scale = length / wanted
    wide = max(scale, 1.0)
    centres = (np.arange(wanted) + 0.5) * scale
    first = np.maximum((centres - 2 * wide + 0.5).astype(int), 0)
    end = np.minimum((centres + 2 * wide + 0.5).astype(int), length)
    places = np.arange(length)
    values = keys_cubic((places + 0.5 - centres[:, None]) / wide)
    values *= (places >= first[:, None]) & (places < end[:, None])
    values /= values.sum(axis=1, keepdims=True)
    return np.trunc(values * 2**22 + np.copysign(0.5, values))


def scaled(pixels: Pixels, width: int, height: int) -> Pixels:
    """Return (h, w, 3) pixels scaled to (height, width, 3)."""
    channels = pixels.transpose(2, 0, 1).astype(np.float64)
    across = rounded(channels @ weights(pixels.shape[1], width).T)
    return rounded(weights(pixels.shape[0], height) @ across).transpose(1, 2, 0).astype(np.uint8)


def rounded(sums: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return whole pixel values of sums in 1 / 2**22, halves rounded up."""
    return np.asarray(np.clip(np.floor((sums + 2**21) / 2**22), 0, 255))


def preprocessed(pixels: Pixels) -> npt.NDArray[np.float32]:
    """Return what CLIP ViT-B/32 is given for upright RGB pixels (h, w, 3): (3, 224, 224) float32."""
    height, width = pixels.shape[:2]
    if width <= height:
        new_width, new_height = 224, int(224 * height / width)
    else:
        new_width, new_height = int(224 * width / height), 224
    if (new_height, new_width) != (height, width):
        pixels = scaled(pixels, new_width, new_height)
    top, left = (new_height - 224) // 2, (new_width - 224) // 2
    cropped = pixels[top : top + 224, left : left + 224].astype(np.float32)
    return np.asarray((cropped / np.float32(255) - MEAN) / STD, np.float32).transpose(2, 0, 1)


def noise(height: int, width: int, channels: int = 3, seed: int = 0) -> Pixels:
    """Return noise in patches of about ten pixels, (height, width, channels)."""
    rng = np.random.default_rng([seed, height, width])
    rows, columns = -(-height // 10), -(-width // 10)
    patches = rng.integers(0, 256, (rows, columns, channels), dtype=np.uint8)
    return np.kron(patches, np.ones((10, 10, 1), np.uint8))[:height, :width]
