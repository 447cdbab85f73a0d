"""An encoder of drawn animals with both towers and random weights, small enough to be written for each test run."""

import json
from pathlib import Path

import numpy as np
import onnx_graphs
from onnx import helper

from eep.stimuli.animals import DEFAULT
from eep.stimuli.encoders.preprocess import Preprocessing, config
from eep.stimuli.encoders.text import tokens

SIDE, PATCH, WIDTH, LENGTH = 48, 6, 32, 96


def write(folder: Path) -> Path:
    """Write image.onnx, its preprocessing, text.onnx and vocabulary.json into ``folder``; return it."""
    folder.mkdir(parents=True, exist_ok=True)
    known = sorted({token for one in DEFAULT.stimuli() for token in tokens(one.text)})
    _image_tower(folder / "image.onnx")
    onnx_graphs.text_tower(folder / "text.onnx", len(known), LENGTH, WIDTH, seed=6)
    files = {
        "preprocessor_config.json": config(Preprocessing(short_side=SIDE, crop=SIDE)),
        "vocabulary.json": {"length": LENGTH, "tokens": known},
    }
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    return folder


def _image_tower(path: Path) -> None:
    """Project the means of the picture's patches, so that like pictures have like features."""
    rng, patches = np.random.default_rng(5), 3 * (SIDE // PATCH) ** 2
    nodes = [
        helper.make_node("AveragePool", ["in"], ["means"], kernel_shape=[PATCH] * 2, strides=[PATCH] * 2),
        helper.make_node("Flatten", ["means"], ["flat"], axis=1),
        helper.make_node("MatMul", ["flat", "projection"], ["image_embeds"]),
    ]
    projection = (rng.normal(size=(patches, WIDTH)) / np.sqrt(patches)).astype(np.float32)
    sides: dict[str, onnx_graphs.Sides] = {"in": ["n", 3, SIDE, SIDE]}
    onnx_graphs.write(path, nodes, sides, {"image_embeds": ["n", WIDTH]}, {"projection": projection})
