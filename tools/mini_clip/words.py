"""Captions as numbers: the vocabulary is found in the captions, and their words are also what pictures predict."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from eep.stimuli.encoders.text import IdArray, Tokenizer, tokens
from tools.mini_clip.pictures import WHOLE

#: Numbers per caption.
LENGTH = 96
#: A word or pair is known if at least this share of the captions has it.
KNOWN = 4e-4
#: Words and pairs in fewer or more of the whole captions than these shares are not predicted from pictures.
PREDICTED = (0.004, 0.99)


@dataclass(frozen=True)
class EncodedCaptions:
    """The captions of a training set as numbers."""

    tokenizer: Tokenizer
    ids: IdArray  #: (n, captions, LENGTH) int64, see `eep.stimuli.encoders.text.Tokenizer`.
    #: (n, m) float32: how many of the picture's whole captions have each predicted word or pair, as a share.
    words: npt.NDArray[np.float32]


def number(captions: Sequence[Sequence[str]]) -> EncodedCaptions:
    """Find the vocabulary of the captions and number them."""
    split = [[tokens(text) for text in texts] for texts in captions]
    counts = Counter(token for texts in split for text in texts for token in set(text))
    least = KNOWN * sum(map(len, captions))
    frequent = sorted(
        (token for token, count in counts.items() if count >= least), key=lambda t: (-counts[t], t)
    )
    tokenizer = Tokenizer(tuple(frequent), LENGTH)
    ids = np.stack([tokenizer.ids(texts) for texts in captions])
    return EncodedCaptions(tokenizer, ids, _words(ids[:, :WHOLE], len(frequent)))


def _words(ids: IdArray, known: int) -> npt.NDArray[np.float32]:
    present = np.zeros((len(ids), known + 1), np.float32)
    for k in range(ids.shape[1]):
        one = np.zeros_like(present)
        np.put_along_axis(one, ids[:, k], 1.0, axis=1)
        present += one / ids.shape[1]
    shares = present.mean(axis=0)
    low, high = PREDICTED
    chosen = (shares >= low) & (shares <= high)
    chosen[0] = False
    return present[:, chosen]
