"""Which replies in a file are answers, which are failures, and which are problems of the file."""

from pathlib import Path
from typing import Any

import pytest
from batching import MODEL, NOWHERE, completion, result, write
from judging import NAMES, QUESTIONS, json_answer, judged, plain, said, without

from eep.data.types import Status, answer_key
from eep.teachers.anthropic import Anthropic, AnthropicSettings
from eep.teachers.openai import OpenAI, OpenAISettings

STRANGER = "0" * 32


@pytest.mark.parametrize("text", ["left", " Left.\n", "**LEFT**", json_answer("left")])
def test_an_option_is_understood_as_it_is_said(tmp_path: Path, text: str) -> None:
    """Case, marks and the question that is repeated with it do not matter; the reply is kept as it came, with its model."""
    prompt = QUESTIONS[0].prompt
    whole = plain(0, text, system=prompt.system, user=prompt.messages[0].content, options=["left", "right"])
    found = judged(write(tmp_path / "r.jsonl", [whole]))
    assert (found.problems, said(found)) == ([], {NAMES[0]: "left"})
    answer = found.replies[bytes.fromhex(NAMES[0])].answer
    assert answer is not None
    assert (answer.text, answer.model, answer.key.hex()) == (text, MODEL, NAMES[0])


@pytest.mark.parametrize("text", ["leftwards", "left or right", "I would say left", "l", "links", '{"answer": 1}'])
def test_anything_else_is_unparsable(tmp_path: Path, text: str) -> None:
    """A reply that is not an option alone is no answer, and says so."""
    found = judged(write(tmp_path / "r.jsonl", [plain(0, text), plain(1, "right")]))
    assert (found.problems, said(found)) == ([], {NAMES[1]: "right"})
    unparsable = found.replies[bytes.fromhex(NAMES[0])]
    assert unparsable.answer is not None
    assert unparsable.answer.status is Status.UNPARSABLE
    assert text in unparsable.answer.text
    assert unparsable.remark.startswith("unparsable: expected")


