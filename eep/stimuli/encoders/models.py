"""The encoders by name: the bundled mini-CLIP, published CLIP, or any ONNX encoder in a folder.

A folder holds the image encoder (``image.onnx``, ``model.onnx`` or its only ``.onnx`` file) and its preprocessing
(``preprocessor_config.json``); where there is a text encoder, also ``text.onnx`` and ``vocabulary.json``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

from pydantic import Field

from eep.core.paths import RESOURCES
from eep.core.registry import did_you_mean
from eep.stimuli.encoders.encoder import Encoder, open_encoder
from eep.stimuli.encoders.network import EncoderError
from eep.stimuli.encoders.preprocess import CLIP, Preprocessing, read_config
from eep.stimuli.encoders.text import TextEncoder, open_text_encoder

#: The name of the encoder that comes with the package, and where it lies.
BUNDLED = "mini-clip"
BUNDLED_FOLDER = RESOURCES / "mini_clip"
_CONFIG = "preprocessor_config.json"

#: The setting of a task that names an encoder.
EncoderName = Annotated[
    str,
    Field(
        min_length=1,
        description=(
            "What the student sees through: mini-clip (comes with eep), clip-vit-b32 (downloaded beforehand), or the "
            "path of a folder with an ONNX image encoder."
        ),
    ),
]


@dataclass(frozen=True)
class Published:
    """An encoder that is published on the Hugging Face hub."""

    #: The revision is a commit, so that everybody gets the same file.
    repository: str
    revision: str
    files: tuple[str, ...]  #: The model first.
    preprocessing: Preprocessing  #: For a model file that has no ``preprocessor_config.json`` beside it.
    width: int  #: Numbers in a feature vector; tells another model's file from this one's.

    @property
    def command(self) -> str:
        """The command that downloads it."""
        return f"hf download {self.repository} {' '.join(self.files)} --revision {self.revision}"


#: Encoders by the name they have in experiments.
PUBLISHED: Mapping[str, Published] = {
    "clip-vit-b32": Published(
        repository="Qdrant/clip-ViT-B-32-vision",
        revision="a636590e595dbbd798647c9dd4550d5652fba969",
        files=("model.onnx", _CONFIG),
        preprocessing=CLIP,
        width=512,
    )
}


def image_encoder(name: str, *, folder: Path | None = None, download: bool = False, threads: int = 1) -> Encoder:
    """Open an image encoder.

    Parameters
    ----------
    name
        ``"mini-clip"``, a name out of `PUBLISHED`, or the path of a folder or ``.onnx`` file.
    folder
        Where a named encoder's files lie (a folder, or the ``.onnx`` file itself), if not in the usual place: the
        package for mini-CLIP, the Hugging Face cache for a published one.
    download
        Whether a published encoder may be downloaded now. Nothing is ever downloaded unless this is true.
    threads
        Of onnxruntime.

    Raises `EncoderError` if there is no encoder of that name, its files are not there, or they are not an
    encoder's.
    """
    if name == BUNDLED:
        return _open(folder or _bundled(), None, threads)
    if name in PUBLISHED:
        published = PUBLISHED[name]
        encoder = _open(folder or _fetch(name, published, download=download), published.preprocessing, threads)
        return _of_width(encoder, name, published.width)
    if folder is None and Path(name).exists():
        return _open(Path(name), None, threads)
    known = [BUNDLED, *PUBLISHED]
    raise EncoderError(
        f"expected an encoder out of {', '.join(known)}, or the path of a folder or .onnx file; "
        f"found {name!r}{did_you_mean(name, known)}"
    )


def encoder_of_setting(name: str, key: str) -> Encoder:
    """Open the image encoder that an experiment's key names; raises `EncoderError` that begins with the key."""
    try:
        return image_encoder(name)
    except EncoderError as error:
        raise EncoderError(f"{key}: {error}") from error


def text_encoder(folder: Path | None = None, *, threads: int = 1) -> TextEncoder:
    """Open the text encoder of mini-CLIP, or of the folder given.

    Raises `EncoderError` if its files are not there, or they are not a text encoder's.
    """
    place = folder or _bundled()
    return open_text_encoder(place / "text.onnx", place / "vocabulary.json", threads=threads)


def _bundled() -> Path:
    if not BUNDLED_FOLDER.is_dir():
        raise EncoderError(
            f"expected the bundled encoder {BUNDLED!r} in {BUNDLED_FOLDER}; found none: this copy of eep was "
            "built without it. Install eep anew, or name another encoder"
        )
    return BUNDLED_FOLDER


def _open(place: Path, preprocessing: Preprocessing | None, threads: int) -> Encoder:
    """Open the image encoder in a folder or file; a configuration beside it goes before ``preprocessing``."""
    model = _model_file(place)
    beside = model.parent / _CONFIG
    if beside.is_file():
        preprocessing = read_config(beside)
    if preprocessing is None:
        raise EncoderError(f"{model}: expected its preprocessing in {_CONFIG} beside it; found no such file")
    return open_encoder(model, preprocessing, threads=threads)


def _model_file(place: Path) -> Path:
    if place.is_file():
        return place
    for name in ("image.onnx", "model.onnx"):
        if (place / name).is_file():
            return place / name
    models = sorted(place.glob("*.onnx"))
    if len(models) == 1:
        return models[0]
    found = ", ".join(model.name for model in models) or "no .onnx file"
    raise EncoderError(f"{place}: expected image.onnx, model.onnx or a single .onnx file; found {found}")


def _of_width(encoder: Encoder, name: str, width: int) -> Encoder:
    """Return the encoder if its features are as wide as those of the model it is said to be."""
    if encoder.width != width:
        raise EncoderError(
            f"{encoder.network.path}: expected {name}, whose features have {width} numbers; found "
            f"{encoder.width}. Name another model by its path instead"
        )
    return encoder


def _fetch(name: str, published: Published, *, download: bool) -> Path:
    """Return the model file in the Hugging Face cache, downloaded first if that is allowed."""
    ways = (
        f'Either run\n  pip install "eep[clip]" && {published.command}\n'
        f"or name the folder (or .onnx file) that holds it"
    )
    if find_spec("huggingface_hub") is None:
        raise EncoderError(
            f"expected the files of encoder {name!r}; found no folder named for them, and huggingface_hub, which "
            f"keeps downloaded models, is not installed. {ways}"
        )
    from huggingface_hub import hf_hub_download

    try:
        paths = [
            hf_hub_download(published.repository, file, revision=published.revision, local_files_only=not download)
            for file in published.files
        ]
    except Exception as error:  # the hub's client lets through errors of its HTTP library
        how = "the download failed" if download else "no downloaded copy"
        raise EncoderError(f"expected the files of encoder {name!r}; found {how}: {error}. {ways}") from error
    return Path(paths[0])
