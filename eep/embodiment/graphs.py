"""Students as ONNX graphs: what is sensed in, probabilities out, for whoever has onnxruntime and not eep."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from eep.core.arrays import FeatureArray, FloatArray
from eep.core.errors import UserError
from eep.students import trees
from eep.students.base import TOLERANCE, Student
from eep.students.boosted import Boosted
from eep.students.logistic import Logistic
from eep.students.neural import ACTIVATION, INPUT, WEIGHT, Neural

if TYPE_CHECKING:
    from onnx import ModelProto

#: Of the standard operators and of those of trees; onnxruntime 1.20 knows them.
OPSET, TREES = 17, 3
#: The names of a policy's input and output.
OBSERVATION, PROBABILITIES = "observation", "probabilities"


class Graph:
    """A graph that grows by a node at a time."""

    def __init__(self) -> None:
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def add(self, operator: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        """Add a node and return the name of its output."""
        from onnx import helper

        name = f"{operator}-{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, list(inputs), [name], domain=domain, **attributes))
        return name

    def constant(self, values: npt.ArrayLike, kind: type = np.float64) -> str:
        """Add a constant, double precision unless said otherwise, and return its name."""
        from onnx import numpy_helper

        name = f"constant-{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.asarray(values, kind), name))
        return name

    def cast(self, name: str, kind: type) -> str:
        """Return the name of values as another type."""
        from onnx import helper

        return self.add("Cast", name, to=helper.np_dtype_to_tensor_dtype(np.dtype(kind)))

    def model(self, width: int, probabilities: str, options: int, texts: Mapping[str, str]) -> "ModelProto":
        """Return the model whose input is (n, width) and whose output the ``probabilities`` (n, options), both float32."""
        from onnx import TensorProto, checker, helper

        self._nodes.append(helper.make_node("Identity", [self.cast(probabilities, np.float32)], [PROBABILITIES]))
        graph = helper.make_graph(
            self._nodes,
            "persona",
            [helper.make_tensor_value_info(OBSERVATION, TensorProto.FLOAT, ["n", width])],
            [helper.make_tensor_value_info(PROBABILITIES, TensorProto.FLOAT, ["n", options])],
            self._constants,
        )
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("ai.onnx.ml", TREES)]
        found = helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="eep")
        helper.set_model_props(found, dict(texts))
        checker.check_model(found)
        return found


def policy_model(students: Sequence[Student], texts: Mapping[str, str], *, unit_length: bool = False) -> "ModelProto":
    """Return the mean of students' probabilities as a graph, with ``texts`` for its metadata.

    Of two options all that is predicted differs by at most 1e-6 from what the students predict; see `Graph.model` for the
    shapes. ``unit_length`` scales what is sensed to length 1 first, as pictures' features are.

    Raises `eep.core.errors.UserError` if onnx is not installed, or a student's kind cannot be written so.
    """
    _require_onnx()
    graph, (width, options) = Graph(), students[0].shape
    sensed = OBSERVATION
    if unit_length:
        squares = graph.add("ReduceSumSquare", sensed, axes=[1], keepdims=1)
        sensed = graph.add("Div", sensed, graph.add("Sqrt", squares))
    found = [_part(student)(graph, student, sensed) for student in students]
    mean = graph.add("Div", graph.add("Sum", *found), graph.constant(float(len(found))))
    return graph.model(width, mean, options, texts)


def with_encoder(encoder: Path, policy: "ModelProto", embedding: str) -> "ModelProto":
    """Return a graph that takes an encoder's pictures: the encoder's ``embedding``, seen by the policy."""
    import onnx
    from onnx import compose

    seeing = onnx.load(encoder)
    seeing.ir_version = policy.ir_version = max(seeing.ir_version, policy.ir_version)
    del policy.opset_import[:]
    policy.opset_import.extend([*seeing.opset_import, onnx.helper.make_opsetid("ai.onnx.ml", TREES)])
    joined = compose.merge_models(
        seeing, policy, io_map=[(embedding, OBSERVATION)], prefix1="encoder/", outputs=[PROBABILITIES]
    )
    onnx.checker.check_model(joined)
    return joined


def answers(path: Path, sensed: FeatureArray, options: Sequence[str]) -> FloatArray:
    """Return what an ONNX graph of anybody's says of what is sensed, (n, d) float32: probabilities (n, k) of ``options``.

    Raises `eep.core.errors.UserError` if the file is no graph that takes and gives such arrays.
    """
    import onnxruntime

    try:
        session = onnxruntime.InferenceSession(path.read_bytes(), providers=["CPUExecutionProvider"])
        said = session.run(None, {session.get_inputs()[0].name: sensed})
        said_of = session.get_modelmeta().custom_metadata_map.get("options", "\n".join(options)).split("\n")
    except OSError as error:
        raise UserError(f"{path}: expected an ONNX graph; found: {error.strerror or error}") from error
    except Exception as error:  # onnxruntime raises types of its own, without a common one
        raise UserError(
            f"{path}: expected an ONNX graph that takes (n, {sensed.shape[1]}) float32 and gives probabilities; found: "
            f"{str(error).strip().splitlines()[0]}"
        ) from error
    found = np.asarray(said[0], dtype=np.float64)
    if sorted(said_of) != sorted(options) or found.shape != (len(sensed), len(options)):
        raise UserError(
            f"{path}: expected probabilities of {', '.join(options)}, shape ({len(sensed)}, {len(options)}); "
            f"found shape {found.shape} of {', '.join(said_of)}"
        )
    found = found[:, [said_of.index(option) for option in options]]
    if not ((found >= 0) & (found <= 1)).all() or (np.abs(found.sum(axis=1) - 1) > 100 * TOLERANCE).any():
        raise UserError(f"{path}: expected rows of probabilities that sum to 1; found other numbers")
    return found


def _require_onnx() -> None:
    try:
        import onnx  # noqa: F401
    except ImportError as error:
        raise UserError(
            "policy.onnx: expected the package onnx; found none; pip install 'eep[onnx]' brings it"
        ) from error


def _part(student: Student) -> Callable[[Graph, Any, str], str]:
    """Return what adds a student to a graph and returns the name of its probabilities, double precision."""
    for kind, part in ((Boosted, _boosted), (Logistic, _logistic), (Neural, _neural)):
        if isinstance(student, kind):
            return part
    raise UserError(
        f"policy.onnx: expected a student of trees, a regression or a network; found {type(student).__name__}"
    )


def _boosted(graph: Graph, student: Boosted, sensed: str) -> str:
    found = trees.read(student.dump())
    outputs, counts = len(found.base), [len(tree.left) for tree in found.trees]
    tree = np.repeat(np.arange(len(counts)), counts)
    node = np.concatenate([np.arange(count) for count in counts])
    left, right, feature, threshold = (
        np.concatenate([getattr(one, name) for one in found.trees])
        for name in ("left", "right", "feature", "threshold")
    )
    leaf = left < 0
    sums = graph.add(
        "TreeEnsembleRegressor",
        sensed,
        domain="ai.onnx.ml",
        n_targets=outputs,
        base_values=found.base.tolist(),
        nodes_treeids=tree.tolist(),
        nodes_nodeids=node.tolist(),
        nodes_modes=np.where(leaf, "LEAF", "BRANCH_LT").tolist(),
        nodes_featureids=np.where(leaf, 0, feature).tolist(),
        nodes_values=np.where(leaf, 0, threshold).tolist(),
        nodes_truenodeids=np.where(leaf, 0, left).tolist(),
        nodes_falsenodeids=np.where(leaf, 0, right).tolist(),
        target_treeids=tree[leaf].tolist(),
        target_nodeids=node[leaf].tolist(),
        target_ids=found.output[tree[leaf]].tolist(),
        target_weights=threshold[leaf].tolist(),
    )
    if outputs > 1:
        return graph.cast(graph.add("Softmax", sums, axis=1), np.float64)
    second = graph.cast(graph.add("Sigmoid", sums), np.float64)
    return graph.add("Concat", graph.add("Sub", graph.constant(1.0), second), second, axis=1)


def _logistic(graph: Graph, student: Logistic, sensed: str) -> str:
    weights, intercepts = student.weights
    scores = graph.add(
        "MatMul", graph.cast(sensed, np.float64), graph.constant(np.hstack([np.zeros((len(weights), 1)), weights]))
    )
    shifted = graph.add("Add", scores, graph.constant(np.concatenate([np.zeros(1), intercepts])))
    return graph.add("Softmax", shifted, axis=1)


def _neural(graph: Graph, student: Neural, sensed: str) -> str:
    pieces, wide = student.pieces, graph.cast(sensed, np.float64)
    if not student.layers:
        nothing = graph.add("MatMul", wide, graph.constant(np.zeros(student.shape)))
        return graph.add("Add", nothing, graph.constant(student.constant))
    column = graph.add("Gather", wide, graph.constant(pieces["feature"], np.int64), axis=1)
    below = graph.add("Div", graph.add("Sub", column, graph.constant(pieces["low"])), graph.constant(pieces["width"]))
    filled = graph.add("Clip", below, graph.constant(0.0), graph.constant(1.0))
    centred = graph.add("Sub", filled, graph.constant(pieces["mean"]))
    found = _on_grid(graph, graph.add("Div", centred, graph.constant(pieces["spread"])), INPUT)
    for place, layer in enumerate(student.layers):
        if place:
            found = _on_grid(graph, graph.add("Relu", found), ACTIVATION)
        weights = graph.constant(np.rint(layer.weights * 2.0**WEIGHT) * 2.0**-WEIGHT)
        found = graph.add("Add", graph.add("MatMul", found, weights), graph.constant(layer.biases))
    one = graph.constant(1.0)
    root = graph.add("Sqrt", graph.add("Add", one, graph.add("Mul", found, found)))
    rounded = _on_grid(graph, graph.add("Add", found, root), WEIGHT)
    odds = graph.add("Add", rounded, graph.constant(2.0**-WEIGHT))
    return graph.add("Div", odds, graph.add("ReduceSum", odds, graph.constant([1], np.int64), keepdims=1))


def _on_grid(graph: Graph, values: str, digits: int) -> str:
    """Round as `eep.students.neural.on_grid` does."""
    rounded = graph.add("Round", graph.add("Mul", values, graph.constant(2.0**digits)))
    return graph.add("Mul", rounded, graph.constant(2.0**-digits))
