"""A teacher computed from weights, with effects of known size: for tests, power, calibration and demonstrations.

The probability of an option is proportional to exp(w * s), with w the option's weight in the readout that the task
analyses (0 to 1) and s, in logits, the sum of

    persona_effect * (level + sum of weight * trait)      the persona's own section [simulated.<task>]
  + generic_effect * generic                              the item's pull on every answerer
  + wording_effect * (0.4 * u + sum of v_trait * trait)   what this wording of this persona happens to cause
  + noise * e                                             this one question

with u, v_trait and e standard normal. They are drawn from hashes of what they belong to (the seed; persona,
wording and task; trait or item text and sample), so that a question has the same answer in any order and at any
concurrency. Of two options, one weighing 1 and one 0, the first has the logistic function of s as its probability; on
a scale of several, a larger s moves probability up the scale (an ordinal policy).
"""

import asyncio
import math
import time
from bisect import bisect
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import accumulate
from statistics import NormalDist
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from eep.core.errors import UserError
from eep.core.hashing import seed_from
from eep.core.registry import did_you_mean
from eep.data.persona import MOST_LOGITS, SimulatedWeights
from eep.data.types import Answer, Question, Status
from eep.teachers.base import Kind, Provenance, Teacher, TeacherSettings

#: A wording shifts how often a persona says yes less than it shifts what the persona says yes to.
WORDING_LEVEL = 0.4
_STRENGTHS = ("persona_effect", "wording_effect", "generic_effect", "noise")
_NORMAL = NormalDist()
Strength = Annotated[float, Field(ge=0, le=MOST_LOGITS, allow_inf_nan=False)]


class SimulatedSettings(TeacherSettings):
    """How strong each part of the simulated answers is; all strengths are in logits."""

    provider: Literal["simulated"] = "simulated"
    persona_effect: Strength = Field(default=1.0, description="Strength of what the persona files plant.")
    wording_effect: Strength = Field(default=0.5, description="Strength of what each wording happens to cause.")
    generic_effect: Strength = Field(default=1.0, description="Strength of what every answerer shares.")
    noise: Strength = Field(default=0.3, description="Strength of single questions.")
    respond: Literal["probability", "sample"] = Field(
        default="probability", description="Give the probability itself, or one answer drawn by it."
    )
    latency: float = Field(default=0.0, ge=0, le=60, description="Seconds each answer takes, to try out slow teachers.")


