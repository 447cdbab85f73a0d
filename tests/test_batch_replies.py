"""Which replies in a file are answers, and that nothing else ever becomes one."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import asking
import pytest
from batching import MODEL, NOWHERE, completion, reply, result, write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eep.batch.replies import Judged, judge
from eep.question import Question, Status, answer_key
from eep.teachers.anthropic import Anthropic, AnthropicSettings
from eep.teachers.live import Live
from eep.teachers.openai import OpenAI, OpenAISettings

TEACHER = OpenAI(OpenAISettings(model=MODEL, base_url=NOWHERE), seed=0)
QUESTIONS = [
    *asking.questions(4),
    asking.question("a cat", options=("cute", "not cute")),
]
NAMES = [answer_key(TEACHER.request(question)).hex() for question in QUESTIONS]
STRANGER = "0" * 32


def judged(path: Path, teacher: Live = TEACHER, models: Iterable[str] = ()) -> Judged:
    """Judge a file of replies to the questions above."""
    keys: Mapping[bytes, Question] = {answer_key(teacher.request(q)): q for q in QUESTIONS}
    return judge([path], keys, teacher, models=tuple(models))


def said(found: Judged) -> dict[str, str]:
    """Return custom_id -> option of every answer that is one."""
    options = {}
    for key, each in found.replies.items():
        if each.answer is not None and each.answer.probabilities is not None:
            (option,) = (name for name, p in each.answer.probabilities.items() if p == 1.0)
            options[key.hex()] = option
    return options


def plain(number: int, text: str = "left", **changes: Any) -> dict[str, Any]:
    """Return a plain reply to one of the questions."""
    return reply({"custom_id": NAMES[number]}, text, **changes)


def without(line: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return a line without some keys."""
    return {name: value for name, value in line.items() if name not in names}


def json_answer(option: str) -> str:
    """Return an answer in the form that live requests ask for."""
    return json.dumps({"answer": option})


@pytest.mark.parametrize("text", ["left", " Left.\n", '"left"', "**LEFT**", json_answer("left")])
def test_an_option_is_understood_as_it_is_said(tmp_path: Path, text: str) -> None:
    """Case, quotes and a full stop do not matter; the reply is kept as it came, with its model."""
    found = judged(write(tmp_path / "r.jsonl", [plain(0, text)]))
    assert (found.problems, said(found)) == ([], {NAMES[0]: "left"})
    answer = found.replies[bytes.fromhex(NAMES[0])].answer
    assert answer is not None
    assert (answer.text, answer.model, answer.key.hex()) == (text, MODEL, NAMES[0])


@pytest.mark.parametrize(
    "text", ["leftwards", "left or right", "I would say left", "l", "links", '{"answer": 1}']
)
def test_anything_else_is_unparsable(tmp_path: Path, text: str) -> None:
    """A reply that is not an option alone is no answer, and says so."""
    found = judged(write(tmp_path / "r.jsonl", [plain(0, text), plain(1, "right")]))
    assert (found.problems, said(found)) == ([], {NAMES[1]: "right"})
    unparsable = found.replies[bytes.fromhex(NAMES[0])]
    assert unparsable.answer is not None
    assert unparsable.answer.status is Status.UNPARSABLE
    assert text in unparsable.answer.text
    assert unparsable.words.startswith("unparsable: expected")


@pytest.mark.parametrize(
    "line",
    [
        plain(0, "I must decline.", status="refused"),
        plain(0, "left", status="refused"),
        plain(0, "left", refusal="I must decline."),
        without(plain(0, refusal="I must decline."), "text"),
        without(plain(0, status="refused"), "text"),
    ],
)
def test_a_refusal_is_never_an_answer(tmp_path: Path, line: dict[str, Any]) -> None:
    """However it is told, and whatever its text says."""
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


def test_a_refusal_by_an_error_is_one(tmp_path: Path) -> None:
    """As it would be in a live run: the server's filter refuses this question, another time as well."""
    blocked = result(NAMES[0], {"error": {"message": "Blocked.", "code": "content_filter"}}, 400)
    found = judged(write(tmp_path / "r.jsonl", [blocked]))
    (refused,) = found.replies.values()
    assert refused.answer is not None
    assert (refused.answer.status, refused.answer.text) == (Status.REFUSED, "content_filter: Blocked.")


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


