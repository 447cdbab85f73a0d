"""Encoders by name: where their files are looked for, and that nothing is downloaded unasked."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

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


def test_any_folder_with_a_configuration_is_an_encoder(tmp_path: Path) -> None:
    """A path is a name, too, if the preprocessing lies beside the model."""
    pooled(tmp_path / "model.onnx", {"image_embeds": ("n", 64)})
    with pytest.raises(EncoderError, match=r"expected its preprocessing in preprocessor_config\.json"):
        image_encoder(str(tmp_path))
    write_config(tmp_path, config(SMALL))
    assert image_encoder(str(tmp_path)).preprocessing == SMALL
    assert image_encoder(str(tmp_path / "model.onnx")).width == 64


def test_what_is_no_encoder_is_refused(tmp_path: Path) -> None:
    """Of several models none is guessed, another model is not taken for CLIP, and a misspelt name is answered."""
    with pytest.raises(EncoderError, match=r"found no \.onnx file"):
        image_encoder(str(tmp_path))
    pooled(tmp_path / "a.onnx", {"image_embeds": ("n", 128)}, size=224)
    with pytest.raises(EncoderError, match="whose features have 512 numbers; found 128"):
        image_encoder("clip-vit-b32", folder=tmp_path)
    (tmp_path / "b.onnx").touch()
    with pytest.raises(EncoderError, match=r"found a\.onnx, b\.onnx"):
        image_encoder(str(tmp_path))
    with pytest.raises(EncoderError, match=r"mini-clip, clip-vit-b32.*did you mean 'clip-vit-b32'"):
        image_encoder("clip-vit-b-32")


def test_without_the_hub_client_the_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has no copy of CLIP reads the exact command that gets one."""
    hub(monkeypatch, None)
    files = "model.onnx preprocessor_config.json --revision a636590e595dbbd798647c9dd4550d5652fba969"
    command = f'pip install "eep[clip]" && hf download Qdrant/clip-ViT-B-32-vision {files}'
    with pytest.raises(EncoderError, match=re.escape(command)):
        image_encoder("clip-vit-b32")


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
    """Squashing, an oblong crop, a missing step and missing means are told all at once; so is what is no configuration."""
    wrong = {"crop_size": {"height": 224, "width": 200}, "do_center_crop": False, "resample": 9}
    content = PUBLISHED_CONFIG | wrong | {"size": {"height": 224, "width": 224}}
    del content["image_mean"]
    with pytest.raises(EncoderError) as caught:
        read_config(write_config(tmp_path, content))
    for key in ("size", "image_mean", *wrong):
        assert f"preprocessor_config.json: {key}" in str(caught.value)
    path = write_config(tmp_path, config(SMALL) | {"crop_size": 97})
    with pytest.raises(EncoderError, match=r"preprocessor_config\.json: expected .* crop from 1 to"):
        read_config(path)
    path.write_text("size: 224")
    with pytest.raises(EncoderError, match=r"preprocessor_config\.json"):
        read_config(path)


def test_no_telemetry(tmp_path: Path) -> None:
    """Opening the bundled encoder leaves no id of the device behind, in a home that had none."""
    home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    # CI in the environment would keep the library quiet by itself, and prove nothing.
    quiet = {"ORT_DISABLE_TELEMETRY", "ORT_RUNNING_UNIT_TESTS", "CI", "GITHUB_ACTIONS", "TF_BUILD"}
    environment = {name: value for name, value in os.environ.items() if name not in quiet} | home
    opened = "from eep.stimuli.encoders.models import image_encoder; print(image_encoder('mini-clip').width)"
    done = subprocess.run([sys.executable, "-c", opened], env=environment, capture_output=True, text=True, check=True)
    assert int(done.stdout) > 0
    assert not done.stderr
    assert not list(tmp_path.iterdir())
