"""Batches over the wire, against a local server of both protocols: what is handed in, what is not, what comes back."""

from pathlib import Path
from typing import Any

import pytest
from batching import (
    PROVIDERS,
    SECRET,
    asking,
    endings,
    experiment,
    exported,
    give_keys,
    handed_in,
    prepared,
    serving,
    write,
)
from click.testing import CliRunner, Result
from fault_server import Fault, always, in_turn

from eep.cli import cli
from eep.core.errors import UnfinishedError, UserError
from eep.data.store import Store
from eep.data.types import Status
from eep.pipeline.batch.fetch import fetch, status
from eep.pipeline.batch.job_store import jobs, under_way
from eep.pipeline.batch.jobs import submit
from eep.pipeline.progress import Progress
from eep.pipeline.run import run as run_live


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set keys that open nothing."""
    give_keys(monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_batch_goes_and_comes(tmp_path: Path, provider: str) -> None:
    """Handed in, looked at twice, fetched: every question of it has its answer, and nothing is left to fetch."""
    with serving(polls=2) as server:
        small = asking(server, tmp_path, provider)
        handed_in(small, tmp_path, provider, 40)
        ((job, look),) = status(small)
        assert (job.number, len(job.questions), look is not None and look.ended) == (1, 40, False)
        fetched = fetch(small)
        assert fetched.imported is not None
        assert (fetched.waiting, len(fetched.imported.new), fetched.imported.missing) == (0, 40, 162 - 40)
        assert status(small) == []
        assert fetch(small).imported is None
        assert len(server.record.questions()) == 40
    assert [job.fetched for job in jobs(small)] == [True]
    assert endings(small) == {Status.OK: 40}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_ending_in_a_batch(tmp_path: Path, provider: str) -> None:
    """Answers and refusals are stored; errors and what expired stay open; nothing else becomes an answer."""
    answers = [None, Fault.REFUSAL, Fault.WRONG_LABEL, Fault.PROSE, Fault.MAX_TOKENS, Fault.NO_CONTENT]
    errors = [Fault.ERROR, Fault.OVERLOADED, Fault.HANG, Fault.RESET, Fault.HTML, Fault.EMPTY_OBJECT]
    with serving(in_turn([*answers, *errors])) as server:
        small = asking(server, tmp_path, provider)
        handed_in(small, tmp_path, provider, 12)
        brought = fetch(small).imported
    assert brought is not None
    assert brought.judged.problems == []
    stored = endings(small)
    assert stored == {Status.OK: 1, Status.REFUSED: 1, Status.UNPARSABLE: 4}
    assert sum(brought.failures.values()) == 6
    assert len(exported(small, tmp_path, provider)) == 162 - sum(stored.values())


def test_a_file_with_broken_lines_is_told(tmp_path: Path) -> None:
    """Nothing is imported of it unless the rest is asked for, and it can be fetched again."""
    with serving(in_turn([None, Fault.TRUNCATED_JSON, None])) as server:
        small = asking(server, tmp_path, "anthropic")
        handed_in(small, tmp_path, "anthropic", 3)
        with pytest.raises(UserError, match="expected a line of JSON, found"):
            fetch(small)
        assert endings(small) == {}
        brought = fetch(small, partial=True).imported
    assert brought is not None
    assert (len(brought.new), len(brought.judged.problems)) == (2, 1)


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("fault", [Fault.KEY_IN_REPLY, Fault.KEY_IN_400, Fault.KEY_IN_500, Fault.KEY_IN_HTML])
def test_an_echoed_key_is_written_nowhere(tmp_path: Path, provider: str, fault: Fault) -> None:
    """Not into the downloaded file, not into the store, not into what is told."""
    with serving(always(fault)) as server:
        small = asking(server, tmp_path, provider)
        handed_in(small, tmp_path, provider, 3)
        words = ["batch", "fetch", str(tmp_path / "small.toml"), "--out", str(tmp_path), "--partial"]
        done = CliRunner().invoke(cli, words)
    assert SECRET not in done.output + str(done.exception)
    assert done.exit_code != 0 or "answers imported" in done.output
    assert list((small.runs / "batches").glob("001-*.jsonl"))
    assert [path for path in tmp_path.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()] == []


@pytest.mark.slow
@pytest.mark.usefixtures("without_report")
def test_a_run_tells_what_is_on_its_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever starts a run while a batch is out is told that it would pay twice; after the fetching nothing is told."""
    said: list[str] = []
    monkeypatch.setattr(Progress, "say", lambda _, line: said.append(line))
    with serving() as server:
        small = asking(server, tmp_path, "openai")
        handed_in(small, tmp_path, "openai", 5)
        run_live(tmp_path / "small.toml", out=tmp_path, progress=Progress())
        with Store.open(small.runs / "answers.sqlite", read_only=True) as store:
            assert under_way(small, store) == ""
    (told,) = [line for line in said if "in pending batches" in line]
    assert told.startswith("5 open questions are in pending batches already (001): asked now, they are paid")


def test_the_commands_lead_from_one_to_the_next(tmp_path: Path) -> None:
    """Export, submit, status, fetch: what is told, and how they end."""

    def run(*words: str | Path) -> Result:
        return CliRunner().invoke(cli, ["batch", *map(str, words), "--out", str(tmp_path)])

    with serving(polls=2, key="") as server:
        path = experiment(tmp_path, server.openai_url)
        assert run("status", path).stdout == "no batch is on its way\n"
        run("export", path, tmp_path / "q.jsonl")
        told = run("submit", path, tmp_path / "q.jsonl").stdout
        assert told.startswith("batch 001 (batch_0): 162 questions submitted from ")
        assert "tokens in" in told
        early = run("fetch", path)
        assert isinstance(early.exception, UnfinishedError)
        assert "batch_0: in progress" in early.stdout
        assert "1 not ended yet" in str(early.exception)
        done = run("fetch", path)
        assert done.exit_code == 0
        assert "batch_0: completed, 162 completed" in done.stdout
        assert done.stdout.splitlines()[-1].startswith("every question has its answer: eep run ")


def test_a_batch_that_cannot_be_looked_for_is_told(tmp_path: Path) -> None:
    """One of another server, and one whose note is damaged, with its file."""
    with serving() as server:
        small = asking(server, tmp_path, "openai")
        handed_in(small, tmp_path, "openai", 2)
        other = prepared(tmp_path, base_url="http://127.0.0.1:9/v1")
        with pytest.raises(UserError, match="batch 001: expected one of openai:model-1 at"):
            status(other)
    (small.runs / "batches" / "001.json").write_text('{"number": 1}', encoding="utf-8")
    with pytest.raises(UserError, match=r"001\.json: expected what eep noted of a batch"):
        status(small)


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
        ("max_cost = 0.01\nprice = { input = 3.0, output = 15.0 }", r"at most max_cost = 0\.0100 USD, found some for"),
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
    with pytest.raises(UnfinishedError, match="submit the file with --again"):
        handed_in(small, tmp_path, "openai", 2)
    assert [job.id for job in jobs(small)] == [""]
    with pytest.raises(UserError, match="of which no confirmation came"):
        handed_in(small, tmp_path, "openai", 2)


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
