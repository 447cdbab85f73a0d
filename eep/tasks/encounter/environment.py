"""The game as Gymnasium environments: one meeting, and many at once.

Importing this module makes both known to ``gymnasium.make`` and ``gymnasium.make_vec`` as ``eep/Encounter-v0``. Gymnasium
looks for no plugins since its version 1.0; it imports a module that stands before the name::

    gymnasium.make("eep.tasks.encounter.environment:eep/Encounter-v0")
"""

from typing import Any

import gymnasium
import numpy as np
import numpy.typing as npt
from gymnasium.error import ResetNeeded
from gymnasium.spaces import Box, Discrete, Space
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space

from eep.core.arrays import BoolArray, FeatureArray, FloatArray, IntArray
from eep.tasks.encounter import checks, scenery
from eep.tasks.encounter.animals import BOUND
from eep.tasks.encounter.dynamics import HORIZON, SPEEDS, TURNS
from eep.tasks.encounter.herd import Herd, Outcome

ID = "eep/Encounter-v0"
FRAMES = 224
_UNBEGUN = "expected reset() before the first {}: no meeting has begun"


def _spaces(width: int, *, continuous: bool) -> tuple[Space[Any], Space[Any]]:
    low = np.array([-BOUND] * width + [0.0, -2.0, 0.0], np.float32)
    high = np.array([BOUND] * width + [HORIZON, 2.0, 1.5], np.float32)
    return Box(low, high), Box(-1.0, 1.0, (1,), np.float32) if continuous else Discrete(len(SPEEDS))


class EncounterEnv(gymnasium.Env[FeatureArray, Any]):
    """One meets an animal on a quiet meadow, for twenty turns, and nothing is asked.

    ## Description

    The animal has a hidden temperament (danger, shyness, friendliness) that shows in its looks and in what it does, and it
    answers what the player does. A rush from nearby arouses it, shy animals most; a shy one backs off; a friendly and
    calm one comes closer; a dangerous one that is aroused charges, and bites within 1.5 m. There is nothing to win, so that
    what a policy does is its own: a persona's, if it has one.

    ## Action space

    ``Discrete(5)``: rush back, step back, stay, step closer, rush closer, at -1, -.4, 0, .4 and 1 m a turn. With
    ``continuous=True``, ``Box(-1, 1, (1,))``: metres towards the animal.

    ## Observation space

    ``Box`` of 35 numbers: 32 principal components of what an image encoder makes of the animal's picture (each of standard
    deviation 1, held within 8), the distance (0 to 12 m), the velocity by which the animal moves away by itself (-2 to 2 m
    a turn) and its arousal (0 to 1.5). With ``pictures=False``, the last three alone.

    ## Reward

    0, always.

    ## Starting state

    An animal drawn at random, or the one of ``options={"animal": number}``, 4.5 to 7.5 m away and calm.

    ## Episode end

    Truncation after 20 turns; nothing terminates it.

    ## Information

    ``animal``, and what the meeting has come to so far: ``contact_turns`` (within .7 m), ``near_turns`` (within 2 m),
    ``bites``, ``startles`` (the animal begins to bristle) and ``closest_distance`` in metres.

    ## Arguments

    ``render_mode`` "rgb_array"; ``continuous``; ``pictures``; ``stimuli`` and ``encoder`` as in the experiment files.

    ## Version history

    v0: the first.
    """

    metadata = {"render_modes": ["rgb_array"], "render_fps": 2}  # noqa: RUF012 - gymnasium's own form

    def __init__(
        self,
        render_mode: str | None = None,
        *,
        continuous: bool = False,
        pictures: bool = True,
        stimuli: str = "first-matrix",
        encoder: str = "mini-clip",
    ) -> None:
        self.render_mode = render_mode
        self.continuous = continuous
        self._herd = Herd(pictures=pictures, stimuli=stimuli, encoder=encoder)
        self.observation_space, self.action_space = _spaces(self._herd.seen.shape[1], continuous=continuous)
        self._turns = 0

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[FeatureArray, dict[str, Any]]:
        """Begin a meeting; raises ValueError for an animal that there is not, and for options that are none."""
        super().reset(seed=seed)
        self._herd.begin(self.np_random, 1, checks.chosen(options, len(self._herd.cast.subjects), 1))
        self._outcome = Outcome(self._herd.meeting.distance)
        self._turns = 0
        return self._herd.observe()[0], self._info()

    def step(self, action: Any) -> tuple[FeatureArray, float, bool, bool, dict[str, Any]]:
        """Play a turn; raises ValueError for an action that is none, gymnasium's ResetNeeded before the first `reset`."""
        if not self._herd.begun:
            raise ResetNeeded(_UNBEGUN.format("step()"))
        if isinstance(action, bool | np.bool_) or not self.action_space.contains(action):
            raise ValueError(f"expected an action of {self.action_space}; found {checks.shown(action)}")
        speed = np.asarray(action, np.float64).reshape(1) if self.continuous else SPEEDS[[int(action)]]
        self._outcome.add(self._herd.step(self.np_random, speed))
        self._turns += 1
        return self._herd.observe()[0], 0.0, False, self._turns >= TURNS, self._info()

    def _info(self) -> dict[str, Any]:
        numbers = {name: float(values[0]) for name, values in self._outcome.info().items()}
        return {"animal": int(self._herd.animals[0]), **numbers}

    def render(self) -> npt.NDArray[np.uint8] | None:
        """Return what the player sees, (224, 224, 3); None without a render mode. Raises gymnasium's ResetNeeded before `reset`."""
        if self.render_mode is None:
            return None
        if not self._herd.begun:
            raise ResetNeeded(_UNBEGUN.format("render()"))
        animal = self._herd.cast.subjects[int(self._herd.animals[0])].animal
        distance, _, arousal = (float(values[0]) for values in self._herd.meeting)
        return np.asarray(scenery.picture(animal, distance, arousal, FRAMES))


