"""Text encoders: captions in, unit vectors out.

For zero-shot checks and the control that reads captions, never for a student that sees pictures.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from eep.core.arrays import FeatureArray
from eep.stimuli.encoders.network import EncoderError, Network, open_network, unit_rows

IdArray = npt.NDArray[np.int64]
#: Captions per run of the network.
_BATCH = 256


def tokens(caption: str) -> list[str]:
    """Return a caption's words in lower case, followed by its pairs of neighbouring words (``"grey_kitten"``)."""
    words = re.findall(r"[a-z]+", caption.lower())
    return words + [f"{left}_{right}" for left, right in pairwise(words)]


@dataclass(frozen=True)
class Tokenizer:
    """Numbers for the words and pairs of a closed vocabulary."""

    vocabulary: tuple[str, ...]  #: Token number i + 1 is ``vocabulary[i]``; 0 fills up.
    length: int  #: Numbers per caption.
    _numbers: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(set(self.vocabulary)) != len(self.vocabulary) or self.length < 1:
            raise ValueError("expected a vocabulary without repeats and a length from 1")
        object.__setattr__(self, "_numbers", {token: i + 1 for i, token in enumerate(self.vocabulary)})

    def ids(self, captions: Sequence[str]) -> IdArray:
        """Return the numbers of the known tokens of each caption, in order, (n, length) int64.

        Raises `EncoderError` if a caption has no known token, or more than ``length``.
        """
        out = np.zeros((len(captions), self.length), np.int64)
        for row, caption in zip(out, captions, strict=True):
            known = [self._numbers[token] for token in tokens(caption) if token in self._numbers]
            if not 1 <= len(known) <= self.length:
                raise EncoderError(
                    f"expected a caption of 1 to {self.length} known words and pairs; found {len(known)} in {caption!r}"
                )
            row[: len(known)] = known
        return out


def read_tokenizer(path: Path) -> Tokenizer:
    """Read ``{"length": 96, "tokens": ["a", ...]}``.

    Raises `EncoderError` if the file is not of that form.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Tokenizer(tuple(map(str, content["tokens"])), int(content["length"]))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise EncoderError(
            f'{path}: expected a vocabulary {{"length": 96, "tokens": [...]}}; found: {error!r}'
        ) from error


@dataclass(frozen=True)
class TextEncoder:
    """A frozen text encoder; ``network`` takes (n, length) int64."""

    network: Network
    tokenizer: Tokenizer

    @property
    def width(self) -> int:
        """Numbers in a feature vector."""
        return self.network.width

    def encode(self, captions: Sequence[str]) -> FeatureArray:
        """Return the features of captions, (n, width) float32, every row of length 1.

        Raises
        ------
        EncoderError
            See `Tokenizer.ids`, or if the network's numbers cannot be used.
        """
        ids = self.tokenizer.ids(captions)
        parts = [self.network.run(ids[start : start + _BATCH]) for start in range(0, len(ids), _BATCH)]
        return unit_rows(np.concatenate([np.empty((0, self.width), np.float32), *parts]), self.network.path)


def open_text_encoder(model: Path, vocabulary: Path, *, threads: int = 1) -> TextEncoder:
    """Open an ONNX text encoder; the embedding is ``text_embeds``, else the only plausible output.

    Raises `EncoderError` if the files are no such encoder.
    """
    tokenizer = read_tokenizer(vocabulary)
    blank = np.ones((1, tokenizer.length), np.int64)
    return TextEncoder(open_network(model, blank, prefer="text_embeds", threads=threads), tokenizer)
