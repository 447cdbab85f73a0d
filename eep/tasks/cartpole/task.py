"""The CartPole task."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from eep.core.arrays import FeatureArray, FloatArray
from eep.data.types import Item
from eep.tasks.base import AnswerTables, TaskQuestion
from eep.tasks.cartpole import animation, conversation_text, episodes, items, physics, policy_metrics, rollout, words
from eep.tasks.cartpole.conversation import PoleConversation
from eep.tasks.cartpole.replay import CartPoleReplay
from eep.tasks.cartpole.settings import CartPoleSettings
from eep.tasks.cartpole.standalone import SCRIPT
from eep.tasks.playable import Playable, Rollouts
from eep.tasks.policies import PolicyFunction

_SITUATION = """\
A cart stands on a short straight track. A pole is hinged to the top of the cart and can fall to the left or to \
the right. You move the cart: at each moment you push it either left or right, for an instant, and there is no \
third choice. The pole should stay up, and the cart should not run off either end of the track."""

_STATE: Mapping[words.Style, str] = {
    "words": """\
You are told how things stand in four words: where the cart is (cart-position: left, center or right of the \
middle of the track), which way it rolls (cart-velocity: leftwards, stopped or rightwards), which way the pole \
is turning (pole-angular-velocity: leftwards, zero or rightwards) and which way it leans (pole-angle: left, \
upright or right).""",
    "numbers": """\
