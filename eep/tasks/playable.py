"""What a task that can be played in a loop offers."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from eep.core.arrays import FeatureArray, FloatArray
from eep.core.errors import UserError
from eep.tasks.base import Task
from eep.tasks.policies import PolicyFunction, uniform_policy

if TYPE_CHECKING:
    from eep.tasks.replay import Replay


@dataclass(frozen=True)
class Rollouts:
    """Closed-loop episodes of several policies."""

    #: Name to (policies, episodes) float64, such as ``"return"``, the sum of rewards; NaN where the episode ended
    #: unanswered.
    measures: Mapping[str, FloatArray]
    #: (policies, episodes) bool: True where the episode ended by failing, False where it reached the time limit
    #: (truncated) or ended unanswered.
    terminated: npt.NDArray[np.bool_]
    #: One (steps, d) float32 array per policy: the states of one episode, the same for all, for the animation.
    states: tuple[FeatureArray, ...]
    #: The same of several episodes, where one shows too little of what is met; those of the animation otherwise.
    met: tuple[FeatureArray, ...] = ()


class Playable(Task):
    """A task in which students and teachers can act, in a closed loop."""

    #: What its measures of play and its policies' numbers are, by name, for a reader of the report: half a sentence.
    meanings: Mapping[str, str] = {}
    #: What ``gymnasium.make`` knows it by, with the module that says so before the name: it observes what students sense,
    #: its actions are `eep.tasks.base.actions`, and one step is one decision. Empty where there is no such environment.
    environment_id: str = ""
    #: What is seen in its animations, in a sentence.
    film: str = ""

    def environment_arguments(self) -> Mapping[str, Any]:
        """Return the arguments that make `environment_id` the environment of the task's settings."""
        return {}

    @property
    def replay(self) -> "Replay":
        """How its episodes are shown; raises `eep.core.errors.UserError` if the task does not say."""
        raise UserError(f"task {self.id}: expected a task that says how its episodes are shown; this one does not")

    def changed_bodies(self) -> "Mapping[str, Playable]":
        """Return the task in other bodies, by name: its questions, options and senses, but what comes of an action differs.

        They show whether what was learned survives a body that nobody learned in.
        """
        return {}

    def clusters(self, states: FloatArray) -> tuple[str, ...]:
        """Return what states (n, d) are about, such as whom one meets: not independent of others about the same."""
        return tuple(f"state-{number}" for number in range(len(states)))

    def start_options(self, episodes: int, seed: int) -> Sequence[Mapping[str, Any] | None]:
        """Return the options of the environment's reset for each of so many episodes, so that they begin as in the experiment."""
        del seed
        return [None] * episodes

    @abstractmethod
    def texts(self, states: FloatArray) -> Sequence[str]:
        """Return what a teacher without a memory reads in each of the ``states`` (n, d): texts of the stimuli."""

    @abstractmethod
    def table_policy(self, table: Mapping[str, Mapping[str, float]]) -> PolicyFunction:
        """Return the memoryless policy of a teacher cell: state -> text -> option -> its probability."""

    def random_policy(self) -> PolicyFunction:
        """Return the policy that takes every option equally often."""
        return uniform_policy(len(self.options))

    @abstractmethod
    def rules(self) -> Mapping[str, PolicyFunction]:
        """Return policies that learned from nobody, by name: what a few plain words of instruction can reach."""

    @abstractmethod
    def rollout(self, policies: Sequence[PolicyFunction], *, episodes: int, greedy: bool, seed: int) -> Rollouts:
        """Play every policy for ``episodes`` unbiased episodes.

        ``greedy`` takes the likelier action, otherwise actions are sampled. Every policy meets the same initial
        states. The same seed repeats the result exactly.
        """

    def reference_states(self, seed: int) -> FloatArray | None:
        """Return the states (n, d) on which policies are compared; None for those that the players themselves visit."""
        del seed
        return None

    @abstractmethod
    def policy_metrics(self, policy: PolicyFunction, states: FloatArray) -> Mapping[str, float]:
        """Return named numbers that describe how a policy acts on ``states`` (n, d)."""

    @abstractmethod
    def animation(self, states: FeatureArray, title: str) -> str:
        """Return an SVG animation (text) of one episode from its recorded states (steps, d)."""