class Simulated(Teacher):
    """Answers from the weights of the persona files; ``seed`` draws wording idiosyncrasies and noise."""

    Settings: ClassVar[type[SimulatedSettings]] = SimulatedSettings
    agent = "simulated:weights"

    def __init__(self, settings: SimulatedSettings, *, seed: int) -> None:
        self._settings = settings
        self.at_once = not settings.latency
        self._strengths = settings.model_dump(include={*_STRENGTHS, "respond"})
        self._seed = seed
        # One wording's idiosyncrasies serve all its items.
        self._idiosyncrasy = cache(self._draw)

    def check(self, questions: Sequence[Question]) -> None:
        """Raise UserError for every persona without weights for a task, and every weight of an unknown trait."""
        if problems := dict.fromkeys(filter(None, map(_problem, questions))):
            raise UserError("\n".join(problems))

    def provenance(self) -> Provenance:
        """Say that no model was asked."""
        effects = ", ".join(f"{name} {getattr(self._settings, name):g}" for name in _STRENGTHS)
        return Provenance(
            kind=Kind.SIMULATED,
            agent=self.agent,
            sentence=(
                "The teacher is simulated: its answers were computed from weights written in the persona files, "
                "and no language model was asked."
            ),
            caveats=(
                "Nothing here is evidence about any language model.",
                f"The size of every effect was set in the experiment, in logits: {effects}.",
            ),
        )

    def request(self, question: Question) -> Mapping[str, Any]:
        """Return all that the formula uses; raises UserError where `check` would."""
        planted = _planted(question)
        return {
            "provider": "simulated",
            "formula": 2,
            "seed": self._seed,
            **self._strengths,
            "persona": question.persona.id,
            "level": planted.level,
            "weights": dict(planted.weights),
            "wording": question.wording.id,
            "task": question.task,
            "text": question.item.text,
            "traits": dict(question.item.traits),
            "generic": question.item.generic,
            "options": list(question.options),
            "readout": dict(question.readout),
            "sample": question.sample,
        }

    async def answer(self, question: Question, key: bytes) -> Answer:
        """Compute the answer, after ``latency`` seconds."""
        begun = time.perf_counter()
        if self._settings.latency:
            await asyncio.sleep(self._settings.latency)
        probabilities = _probabilities(question, self._logit(question))
        likeliest = max(probabilities, key=lambda option: probabilities[option])
        text = f"{likeliest} with probability {probabilities[likeliest]:.4f}"
        if self._settings.respond == "sample":
            text = _pick(probabilities, self._uniform("draw", *_content(question)))
            probabilities = {option: float(option == text) for option in probabilities}
        return Answer(
            key=key,
            status=Status.OK,
            probabilities=probabilities,
            text=text,
            model=self.agent,
            seconds=time.perf_counter() - begun,
        )

    def _logit(self, question: Question) -> float:
        """Return the formula's value (see the top of this module)."""
        strength, planted, traits = self._settings, _planted(question), question.item.traits
        persona = planted.level + sum(weight * traits[name] for name, weight in planted.weights.items())
        cell = (question.persona.id, question.wording.id, question.task)
        wording = WORDING_LEVEL * self._idiosyncrasy(*cell, "") + sum(
            self._idiosyncrasy(*cell, name) * value for name, value in traits.items()
        )
        noise = _NORMAL.inv_cdf(self._uniform("noise", *_content(question)))
        return (
            strength.persona_effect * persona
            + strength.generic_effect * question.item.generic
            + strength.wording_effect * wording
            + strength.noise * noise
        )

    def _draw(self, persona: str, wording: str, task: str, trait: str) -> float:
        """Return a standard normal number that belongs to a cell and one trait ("" is the level)."""
        return _NORMAL.inv_cdf(self._uniform("wording", persona, wording, task, trait))

    def _uniform(self, *content: str | int) -> float:
        """Return a number strictly between 0 and 1 that belongs to ``content`` and the seed."""
        # 52 bits and a half are exact in a float, and never 0 or 1.
        return ((seed_from([self._seed, *content]) >> 12) + 0.5) / 2**52


def _content(question: Question) -> tuple[str | int, ...]:
    """Return what identifies a question."""
    cell = (question.persona.id, question.wording.id, question.task)
    return (*cell, question.item.text, question.sample)


def _planted(question: Question) -> SimulatedWeights:
    """Return the persona's weights for the question's task; raises UserError where they do not fit."""
    if problem := _problem(question):
        raise UserError(problem)
    return question.persona.simulated[question.task]


def _problem(question: Question) -> str:
    """Return why the persona's weights cannot answer the question, or an empty string."""
    persona, task, traits = question.persona, question.task, question.item.traits
    if not traits:
        return (
            f"{task}: expected items of known traits for the simulated teacher; found some that nobody has described, "
            "such as photographs; ask another teacher (--teacher PROVIDER:MODEL)"
        )
    if task not in persona.simulated:
        return (
            f"persona {persona.id}: expected a section [simulated.{task}] for the simulated teacher, found none; "
            "write one (level = 0 and no weights plant nothing)"
        )
    for name in persona.simulated[task].weights:
        if name not in traits:
            return (
                f"persona {persona.id}: expected weights in [simulated.{task}] of the task's traits "
                f"({', '.join(sorted(traits))}); found {name!r}{did_you_mean(name, list(traits))}"
            )
    return ""


def _probabilities(question: Question, logit: float) -> dict[str, float]:
    """Return the probabilities of all options: exponential in their weights in the readout."""
    scores = [logit * question.readout.get(option, 0.0) for option in question.options]
    odds = [math.exp(score - max(scores)) for score in scores]
    return {option: one / sum(odds) for option, one in zip(question.options, odds, strict=True)}


def _pick(probabilities: Mapping[str, float], uniform: float) -> str:
    """Return the option in whose share of [0, 1] ``uniform`` lies."""
    *bounds, _ = accumulate(probabilities.values())
    return list(probabilities)[bisect(bounds, uniform)]