class EncounterVectorEnv(VectorEnv[FeatureArray, Any, Any]):
    """Many meetings at once, as `EncounterEnv`; all end together, and begin anew in the step after their last."""

    metadata = {"autoreset_mode": AutoresetMode.NEXT_STEP}  # noqa: RUF012 - gymnasium's own form

    def __init__(
        self,
        num_envs: int = 1,
        *,
        continuous: bool = False,
        pictures: bool = True,
        stimuli: str = "first-matrix",
        encoder: str = "mini-clip",
    ) -> None:
        self.num_envs = checks.counted(num_envs)
        self.continuous = continuous
        self._herd = Herd(pictures=pictures, stimuli=stimuli, encoder=encoder)
        self.single_observation_space, self.single_action_space = _spaces(
            self._herd.seen.shape[1], continuous=continuous
        )
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self._turns = 0

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[FeatureArray, dict[str, Any]]:
        """Begin all meetings, all with the animal of ``options``, or each with its own of ``num_envs``.

        Raises ValueError for animals that there are not. Meetings that begin by themselves later draw theirs.
        """
        super().reset(seed=seed, options=options)
        self._begin(checks.chosen(options, len(self._herd.cast.subjects), self.num_envs))
        return self._herd.observe(), self._info()

    def step(self, actions: Any) -> tuple[FeatureArray, FloatArray, BoolArray, BoolArray, dict[str, Any]]:
        """Play a turn of every meeting, or begin anew if they were over.

        Raises ValueError for actions that are none, gymnasium's ResetNeeded before the first `reset`.
        """
        if not self._herd.begun:
            raise ResetNeeded(_UNBEGUN.format("step()"))
        wanted = checks.array(actions)
        if wanted.dtype == np.bool_ or not self.action_space.contains(wanted):
            raise ValueError(
                f"expected actions of {self.single_action_space}, {self.num_envs} of them; found {checks.shown(actions)}"
            )
        if self._turns >= TURNS:
            self._begin()
        else:
            speed = wanted.astype(np.float64).reshape(self.num_envs) if self.continuous else SPEEDS[wanted]
            self._outcome.add(self._herd.step(self.np_random, speed))
            self._turns += 1
        nothing, over = np.zeros(self.num_envs), np.full(self.num_envs, self._turns >= TURNS)
        return self._herd.observe(), nothing, np.zeros_like(over), over, self._info()

    def _begin(self, animals: IntArray | None = None) -> None:
        self._herd.begin(self.np_random, self.num_envs, animals)
        self._outcome = Outcome(self._herd.meeting.distance)
        self._turns = 0

    def _info(self) -> dict[str, Any]:
        return {"animal": self._herd.animals.copy(), **self._outcome.info()}


def register() -> None:
    """Make the environments known to Gymnasium; calling it again changes nothing."""
    if ID not in gymnasium.registry:
        gymnasium.register(
            ID,
            entry_point=f"{__name__}:EncounterEnv",
            vector_entry_point=f"{__name__}:EncounterVectorEnv",
        )


register()
