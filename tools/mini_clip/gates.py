"""What the features must be good for, measured on animals that no training picture showed.

The logistic student of the experiments learns five tastes from 1,000 judged pictures each and is asked about 3,000
others; linear read-outs learn each attribute from the same 1,000 pictures; the text tower names the species of
pictures nobody labelled. Retrieval is no gate: towers that find the right one of a thousand captions can still be
blind to eyes and mouths.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from eep.core.arrays import FeatureArray
from eep.stimuli.animals import Animal, caption, draw, sample, seeds
from eep.stimuli.animals.vocabulary import SPECIES
from eep.stimuli.encoders.models import BUNDLED, image_encoder, text_encoder
from eep.stimuli.encoders.text import TextEncoder
from eep.students.logistic import Logistic
from tools.mini_clip.personas import TASTES, judgements
from tools.mini_clip.settings import GATES, PROMPTS

#: Attributes that are read out, those with a gate first.
READ = (
    "eyes", "mouth", "pattern", "quality", "claws", "accessory", "species", "colour", "size", "head", "nose",
    "activity", "setting", "baby",
)  # fmt: skip
#: The least share of correct answers.
FLOORS: Mapping[str, float] = {
    "own": 0.80, "species_zero_shot": 0.75, "eyes": 0.70, "mouth": 0.60, "pattern": 0.75, "quality": 0.55,
    "claws": 0.93, "accessory": 0.97,
}  # fmt: skip
#: The greatest agreement with the four tastes that the student was not taught.
OTHERS_CEILING = 0.47
#: Inverse penalty of the read-outs.
_PENALTY = 0.03
#: How many prompts name the species, and how complete they are: the length of caption that training had least of
#: all ("A kitten.") names them less well, and so does a full one, most of which says nothing of the species.
_PROMPTED, _COMPLETENESS = 6_000, 0.4


@dataclass(frozen=True)
class Agreement:
    """How often students judge as their own taste does, and as the four others do, on held-out pictures."""

    #: Means over the tastes.
    own: float
    others: float
    #: Mean agreement of two independent judgements by the same taste: no student can be expected to do better.
    ceiling: float
    by_taste: Mapping[str, float]  #: Own agreement of each.


def agreement(features: FeatureArray, animals: Sequence[Animal], n_train: int, seed: int = 0) -> Agreement:
    """Teach a logistic student each taste on the first ``taught`` animals; ask about the rest.

    Parameters
    ----------
    features
        (n, d), a row for each animal.
    seed
        Of the noise in the judgements.
    """
    first, second = judgements(animals, seed), judgements(animals, seed + 1)
    held = first[:, n_train:]
    matrix = np.empty((len(TASTES), len(TASTES)))
    for row, labels in zip(matrix, first[:, :n_train], strict=True):
        yes = labels.astype(np.float64)
        student = Logistic().fit(features[:n_train], np.column_stack([1.0 - yes, yes]), seed=seed)
        row[:] = ((student.predict(features[n_train:])[:, 1] > 0.5) == held).mean(axis=1)
    own = np.diagonal(matrix)
    return Agreement(
        own=float(own.mean()),
        others=float((matrix.sum() - own.sum()) / (len(TASTES) * (len(TASTES) - 1))),
        ceiling=float((held == second[:, n_train:]).mean()),
        by_taste=dict(zip(TASTES, map(float, own), strict=True)),
    )


def read_out(features: FeatureArray, animals: Sequence[Animal], name: str, n_train: int) -> float:
    """Return the share of held-out animals whose attribute a linear reader tells right.

    All values count, a sleeper's eyes too, which the picture does not show.
    """
    from sklearn.linear_model import LogisticRegression

    centre, spread = features[:n_train].mean(axis=0), features[:n_train].std(axis=0)
    z = ((features - centre) / np.where(spread > 0, spread, 1)).astype(np.float64)
    values = np.array([str(getattr(animal, name)) for animal in animals])
    model = LogisticRegression(C=_PENALTY, max_iter=500).fit(z[:n_train], values[:n_train])
    return float((model.predict(z[n_train:]) == values[n_train:]).mean())


def commonest(animals: Sequence[Animal], name: str) -> float:
    """Return the share of the attribute's commonest value: what a reader that sees nothing gets right."""
    _, counts = np.unique([str(getattr(animal, name)) for animal in animals], return_counts=True)
    return float(counts.max() / counts.sum())


