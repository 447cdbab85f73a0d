"""An encoder of drawn animals with both towers and random weights, small enough to be written for each test run."""

import json
from pathlib import Path

import numpy as np
from features import onnx_graphs
from onnx import helper

from eep.features.preprocess import Preprocessing
from eep.features.processor_config import config
from eep.features.text import tokens
from eep.stimuli.animals import DEFAULT

SIDE, PATCH, WIDTH, LENGTH = 48, 6, 32, 96


def write(folder: Path) -> Path:
    """Write image.onnx, its preprocessing, text.onnx and vocabulary.json into ``folder``; return it.

    The image tower projects the means of the picture's patches, so that like pictures have like features.
    """
    rng, patches = np.random.default_rng(5), 3 * (SIDE // PATCH) ** 2
    kernel = {"kernel_shape": [PATCH, PATCH], "strides": [PATCH, PATCH]}
    nodes = [
        helper.make_node("AveragePool", ["pixels"], ["means"], **kernel),
        helper.make_node("Flatten", ["means"], ["flat"], axis=1),
        helper.make_node("MatMul", ["flat", "projection"], ["image_embeds"]),
    ]
    projection = (rng.normal(size=(patches, WIDTH)) / np.sqrt(patches)).astype(np.float32)
    onnx_graphs.write(
        folder / "image.onnx",
        nodes,
        {"pixels": ["n", 3, SIDE, SIDE]},
        {"image_embeds": ["n", WIDTH]},
        {"projection": projection},
    )
    preprocessing = config(Preprocessing(short_side=SIDE, crop=SIDE))
    (folder / "preprocessor_config.json").write_text(json.dumps(preprocessing), encoding="utf-8")
    known = sorted({token for one in DEFAULT.stimuli() for token in tokens(one.text)})
    vocabulary = {"length": LENGTH, "tokens": known}
    (folder / "vocabulary.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    onnx_graphs.text_tower(folder / "text.onnx", len(known), LENGTH)
    return folder
