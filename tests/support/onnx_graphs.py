"""Small ONNX graphs with the inputs and outputs of real encoders, written for the tests."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from onnx import NodeProto, TensorProto, checker, helper, numpy_helper, save

Sides = Sequence[int | str]


def write(
    path: Path,
    nodes: Sequence[NodeProto],
    inputs: Mapping[str, Sides],
    outputs: Mapping[str, Sides],
    weights: Mapping[str, npt.NDArray[np.float32] | npt.NDArray[np.int64]],
    kind: int = TensorProto.FLOAT,
) -> Path:
    """Write a graph; ``kind`` is the type of its inputs."""
    graph = helper.make_graph(
        list(nodes),
        "graph",
        [helper.make_tensor_value_info(name, kind, list(sides)) for name, sides in inputs.items()],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, list(sides)) for name, sides in outputs.items()],
        [numpy_helper.from_array(weight, name) for name, weight in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    checker.check_model(model)
    path.parent.mkdir(parents=True, exist_ok=True)
    save(model, path)
    return path


def probe(path: Path, size: int = 224) -> Path:
    """Write a graph whose embedding is the top left number of every 32 x 32 patch, channel by channel, then zeros."""
    patches = 3 * (size // 32) ** 2
    nodes = [
        helper.make_node("Slice", ["pixel_values", "from", "to", "axes", "steps"], ["sampled"]),
        helper.make_node("Flatten", ["sampled"], ["flat"], axis=1),
        helper.make_node("Pad", ["flat", "pads"], ["image_embeds"]),
    ]
    weights = {
        "from": np.array([0, 0]),
        "to": np.array([size, size]),
        "axes": np.array([2, 3]),
        "steps": np.array([32, 32]),
        "pads": np.array([0, 0, 0, 512 - patches]),
    }
    sides: Sides = ["batch_size", 3, size, size]
    return write(path, nodes, {"pixel_values": sides}, {"image_embeds": ["batch_size", 512]}, weights)


def fake_clip(path: Path, seed: int = 0) -> Path:
    """Write a graph with the input and outputs of published CLIP ViT-B/32 vision models, and random weights."""
    rng, hidden = np.random.default_rng(seed), 8
    nodes = [
        helper.make_node("Conv", ["pixel_values", "patches"], ["conv"], kernel_shape=[32, 32], strides=[32, 32]),
        helper.make_node("Tanh", ["conv"], ["bent"]),
        helper.make_node("Flatten", ["bent"], ["flat"], axis=1),
        helper.make_node("MatMul", ["flat", "projection"], ["image_embeds"]),
        helper.make_node("Reshape", ["bent", "tokens"], ["sequence"]),
        helper.make_node("Transpose", ["sequence"], ["last_hidden_state"], perm=[0, 2, 1]),
    ]
    weights = {
        "patches": (rng.normal(size=(hidden, 3, 32, 32)) / 55).astype(np.float32),
        "projection": (rng.normal(size=(hidden * 49, 512)) / 20).astype(np.float32),
        "tokens": np.array([0, hidden, 49]),
    }
    inputs = {"pixel_values": ["batch_size", "num_channels", "height", "width"]}
    outputs: dict[str, Sides] = {
        "last_hidden_state": ["batch_size", "sequence_length", hidden],
        "image_embeds": ["batch_size", 512],
    }
    return write(path, nodes, inputs, outputs, weights)


def pooled(
    path: Path,
    outputs: Mapping[str, Sides],
    *,
    size: int = 96,
    rows: int | str = "n",
    inputs: Sequence[str] = ("pixels",),
    gain: float = 1.0,
) -> Path:
    """Write a graph whose outputs are all the mean of each channel times random weights, of the widths declared."""
    rng = np.random.default_rng(1)
    nodes = [helper.make_node("ReduceMean", [inputs[0]], ["means"], axes=[2, 3], keepdims=0)]
    weights: dict[str, npt.NDArray[np.float32] | npt.NDArray[np.int64]] = {}
    for name, sides in outputs.items():
        width = sides[1] if isinstance(sides[1], int) else 64
        weights[f"{name}_weights"] = (gain * rng.normal(size=(3, width))).astype(np.float32)
        flat = f"{name}_flat" if len(sides) > 2 else name
        nodes.append(helper.make_node("MatMul", ["means", f"{name}_weights"], [flat]))
        if len(sides) > 2:
            weights["axis"] = np.array([2])
            nodes.append(helper.make_node("Unsqueeze", [flat, "axis"], [name]))
    return write(path, nodes, {name: [rows, 3, size, size] for name in inputs}, outputs, weights)


def text_tower(path: Path, vocabulary: int, length: int, width: int = 128, seed: int = 2) -> Path:
    """Write a graph that looks up and adds up embeddings of tokens, (n, length) int64 to (n, width)."""
    table = np.random.default_rng(seed).normal(size=(vocabulary + 1, width)).astype(np.float32)
    table[0] = 0
    nodes = [
        helper.make_node("Gather", ["table", "ids"], ["looked_up"], axis=0),
        helper.make_node("ReduceSum", ["looked_up", "axis"], ["text_embeds"], keepdims=0),
    ]
    weights = {"table": table, "axis": np.array([1])}
    ports: dict[str, Sides] = {"text_embeds": ["n", width]}
    return write(path, nodes, {"ids": ["n", length]}, ports, weights, kind=TensorProto.INT64)
