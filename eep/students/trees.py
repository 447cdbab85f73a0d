"""Trees as arrays, read out of XGBoost's own files, and checked before XGBoost gets to see them.

XGBoost trusts its files: with a single flipped bit in one it may end the process.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from eep.core.arrays import BoolArray, FeatureArray, IntArray
from eep.students.base import StudentFileError

#: UBJSON's markers of numbers that XGBoost uses, big endian.
_NUMBERS = {b"i": ">i1", b"U": ">u1", b"I": ">i2", b"l": ">i4", b"L": ">i8", b"d": ">f4", b"D": ">f8"}
#: Objects and arrays within one another, at most.
_DEPTH = 12
#: What a tree has one of for each node.
_PER_NODE = (
    "base_weights", "default_left", "left_children", "loss_changes", "parents", "right_children", "split_conditions",
    "split_indices", "split_type", "sum_hessian",
)  # fmt: skip
#: What would make a tree something else than one of splits by numbers.
_NONE_OF = ("categories", "categories_nodes", "categories_segments", "categories_sizes")


@dataclass(frozen=True)
class Tree:
    """One tree, arrays (nodes,): a state goes left where its feature is below the threshold.

    Of a leaf, ``left`` and ``right`` are -1 and ``threshold`` is the leaf's value.
    """

    left: IntArray
    right: IntArray
    feature: IntArray
    threshold: FeatureArray


@dataclass(frozen=True)
class Trees:
    """A boosted student: the sum of the trees of each output, in single precision, then a sigmoid or a softmax."""

    trees: tuple[Tree, ...]
    #: Which output each tree adds to, (trees,).
    output: IntArray
    #: What the outputs begin from, (outputs,) float32, before the sigmoid or the softmax.
    base: FeatureArray
    features: int


def read(content: bytes) -> Trees:
    """Return the trees of a file of XGBoost's; raises `StudentFileError` if it is none that eep could have written."""
    try:
        reader = _Reader(content)
        return _trees(reader.document()["learner"])
    except (KeyError, TypeError, IndexError, ValueError, AttributeError, RecursionError) as error:
        raise StudentFileError(f"expected trees in XGBoost's format; found: {type(error).__name__}: {error}") from error


