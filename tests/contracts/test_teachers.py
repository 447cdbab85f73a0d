"""What every registered teacher keeps to, whatever it is."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import asking
import httpx2
import live_models
import pytest
from pydantic import ValidationError

from eep.core.hashing import canonical_json
from eep.data.persona import SimulatedWeights, Wording
from eep.data.store import Store
from eep.data.types import Answer, Question, Status, answer_key
from eep.pipeline.elicit.elicit import elicit
from eep.teachers import TEACHERS, settings_class, teacher_class
from eep.teachers.base import Kind, TeacherSettings
from eep.teachers.limits import Limits

pytestmark = [pytest.mark.usefixtures("keys"), pytest.mark.parametrize("name", sorted(TEACHERS))]

#: Settings under which a teacher answers the questions below, where it needs any.
SETTINGS: dict[str, dict[str, Any]] = {
    "recorded": {"recording": "first-matrix"},
    "anthropic": {"model": "model-1"},
    "openai": {"model": "model-1"},
}
#: What stands in for the network.
MADE_WITH: dict[str, dict[str, Any]] = {
    name: {"transport": httpx2.MockTransport(live_models.leaning)} for name in live_models.PROVIDERS
}
PERSONA = replace(
    asking.NEWTON,
    wordings=(
        Wording("plain", "You are Sir Isaac Newton."),
        Wording(
            "instruction",
            "Answer exactly as the natural philosopher Isaac Newton would. Draw on what is known of his temper, his "
            "habits and his century, not on what people like today.",
        ),
    ),
    simulated={"cartpole": SimulatedWeights(0.2, {"lean": 1.0})},
)
LEANS = ("left", "upright", "right")


@cache
def teacher(name: str) -> Any:
    """Return a teacher."""
    settings = settings_class(name)(provider=name, **SETTINGS.get(name, {}))
    return teacher_class(name)(settings, seed=0, **MADE_WITH.get(name, {}))


def question(lean: str = "left", **changes: Any) -> Question:
    """Return a question about a leaning pole."""
    text = f"cart-position: center; cart-velocity: stopped; pole-angular-velocity: zero; pole-angle: {lean}"
    return asking.question(text, persona=PERSONA, **changes)


def questions() -> list[Question]:
    """Return six questions: three leans in two wordings."""
    return [question(lean, wording=wording) for wording in (0, 1) for lean in LEANS]


def ask(name: str, asked: Question) -> Answer:
    """Return a teacher's answer, asked in a session."""
    return live_models.ask(teacher(name), asked)


def test_settings_are_named_and_described(name: str) -> None:
    """Settings belong to one provider, refuse unknown keys, and describe each of their own."""
    settings = settings_class(name)
    assert issubclass(settings, TeacherSettings)
    with pytest.raises(ValidationError, match="provider"):
        settings(provider="nobody", **SETTINGS.get(name, {}))
    with pytest.raises(ValidationError, match="strange"):
        settings(provider=name, strange=1, **SETTINGS.get(name, {}))
    assert all(field.description for key, field in settings.model_fields.items() if key != "provider")


def test_operational_settings_are_settings(name: str) -> None:
    """What stays out of the plan is named as the settings are; the caps are among it, and no model is."""
    settings = settings_class(name)
    assert settings.operational <= set(settings.model_fields)
    assert not settings.operational & {"provider", "samples", "model", "base_url", "labels", "temperature"}


def test_a_ready_teacher_says_nothing(name: str) -> None:
    """With its key, or without any where it needs none, a teacher can be asked."""
    assert teacher(name).not_ready_reason() == ""


def test_provenance_says_what_answers(name: str) -> None:
    """The agent is provider:model, and the first sentence says simulated or recorded where that is so."""
    said = teacher(name).provenance()
    assert said.agent == teacher(name).agent
    provider, colon, model = said.agent.partition(":")
    assert (provider, colon) == (name, ":")
    assert model
    assert said.sentence.endswith(".")
    assert all(limit.endswith(".") for limit in said.caveats)
    if said.kind is not Kind.LIVE:
        assert said.kind.value in said.sentence
        assert said.caveats


def test_requests_are_addresses(name: str) -> None:
    """Equal questions have equal requests of plain JSON; whatever changes the question changes the request."""
    request = teacher(name).request
    base = answer_key(request(question()))
    assert base == answer_key(request(question()))
    assert request(question())["provider"] == name
    assert live_models.SENTINEL not in canonical_json(request(question()))
    others = [question("right"), question(wording=1), question(sample=1)]
    others.append(replace(question(), persona=replace(PERSONA, id="someone-else")))
    assert len({base, *(answer_key(request(other)) for other in others)}) == len(others) + 1


def test_answers_are_to_the_question(name: str) -> None:
    """An answer has the key of its question's request, names a model, and is about all the question's options."""
    teacher(name).check(questions())
    for asked in questions():
        answer = ask(name, asked)
        assert answer.key == answer_key(teacher(name).request(asked))
        assert answer.status is Status.OK
        assert set(answer.probabilities or {}) == set(asked.options)
        assert answer.model
        assert answer.text
        assert answer.seconds >= 0


def test_answers_differ_between_items(name: str) -> None:
    """A teacher that says the same of everything teaches nothing."""
    assert len({str(ask(name, asked).probabilities) for asked in questions()}) > 1


def test_stand_ins_repeat_themselves(name: str) -> None:
    """Teachers that are no live model answer a question the same way whenever, and by whichever object."""
    if teacher(name).provenance().kind is Kind.LIVE:
        pytest.skip("a live model may answer differently another time")
    first = [ask(name, asked).probabilities for asked in questions()]
    teacher.cache_clear()
    assert [ask(name, asked).probabilities for asked in reversed(questions())] == first[::-1]


def test_answers_pass_through_eliciting(name: str, tmp_path: Path) -> None:
    """Answers are stored as they were given, and a rerun asks nothing."""
    for expected in ((6, 0), (0, 6)):
        with Store.open(tmp_path / "answers.sqlite") as store:
            elicited = elicit(questions(), teacher(name), store, limits=Limits(concurrency=3))
        assert (elicited.asked, elicited.stored, elicited.unanswered) == (*expected, ())
        said = [answer.probabilities for _, answer in elicited.answered]
        assert said == [ask(name, asked).probabilities for asked in questions()]
