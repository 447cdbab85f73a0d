"""How mini-CLIP is trained: the pictures, the words, the tastes, the gates, and a training run in small."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from eep.stimuli.animals import sample
from eep.stimuli.animals.vocabulary import SPECIES, VALUES
from eep.stimuli.encoders.models import BUNDLED, image_encoder, text_encoder
from tools.mini_clip import gates
from tools.mini_clip.personas import TASTES, attributes, judgements
from tools.mini_clip.pictures import DIFFERENCES, draw_pairs, number, training_animals
from tools.mini_clip.settings import GROUP, Settings

SMALL = Settings(singles=64, groups=8, side=32, epochs=2, batch=32, channels=(4, 4, 8, 8), width=16, words=16)


def test_twins_share_what_is_easy_to_see() -> None:
    """The members of a group differ in the hard attributes that the group is for, and in nothing else."""
    animals = list(training_animals(SMALL))
    assert len(animals) == SMALL.pictures
    for group in range(SMALL.groups):
        twins = animals[group * GROUP : (group + 1) * GROUP]
        allowed = {*DIFFERENCES[group % len(DIFFERENCES)], "mouth"}
        differing = {name for name in VALUES if len({getattr(twin, name) for twin in twins}) > 1}
        assert differing <= allowed
        assert differing


@pytest.mark.slow
def test_pictures_do_not_depend_on_the_workers() -> None:
    """One worker and two draw and say the same."""
    animals = [sample(seed) for seed in range(300)]
    one, two = draw_pairs(animals, 16, workers=1), draw_pairs(animals, 16, workers=2)
    assert one.captions == two.captions
    np.testing.assert_array_equal(one.pixels, two.pixels)


def test_pictures_predict_only_words_that_tell() -> None:
    """Words that all captions or hardly any have are not predicted; shares are of the two whole captions."""
    captions = [(f"A {c} cat sits.", f"A {c} cat waits.", "Cat.") for c in ("red", "blue")] * 50
    said = number(captions)
    assert set(said.tokenizer.vocabulary) >= {"a", "red", "cat", "red_cat"}
    by_colour = {"red", "a_red", "red_cat", "blue", "a_blue", "blue_cat"}
    by_doing = {"sits", "cat_sits", "waits", "cat_waits"}
    assert said.words.shape == (100, len(by_colour | by_doing))
    assert set(np.unique(said.words)) == {0.0, 0.5, 1.0}


def test_tastes_weigh_values_that_exist() -> None:
    """Every weight is for a value that animals can have, so that no taste is weaker than it looks."""
    values: dict[str, set[str | bool]] = {name: set(options) for name, options in VALUES.items()}
    values |= {"baby": {True}, "claws": {True}, "family": {kind.family for kind in SPECIES.values()}}
    for taste in TASTES.values():
        assert all(value in values[name] for name, value in taste)


def test_judgements_halve_the_animals_and_repeat() -> None:
    """Each taste likes about half; the same seed repeats every judgement, another changes some but not most."""
    animals = [sample(seed) for seed in range(600)]
    first = judgements(animals, 0)
    np.testing.assert_array_equal(first, judgements(animals, 0))
    assert (abs(first.mean(axis=1) - 0.5) < 0.12).all()
    assert 0.8 < (first == judgements(animals, 1)).mean() < 0.95


def test_a_sleepers_eyes_are_hidden() -> None:
    """What cannot be seen does not count."""
    asleep = next(animal for animal in map(sample, range(100)) if animal.asleep)
    assert attributes(asleep)["eyes"] == "hidden"
    assert attributes(replace(asleep, activity="eating"))["eyes"] == asleep.eyes


def test_the_gates_tell_seeing_from_guessing() -> None:
    """Features that hold the attribute are read without fault; noise is read no better than by guessing."""
    animals = [sample(seed) for seed in range(900)]
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(900, 8)).astype(np.float32)
    hats = np.array([[animal.accessory == v for v in VALUES["accessory"]] for animal in animals], np.float32)
    assert gates.read_out(np.hstack([hats, noise]), animals, "accessory", 600) == 1
    blind = gates.read_out(noise, animals, "accessory", 600)
    assert blind == pytest.approx(gates.commonest(animals[600:], "accessory"), abs=0.03)
    assert gates.agreement(noise, animals, 600).own == pytest.approx(0.5, abs=0.06)


def test_missed_gates_are_named() -> None:
    """Each gate that is not reached is told with what was expected and found."""
    reached = dict(gates.FLOORS)
    assert gates.missed(reached, gates.OTHERS_CEILING) == ()
    assert gates.missed({**reached, "eyes": 0.6}, 0.5) == (
        "eyes: expected at least 0.70; found 0.600",
        "others: expected at most 0.47; found 0.500",
    )


@pytest.mark.parametrize(("batch", "singles", "groups"), [(20, 64, 8), (32, 60, 8), (32, 64, 7)])
def test_settings_that_do_not_fit_are_refused(batch: int, singles: int, groups: int) -> None:
    """Batches are whole groups and as many singles."""
    with pytest.raises(ValueError, match="expected a batch of whole groups of 8"):
        replace(SMALL, batch=batch, singles=singles, groups=groups)


def test_a_small_run_gives_towers_that_open(tmp_path: Path) -> None:
    """Training repeats itself from its seed, lowers its loss, and exports what it trained."""
    torch = pytest.importorskip("torch", reason="training needs the extra train")
    from tools.mini_clip.export import export
    from tools.mini_clip.towers import train

    pairs = draw_pairs(list(training_animals(SMALL)), SMALL.side, workers=1)
    said, told = number(pairs.captions), list[str]()
    towers = train(pairs, said, SMALL, told.append, threads=1)
    again = train(pairs, said, SMALL, told.append, threads=1)
    for name, weights in towers.image.state_dict().items():
        assert torch.equal(weights, again.image.state_dict()[name])
    assert len(told) == 2 * SMALL.epochs
    export(towers, said, SMALL, tmp_path)
    assert set(json.loads((tmp_path / "vocabulary.json").read_text())) == {"length", "tokens"}
    encoder = image_encoder(BUNDLED, folder=tmp_path)
    assert encoder.preprocessing == SMALL.preprocessing
    x = torch.from_numpy(pairs.pixels[:5]).float().div(255).sub(0.6).div(0.28)
    with torch.no_grad():
        expected = towers.image(x).numpy()
    np.testing.assert_allclose(encoder.network.run(x.numpy()), expected, atol=1e-4)
    assert text_encoder(tmp_path).encode(pairs.captions[0]).shape == (4, SMALL.width)