class _Reader:
    """Universal Binary JSON, as far as XGBoost writes it (ubjson.org, draft 12)."""

    def __init__(self, content: bytes) -> None:
        self._content, self.place, self._depth = content, 0, 0

    def document(self) -> Any:
        found = self.value(self.take(1))
        if self.place != len(self._content):
            raise ValueError(f"{len(self._content) - self.place} bytes more than there should be")
        return found

    def take(self, size: int) -> bytes:
        if not 0 <= size <= len(self._content) - self.place:
            raise ValueError(f"{len(self._content)} bytes, which end too early")
        self.place += size
        return self._content[self.place - size : self.place]

    def value(self, marker: bytes) -> Any:
        if marker in _NUMBERS:
            return self._numbers(marker, 1)[0]
        if marker == b"S":
            return self._text()
        if marker not in (b"{", b"["):
            raise ValueError(f"the marker {marker!r}, {self.place} bytes from the start")
        self._depth += 1
        if self._depth > _DEPTH:
            raise ValueError("values too deep within one another")
        found = self._object() if marker == b"{" else self._array()
        self._depth -= 1
        return found

    def _text(self) -> str:
        if (marker := self.take(1)) != b"L":
            raise ValueError(f"the marker {marker!r} of a length")
        return self.take(int(self.value(marker))).decode("ascii")

    def _object(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while (marker := self.take(1)) != b"}":
            self.place -= len(marker)
            name = self._text()
            if name in found:
                raise ValueError(f"{name!r} twice")
            found[name] = self.value(self.take(1))
        return found

    def _array(self) -> Any:
        kind = self.take(1)
        if kind == b"$":
            kind = self.take(1)
            self._expect(b"#L")
            return self._numbers(kind, int(self.value(b"L")))
        self.place -= len(kind)
        self._expect(b"#L")
        return [self.value(self.take(1)) for _ in range(int(self.value(b"L")))]

    def _expect(self, marker: bytes) -> None:
        if (found := self.take(len(marker))) != marker:
            raise ValueError(f"{found!r} where {marker!r} should be")

    def _numbers(self, kind: bytes, count: int) -> npt.NDArray[Any]:
        number = np.dtype(_NUMBERS[kind])
        return np.frombuffer(self.take(count * number.itemsize), number)


def _trees(learner: dict[str, Any]) -> Trees:
    """Return the trees of a model whose every number is what it has to be."""
    sizes, booster = learner["learner_model_param"], learner["gradient_booster"]
    model, objective = booster["model"], learner["objective"]["name"]
    outputs, features = max(1, int(sizes["num_class"])), int(sizes["num_feature"])
    trees, output = model["trees"], _whole(model["tree_info"])
    rounds = _whole(model["iteration_indptr"])
    parameters = {name: int(value) for name, value in model["gbtree_model_param"].items()}
    sound = (
        booster["name"] == "gbtree",
        objective == ("binary:logistic" if outputs == 1 else "multi:softprob"),
        outputs == 1 or int(learner["objective"]["softmax_multiclass_param"]["num_class"]) == outputs,
        int(sizes["num_target"]) == 1 and features > 0,
        parameters == {"num_parallel_tree": 1, "num_trees": len(trees)},
        not any(len(values) for values in model["cats"].values()),
        len(trees) % outputs == 0 and (rounds == np.arange(0, len(trees) + 1, outputs)).all(),
        len(output) == len(trees) and (output == np.arange(len(trees)) % outputs).all(),
    )
    if not all(sound):
        raise ValueError(f"a model that is none of {len(trees)} trees for {outputs} outputs of {features} features")
    base = np.array([float(number) for number in sizes["base_score"].strip("[]").split(",")], dtype=np.float32)
    if base.shape != (outputs,) or not np.isfinite(base).all():
        raise ValueError(f"base scores {base.tolist()} of {outputs} outputs")
    if outputs == 1:  # it is written as a probability
        base = np.asarray(np.log(base / (1 - base)), dtype=np.float32)
    return Trees(tuple(_tree(one, place, features) for place, one in enumerate(trees)), output, base, features)


def _tree(found: dict[str, Any], place: int, features: int) -> Tree:
    """Return one tree; every node but the first is the child of one node that comes before it."""
    left, right, parents = (_whole(found[name]) for name in ("left_children", "right_children", "parents"))
    nodes, split = np.arange(len(left)), left >= 0
    numbers = {name: int(value) for name, value in found["tree_param"].items()}
    children = np.concatenate([left[split], right[split]])
    sound = (
        numbers == {"num_deleted": 0, "num_feature": features, "num_nodes": len(nodes), "size_leaf_vector": 1},
        len(nodes) > 0 and all(len(found[name]) == len(nodes) for name in _PER_NODE),
        not any(len(found[name]) for name in _NONE_OF) and not found["split_type"].any() and found["id"] == place,
    )
    if not all(sound) or not (
        ((left == -1) == (right == -1)).all()
        and (left[split] > nodes[split]).all()
        and (right[split] > nodes[split]).all()
        and (np.sort(children) == nodes[1:]).all()
        and (parents[children] == np.concatenate([nodes[split]] * 2)).all()
        and _in_range(found["split_indices"], features)
        and np.isfinite(found["split_conditions"]).all()
    ):
        raise ValueError(f"tree {place}, which is none")
    return Tree(left, right, _whole(found["split_indices"]), found["split_conditions"].astype(np.float32))


def _whole(numbers: Any) -> IntArray:
    return np.asarray(numbers, dtype=np.int64)


def _in_range(numbers: npt.NDArray[Any], end: int) -> bool | np.bool_:
    inside: BoolArray = (numbers >= 0) & (numbers < end)
    return inside.all()
