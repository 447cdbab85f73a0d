"""The task of cute animals: what is asked, what is seen, that what is read is never seen, and mistakes."""

import io
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import stand_in_encoder
from PIL import Image

from eep.core.errors import UserError
from eep.data import responses
from eep.data.types import Item
from eep.pipeline.imitate import imitate
from eep.pipeline.prepare import prepare
from eep.tasks.cute.task import Cute, CuteSettings

ROOT = Path(__file__).resolve().parents[3]
ITEMS = ROOT / "eep/resources/recordings/first-matrix/cute-items.jsonl"
RECORDED = [json.loads(line) for line in ITEMS.read_text(encoding="utf-8").splitlines()]


def task(encoder: str, /, **settings: Any) -> Cute:
    """Return the task on a few animals of the recording."""
    return Cute(CuteSettings(**{"stimuli": "first-matrix", "number": 60, "encoder": encoder, **settings}))


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Write the stand-in encoder once."""
    return str(stand_in_encoder.write(tmp_path_factory.mktemp("encoder")))


@pytest.fixture
def photographs(tmp_path: Path) -> Path:
    """Write an image folder of six photographs, two of them under one caption, one with two captions."""
    folder = tmp_path / "photographs"
    folder.mkdir()
    captions = [["a cat"], ["a dog"], ["a cow", "a calf"], ["a cat"], ["an owl"], ["a hen"]]
    rng = np.random.default_rng(0)
    with (folder / "metadata.jsonl").open("w", encoding="utf-8") as lines:
        for number, texts in enumerate(captions):
            pixels = rng.integers(0, 255, size=(60, 80, 3)).astype(np.uint8)
            Image.fromarray(pixels).save(folder / f"{number}.png")
            lines.write(json.dumps({"file_name": f"{number}.png", "captions": texts, "id": f"p{number}"}) + "\n")
    return folder


def demonstrations(items: Sequence[Item]) -> pl.DataFrame:
    """Return answers of two personas and a neutral arm that depend on traits alone."""
    cells = [("goth", "persona", -1.0), ("foster", "persona", 1.0), ("nobody", "neutral", 0.5)]
    return responses.build(
        {"task": "cute", "role": "teacher", "agent": "t", "persona": persona, "arm": arm, "wording": wording}
        | {"sample": 0, "item": item.id, "cluster": item.cluster, "split": item.split, "option": "cute"}
        | {"response": float(1 / (1 + np.exp(-sign * item.generic))), "status": "ok"}
        for persona, arm, sign in cells
        for wording in ("plain", "portrait")
        for item in items
    )


def test_recorded_captions_are_asked_letter_for_letter(encoder: str) -> None:
    """The 360 animals of the recording, in its order, under their recorded ids."""
    stimuli = task(encoder, number=None).stimuli()
    assert [(item.id, item.text) for item in stimuli] == [(row["item"], row["text"]) for row in RECORDED]


def test_a_third_is_held_out(encoder: str) -> None:
    """240 pictures to learn from, 120 to be tested on, each a cluster of its own."""
    drawn = task(encoder, number=None).items({}, 7)
    assert Counter(item.split for item in drawn) == {"train": 240, "test": 120}
    assert len({item.cluster for item in drawn}) == 360


def test_students_never_get_the_caption(encoder: str) -> None:
    """Other captions, put in place after the teacher has answered, change neither features nor any student.

    Only the control that is there to read them reads them; it and the pixel student stand beside each persona-arm cell,
    are tested on the same items, and are kept out of play.
    """
    stage = task(encoder)
    drawn = stage.items({}, 0)
    others = [replace(item, text=other.text) for item, other in zip(drawn, drawn[1:] + drawn[:1], strict=True)]
    assert all(one.text != other.text for one, other in zip(drawn, others, strict=True))
    np.testing.assert_array_equal(stage.features(drawn), stage.features(others))
    answers = demonstrations(drawn)
    imitated, again = (
        imitate(stage, some, answers, kinds=("logistic",), permuted=4, seed=0) for some in (drawn, others)
    )
    before, after, sees = imitated.responses, again.responses, pl.col("agent") != "caption"
    assert set(before["agent"]) == {"logistic", "permuted", "generic", "random", "pixels", "caption"}
    assert before.filter(sees).equals(after.filter(sees))
    assert not before.filter(~sees).equals(after.filter(~sees))
    for agent in ("caption", "pixels"):
        rows = before.filter(agent=agent)
        assert (set(rows["role"]), set(rows["persona"])) == ({"control"}, {"goth", "foster"})
        assert rows.height == 2 * 2 * sum(item.split == "test" for item in drawn)
    assert {who.agent for who in imitated.trained} == {"logistic", "permuted", "generic"}


def test_features_are_the_encoders(encoder: str) -> None:
    """One unit vector for each picture, the same for the same picture under another id."""
    stage = task(encoder)
    first, *_ = stage.stimuli()
    x = stage.features([first, replace(first, id="another")])
    assert x.shape == (2, stand_in_encoder.WIDTH)
    np.testing.assert_allclose(np.linalg.norm(x, axis=1), 1, atol=1e-6)
    np.testing.assert_array_equal(x[0], x[1])
    with pytest.raises(ValueError, match="expected the name of one of the task's pictures; found 'unknown'"):
        stage.features([replace(first, image="unknown")])


def test_pictures_and_encoder_are_part_of_what_results_depend_on(encoder: str, tmp_path: Path) -> None:
    """The hash is the same each time, and another for other pictures or another encoder's files."""
    other = stand_in_encoder.write(tmp_path / "other")
    config = (other / "preprocessor_config.json").read_text(encoding="utf-8")
    (other / "preprocessor_config.json").write_text(config.replace('"resample": 3', '"resample": 2'), encoding="utf-8")
    hashes = [task(encoder), task(encoder, number=59), task(str(other))]
    assert len({stage.content() for stage in hashes}) == 3
    assert task(encoder).content() == task(encoder).content()


