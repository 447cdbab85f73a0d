"""What is handed in as a batch, what is not, and what is remembered of it."""

from pathlib import Path
from typing import Any

import pytest
from batching import asking, exported, give_keys, handed_in, serving, write

from eep.core.errors import UnfinishedError, UserError
from eep.pipeline.batch.fetch import fetch, status
from eep.pipeline.batch.job_store import jobs
from eep.pipeline.batch.jobs import submit


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set keys that open nothing."""
    give_keys(monkeypatch)


def test_questions_on_their_way_are_not_handed_in_twice(tmp_path: Path) -> None:
    """Also in another file; with ``again`` they are, and one answer counts."""
    with serving() as server:
        small = asking(server, tmp_path, "openai")
        path = handed_in(small, tmp_path, "openai", 5)
        other = write(tmp_path / "other.jsonl", exported(small, tmp_path, "openai")[4:8])
        with pytest.raises(UserError, match=r"found 1 of batch 001 \(batch_0\)"):
            submit(small, other)
        assert submit(small, path, again=True).number == 2
        brought = fetch(small).imported
    assert brought is not None
    assert (len(brought.new), brought.judged.repeated, brought.judged.problems) == (5, 5, [])


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda lines: [{**lines[0], "body": {**lines[0]["body"], "model": "dear"}}], "the teacher would send now"),
        (lambda lines: [{"custom_id": lines[0]["custom_id"], "options": ["left", "right"]}], "leave --format plain out"),
        (lambda lines: [lines[0], lines[0]], "expected each question once, found that of line 1 again"),
        (lambda lines: [{**lines[0], "custom_id": "0" * 32}], "expected the custom_id of a question without an"),
        (lambda lines: [{**lines[0], "custom_id": 5}], "expected the custom_id of a question without an answer"),

        (lambda _: ["left"], "expected the custom_id of a question without an answer"),
    ],
)  # fmt: skip
def test_only_what_was_exported_is_handed_in(tmp_path: Path, change: Any, problem: str) -> None:
    """Anything else is told before a byte leaves."""
    with serving() as server:
        small = asking(server, tmp_path, "openai")
        lines = exported(small, tmp_path, "openai")
        with pytest.raises(UserError, match=problem):
            submit(small, write(tmp_path / "mine.jsonl", change(lines)))
        assert server.record.seen == []
    assert jobs(small) == []


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ("max_requests = 100", "expected at most max_requests = 100 questions, found 162"),
        (
            "max_cost = 0.01\nprice = { input = 3.0, output = 15.0 }",
            r"at most max_cost = 0\.0100 USD, found some for about 0\.1",
        ),
    ],
)
def test_caps_hold_for_batches(tmp_path: Path, more: str, problem: str) -> None:
    """A batch is paid for as a whole: one that would break a cap is not handed in."""
    with serving() as server:
        small = asking(server, tmp_path, "openai", more)
        with pytest.raises(UserError, match=problem):
            handed_in(small, tmp_path, "openai")
        assert server.record.seen == []


def test_a_refused_batch_is_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the provider will not have it, for a wrong key, say, or there is none, it may be handed in anew."""
    with serving(key="another-key-0123456789") as server:
        small = asking(server, tmp_path, "openai")
        with pytest.raises(UserError, match="HTTP 401"):
            handed_in(small, tmp_path, "openai", 2)
        monkeypatch.delenv("OPENAI_API_KEY")
        with pytest.raises(UserError, match="expected an API key in the environment variable OPENAI_API_KEY"):
            handed_in(small, tmp_path, "openai", 2)
    assert jobs(small) == []


def test_a_batch_without_a_reply_is_remembered(tmp_path: Path) -> None:
    """Nobody knows whether it exists: it is told so, and not handed in twice by accident."""
    with serving() as server:
        small = asking(server, tmp_path, "openai")
        path = write(tmp_path / "questions.jsonl", exported(small, tmp_path, "openai")[:2])
    with pytest.raises(UnfinishedError, match="submit the file with --again"):
        submit(small, path)
    assert [job.id for job in jobs(small)] == [""]
    with pytest.raises(UserError, match="of which no confirmation came"):
        submit(small, path)


def test_an_interrupted_handing_in_says_what_is_not_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There may be a batch now or not: the same command would not go on, and does not say that it would."""

    async def interrupted(*_: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("eep.teachers.batch_api.OpenAIBatches.submit", interrupted)
    with serving() as server:
        small = asking(server, tmp_path, "openai")
        with pytest.raises(UnfinishedError, match=r"\(interrupted\); only the provider's"):
            handed_in(small, tmp_path, "openai", 3)
        assert [(job.id, look) for job, look in status(small)] == [("", None)]
