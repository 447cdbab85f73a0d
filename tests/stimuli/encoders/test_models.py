"""Encoders by name: where their files are looked for, and that nothing is downloaded unasked."""

import json
import shutil
import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from onnx_graphs import fake_clip, pooled, text_tower
from PIL import Image

from eep.stimuli.encoders import models
from eep.stimuli.encoders.models import PUBLISHED, image_encoder, text_encoder
from eep.stimuli.encoders.network import EncoderError
from eep.stimuli.encoders.preprocess import CLIP, Preprocessing, config, read_config

PUBLISHED_CLIP = PUBLISHED["clip-vit-b32"]
#: The configuration as it is published with CLIP ViT-B/32 models.
PUBLISHED_CONFIG = {
    "crop_size": {"height": 224, "width": 224},
    "do_center_crop": True,
    "do_convert_rgb": True,
    "do_normalize": True,
    "do_rescale": True,
    "do_resize": True,
    "image_mean": [0.48145466, 0.4578275, 0.40821073],
    "image_processor_type": "CLIPImageProcessor",
    "image_std": [0.26862954, 0.26130258, 0.27577711],
    "resample": 3,
    "rescale_factor": 0.00392156862745098,
    "size": {"shortest_edge": 224},
}
SMALL = Preprocessing(short_side=96, crop=96, mean=(0.6, 0.6, 0.6), std=(0.28, 0.28, 0.28))
Hub = Callable[..., str]


def hub(monkeypatch: pytest.MonkeyPatch, download: Hub | None) -> None:
    """Put a hub client in place of the installed one, or none."""
    if download is None:
        monkeypatch.setattr(models, "find_spec", lambda _name: None)
        return
    module = ModuleType("huggingface_hub")
    module.__spec__ = ModuleSpec("huggingface_hub", None)
    module.__dict__["hf_hub_download"] = download
    monkeypatch.setitem(sys.modules, "huggingface_hub", module)


def write_config(folder: Path, content: object) -> Path:
    """Write a preprocessor_config.json."""
    path = folder / "preprocessor_config.json"
    path.write_text(json.dumps(content))
    return path


def test_the_bundled_encoder_is_opened_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mini-CLIP is the folder beside the code, with its own preprocessing and both towers."""
    pooled(tmp_path / "image.onnx", {"image_embeds": ("n", 128)})
    text_tower(tmp_path / "text.onnx", 2, 5)
    write_config(tmp_path, config(SMALL))
    (tmp_path / "vocabulary.json").write_text('{"length": 5, "tokens": ["grey", "fox"]}')
    monkeypatch.setattr(models, "BUNDLED_FOLDER", tmp_path)
    encoder = image_encoder("mini-clip")
    assert encoder.preprocessing == SMALL
    assert encoder.encode([Image.new("RGB", (96, 96), "red")]).shape == (1, 128)
    assert text_encoder().encode(["A grey fox"]).shape == (1, 128)


def test_a_copy_without_the_bundled_encoder_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where mini-CLIP's files are not there, no other encoder takes its place."""
    monkeypatch.setattr(models, "BUNDLED_FOLDER", tmp_path / "gone")
    for opened in (lambda: image_encoder("mini-clip"), text_encoder):
        with pytest.raises(EncoderError, match="expected the bundled encoder 'mini-clip'"):
            opened()


@pytest.mark.parametrize("given", ["folder", "file", "other name"])
def test_clip_is_opened_from_a_folder_or_file(tmp_path: Path, given: str) -> None:
    """The published model's file is found wherever it lies, and has CLIP's preprocessing even on its own."""
    model = fake_clip(tmp_path / ("vision.onnx" if given == "other name" else "model.onnx"))
    encoder = image_encoder("clip-vit-b32", folder=model if given == "file" else tmp_path)
    assert encoder.network.path == model
    assert encoder.preprocessing == CLIP
    assert encoder.width == 512


def test_another_models_file_is_not_taken_for_clip(tmp_path: Path) -> None:
    """A model of other width is refused under this name."""
    pooled(tmp_path / "model.onnx", {"image_embeds": ("n", 128)}, size=224)
    with pytest.raises(EncoderError, match="whose features have 512 numbers; found 128"):
        image_encoder("clip-vit-b32", folder=tmp_path)


def test_any_folder_with_a_configuration_is_an_encoder(tmp_path: Path) -> None:
    """A path is a name, too, if the preprocessing lies beside the model."""
    pooled(tmp_path / "model.onnx", {"image_embeds": ("n", 64)})
    with pytest.raises(EncoderError, match=r"expected its preprocessing in preprocessor_config\.json"):
        image_encoder(str(tmp_path))
    write_config(tmp_path, config(SMALL))
    assert image_encoder(str(tmp_path)).preprocessing == SMALL
    assert image_encoder(str(tmp_path / "model.onnx")).width == 64


def test_a_folder_of_unclear_content_is_refused(tmp_path: Path) -> None:
    """Of several models none is guessed."""
    with pytest.raises(EncoderError, match=r"found no \.onnx file"):
        image_encoder(str(tmp_path))
    for name in ("a.onnx", "b.onnx"):
        (tmp_path / name).touch()
    with pytest.raises(EncoderError, match=r"found a\.onnx, b\.onnx"):
        image_encoder(str(tmp_path))


