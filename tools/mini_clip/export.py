"""The trained towers as the files that the package opens: two ONNX graphs, a vocabulary, the preprocessing."""

import json
import warnings
from pathlib import Path

import torch

from eep.stimuli.encoders.preprocess import config
from tools.mini_clip.pictures import LENGTH, EncodedCaptions
from tools.mini_clip.settings import Settings
from tools.mini_clip.towers import Towers

_OPSET = 17


def export(towers: Towers, encoded: EncodedCaptions, settings: Settings, out: Path) -> None:
    """Write ``image.onnx``, ``text.onnx``, ``vocabulary.json`` and ``preprocessor_config.json`` into ``out``."""
    side = settings.side
    picture = torch.zeros(2, 3, side, side)
    _write(towers.image, picture, "pixel_values", "image_embeds", out / "image.onnx")
    caption = torch.ones(2, LENGTH, dtype=torch.long)
    _write(towers.text, caption, "input_ids", "text_embeds", out / "text.onnx")
    tokens = {"length": LENGTH, "tokens": list(encoded.tokenizer.vocabulary)}
    _write_json(tokens, out / "vocabulary.json")
    _write_json(config(settings.preprocessing), out / "preprocessor_config.json")


def _write(tower: torch.nn.Module, example: torch.Tensor, source: str, target: str, path: Path) -> None:
    """Write one tower; the number of rows stays open."""
    with warnings.catch_warnings():
        # The older exporter writes these small graphs without further packages; torch warns that it is older.
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(
            tower.to(memory_format=torch.contiguous_format),
            (example,),
            path,
            input_names=[source],
            output_names=[target],
            dynamic_axes={source: {0: "n"}, target: {0: "n"}},
            opset_version=_OPSET,
            dynamo=False,
        )


def _write_json(content: object, path: Path) -> None:
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