@pytest.mark.parametrize(
    "line",
    [
        plain(0, "I must decline.", status="refused"),
        plain(0, "left", status="refused"),
        plain(0, "left", refusal="I must decline."),
        without(plain(0, refusal="I must decline."), "text"),
        without(plain(0, status="refused"), "text"),
        result(NAMES[0], {"error": {"message": "Blocked.", "code": "content_filter"}}, 400),
    ],
)
def test_a_refusal_is_never_an_answer(tmp_path: Path, line: dict[str, Any]) -> None:
    """However it is told, an error of the server's filter included, and whatever its text says."""
    found = judged(write(tmp_path / "r.jsonl", [line]))
    assert (found.problems, said(found)) == ([], {})
    (refused,) = found.replies.values()
    assert refused.answer is not None
    assert refused.answer.status is Status.REFUSED


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ({"custom_id": NAMES[0], "status": "expired"}, "expired"),
        (plain(0, "timed out", status="failed"), "failed: timed out"),
        ({**result(NAMES[0], None), "response": None, "error": {"code": "batch_expired", "message": "Too late."}},
         "batch_expired: Too late."),
        (result(NAMES[0], {"error": {"message": "Overloaded", "type": "server_error"}}, 503),
         "HTTP 503: server_error: Overloaded"),
        (result(NAMES[0], {"error": {"message": "No.", "code": "bad"}}, 400), "HTTP 400: bad: No."),
        (result(NAMES[0], {}), "expected choices"),
        (result(NAMES[0], "<html>"), "expected the reply to be an object"),
        (result(NAMES[0], {"error": {"message": "Oops"}}), "the reply is an error: Oops"),
    ],
)  # fmt: skip
def test_failures_leave_a_question_open(tmp_path: Path, line: dict[str, Any], reason: str) -> None:
    """Errors, what expired, and replies that are none: no answer, no problem with the file, and a reason."""
    found = judged(write(tmp_path / "r.jsonl", [line]))
    assert found.problems == []
    (failed,) = found.replies.values()
    assert failed.answer is None
    assert failed.failure.startswith(reason), failed.failure


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (plain(0, custom_id=STRANGER), "expected the custom_id of a question of this experiment to openai:model-1"),
        (plain(0, custom_id=NAMES[0].upper()), "expected the custom_id of a question"),
        (plain(0, custom_id=7), "expected a text custom_id, found 7"),
        (without(plain(0), "custom_id"), "expected a text custom_id, found nothing"),
        (without(plain(0), "model", "provenance"), "expected a text that says something under 'model', found nothing;"),
        (plain(0, ""), "expected a text that says something under 'text'"),
        (plain(0, " \n"), "expected a text that says something under 'text'"),
        (plain(0, txet="left"), "expected the keys custom_id, text, model"),
        (plain(0, probability=0.7), "expected the keys custom_id, text, model"),
        (plain(0, status="fine"), "expected a status out of ok, refused"),
        (plain(0, status=["ok"]), "expected a status out of ok, refused"),
        (plain(0, "not cute"), "expected one of the question's options (left, right), found 'not cute', an option of"),
        (plain(4, "left"), "expected one of the question's options (cute, not cute), found 'left'"),
        (plain(0, options=["right", "left"]), "expected 'options' as it was exported, found a list of 2"),
        (plain(0, user="item 1"), "expected 'user' as it was exported, found 'item 1': are the ids mixed up?"),
        (plain(0, model="model-2"), "expected a reply of model-1, found one of 'model-2'"),
        (plain(0, model="model-1-mini"), "expected a reply of model-1, found one of 'model-1-mini'"),
        (result(NAMES[0], completion("left", model="model-12")), "expected a reply of model-1, found one of"),
        ({"custom_id": NAMES[0], "result": {"type": "succeeded", "message": {}}}, "expected replies of openai, or"),
        ({"custom_id": NAMES[0], "result": 1}, "expected a result that succeeded, errored"),
        ({"custom_id": NAMES[0], "response": 1}, "expected an object under response"),
        ({"custom_id": NAMES[0], "response": {"status_code": "200"}}, "expected a number under status_code"),
        ({**plain(0), "response": {}}, "expected the keys of a reply (openai: response; anthropic: result; plain:"),
        ({"custom_id": NAMES[0], "system": "", "user": "", "options": []}, "expected a reply, found a question as it"),
        ({"custom_id": NAMES[0], "body": {}}, "expected a reply, found a question as it was exported"),
        (["left"], "expected an object, found a list of 1"),
        ("left", "expected an object, found 'left'"),
        (None, "expected an object, found nothing"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_a_problem(tmp_path: Path, line: Any, problem: str) -> None:
    """A line that shows that the file is wrong is told with its number, and gives nothing; its neighbour is read."""
    found = judged(write(tmp_path / "r.jsonl", [plain(1, "right"), line]))
    assert said(found) == {NAMES[1]: "right"}
    assert len(found.replies) == 1
    (told,) = found.problems
    assert told.line == 2
    assert told.sentence.startswith(problem), told.sentence
    assert str(told).isprintable()


@pytest.mark.parametrize("model", ["model-1-2026-11-01", "model-1-20261101", "model-1"])
def test_versions_of_the_model_are_the_model(tmp_path: Path, model: str) -> None:
    """Providers add a date to the name that was asked; other names have to be allowed."""
    found = judged(write(tmp_path / "r.jsonl", [plain(0, model=model)]))
    assert found.problems == []
    other = write(tmp_path / "other.jsonl", [plain(0, model="models/m.gguf")])
    assert judged(other).problems
    assert said(judged(other, models=["models/m.gguf"])) == {NAMES[0]: "left"}


def test_repeats_count_once_and_contradictions_not_at_all(tmp_path: Path) -> None:
    """The same reply twice is one; two different ones are told with both lines, and neither counts."""
    lines = [plain(0), plain(1), plain(0), plain(1, "right"), plain(2), plain(1)]
    found = judged(write(tmp_path / "r.jsonl", lines))
    assert said(found) == {NAMES[0]: "left", NAMES[2]: "left"}
    assert found.repeated == 2
    (told,) = found.problems
    assert told.line == 4
    assert told.sentence == f"expected one reply to each question, found another than in line 2: {NAMES[1]}"


def test_an_answer_counts_beside_a_failure(tmp_path: Path) -> None:
    """Of a question that was sent twice, the reply that came counts, in whichever order."""
    failure = {"custom_id": NAMES[0], "status": "expired"}
    for order in ([plain(0), failure], [failure, plain(0)]):
        found = judged(write(tmp_path / "r.jsonl", order))
        assert (found.problems, said(found)) == ([], {NAMES[0]: "left"})


def test_replies_to_other_questions_are_noticed(tmp_path: Path) -> None:
    """Where not one of several replies names an option, the file is likely to be the wrong one."""
    nonsense = [plain(number, "42") for number in range(3)]
    (told,) = judged(write(tmp_path / "r.jsonl", nonsense)).problems
    assert told.sentence.startswith(
        "expected replies that name an option of their question, found none that does among 3"
    )
    assert judged(write(tmp_path / "one.jsonl", nonsense[:1])).problems == []
    assert judged(write(tmp_path / "most.jsonl", [*nonsense, plain(3)])).problems == []


def test_replies_of_anthropic(tmp_path: Path) -> None:
    """Results are read as live replies are; what did not succeed leaves the question open."""
    teacher = Anthropic(AnthropicSettings(model=MODEL, base_url=NOWHERE), seed=0)
    names = [answer_key(teacher.request(question)).hex() for question in QUESTIONS]
    message = {
        "model": MODEL,
        "stop_reason": "end_turn",
        "content": [{"type": "thinking", "thinking": "right?"}, {"type": "text", "text": json_answer("left")}],
        "usage": {"input_tokens": 3, "output_tokens": 4},
    }
    error = {"type": "error", "error": {"type": "api_error", "message": "Oops."}, "request_id": "r"}
    kinds: list[dict[str, Any]] = [
        {"type": "succeeded", "message": message},
        {"type": "errored", "error": error},
        {"type": "expired"},
        {"type": "canceled"},
    ]
    lines = [{"custom_id": name, "result": kind} for name, kind in zip(names, kinds, strict=False)]
    found = judged(write(tmp_path / "r.jsonl", lines), teacher)
    assert (found.problems, said(found)) == ([], {names[0]: "left"})
    told = ["", "errored: api_error: Oops.", "expired", "canceled"]
    assert [each.failure for each in found.replies.values()] == told


def test_words_cannot_stand_for_token_probabilities(tmp_path: Path) -> None:
    """A teacher whose answers are probabilities of tokens takes no plain replies."""
    soft = OpenAI(OpenAISettings(model=MODEL, base_url=NOWHERE, labels="logprobs"), seed=0)
    name = answer_key(soft.request(QUESTIONS[0])).hex()
    found = judged(write(tmp_path / "r.jsonl", [plain(0, custom_id=name)]), soft)
    assert found.replies == {}
    assert "probabilities of tokens" in found.problems[0].sentence


def test_keys_are_not_told(tmp_path: Path) -> None:
    """A key in a reply is in no problem, no failure and no answer."""
    secret = "sk-proj-0123456789abcdef"  # noqa: S105 it is made up
    lines = [
        plain(0, f"left {secret}"),
        plain(1, "left"),
        plain(2, model=secret),
        result(NAMES[3], {"error": {"message": f"Found {secret}"}}, 401),
    ]
    found = judged(write(tmp_path / "r.jsonl", lines))
    assert (len(found.problems), len(found.replies)) == (1, 3)
    assert secret not in repr([found.problems, [(r.answer, r.failure) for r in found.replies.values()]])
