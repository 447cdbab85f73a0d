"""Conversations without teachers: a script answers each moment."""

from collections.abc import Callable

from eep.data.types import Answer, Cell, Item, Status
from eep.tasks.cartpole import conversation_text as text
from eep.tasks.cartpole.conversation import PoleConversation
from eep.tasks.cartpole.settings import CartPoleSettings
from eep.tasks.conversing import Asked, ConversationEpisode

PIRATE = Cell("pirate", "plain")
#: What the first message of an episode begins with.
NOTICES = (text.FIRST, text.FELL, text.RAN_OFF, text.TIME_UP, text.BROKEN_OFF)
#: Answers a moment: the chance of right, or how there came to be none.
Script = Callable[[Item, int], float | Status]


def answer(reply: float | Status) -> Answer:
    """Return an answer that says right with a chance, or none."""
    if isinstance(reply, Status):
        return Answer(b"", reply, None, "no", "script")
    return Answer(b"", Status.OK, {"left": 1 - reply, "right": reply}, "", "script")


def upright(item: Item, number: int) -> float:
    """Push the way the pole turns, or else leans: what balances it."""
    del number
    way = item.traits["pole-angular-velocity"] or item.traits["pole-angle"]
    return 0.5 + 0.5 * way


def played(
    script: Script, settings: CartPoleSettings, *, cell: Cell = PIRATE, greedy: bool = False, seed: int = 0
) -> tuple[tuple[ConversationEpisode, ...], list[Asked]]:
    """Play a cell whose answers a script gives; return its episodes and everything it was asked."""
    playing = PoleConversation(settings).play(cell, greedy=greedy, seed=seed)
    asked = [next(playing)]
    try:
        while True:
            asked.append(playing.send(answer(script(asked[-1].item, len(asked) - 1))))
    except StopIteration as end:
        episodes: tuple[ConversationEpisode, ...] = end.value
        return episodes, asked