def test_unknown_names_are_answered_with_the_known() -> None:
    """A misspelt name is answered with the likely one."""
    with pytest.raises(EncoderError, match=r"mini-clip, clip-vit-b32.*did you mean 'clip-vit-b32'"):
        image_encoder("clip-vit-b-32")


def test_without_the_hub_client_the_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has no copy of CLIP reads the exact command that gets one."""
    hub(monkeypatch, None)
    with pytest.raises(EncoderError) as caught:
        image_encoder("clip-vit-b32")
    command = (
        "pip install huggingface_hub && hf download Qdrant/clip-ViT-B-32-vision model.onnx "
        "preprocessor_config.json --revision a636590e595dbbd798647c9dd4550d5652fba969"
    )
    assert command in str(caught.value)


@pytest.mark.parametrize("allowed", [False, True])
def test_nothing_is_downloaded_unasked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, allowed: bool) -> None:
    """The hub client is told to stay offline unless a download was asked for."""
    fake_clip(tmp_path / "model.onnx")
    write_config(tmp_path, PUBLISHED_CONFIG)
    asked: list[tuple[str, str, str, bool]] = []

    def download(repository: str, file: str, *, revision: str, local_files_only: bool) -> str:
        asked.append((repository, file, revision, local_files_only))
        return str(tmp_path / file)

    hub(monkeypatch, download)
    assert image_encoder("clip-vit-b32", download=allowed).preprocessing == CLIP
    assert asked == [
        (PUBLISHED_CLIP.repository, file, PUBLISHED_CLIP.revision, not allowed)
        for file in ("model.onnx", "preprocessor_config.json")
    ]


def test_a_failed_download_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the hub client says is passed on, with the ways out."""

    def download(*_names: str, revision: str, local_files_only: bool) -> str:
        raise OSError(f"no route to {revision[:4]} {local_files_only}")

    hub(monkeypatch, download)
    with pytest.raises(EncoderError, match=r"the download failed: no route to a636 False(.|\n)*hf download"):
        image_encoder("clip-vit-b32", download=True)


def test_a_downloaded_copy_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The copy that the hub's own command leaves is opened without a network, and its absence is explained."""
    constants = pytest.importorskip("huggingface_hub.constants")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(EncoderError, match="no downloaded copy"):
        image_encoder("clip-vit-b32")
    folder = tmp_path / "models--Qdrant--clip-ViT-B-32-vision" / "snapshots" / PUBLISHED_CLIP.revision
    model = fake_clip(folder / "model.onnx")
    write_config(folder, PUBLISHED_CONFIG)
    assert image_encoder("clip-vit-b32").network.path == model


def test_the_published_configuration_is_clips(tmp_path: Path) -> None:
    """The file beside published CLIP models is read as exactly the preprocessing built in."""
    assert read_config(write_config(tmp_path, PUBLISHED_CONFIG)) == CLIP
    old_style = PUBLISHED_CONFIG | {"size": 224, "crop_size": 224}
    assert read_config(write_config(tmp_path, old_style)) == CLIP


@pytest.mark.parametrize("preprocessing", [CLIP, SMALL, Preprocessing(40, 32, "lanczos", white=1.0)])
def test_a_configuration_reads_back(tmp_path: Path, preprocessing: Preprocessing) -> None:
    """What is written as a configuration is read as the same preprocessing."""
    assert read_config(write_config(tmp_path, config(preprocessing))) == preprocessing


def test_everything_a_configuration_asks_too_much_is_listed(tmp_path: Path) -> None:
    """Squashing, an oblong crop, a missing step and missing means are told all at once."""
    content = PUBLISHED_CONFIG | {
        "size": {"height": 224, "width": 224},
        "crop_size": {"height": 224, "width": 200},
        "do_center_crop": False,
        "resample": 9,
    }
    del content["image_mean"]
    with pytest.raises(EncoderError) as caught:
        read_config(write_config(tmp_path, content))
    for key in ("size", "crop_size", "do_center_crop", "resample", "image_mean"):
        assert f"preprocessor_config.json: {key}" in str(caught.value)


def test_a_configuration_of_another_kind_is_refused(tmp_path: Path) -> None:
    """Text that is no JSON, and a crop larger than the picture, are named with the file."""
    path = write_config(tmp_path, config(SMALL) | {"crop_size": 97})
    with pytest.raises(EncoderError, match=r"preprocessor_config\.json: expected .* crop from 1 to"):
        read_config(path)
    path.write_text("size: 224")
    with pytest.raises(EncoderError, match=r"preprocessor_config\.json"):
        read_config(path)


def test_models_of_equal_content_are_equal_wherever_they_lie(tmp_path: Path) -> None:
    """Features are the same from a copied folder."""
    fake_clip(tmp_path / "a" / "model.onnx")
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    picture = [Image.new("RGB", (300, 280), "orange")]
    first, second = (image_encoder("clip-vit-b32", folder=tmp_path / name) for name in "ab")
    np.testing.assert_array_equal(first.encode(picture), second.encode(picture))
    assert first.identity == second.identity