def test_a_question_that_is_repeated_whole_fits(tmp_path: Path) -> None:
    """Whoever adds a reply to the exported line may leave the rest as it was."""
    prompt = QUESTIONS[0].prompt
    whole = plain(0, system=prompt.system, user=prompt.messages[0].content, options=["left", "right"])
    found = judged(write(tmp_path / "r.jsonl", [whole]))
    assert (found.problems, said(found)) == ([], {NAMES[0]: "left"})


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
    assert (told.line, told.sentence) == (
        4,
        f"expected one reply to each question, found another than in line 2: {NAMES[1]}",
    )


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
        "content": [
            {"type": "thinking", "thinking": "right?"},
            {"type": "text", "text": json_answer("left")},
        ],
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
    assert [each.failure for each in found.replies.values()] == [
        "",
        "errored: api_error: Oops.",
        "expired",
        "canceled",
    ]


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


# -- whatever is in a file ---------------------------------------------------------------------------------------------

VALID = [
    plain(0),
    plain(1, "right"),
    plain(2, "Left."),
    plain(3, "refused", status="refused"),
    plain(4, "not cute"),
]
CONTENT = "".join(json.dumps(line) + "\n" for line in VALID).encode()
TRUTH = {NAMES[0]: "left", NAMES[1]: "right", NAMES[2]: "left", NAMES[4]: "not cute"}
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.sampled_from(NAMES),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["custom_id", "text", "model", "status", "response", "result", "body", "error", "choices"]
            )
            | st.text(),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)
#: Files are made anew for each example.
QUICK = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@QUICK
@given(cut=st.integers(0, len(CONTENT)))
def test_a_file_that_breaks_off_gives_what_is_whole(tmp_path: Path, cut: int) -> None:
    """Cut anywhere, a file gives the answers of its whole lines; the rest is told unless the cut is between lines."""
    path = tmp_path / "cut.jsonl"
    path.write_bytes(CONTENT[:cut])
    found = judged(path)
    whole = CONTENT[:cut].splitlines()
    kept = [line for line in whole if line + b"\n" in CONTENT]
    assert said(found) == {
        name: TRUTH[name] for line in kept if (name := json.loads(line)["custom_id"]) in TRUTH
    }
    assert bool(found.problems) == (len(kept) < len(whole) or not whole)


@QUICK
@given(data=st.data())
def test_bytes_that_were_changed_make_no_answer(tmp_path: Path, data: st.DataObject) -> None:
    """Whatever is written over a part of a file: every answer stands in it, in a line of its own, word for word."""
    start = data.draw(st.integers(0, len(CONTENT)))
    end = data.draw(st.integers(start, min(len(CONTENT), start + 200)))
    path = tmp_path / "changed.jsonl"
    path.write_bytes(CONTENT[:start] + data.draw(st.binary(max_size=20)) + CONTENT[end:])
    lines = [json_or_none(line) for line in path.read_bytes().split(b"\n")]
    stated = {(line["custom_id"], str(line["text"]).strip(" .").lower()) for line in lines if line}
    assert set(said(judged(path)).items()) <= stated


def json_or_none(line: bytes) -> Any:
    """Return the reply that a line is, read without any of the checks under test."""
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) and {"custom_id", "text"} <= set(value) else None


@QUICK
@given(lines=st.lists(JSON, max_size=4))
def test_other_json_makes_no_answer(tmp_path: Path, lines: list[Any]) -> None:
    """Lines of any JSON are told, or say that they failed; none of them is taken for an answer."""
    found = judged(write(tmp_path / "other.jsonl", lines))
    assert said(found) == {}
    assert len(found.problems) + len(found.replies) + found.repeated >= min(1, len(lines))
    assert all(str(problem).isprintable() for problem in found.problems)


@QUICK
@given(data=st.data())
def test_a_reply_with_a_changed_part_says_the_same_or_nothing(tmp_path: Path, data: st.DataObject) -> None:
    """Whatever stands in the place of a part of a provider's reply, it never says another option."""
    line = result(NAMES[0], completion(json_answer("left")))
    table: Any = line
    while True:
        name = data.draw(st.sampled_from(sorted(table) if isinstance(table, dict) else range(len(table))))
        if not isinstance(table[name], dict | list) or not table[name] or data.draw(st.booleans()):
            break
        table = table[name]
    table[name] = data.draw(JSON)
    found = judged(write(tmp_path / "part.jsonl", [line]))
    assert set(said(found).values()) <= {"left"}
    assert len(found.problems) + len(found.replies) == 1
