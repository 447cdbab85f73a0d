"""The simulated teacher."""

import asyncio
import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import asking
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from eep.core.errors import UserError
from eep.data.persona import Persona, SimulatedWeights
from eep.data.types import Answer, Question, answer_key, readout_value
from eep.teachers.simulated import WORDING_LEVEL, Simulated, SimulatedSettings

SILENT = {"persona_effect": 0.0, "wording_effect": 0.0, "generic_effect": 0.0, "noise": 0.0}


def teacher(seed: int = 0, **settings: Any) -> Simulated:
    """Return a teacher with only the effects that are named."""
    return Simulated(SimulatedSettings(**{**SILENT, **settings}), seed=seed)


def answers(teacher: Simulated, questions: Iterable[Question]) -> list[Answer]:
    """Return the teacher's answers."""

    async def all_of_them() -> list[Answer]:
        return [await teacher.answer(asked, answer_key(teacher.request(asked))) for asked in questions]

    return asyncio.run(all_of_them())


def ask(teacher: Simulated, question: Question) -> Answer:
    """Return the teacher's answer."""
    return answers(teacher, [question])[0]


def logits(teacher: Simulated, questions: Sequence[Question]) -> list[float]:
    """Return the logits of what is read out of the teacher's answers."""
    found = zip(answers(teacher, questions), questions, strict=True)
    chances = [readout_value(answer.probabilities or {}, question.readout) for answer, question in found]
    return [math.log(p / (1 - p)) for p in chances]


def logit(teacher: Simulated, question: Question) -> float:
    """Return the logit of what is read out of the teacher's answer."""
    return logits(teacher, [question])[0]


def persona(name: str, **weights: float) -> Persona:
    """Return a persona with these weights in CartPole."""
    return replace(asking.NEWTON, id=name, simulated={"cartpole": SimulatedWeights(0.0, weights)})


def test_the_logit_is_the_formula() -> None:
    """Persona, generic and their strengths add up: level .5 + 1 * .3 - 2 * .2, twice, and half of 3."""
    question = asking.question(traits={"lean": 0.3, "turn": 0.2}, generic=3.0)
    assert logit(teacher(persona_effect=2.0), question) == pytest.approx(2 * (0.5 + 0.3 - 0.4), abs=1e-12)
    assert logit(teacher(generic_effect=0.5), question) == pytest.approx(1.5, abs=1e-12)
    both = logit(teacher(persona_effect=2.0, generic_effect=0.5), question)
    assert both == pytest.approx(0.8 + 1.5, abs=1e-12)


def test_a_wording_has_its_own_weights() -> None:
    """A wording's effect is linear in the traits, and another one for another wording, persona or seed."""
    wild = teacher(wording_effect=1.0)

    def effect(lean: float, turn: float, wording: int = 0, name: str = "newton") -> float:
        traits = {"lean": lean, "turn": turn}
        return logit(wild, asking.question(persona=persona(name), wording=wording, traits=traits))

    level, lean, turn = effect(0, 0), effect(1, 0) - effect(0, 0), effect(0, 1) - effect(0, 0)
    assert effect(2, -3) == pytest.approx(level + 2 * lean - 3 * turn, abs=1e-9)
    slopes = {round(value, 6) for value in (lean, turn)}
    slopes |= {round(effect(1, 0, 1) - effect(0, 0, 1), 6), round(effect(1, 0, 0, "nun") - effect(0, 0, 0, "nun"), 6)}
    assert len(slopes) == 4
    assert logit(teacher(1, wording_effect=1.0), asking.question()) != logit(wild, asking.question())
    assert logit(teacher(wording_effect=2.0), asking.question()) == pytest.approx(2 * logit(wild, asking.question()))


def test_wording_weights_and_noise_are_standard_normal() -> None:
    """Over many wordings and questions the draws have the stated distributions (Kolmogorov-Smirnov)."""
    wild, noisy = teacher(wording_effect=1.0), teacher(noise=1.0)
    personas = [persona(f"p{index}") for index in range(400)]
    zero, one = {"lean": 0.0, "turn": 0.0}, {"lean": 1.0, "turn": 0.0}
    levels = np.array(logits(wild, [asking.question(persona=p, traits=zero) for p in personas]))
    slopes = np.array(logits(wild, [asking.question(persona=p, traits=one) for p in personas])) - levels
    errors = np.array(logits(noisy, asking.questions(400)))
    assert stats.kstest(levels / WORDING_LEVEL, "norm").pvalue > 0.01
    assert stats.kstest(slopes, "norm").pvalue > 0.01
    assert stats.kstest(errors, "norm").pvalue > 0.01
    assert abs(np.corrcoef(levels, slopes)[0, 1]) < 0.15


def test_noise_belongs_to_the_question() -> None:
    """The same question has the same noise; another sample, wording, text or seed has another."""
    noisy = teacher(noise=1.0)
    questions = [
        asking.question("a"),
        asking.question("a", sample=1),
        asking.question("a", wording=1),
        asking.question("b"),
        asking.question("a", persona=persona("nun")),
    ]
    found = logits(noisy, questions)
    assert len({*found, logit(teacher(1, noise=1.0), questions[0])}) == 6
    assert logits(teacher(noise=1.0), questions[::-1]) == found[::-1]


