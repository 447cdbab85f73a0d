"""The bundled mini-CLIP: what its features are good for, measured again on drawn animals, by tolerance."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest

from eep.core.arrays import FeatureArray
from eep.stimuli.animals import DEFAULT, Animal, caption
from eep.stimuli.encoders.models import BUNDLED, BUNDLED_FOLDER, image_encoder, text_encoder
from tools.mini_clip import gates
from tools.mini_clip.card import card
from tools.mini_clip.gates import N_TRAIN, gate_animals, pictures

pytestmark = pytest.mark.slow

#: Animals asked about: three standard errors of a share are about .06.
ASKED = 500
TOLERANCE = 0.07


@dataclass(frozen=True)
class Sample:
    """Animals with the features of their pictures."""

    animals: list[Animal]
    features: FeatureArray


@cache
def sample() -> Sample:
    """Return the animals that students learn from, and some of those that they are asked about."""
    animals = gate_animals(N_TRAIN, ASKED)
    encoder = image_encoder(BUNDLED)
    return Sample(animals, encoder.encode(pictures(animals, encoder.preprocessing.crop)))


@cache
def metrics() -> Any:
    """Return the metrics that came with the towers."""
    return json.loads((BUNDLED_FOLDER / "metrics.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", gates.READ)
def test_read_outs_are_as_recorded(name: str) -> None:
    """Each attribute is read from the features about as well as the metrics say, and better than by guessing."""
    share = gates.read_out(sample().features, sample().animals, name, N_TRAIN)
    assert share == pytest.approx(metrics()["measured"]["read_out"][name], abs=TOLERANCE)
    assert share > gates.commonest(sample().animals, name) + 0.05


def test_students_agree_as_recorded() -> None:
    """Students of the features agree with their own taste about as often as the metrics say, with others' less."""
    found, recorded = gates.agreement(sample().features, sample().animals, N_TRAIN), metrics()["measured"]
    assert found.own == pytest.approx(recorded["own"], abs=0.03)
    assert found.others == pytest.approx(recorded["others"], abs=0.03)
    assert found.others + 0.2 < found.own < found.ceiling


def test_species_are_told_without_labels() -> None:
    """The towers lie together: the nearest species name is right about as often as the metrics say."""
    share = gates.zero_shot_species(sample().features, sample().animals, text_encoder())
    assert share == pytest.approx(metrics()["measured"]["species_zero_shot"], abs=TOLERANCE)


def test_a_picture_finds_its_caption() -> None:
    """Nearly every picture is nearer to its own caption than to those of 199 other animals."""
    animals, features = sample().animals[:200], sample().features[:200]
    assert gates.retrieval(features, text_encoder().encode([caption(a) for a in animals])) > 0.9


def test_the_recorded_gates_are_judged_by_the_floors() -> None:
    """The metrics name exactly the gates that their own numbers miss."""
    measured = metrics()["measured"]
    shares = {**measured["read_out"], **{k: measured[k] for k in ("own", "species_zero_shot")}}
    assert measured["missed"] == list(gates.missed(shares, measured["others"]))


def test_the_card_tells_the_metrics() -> None:
    """The model card is the one that the metrics give, word for word."""
    assert (BUNDLED_FOLDER / "MODEL_CARD.md").read_text(encoding="utf-8") == card(metrics())


def test_training_kept_away_from_stimuli_and_gates() -> None:
    """No animal of the default set, of recordings or of the gates has a seed that training used."""
    stimuli = metrics()["stimuli"]
    used = range(*stimuli["training_seeds"])
    assert stimuli["captions_hash"] == DEFAULT.captions
    assert not set(DEFAULT.seeds) & set(used)
    assert used.start >= 1_000_000, "recorded animals have seeds below a million"
    assert not {animal.seed for animal in sample().animals} & set(used)


def test_the_towers_are_small_and_as_recorded() -> None:
    """Each tower is the file that was measured, and at most 3 MB."""
    for name, size in metrics()["bytes"].items():
        assert (BUNDLED_FOLDER / name).stat().st_size == size <= 3_000_000


def test_features_are_unit_vectors_of_both_towers_width() -> None:
    """Both towers give unit vectors of one width."""
    width = metrics()["settings"]["width"]
    said = text_encoder().encode([caption(sample().animals[0])])
    assert said.shape == (1, width)
    assert sample().features.shape == (N_TRAIN + ASKED, width)
    np.testing.assert_allclose(np.linalg.norm(sample().features, axis=1), 1, atol=1e-5)
