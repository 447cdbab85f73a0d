"""Students as plain data, for a page that evaluates them without Python."""

from typing import Any

import numpy as np

from eep.core.arrays import base64_of
from eep.students import trees
from eep.students.base import Student
from eep.students.boosted import Boosted
from eep.students.logistic import Logistic
from eep.students.trees import Tree, Trees

#: In the place of a leaf's feature, and the most features and nodes that fit in a byte beside it.
LEAF = 255


def plain(student: Student) -> dict[str, Any] | None:
    """Return a student as values of JSON, boosted trees or logistic regression; None for any other.

    Of logistic regression these are the ``weights`` (d, k - 1) and ``intercepts`` of the options after the first, whose score
    is 0; see `of_trees` for trees. Raises ValueError for trees that are too large.
    """
    if isinstance(student, Logistic):
        weights, intercepts = student.weights
        return {"weights": base64_of(weights, "f8"), "intercepts": base64_of(intercepts, "f8")}
    return of_trees(trees.read(student.dump())) if isinstance(student, Boosted) else None


def of_trees(found: Trees) -> dict[str, Any]:
    """Return trees as values of JSON.

    Nodes stand in preorder: a split's left child comes next, and its right child ``jump`` nodes on. ``feature`` is
    `LEAF` for a leaf, whose ``value`` is what it adds; of a split it is the threshold. ``sizes`` are nodes for each tree,
    of which tree t adds to the output t modulo the outputs, whose sums begin from ``base``.

    Raises ValueError for trees of more nodes or features than fit in a byte.
    """
    nodes: list[tuple[int, int, float]] = []
    sizes = []
    for tree in found.trees:
        before = len(nodes)
        _add(tree, 0, nodes)
        sizes.append(len(nodes) - before)
    if max(sizes) > LEAF or found.features > LEAF:
        raise ValueError(
            f"expected trees of at most {LEAF} nodes and features; found {max(sizes)} and {found.features}"
        )
    feature, jump, value = zip(*nodes, strict=True)
    return {
        "feature": base64_of(feature, "u1"),
        "jump": base64_of(jump, "u1"),
        "value": base64_of(value, "f4"),
        "sizes": base64_of(sizes, "u1"),
        "base": base64_of(found.base, "f4"),
    }


def _add(tree: Tree, node: int, nodes: list[tuple[int, int, float]]) -> None:
    """Append a node and all below it."""
    value = float(np.float32(tree.threshold[node]))
    if tree.left[node] < 0:
        nodes.append((LEAF, 0, value))
        return
    place = len(nodes)
    nodes.append((0, 0, 0.0))
    _add(tree, int(tree.left[node]), nodes)
    nodes[place] = (int(tree.feature[node]), len(nodes) - place, value)
    _add(tree, int(tree.right[node]), nodes)
