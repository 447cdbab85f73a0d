"""Every registered task, and a toy task with five options, with made-up answers to their questions."""

from functools import cache
from typing import Any

import numpy as np
from meadow import Meadow

from eep.data.types import Cell, Item
from eep.tasks import TASKS, task_class
from eep.tasks.base import AnswerTables

#: The toy shows that nothing depends on there being two options.
TOY = "meadow"
NAMES = [*sorted(TASKS), TOY]


def class_of(name: str) -> Any:
    """Return a task's class."""
    return Meadow if name == TOY else task_class(name)


@cache
def task(name: str) -> Any:
    """Return a task under its default settings."""
    return class_of(name)(class_of(name).Settings())


@cache
def answers(name: str) -> AnswerTables:
    """Return the made-up answers of three cells to every stimulus; the third leaves a few texts unanswered."""
    rng = np.random.default_rng(0)
    stimuli = task(name).stimuli()
    tables: dict[Cell, dict[str, dict[str, float]]] = {}
    for place, cell in enumerate((Cell("pirate", "plain"), Cell("pirate", "portrait"), Cell("nun", "plain"))):
        chances = rng.dirichlet(np.ones(len(task(name).options)), size=len(stimuli))
        tables[cell] = {
            item.text: dict(zip(task(name).options, row.tolist(), strict=True))
            for number, (item, row) in enumerate(zip(stimuli, chances, strict=True))
            if place < 2 or number % 20
        }
    return tables


@cache
def items(name: str, seed: int) -> tuple[Item, ...]:
    """Return a task's items."""
    drawn: tuple[Item, ...] = task(name).items(answers(name), seed)
    return drawn
