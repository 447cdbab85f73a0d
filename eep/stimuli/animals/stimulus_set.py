"""Stimulus sets that stay the same: a name, the seeds it is sampled from, and a hash of its captions.

Recorded answers belong to captions. A set whose captions change is another set: it needs another name, and
answers recorded for the old one do not count for it.
"""

import hashlib
from dataclasses import dataclass

from eep.stimuli.animals.animal import Animal
from eep.stimuli.animals.captions import caption
from eep.stimuli.animals.sampling import sample


@dataclass(frozen=True)
class Stimulus:
    """One animal of a set: ``id`` is unique within the set, ``text`` is what a teacher reads."""

    id: str
    text: str
    animal: Animal


@dataclass(frozen=True)
class StimulusSet:
    """A fixed set of drawn animals."""

    name: str  #: Unique; ends in the version.
    seeds: range  #: The animals' seeds, in order.
    captions: str  #: SHA-256 (hexadecimal) of the captions in order, each ended by a newline, UTF-8.

    def stimuli(self) -> tuple[Stimulus, ...]:
        """Return the set's animals.

        Raises `ValueError` if vocabulary, sampling or captions have changed since the set was named, so that
        its captions are no longer those that ``captions`` vouches for.
        """
        animals = [sample(seed) for seed in self.seeds]
        texts = [caption(animal) for animal in animals]
        found = captions_hash(texts)
        if found != self.captions:
            raise ValueError(
                f"expected the captions of stimulus set {self.name} to have the hash {self.captions}; found "
                f"{found}: the drawn animals have changed, give the new set a name of its own"
            )
        width = len(str(len(animals) - 1))
        numbered = enumerate(zip(texts, animals, strict=True))
        return tuple(Stimulus(f"{self.name}-{i:0{width}d}", text, animal) for i, (text, animal) in numbered)


def captions_hash(texts: list[str]) -> str:
    """Return the SHA-256 of ``texts``, each ended by a newline."""
    return hashlib.sha256("".join(f"{text}\n" for text in texts).encode()).hexdigest()


#: The set that experiments use unless they name another.
DEFAULT = StimulusSet(
    name="drawn-animals-1",
    seeds=range(1_000_000, 1_001_000),
    captions="e768ecf9c3b55b9a6e712e182c4cba723da0d23b11f617ceda2a7a02711d02ff",
)