def test_samples_follow_the_probability() -> None:
    """Sampled answers are certain, and as frequent as their probability says (binomial test)."""
    asked = [asking.question(sample=index, generic=1.0) for index in range(600)]
    said = answers(teacher(generic_effect=1.0, respond="sample"), asked)
    assert all(sorted((answer.probabilities or {}).values()) == [0.0, 1.0] for answer in said)
    assert all((answer.probabilities or {})[answer.text] == 1.0 for answer in said)
    rights = sum(answer.text == "right" for answer in said)
    assert stats.binomtest(rights, 600, 1 / (1 + math.exp(-1.0))).pvalue > 0.01


@pytest.mark.parametrize("respond", ["probability", "sample"])
def test_a_scale_of_options_has_an_ordinal_policy(respond: str) -> None:
    """On a scale of four options the odds of each are exponential in its weight times the logit."""
    scale = {"b": 0.25, "c": 0.5, "d": 1.0}
    asked = [
        replace(asking.question(options=("a", "b", "c", "d"), sample=index, generic=1.0), readout=scale)
        for index in range(1 if respond == "probability" else 900)
    ]
    said = answers(teacher(generic_effect=1.0, respond=respond), asked)
    shares = np.mean([[(answer.probabilities or {})[option] for option in "abcd"] for answer in said], axis=0)
    odds = np.exp([0.0, 0.25, 0.5, 1.0])
    assert shares == pytest.approx(odds / odds.sum(), abs=1e-12 if respond == "probability" else 0.06)


@given(
    level=st.floats(-1e6, 1e6), weight=st.floats(-1e6, 1e6), trait=st.floats(-1e3, 1e3), generic=st.floats(-1e6, 1e6)
)
def test_any_weights_give_probabilities(level: float, weight: float, trait: float, generic: float) -> None:
    """However large the logit, the answer is a probability."""
    simulated = {"cartpole": SimulatedWeights(level, {"lean": weight})}
    question = asking.question(
        persona=replace(asking.NEWTON, simulated=simulated), traits={"lean": trait}, generic=generic
    )
    answer = ask(Simulated(SimulatedSettings(), seed=0), question)
    assert sum((answer.probabilities or {}).values()) == pytest.approx(1.0, abs=1e-12)


def test_weights_that_do_not_fit_are_named_before_anything_is_asked() -> None:
    """A missing section and unknown traits are all listed at set-up, each once; asking all the same raises too."""
    bare = replace(asking.NEWTON, id="bare", simulated={})
    wrong = replace(asking.NEWTON, id="wrong", simulated={"cartpole": SimulatedWeights(0.0, {"laen": 1.0})})
    questions = [asking.question(t, persona=p) for t in ("a", "b") for p in (bare, wrong, asking.NEWTON)]
    with pytest.raises(UserError) as error:
        teacher().check(questions)
    assert str(error.value) == (
        "persona bare: expected a section [simulated.cartpole] for the simulated teacher, found none; "
        "write one (level = 0 and no weights plant nothing)\n"
        "persona wrong: expected weights in [simulated.cartpole] of the task's traits (lean, turn); "
        "found 'laen' (did you mean 'lean'?)"
    )
    teacher().check(questions[2::3])
    with pytest.raises(UserError, match="expected a section"):
        teacher().request(questions[0])


def test_whatever_changes_the_answer_changes_the_key() -> None:
    """Strengths, seed, weights, traits, generic pull, way of responding and sample are all in the request."""
    base = asking.question()
    weights = {"cartpole": SimulatedWeights(0.5, {"lean": 1.5})}
    questions = [
        asking.question(sample=1),
        asking.question(wording=1),
        asking.question(generic=0.1),
        asking.question(traits={"lean": 1.0, "turn": 0.5}),
        asking.question(persona=replace(asking.NEWTON, simulated=weights)),
        asking.question("other"),
        replace(base, readout={"left": 1.0}),
    ]
    strengths: list[dict[str, Any]] = [{name: 1.5} for name in SILENT]
    teachers = [teacher(1), *(teacher(**strength) for strength in strengths), teacher(respond="sample")]
    requests = [teacher().request(question) for question in (base, *questions)]
    requests += [other.request(base) for other in teachers]
    assert len({answer_key(request) for request in requests}) == len(requests)
    assert teacher(latency=0.01).request(base) == requests[0]


def test_it_says_what_it_planted() -> None:
    """That no model was asked, and how large the planted effects are."""
    provenance = teacher(persona_effect=0.75).provenance()
    assert "no language model was asked" in provenance.sentence
    assert any("persona_effect 0.75" in limit for limit in provenance.caveats)


def test_latency_takes_its_time() -> None:
    """A slow simulated teacher answers after its latency and reports it."""
    assert ask(teacher(latency=0.02), asking.question()).seconds >= 0.019


@pytest.mark.parametrize(
    "wrong", [{"persona_effect": -1}, {"noise": math.nan}, {"respond": "no"}, {"provider": "recorded"}]
)
def test_settings_out_of_range_are_refused(wrong: dict[str, Any]) -> None:
    """Negative or undefined strengths and unknown words are no settings."""
    with pytest.raises(ValueError, match=next(iter(wrong))):
        SimulatedSettings(**wrong)
