"""A recording of one teacher's play as items and responses.

The recorded teacher answered once in every state it met, with a conversation as its memory, so its answers are no
table of texts: each decision is an item of its own. Whole episodes are held out, not texts; a recording is of too few
texts to hold any out, and what was said in one episode is nothing that another could repeat. The same states stand in two cells. One has the action that
was taken, the other, a placebo, the action that the recording publishes beside the state; where the recorder
shifted the actions, what a student learns from the second says what a recording teaches that has nothing to teach.
"""

from pathlib import Path

import numpy as np
import polars as pl

from eep.data import responses
from eep.data.agent import Agent
from eep.data.persona import Arm
from eep.data.types import Item, Status
from eep.tasks.cartpole import items, recording

AGENT = "recorded:gpt-3.5-turbo"
#: Who gave the true pairs, and the placebo that gives the published ones.
TRUE = Agent("cartpole", "teacher", AGENT, "sir-isaac-newton", Arm.PERSONA.value, "true-pairs")
PUBLISHED = Agent("cartpole", "teacher", AGENT, "published-pairs", Arm.PLACEBO.value, "published-pairs")
#: Share of the episodes that is held out.
HELD_OUT = 0.3


def episodes(folder: Path, *, seed: int) -> tuple[tuple[Item, ...], pl.DataFrame]:
    """Return a recording's decisions as items, and as the teacher responses of two cells.

    ``folder`` is read by `eep.tasks.cartpole.recording.read`; ``seed`` draws the episodes that are held out. There is an
    item for each decided step whose true action the physics confirms, with that step's state and text. Each has two rows
    of role teacher in the responses table: 1 where the action was right, 0 where left. Raises
    `eep.tasks.cartpole.recording.RecordingError` if there is no recording, it has fewer than two episodes, or its pairs
    cannot be restored.
    """
    restored = recording.restore(recording.read(folder), hold=recording.held(folder))
    names = np.unique(restored.episode)
    if len(names) < 2:
        raise recording.RecordingError(f"{folder}: expected at least two episodes to split; found {len(names)}")
    held_out = np.random.default_rng(seed).permutation(names)[: max(1, round(HELD_OUT * len(names)))]
    rows = np.flatnonzero(restored.decided)
    test = np.isin(restored.episode[rows], held_out)
    states = restored.observations[rows].astype(np.float32)
    drawn = tuple(
        items.item(state, split="test" if held else "train", style="words")
        for state, held in zip(states, test, strict=True)
    )
    cells = ((TRUE, restored.actions[rows]), (PUBLISHED, restored.published[rows]))
    return drawn, responses.build(
        {
            **agent._asdict(),
            "item": item.id,
            "cluster": item.cluster,
            "split": item.split,
            "option": "right",
            "response": float(action),
            "status": str(Status.OK),
        }
        for agent, actions in cells
        for item, action in zip(drawn, actions, strict=True)
    )