def test_what_is_shown_is_what_was_read_and_seen(encoder: str) -> None:
    """A PNG of 224 pixels and the caption, by item id."""
    shown = task(encoder).illustrate(["animal-003"])
    assert set(shown) == {"animal-003"}
    assert shown["animal-003"].text == RECORDED[3]["text"]
    with Image.open(io.BytesIO(shown["animal-003"].png)) as picture:
        assert (picture.format, picture.size) == ("PNG", (224, 224))


def test_photographs_are_judged_by_one_caption(photographs: Path, encoder: str) -> None:
    """Each photograph is an item; those of one caption share an answer and a cluster. Nobody simulates them."""
    stage = task(encoder, stimuli=str(photographs), number=None)
    drawn = stage.items({}, 0)
    assert [item.id for item in drawn] == [f"p{number}" for number in range(6)]
    assert {item.text for item in stage.stimuli()} == {item.text for item in drawn}
    assert len(stage.stimuli()) == 5
    assert drawn[0].cluster == drawn[3].cluster
    assert all(not item.traits for item in drawn)
    assert stage.attributes(drawn) == {}


def test_a_sleepers_eyes_have_no_size(encoder: str) -> None:
    """Items are described by what the animals were drawn from; closed eyes are neither big nor small."""
    stage = task(encoder)
    found = stage.attributes(stage.items({}, 0))
    assert {row["item"]: row["attributes"]["species"] for row in RECORDED[:60]} == {
        item: values["species"] for item, values in found.items()
    }
    assert all(("eyes" in values) == (values["activity"] != "sleeping") for values in found.values())


def test_photographs_by_all_their_captions(photographs: Path, encoder: str) -> None:
    """Every caption is an item of its own; they share picture, cluster and split."""
    stage = task(encoder, stimuli=str(photographs), number=None, captions="all")
    one, other = (item for item in stage.items({}, 0) if item.image == "p2")
    assert (one.id, other.id) == ("p2#0", "p2#1")
    assert (one.text, other.text) == ("a cow", "a calf")
    assert (one.cluster, one.split) == (other.cluster, other.split)
    x = stage.features([one, other])
    np.testing.assert_array_equal(x[0], x[1])


def test_photographs_have_no_caption_student(photographs: Path, encoder: str) -> None:
    """The text tower knows the words of drawn animals only; pixels are there for any picture."""
    stage = task(encoder, stimuli=str(photographs), number=None)
    drawn = stage.items({}, 0)
    train, test = ([item for item in drawn if item.split == name] for name in ("train", "test"))
    assert set(stage.control_features(train, test)) == {"pixels"}
    shown = stage.illustrate(["p1"])["p1"]
    with Image.open(io.BytesIO(shown.png)) as picture:
        assert picture.size == (80, 60)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"stimuli": "first-matrx"}, r"found 'first-matrx' \(did you mean 'first-matrix'\?\)"),
        ({"number": 361}, "expected at most 360, the pictures of first-matrix; found 361"),
        ({"encoder": "mini-clp"}, r"found 'mini-clp' \(did you mean 'mini-clip'\?\)"),
    ],
)
def test_mistakes_are_told_before_anybody_is_asked(encoder: str, settings: dict[str, Any], message: str) -> None:
    """Already the stimuli are refused, with the way out."""
    with pytest.raises(UserError, match=message):
        task(encoder, **settings).stimuli()


def _prepared(folder: Path, encoder: str, *changes: tuple[str, str]) -> None:
    """Prepare the experiment that comes with eep, with changes of its file."""
    experiment = (ROOT / "experiments/cute-animals.toml").read_text(encoding="utf-8")
    for old, new in (("mini-clip", encoder), *changes):
        experiment = experiment.replace(old, new)
    (folder / "cute.toml").write_text(experiment, encoding="utf-8")
    prepare(folder / "cute.toml", out=folder)


def test_what_cannot_be_split_is_told_before_anybody_is_asked(tmp_path: Path, encoder: str) -> None:
    """All pictures held out: an error of the set-up, not one that follows thousands of paid answers."""
    with pytest.raises(UserError, match="found 10 that do not share their captions, all of them held out"):
        _prepared(tmp_path, encoder, ("number = 360", "number = 10\ntest_share = 0.999"))


def test_a_simulated_teacher_is_refused_photographs(tmp_path: Path, photographs: Path, encoder: str) -> None:
    """Nobody has described them: that is said once, instead of blaming each persona's weights."""
    with pytest.raises(UserError) as error:
        _prepared(tmp_path, encoder, ("drawn-animals-1", str(photographs)), ("number = 360", ""))
    assert str(error.value) == (
        "cute: expected items of known traits for the simulated teacher; found some that nobody has described, such as "
        "photographs; ask another teacher (--teacher PROVIDER:MODEL)"
    )


def test_a_path_of_nobodys_home(encoder: str) -> None:
    """A user that does not exist is a path that is not there, and it is said where paths begin."""
    stage = task(encoder, stimuli="~nobody-of-that-name/photographs", number=None)
    with pytest.raises(UserError, match=r"\(from the current folder\); found '~nobody-of-that-name/photographs'"):
        stage.stimuli()
