"""Measuring the towers in a folder: every gate, and what stands beside it for comparison."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from eep.stimuli.animals import Animal, caption, draw, sample, seeds
from eep.stimuli.encoders.models import BUNDLED, image_encoder, text_encoder
from tools.mini_clip import gates
from tools.mini_clip.settings import GATES

#: Animals that students and read-outs learn from, and that they are asked about.
TAUGHT, ASKED = 1_000, 3_000


def gate_animals(taught: int = TAUGHT, asked: int = ASKED, *, skip: int = 0) -> list[Animal]:
    """Return animals that no training picture showed; ``skip`` leaves out the first ones."""
    return [sample(seed) for seed in seeds(GATES, skip + taught + asked)[skip:]]


def pictures(animals: Sequence[Animal], side: int) -> list[Image.Image]:
    """Draw animals as an experiment does for an encoder that looks at ``side`` pixels."""
    return [draw(animal, side) for animal in animals]


def measure(folder: Path, animals: Sequence[Animal], taught: int = TAUGHT) -> dict[str, Any]:
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
    said = text.encode([caption(animal) for animal in animals])
    students = gates.agreement(features, animals, taught)
    read = {name: gates.read_out(features, animals, name, taught) for name in gates.READ}
    species = gates.zero_shot_species(features, animals, text)
    return {
        **students.record(),
        "caption": gates.agreement(said, animals, taught).own,
        "read_out": read,
        "commonest": {name: gates.commonest(animals[taught:], name) for name in gates.READ},
        "species_zero_shot": species,
        "retrieval": gates.retrieval(features[:1000], said[:1000]),
        "missed": list(
            gates.missed({**read, "own": students.own, "species_zero_shot": species}, students.others)
        ),
    }