You are told how things stand in four numbers: how far the cart is from the middle of the track (cart-position, \
in metres; the track ends at 2.4 metres on either side), how fast it rolls (cart-velocity, in metres per \
second), how fast the pole is turning (pole-angular-velocity, in degrees per second) and how far it leans from \
upright (pole-angle, in degrees; beyond 12 it has fallen). Negative numbers mean left or leftwards, positive \
ones right or rightwards.""",
}

_ASKED = """\
You know this moment only, nothing of what came before. Push the way you, being who you are, would push. Answer \
with one word, left or right."""


class CartPole(Playable):
    """Balance a pole on a cart: the teacher reads a text, the student senses the state.

    Without a memory a teacher cell is a table of 81 answers: it is asked once for each text and sample, and then
    plays any number of episodes without being asked again. With one it plays in conversation; see
    `eep.tasks.cartpole.conversation`.
    """

    Settings = CartPoleSettings
    id = "cartpole"
    title = "CartPole"
    options: tuple[str, ...] = ("left", "right")
    readouts: Mapping[str, Mapping[str, float]] = {"right": {"right": 1.0}}
    traits = tuple(axis.name for axis in words.AXES)
    phrases = words.PHRASES
    meanings = policy_metrics.MEANINGS
    topic = words.TOPIC
    environment_id = "eep.tasks.cartpole.environment:eep/CartPole-v0"

    def __init__(self, settings: CartPoleSettings, body: physics.Body = physics.OWN) -> None:
        self.settings = settings
        self._body = body
        self._texts = words.texts(settings.text)

    def held_out_clusters(self, seed: int) -> int:
        """Return how many texts are held out."""
        return int(words.held_out(seed).sum())

    def stimuli(self) -> tuple[Item, ...]:
        """Return one item for each of the 81 texts."""
        return tuple(
            Item(
                id=f"text-{cell:02}",
                cluster=text,
                split="train",
                text=text,
                traits=words.traits(cell),
                generic=words.generic(cell),
            )
            for cell, text in enumerate(self._texts)
        )

    def question(self, item: Item) -> TaskQuestion:
        """Return the situation, how the state is described, what is asked, what came before, and the present moment."""
        memory, few_shot = self.settings.memory, self.settings.few_shot
        asked = conversation_text.instructions(memory, few_shot) if memory else _ASKED
        instructions = "\n\n".join((_SITUATION, _STATE[self.settings.text], asked))
        if not memory:
            return TaskQuestion(instructions, item.text)
        past, present = conversation_text.parse(item.text)
        shown = (*conversation_text.example(few_shot, self.settings.text), *past)
        return TaskQuestion(instructions, present, turns=conversation_text.messages(shown))

    def conversation(self) -> PoleConversation | None:
        """Return how teachers with a memory play; ``None`` without a memory."""
        return PoleConversation(self.settings) if self.settings.memory else None

    def items(self, answers: AnswerTables, seed: int) -> tuple[Item, ...]:
        """Return states that the teachers and random play met; see `eep.tasks.cartpole.items`."""
        cells = [self.table_policy(answers[cell]) for cell in sorted(answers)]
        return items.draw([*cells, self.random_policy()], self.settings, seed)

    def episodes(self, folder: Path, *, seed: int) -> tuple[tuple[Item, ...], pl.DataFrame]:
        """Return a recording's decisions as items and teacher responses; see `eep.tasks.cartpole.episodes`."""
        return episodes.episodes(folder, seed=seed)

    def features(self, items: Sequence[Item]) -> FeatureArray:
        """Return the states, (n, 4) float32; raises ValueError for an item without one."""
        states = [item.state for item in items]
        if any(state is None for state in states):
            raise ValueError("expected items with a state; found one without (stimuli have texts only)")
        return np.array(states, dtype=np.float32).reshape(len(items), len(words.AXES))

    def senses(self, width: int) -> tuple[str, ...]:
        """Return the names of the observation's numbers, in CartPole's own order."""
        del width
        return tuple(axis.name for axis in sorted(words.AXES, key=lambda axis: axis.column))

    def environment_arguments(self) -> Mapping[str, Any]:
        """Return how long a decision is held and an episode lasts."""
        return {"hold": self.settings.hold, "max_steps": self.settings.max_steps}

    def standalone(self) -> Mapping[str, bytes]:
        """Return the script that plays an episode."""
        return {"run.py": SCRIPT.format(**self.environment_arguments()).encode()}

    @property
    def replay(self) -> CartPoleReplay:
        """How its episodes are shown."""
        return CartPoleReplay(self.settings)

    def attributes(self, items: Sequence[Item]) -> Mapping[str, Mapping[str, str]]:
        """Return the four words of each state, in any style and after any past."""
        cells = words.cells(self.features(items)).tolist()
        return {item.id: words.described(cell) for item, cell in zip(items, cells, strict=True)}

    def texts(self, states: FloatArray) -> Sequence[str]:
        """Return the text of each state's cell."""
        return [self._texts[cell] for cell in words.cells(states)]

    def table_policy(self, table: Mapping[str, Mapping[str, float]]) -> PolicyFunction:
        """Return the policy that looks each state's text up; NaN where the table has no answer."""
        chances = np.full((words.CELLS, len(self.options)), np.nan)
        for text, probabilities in table.items():
            chances[words.parse(text)] = [probabilities[option] for option in self.options]

        def policy(states: FloatArray) -> FloatArray:
            return chances[words.cells(states)]

        return policy

    def rules(self) -> Mapping[str, PolicyFunction]:
        """Return the rule that pushes the way the pole turns, and where it turns nowhere, the way it leans."""
        table = {}
        for cell, text in enumerate(self._texts):
            word = words.traits(cell)
            way = word["pole-angular-velocity"] or word["pole-angle"]
            table[text] = {"left": 0.5 - 0.5 * way, "right": 0.5 + 0.5 * way}
        return {"angular-velocity-first": self.table_policy(table)}

    def changed_bodies(self) -> Mapping[str, Playable]:
        """Return CartPole with another pole, with less force, and with noisy senses."""
        return {name: CartPole(self.settings, body) for name, body in physics.CHANGED.items()}

    def clusters(self, states: FloatArray) -> tuple[str, ...]:
        """Return the text (of 81) that each state falls under."""
        return tuple(f"text-{cell:02}" for cell in words.cells(states.astype(np.float32)).tolist())

    def rollout(self, policies: Sequence[PolicyFunction], *, episodes: int, greedy: bool, seed: int) -> Rollouts:
        """Play every policy for ``episodes`` unbiased episodes; see `eep.tasks.cartpole.rollout`."""
        rules = rollout.Rules(self.settings.hold, self.settings.max_steps, greedy, self._body)
        return rollout.rollout(policies, episodes=episodes, rules=rules, seed=seed)

    def policy_metrics(self, policy: PolicyFunction, states: FloatArray) -> Mapping[str, float]:
        """Return how a policy acts on ``states`` (n, 4); see `eep.tasks.cartpole.policy_metrics`."""
        return policy_metrics.policy_metrics(policy, states, hold=self.settings.hold)

    def animation(self, states: FeatureArray, title: str) -> str:
        """Return an SVG animation of an episode; see `eep.tasks.cartpole.animation`."""
        return animation.animation(states, title)
