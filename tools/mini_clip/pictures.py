"""The training set: drawn animals, half of them in groups of near twins, and captions that say what is drawn.

Twins share species, colour, place and doing and differ in what is hard to see, so that no picture is told from its
twins by what is easy to see. The captions are all the training knows of the animals: their vocabulary is found in
them, and their words are also what pictures predict.
"""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, cycle

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed

from eep.stimuli.animals import Animal, caption, draw, sample, sample_group
from eep.stimuli.encoders.text import IdArray, Tokenizer, tokens
from tools.mini_clip.settings import GROUP, Settings

#: What the twins of a group differ in: every hard attribute, or only some, which are then all there is to see.
DIFFERENCES = (
    ("pattern", "quality", "head", "eyes", "nose", "mouth", "claws", "accessory"),
    ("pattern", "quality", "eyes", "mouth", "nose"),
    ("quality", "head", "eyes", "nose", "mouth"),
)
#: How complete the captions of each picture are. The first two say everything, in different words.
COMPLETENESS = (1.0, 1.0, 0.85, 0.7)
WHOLE = 2
_CHUNK = 250


@dataclass(frozen=True)
class Pairs:
    """Pictures with their captions: all twins, group after group, then all singles."""

    pixels: npt.NDArray[np.uint8]  #: (n, 3, side, side) uint8.
    captions: tuple[tuple[str, ...], ...]  #: n times as many captions as `COMPLETENESS` has entries.
    #: Processor time that drawing took, of all workers together.
    seconds: float = field(default=0.0, compare=False)


def training_animals(settings: Settings) -> Iterator[Animal]:
    """Yield the animals of a training run in the order of `Pairs`."""
    singles, groups = settings.animal_seeds
    for seed, varying in zip(groups, cycle(DIFFERENCES), strict=False):
        yield from sample_group(seed, GROUP, varying)
    yield from map(sample, singles)


def draw_pairs(animals: Sequence[Animal], side: int, workers: int = 2) -> Pairs:
    """Draw animals ``side`` pixels wide and high and say them; the same whatever the number of workers."""
    chunks = [animals[start : start + _CHUNK] for start in range(0, len(animals), _CHUNK)]
    drawn = Parallel(n_jobs=workers)(delayed(_draw_chunk)(chunk, side) for chunk in chunks)
    pixels, captions, seconds = zip(*drawn, strict=True)
    return Pairs(np.concatenate(pixels), tuple(chain.from_iterable(captions)), sum(seconds))


def draw_pixels(animal: Animal, side: int) -> npt.NDArray[np.uint8]:
    """Return the picture of an animal, (3, side, side), as it is drawn for experiments."""
    return np.asarray(draw(animal, side), np.uint8).transpose(2, 0, 1)


def _draw_chunk(animals: Sequence[Animal], side: int) -> tuple[npt.NDArray[np.uint8], list[tuple[str, ...]], float]:
    """Draw and say some animals, in a worker; also return the processor time it took."""
    start = time.process_time()
    captions = [tuple(caption(a, i, share) for i, share in enumerate(COMPLETENESS)) for a in animals]
    pixels = np.stack([draw_pixels(animal, side) for animal in animals])
    return pixels, captions, time.process_time() - start


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
    frequent = sorted((token for token, count in counts.items() if count >= least), key=lambda t: (-counts[t], t))
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
