"""What two controls sense in place of the picture: the caption, and the drawing's pixels."""

from collections.abc import Mapping, Sequence

import numpy as np

from eep.core.arrays import FeatureArray
from eep.data.types import Item
from eep.stimuli.encoders.cache import default_cache
from eep.stimuli.encoders.cache import features as cached
from eep.stimuli.encoders.encoder import Pixels, principal
from eep.stimuli.encoders.text import TextEncoder
from eep.tasks.encounter.animals import COMPONENTS, Cast, drawings
from eep.tasks.encounter.situations import SENSES

#: What the pixel student sees, and the side of the drawing that is reduced to it.
PIXELS, REDUCED = Pixels(16), 64
#: Items, and what students sense of them, (n, d).
Sensed = tuple[Sequence[Item], FeatureArray]


def features(
    cast: Cast, texts: TextEncoder, train: Sensed, test: Sensed
) -> Mapping[str, tuple[FeatureArray, FeatureArray]]:
    """Return what the caption student reads and what the pixel student sees of the animals, and what both sense besides."""
    number = {subject.id: place for place, subject in enumerate(cast.subjects)}
    both = [np.array([number[item.image or ""] for item in items]) for items, _ in (train, test)]
    animals = [np.unique(rows) for rows in both]
    captions = [[cast.subjects[row].captions[0] for row in rows] for rows in animals]
    parts = {
        "caption": [texts.encode(found) for found in captions],
        "pixels": [cached(drawings(cast, rows.tolist(), REDUCED), PIXELS, default_cache()) for rows in animals],
    }
    senses = [sensed[:, -len(SENSES) :] for _, sensed in (train, test)]
    found = {}
    for name, (learned, tested) in parts.items():
        seen = principal(learned, tested, COMPONENTS)
        rows = (shown[np.searchsorted(known, mine)] for shown, known, mine in zip(seen, animals, both, strict=True))
        hers = [np.hstack(pair) for pair in zip(rows, senses, strict=True)]
        found[name] = hers[0], hers[1]
    return found
