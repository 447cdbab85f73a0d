"""A small task, teachers' responses to it, a student that only remembers, and what imitating comes to with these."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Self
from unittest.mock import patch

import numpy as np
import polars as pl
from two_options import two

from eep.core.arrays import FeatureArray, FloatArray
from eep.data import responses
from eep.data.types import Item
from eep.pipeline.imitate import Imitated, imitate
from eep.students import STUDENTS
from eep.students.base import check_demonstrations, pack, unpack
from eep.tasks.base import AnswerTables, Task, TaskQuestion


class Field(Task):
    """Items are points of a plane; asked is whether to stay or to go."""

    id = "field"
    title = "Field"
    traits: tuple[str, ...] = ()

    def __init__(self, *, train: int = 60, test: int = 20, readouts: tuple[str, ...] = ("go",)) -> None:
        self.options: tuple[str, ...] = ("stay", "go")
        self.readouts: Mapping[str, Mapping[str, float]] = {option: {option: 1.0} for option in readouts}
        rng = np.random.default_rng(8)
        self._items = tuple(
            Item(f"{split}-{i:03}", f"cluster-{i % 7}", split, f"point {i}", state=tuple(rng.normal(size=2)))
            for split, number in (("train", train), ("test", test))
            for i in range(number)
        )

    def stimuli(self) -> tuple[Item, ...]:
        """Return the items."""
        return self._items

    def question(self, item: Item) -> TaskQuestion:
        """Return what to ask."""
        return TaskQuestion("Stay or go?", item.text)

    def items(self, answers: AnswerTables, seed: int) -> tuple[Item, ...]:
        """Return the same items whatever the answers and the seed."""
        del answers, seed
        return self._items

    def features(self, items: Sequence[Item]) -> FeatureArray:
        """Return the points."""
        return np.array([item.state for item in items], np.float32).reshape(-1, 2)


#: persona, arm, wording of the cells that `demonstrations` has by default.
CELLS = (
    ("nun", "persona", "plain"),
    ("nun", "persona", "portrait"),
    ("pirate", "persona", "plain"),
    ("pirate", "persona", "portrait"),
    ("plain-clerk", "placebo", "plain"),
    ("nobody", "neutral", "plain"),
    ("nobody", "neutral", "portrait"),
)
#: Those of the persona arm.
PERSONAS = tuple(cell for cell in CELLS if cell[1] == "persona")


def demonstrations(
    task: Field, cells: Iterable[tuple[str, str, str]] = CELLS, *, samples: int = 1, seed: int = 0
) -> pl.DataFrame:
    """Return the responses of teachers that lean each their own way and waver from sample to sample."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[object, ...]] = []
    for cell in cells:
        weights = rng.normal(size=2) + 1
        for item in task.stimuli():
            for sample in range(samples):
                score = np.dot(weights, item.state or ()) + 0.3 * rng.normal()
                go = float(1 / (1 + np.exp(-score)))
                key = (task.id, "teacher", "scripted:model-1", *cell, sample, item.id, item.cluster, item.split)
                said = {"stay": 1 - go, "go": go}
                rows.extend((*key, option, said[option], "ok") for option in task.readouts)
    return responses.check(pl.DataFrame(rows, schema=responses.SCHEMA, orient="row"))


class Memory:
    """Keeps what it was taught and says its mean; register it as ``demonstrating:Memory``."""

    suffix: ClassVar[str] = ".npz"

    def __init__(self) -> None:
        self.shape = (0, 2)

    def fit(self, x: FeatureArray, p: FloatArray, *, seed: int) -> Self:
        """Keep the arguments; ``p`` is what they say of going, the second option."""
        check_demonstrations(x, p)
        self.x, self.p, self.seed = x, p[:, 1], seed
        self.shape = (x.shape[1], 2)
        return self

    def predict(self, x: FeatureArray) -> FloatArray:
        """Return the mean label."""
        return two(np.full(len(x), self.p.mean()))

    def dump(self) -> bytes:
        """Return what it was taught."""
        return pack({"x": self.x, "p": self.p})

    @classmethod
    def load(cls, content: bytes) -> Self:
        """Return the student of a file."""
        found, student = unpack(content, {"x": 2, "p": 1}), cls()
        return student.fit(found["x"].astype(np.float32), two(found["p"]), seed=0)


def imitated(shown: pl.DataFrame | None = None, *, task: Field | None = None, **changes: Any) -> Imitated:
    """Imitate with the remembering student and four permuted ones, with changes."""
    task = task or Field()
    settings: dict[str, Any] = {"kinds": ("memory",), "permuted": 4, "seed": 0, **changes}
    with patch.dict(STUDENTS, memory="demonstrating:Memory"):
        return imitate(task, task.stimuli(), demonstrations(task) if shown is None else shown, **settings)


def memories(result: Imitated, agent: str = "memory") -> dict[tuple[str, str, int], Memory]:
    """Return the students of one agent by persona, wording and sample."""
    found: dict[tuple[str, str, int], Memory] = {}
    for who, student in result.trained.items():
        if who.agent == agent:
            assert isinstance(student, Memory)
            found[who.persona, who.wording, who.sample] = student
    return found


def labels(shown: pl.DataFrame, persona: str, wording: str) -> list[float]:
    """Return a cell's responses to train items, in the items' order."""
    return shown.filter(persona=persona, wording=wording, split="train").sort("item")["response"].to_list()


def without_answers(shown: pl.DataFrame, gone: pl.Expr) -> pl.DataFrame:
    """Return the responses with some of them unparsable."""
    return shown.with_columns(
        response=pl.when(gone).then(None).otherwise("response"),
        status=pl.when(gone).then(pl.lit("unparsable")).otherwise("status").cast(shown.schema["status"]),
    )