def zero_shot_species(features: FeatureArray, animals: Sequence[Animal], text: TextEncoder) -> float:
    """Return the share of pictures whose nearest species, as the text tower says them, is the right one.

    A species is said by many prompts, whose features are averaged (Radford et al. 2021, section 3.1.4): short
    captions of animals of their own, about 330 of each species. No picture of theirs is drawn.
    """
    texts = [sample(seed) for seed in seeds(PROMPTS, _PROMPTED)]
    prompts = text.encode([caption(animal, completeness=_COMPLETENESS) for animal in texts])
    species = np.array([animal.species for animal in texts])
    named = np.stack([prompts[species == name].mean(axis=0) for name in SPECIES])
    named /= np.linalg.norm(named, axis=1, keepdims=True)
    right = np.array([list(SPECIES).index(animal.species) for animal in animals])
    return float(((features @ named.T).argmax(axis=1) == right).mean())


def retrieval(images: FeatureArray, texts: FeatureArray) -> float:
    """Return the share of pictures whose own caption is the nearest of all."""
    alike: npt.NDArray[np.float32] = images @ texts.T
    return float((alike.argmax(axis=1) == np.arange(len(images))).mean())


def missed(metrics: Mapping[str, float], others: float) -> tuple[str, ...]:
    """Return a sentence for each gate that is not reached; ``metrics`` has the keys of `FLOORS`."""
    low = [
        f"{name}: expected at least {floor:.2f}; found {metrics[name]:.3f}"
        for name, floor in FLOORS.items()
        if metrics[name] < floor
    ]
    high = f"others: expected at most {OTHERS_CEILING:.2f}; found {others:.3f}"
    return (*low, high) if others > OTHERS_CEILING else tuple(low)


#: Animals that students and read-outs learn from, and that they are asked about.
N_TRAIN, N_TEST = 1_000, 3_000


def gate_animals(n_train: int = N_TRAIN, n_test: int = N_TEST, *, skip: int = 0) -> list[Animal]:
    """Return animals that no training picture showed; ``skip`` leaves out the first ones."""
    return [sample(seed) for seed in seeds(GATES, skip + n_train + n_test)[skip:]]


def pictures(animals: Sequence[Animal], side: int) -> list[Image.Image]:
    """Draw animals as an experiment does for an encoder that looks at ``side`` pixels."""
    return [draw(animal, side) for animal in animals]


def measure(folder: Path, animals: Sequence[Animal], n_train: int = N_TRAIN) -> dict[str, Any]:
    """Measure the towers in ``folder``.

    Returns
    -------
    Shares of correct answers: ``own``, ``others`` and ``ceiling`` of the persona students, ``by_taste``, ``caption``
    (own agreement of students that read the text tower's features instead), each attribute's ``read_out`` beside its
    ``commonest`` value, ``species_zero_shot``, ``retrieval`` of the right one of 1,000 captions, and the gates
    ``missed``.
    """
    encoder, text = image_encoder(BUNDLED, folder=folder), text_encoder(folder)
    features = encoder.encode(pictures(animals, encoder.preprocessing.crop))
    texts = text.encode([caption(animal) for animal in animals])
    students = agreement(features, animals, n_train)
    read = {name: read_out(features, animals, name, n_train) for name in READ}
    species = zero_shot_species(features, animals, text)
    return {
        **asdict(students),
        "caption": agreement(texts, animals, n_train).own,
        "read_out": read,
        "commonest": {name: commonest(animals[n_train:], name) for name in READ},
        "species_zero_shot": species,
        "retrieval": retrieval(features[:1000], texts[:1000]),
        "missed": list(missed({**read, "own": students.own, "species_zero_shot": species}, students.others)),
    }
