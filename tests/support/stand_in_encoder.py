"""An encoder of drawn animals with both towers and random weights, small enough to be written for each test run."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from onnx import NodeProto, TensorProto, helper, numpy_helper, save

from eep.stimuli.animals import DEFAULT
from eep.stimuli.encoders.preprocess import Preprocessing, config
from eep.stimuli.encoders.text import tokens

SIDE, PATCH, WIDTH, LENGTH = 48, 6, 32, 96


def write(folder: Path) -> Path:
    """Write image.onnx, its preprocessing, text.onnx and vocabulary.json into ``folder``; return it."""
    folder.mkdir(parents=True, exist_ok=True)
    known = sorted({token for one in DEFAULT.stimuli() for token in tokens(one.text)})
    _image_tower(folder / "image.onnx")
    _text_tower(folder / "text.onnx", len(known))
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
    _save(path, nodes, TensorProto.FLOAT, [3, SIDE, SIDE], "image_embeds", {"projection": projection})


def _text_tower(path: Path, known: int) -> None:
    """Add up random vectors of the caption's tokens."""
    table = np.random.default_rng(6).normal(size=(known + 1, WIDTH)).astype(np.float32)
    table[0] = 0
    nodes = [
        helper.make_node("Gather", ["table", "in"], ["looked_up"], axis=0),
        helper.make_node("ReduceSum", ["looked_up", "axis"], ["text_embeds"], keepdims=0),
    ]
    _save(path, nodes, TensorProto.INT64, [LENGTH], "text_embeds", {"table": table, "axis": np.array([1])})


def _save(
    path: Path,
    nodes: Sequence[NodeProto],
    kind: int,
    shape: list[int],
    output: str,
    weights: Mapping[str, npt.NDArray[np.float32] | npt.NDArray[np.int64]],
) -> None:
    graph = helper.make_graph(
        list(nodes),
        "graph",
        [helper.make_tensor_value_info("in", kind, ["n", *shape])],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, ["n", WIDTH])],
        [numpy_helper.from_array(weight, name) for name, weight in weights.items()],
    )
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
