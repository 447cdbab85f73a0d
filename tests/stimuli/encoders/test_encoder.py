"""Image encoders: which output is taken, what comes out, and what is refused."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx_graphs import Sides, fake_clip, pooled
from PIL import Image

from eep.stimuli.encoders.encoder import Encoder, open_encoder
from eep.stimuli.encoders.network import EncoderError
from eep.stimuli.encoders.preprocess import CLIP, Preprocessing

SMALL = Preprocessing(short_side=96, crop=96)


def images(count: int, side: int = 230) -> list[Image.Image]:
    """Return pictures of noise."""
    rng = np.random.default_rng(0)
    return [Image.fromarray(rng.integers(0, 256, (side, side + i, 3), dtype=np.uint8)) for i in range(count)]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    """Return an encoder with the input and outputs of published CLIP."""
    return open_encoder(fake_clip(tmp_path_factory.mktemp("clip") / "model.onnx"), CLIP)


def test_features_are_unit_vectors(clip: Encoder) -> None:
    """Features are rows of 512 float32 of length 1, in the order of the pictures, of a generator too."""
    pictures = images(5)
    features = clip.encode(iter(pictures))
    assert features.shape == (5, 512)
    assert features.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(features, axis=1), 1, atol=1e-6)
    np.testing.assert_array_equal(features[3], clip.encode([pictures[3]])[0])
    assert len(np.unique(features[:, 0])) == 5
    assert clip.encode([]).shape == (0, 512)


def test_the_embedding_is_taken_by_its_name(clip: Encoder) -> None:
    """Of CLIP's outputs the one named image_embeds is taken, and raw gives it as it is."""
    assert clip.network.output == "image_embeds"
    direct = clip.network.session.run(["image_embeds"], {"pixel_values": CLIP.batch(images(1))})[0]
    np.testing.assert_array_equal(clip.raw(images(1)), direct)


@pytest.mark.parametrize("batch_size", [1, 2, 7, 16])
def test_features_do_not_depend_on_the_neighbours(clip: Encoder, batch_size: int) -> None:
    """Whatever the size of the batches, features are byte for byte the same, time after time."""
    other = open_encoder(clip.network.path, CLIP, batch_size=batch_size)
    assert other.encode(images(7)).tobytes() == clip.encode(images(7)).tobytes()
    assert other.identity == clip.identity


@pytest.mark.parametrize(
    "outputs",
    [
        {"embedding": ("n", 128)},
        {"embedding": ("n", 128), "tokens": ("n", 64, 1), "score": ("n", 2)},
        {"image_embeds": ("n", "width"), "pooled": ("n", 64)},
    ],
)
def test_the_only_plausible_output_is_taken(tmp_path: Path, outputs: dict[str, Sides]) -> None:
    """Without its name the embedding is the one output of two dimensions that is neither narrow nor vast."""
    encoder = open_encoder(pooled(tmp_path / "a.onnx", outputs), SMALL)
    assert encoder.network.output == next(iter(outputs))
    assert encoder.encode(images(2)).shape == (2, 128 if "embedding" in outputs else 64)


@pytest.mark.parametrize("outputs", [{"a": ("n", 128), "b": ("n", 64)}, {"score": ("n", 2)}, {"tokens": ("n", 64, 1)}])
def test_unclear_outputs_are_listed(tmp_path: Path, outputs: dict[str, Sides]) -> None:
    """Where no output is clearly the embedding, the message lists them all."""
    with pytest.raises(EncoderError, match="expected an output named 'image_embeds'") as caught:
        open_encoder(pooled(tmp_path / "a.onnx", outputs), SMALL)
    assert all(f"{name!r} (tensor(float)" in str(caught.value) for name in outputs)


@pytest.mark.parametrize(
    ("sides", "given", "message"),
    [
        (("n", 64, 1), {}, "two dimensions; found shape"),
        (("n", 64), {"inputs": ("pixels", "others")}, r"single input.*'pixels'.*'others'"),
        (("n", 64), {"size": 64}, r"shape \('n', 3, 96, 96\); found .*\['n', 3, 64, 64\]"),
    ],
    ids=["three dimensions", "several inputs", "another size"],
)
def test_other_models_are_refused(tmp_path: Path, sides: Sides, given: dict[str, Any], message: str) -> None:
    """The right name on the wrong shape, a whole CLIP with its text side and other pictures are found out at once."""
    graph = pooled(tmp_path / "a.onnx", {"image_embeds": sides}, **given)
    with pytest.raises(EncoderError, match=message):
        open_encoder(graph, SMALL)


def test_a_model_that_cannot_run_is_refused(tmp_path: Path) -> None:
    """Where the graph declares no sides, it is tried when it is opened; no threads or empty batches are no setting."""
    with pytest.raises(EncoderError, match=r"expected a model that runs on input .*\(1, 3, 96, 96\)"):
        open_encoder(fake_clip(tmp_path / "a.onnx"), SMALL)
    for wrong in ({"threads": 0}, {"batch_size": 0}):
        with pytest.raises(ValueError, match="from 1"):
            open_encoder(tmp_path / "a.onnx", SMALL, **wrong)


def test_a_fixed_number_of_rows_is_filled_up(tmp_path: Path) -> None:
    """A graph that insists on four pictures gets four, and only the real ones come back."""
    outputs: dict[str, Sides] = {"image_embeds": (4, 64)}
    fixed = open_encoder(pooled(tmp_path / "a.onnx", outputs, rows=4), SMALL)
    free = open_encoder(pooled(tmp_path / "b.onnx", {"image_embeds": ("n", 64)}), SMALL)
    np.testing.assert_array_equal(fixed.encode(images(6)), free.encode(images(6)))


@pytest.mark.parametrize(("gain", "message"), [(0.0, "row 0 is all zeros"), (1e38, "expected finite numbers")])
def test_what_has_no_direction_is_refused(tmp_path: Path, gain: float, message: str) -> None:
    """Neither zeros nor what overflows can be scaled to length 1."""
    encoder = open_encoder(pooled(tmp_path / "a.onnx", {"image_embeds": ("n", 64)}, gain=gain), SMALL)
    with pytest.raises(EncoderError, match=message):
        encoder.encode([Image.new("RGB", (96, 96), "white")])


@pytest.mark.parametrize(("content", "message"), [(None, "found none"), (b"junk", "onnxruntime says")])
def test_other_files_are_refused(tmp_path: Path, content: bytes | None, message: str) -> None:
    """A missing file and a file of another kind are named."""
    path = tmp_path / "model.onnx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(EncoderError, match=message):
        open_encoder(path, SMALL)


def test_identity_changes_with_everything_that_changes_features(tmp_path: Path) -> None:
    """Another model file, weight file or preprocessing is another encoder; another place is not."""
    outputs: dict[str, Sides] = {"image_embeds": ("n", 64)}
    first = open_encoder(pooled(tmp_path / "a" / "m.onnx", outputs), SMALL)
    moved = open_encoder(pooled(tmp_path / "b" / "m.onnx", outputs), SMALL)
    assert first.identity == moved.identity
    trained = open_encoder(pooled(tmp_path / "c" / "m.onnx", outputs, gain=2.0), SMALL)
    lighter = open_encoder(first.network.path, Preprocessing(short_side=97, crop=96))
    (tmp_path / "b" / "m.onnx_data").write_bytes(b"weights")
    heavier = open_encoder(moved.network.path, SMALL)
    assert len({e.identity for e in (first, trained, lighter, heavier)}) == 4
