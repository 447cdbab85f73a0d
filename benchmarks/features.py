"""How much of raw onnxruntime's speed the image encoder keeps: python -m benchmarks.features [mini-clip | a path].

Raw is the network alone on arrays that are ready; the pipeline starts from decoded pictures and does all the rest:
EXIF orientation, RGB, framing, normalising, batching, checking, scaling to unit length. Processor time of one
thread, the best of several rounds in turn. Without an argument a network of mini-CLIP's shape with random weights
is timed, which needs the onnx package.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
from PIL import Image

from eep.stimuli.encoders.encoder import Encoder, open_encoder
from eep.stimuli.encoders.models import image_encoder
from eep.stimuli.encoders.preprocess import Preprocessing

COUNT = 64
ROUNDS = 400
CHANNELS = (16, 32, 64, 112)


def small_network(path: Path) -> Path:
    """Write a residual network of 1.1 MB: (n, 3, 96, 96) to (n, 128)."""
    from onnx import NodeProto, TensorProto, helper, numpy_helper, save

    rng = np.random.default_rng(0)
    nodes: list[NodeProto] = []
    weights: dict[str, np.ndarray] = {}

    def layer(source: str, into: int, out: int, stride: int) -> str:
        name = f"layer{len(nodes)}"
        weights[f"{name}_w"] = rng.normal(0, (2 / 9 / into) ** 0.5, (out, into, 3, 3)).astype(np.float32)
        weights[f"{name}_b"] = np.zeros(out, np.float32)
        sources = [source, f"{name}_w", f"{name}_b"]
        nodes.append(helper.make_node("Conv", sources, [f"{name}_c"], pads=[1, 1, 1, 1], strides=[stride, stride]))
        nodes.append(helper.make_node("Relu", [f"{name}_c"], [name]))
        return name

    top = layer("pixel_values", 3, CHANNELS[0], 2)
    for into, out in pairwise(CHANNELS):
        half = layer(top, into, out, 2)
        top = f"sum{out}"
        nodes.append(helper.make_node("Add", [half, layer(half, out, out, 1)], [top]))
    nodes += [
        helper.make_node("ReduceMean", [top], ["mean"], axes=[2, 3], keepdims=0),
        helper.make_node("ReduceMax", [top], ["maximum"], axes=[2, 3], keepdims=0),
        helper.make_node("Concat", ["mean", "maximum"], ["pooled"], axis=1),
        helper.make_node("MatMul", ["pooled", "projection"], ["image_embeds"]),
    ]
    weights["projection"] = rng.normal(size=(2 * CHANNELS[-1], 128)).astype(np.float32)
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("pixel_values", TensorProto.FLOAT, ["n", 3, 96, 96])],
        [helper.make_tensor_value_info("image_embeds", TensorProto.FLOAT, ["n", 128])],
        [numpy_helper.from_array(weight, name) for name, weight in weights.items()],
    )
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    return path


def seconds(work: Callable[[], object]) -> float:
    """Return the processor seconds of one call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def compare(encoder: Encoder) -> tuple[float, float]:
    """Return pictures per second, raw and through the pipeline."""
    side = encoder.preprocessing.crop
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (COUNT, side, side, 3), dtype=np.uint8)
    images = [Image.fromarray(picture) for picture in pixels]
    ready = encoder.preprocessing.batch(images)
    step = encoder.batch_size
    session, name = encoder.network.session, encoder.network.input

    def raw() -> None:
        for start in range(0, COUNT, step):
            session.run([encoder.network.output], {name: ready[start : start + step]})

    times = [(seconds(raw), seconds(lambda: encoder.encode(images))) for _ in range(ROUNDS)]
    return COUNT / min(t[0] for t in times), COUNT / min(t[1] for t in times)


def main() -> None:
    """Time an encoder and print the ratio."""
    if len(sys.argv) > 1:
        encoder = image_encoder(sys.argv[1])
    else:
        with tempfile.TemporaryDirectory() as folder:
            model = small_network(Path(folder) / "small.onnx")
            print(f"a network of mini-CLIP's shape, {model.stat().st_size / 1e6:.2f} MB, random weights")
            encoder = open_encoder(model, Preprocessing(short_side=96, crop=96))
    raw, pipeline = compare(encoder)
    print(f"raw onnxruntime, {encoder.batch_size} pictures a run, 1 thread: {raw:.0f} pictures/s")
    print(f"from decoded pictures to features:               {pipeline:.0f} pictures/s")
    print(f"ratio {pipeline / raw:.3f}")


if __name__ == "__main__":
    main()
