"""Batches over the wire, against a local server that speaks both providers' protocols."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from batching import experiment, exported, prepared, write
from click.testing import CliRunner, Result
from fault_server import Behaviour, Fault, FaultServer, always, in_turn
from fault_server.faults import Plan, never

from eep.batch.fetch import fetch, status
from eep.batch.jobs import submit
from eep.batch.memory import jobs, under_way
from eep.cli import cli
from eep.errors import UnfinishedError, UserError
from eep.pipeline import run as run_live
from eep.prepare import Prepared
from eep.progress import Progress
from eep.question import Status
from eep.store import Store

SECRET = "sk-test-0123456789abcdef"  # noqa: S105 it opens nothing
PROVIDERS = ["openai", "anthropic"]


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set keys that open nothing."""
    for name in PROVIDERS:
        monkeypatch.setenv(f"{name.upper()}_API_KEY", SECRET)


def serving(plan: Plan = never, polls: int = 1, key: str = SECRET) -> FaultServer:
    """Return a server whose batches end at so many looks."""
    return FaultServer(Behaviour(plan=plan, polls=polls, key=key))


def asking(server: FaultServer, folder: Path, provider: str, more: str = "") -> Prepared:
    """Return a small experiment that asks the server, with a key."""
    url = server.openai_url if provider == "openai" else server.anthropic_url
    named = f'api_key_env = "{provider.upper()}_API_KEY"'
    return prepared(folder, base_url=url, provider=provider, more=f"{named}\n{more}")


def handed_in(small: Prepared, folder: Path, provider: str, number: int = 162) -> Path:
    """Export so many questions and submit them; return the file."""
    path = write(folder / "questions.jsonl", exported(small, folder, provider)[:number])
    submit(small, path)
    return path


def endings(small: Prepared) -> dict[Status, int]:
    """Return how many stored answers have each status."""
    found: dict[Status, int] = {}
    with Store.open(small.runs / "answers.sqlite", read_only=True) as store:
        for record in store.records():
            found[record.answer.status] = found.get(record.answer.status, 0) + 1
    return found


def everything_written(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield every file below a folder, with its content."""
    for path in folder.rglob("*"):
        if path.is_file():
            yield path, path.read_bytes()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_batch_goes_and_comes(tmp_path: Path, provider: str) -> None:
    """Handed in, looked at twice, fetched: every question has its answer, and nothing is left to fetch."""
    with serving(polls=2) as server:
        small = asking(server, tmp_path, provider)
        handed_in(small, tmp_path, provider)
        ((job, look),) = status(small)
        assert (job.number, len(job.questions), look is not None and look.ended) == (1, 162, False)
        fetched = fetch(small)
        assert fetched.brought is not None
        assert (fetched.waiting, len(fetched.brought.new), fetched.brought.missing) == (0, 162, 0)
        assert status(small) == []
        assert fetch(small).brought is None
        assert len(server.record.questions()) == 162
    assert [job.fetched for job in jobs(small)] == [True]
    assert endings(small) == {Status.OK: 162}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_ending_in_a_batch(tmp_path: Path, provider: str) -> None:
    """Answers and refusals are stored; errors and what expired stay open; nothing else becomes an answer."""
    faults = [
        *(Fault.REFUSAL, Fault.WRONG_LABEL, Fault.PROSE, Fault.MAX_TOKENS, Fault.ERROR, Fault.OVERLOADED),
        *(Fault.HANG, Fault.RESET, Fault.HTML, Fault.EMPTY_OBJECT, Fault.NO_CONTENT),
    ]
    with serving(in_turn([*faults, None])) as server:
        small = asking(server, tmp_path, provider)
        handed_in(small, tmp_path, provider, 12)
        brought = fetch(small).brought
    assert brought is not None
    assert brought.judged.problems == []
    stored = endings(small)
    assert (stored[Status.OK], stored[Status.REFUSED]) == (1, 1)
    assert set(stored) == {Status.OK, Status.REFUSED, Status.UNPARSABLE}
    assert sum(stored.values()) + sum(brought.failures.values()) == 12
    assert sum(brought.failures.values()) >= 6
    assert len(exported(small, tmp_path, provider)) == 162 - sum(stored.values())


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_file_with_broken_lines_is_told(tmp_path: Path, provider: str) -> None:
    """Nothing is imported of it unless the rest is asked for, and it can be fetched again."""
    with serving(in_turn([None, Fault.TRUNCATED_JSON, None])) as server:
        small = asking(server, tmp_path, provider)
        handed_in(small, tmp_path, provider, 3)
        with pytest.raises(UserError, match="expected a line of JSON, found"):
            fetch(small)
        assert endings(small) == {}
        brought = fetch(small, partial=True).brought
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
    assert [path.name for path, content in everything_written(tmp_path) if SECRET.encode() in content] == []


def test_questions_on_their_way_are_not_handed_in_twice(tmp_path: Path) -> None:
    """Also in another file; with ``again`` they are, and one answer counts."""
    with serving() as server:
        small = asking(server, tmp_path, "openai")
        path = handed_in(small, tmp_path, "openai", 5)
        other = write(tmp_path / "other.jsonl", exported(small, tmp_path, "openai")[4:8])
        with pytest.raises(UserError, match=r"found 1 of batch 001 \(batch_0\)"):
            submit(small, other)
        assert submit(small, path, again=True).number == 2
        brought = fetch(small).brought
    assert brought is not None
    assert (len(brought.new), brought.judged.repeated, brought.judged.problems) == (5, 5, [])


def test_a_run_tells_what_is_on_its_way(tmp_path: Path) -> None:
    """Whoever starts a run while a batch is out is told that it would pay twice; after the fetching nothing is told."""
    said: list[str] = []

    class Listening(Progress):
        def say(self, line: str) -> None:
            said.append(line)

    with serving() as server:
        small = asking(server, tmp_path, "openai")
        handed_in(small, tmp_path, "openai", 5)
        run_live(tmp_path / "small.toml", out=tmp_path, progress=Listening())
        with Store.open(small.runs / "answers.sqlite", read_only=True) as store:
            assert under_way(small, store) == ""
    (told,) = [line for line in said if "on their way" in line]
    assert told.startswith(
        "5 open questions are on their way in batches already (001): asked now, they are paid"
    )


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda lines: [{**lines[0], "body": {**lines[0]["body"], "model": "dear"}}], "the teacher would send now"),
        (lambda lines: [{"custom_id": lines[0]["custom_id"], "options": ["left", "right"]}], "leave --format plain out"),
        (lambda lines: [lines[0], lines[0]], "expected each question once, found that of line 1 again"),
        (lambda lines: [{**lines[0], "custom_id": "0" * 32}], "expected the custom_id of a question without an"),
        (lambda lines: [{**lines[0], "custom_id": 5}], "expected the custom_id of a question without an answer"),
        (lambda _: [], "expected replies, found an empty file"),
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
        path = write(tmp_path / "questions.jsonl", exported(small, tmp_path, "openai"))
        with pytest.raises(UserError, match=problem):
            submit(small, path)
        assert server.record.seen == []


def test_a_refused_batch_is_forgotten(tmp_path: Path) -> None:
    """Where the provider will not have it, for a wrong key, say, it is told and may be handed in anew."""
    with serving(key="another-key-0123456789") as server:
        small = asking(server, tmp_path, "openai")
        path = write(tmp_path / "questions.jsonl", exported(small, tmp_path, "openai")[:2])
        with pytest.raises(UserError, match="HTTP 401"):
            submit(small, path)
    assert jobs(small) == []


def test_a_batch_without_a_reply_is_remembered(tmp_path: Path) -> None:
    """Nobody knows whether it exists: it is told so, and not handed in twice by accident."""
    with serving() as server:
        small = asking(server, tmp_path, "openai")
        path = write(tmp_path / "questions.jsonl", exported(small, tmp_path, "openai")[:2])
    with pytest.raises(UnfinishedError, match="hand the file in with --again"):
        submit(small, path)
    assert [job.id for job in jobs(small)] == [""]
    with pytest.raises(UserError, match="of which no confirmation came"):
        submit(small, path)


def test_an_interrupted_handing_in_says_what_is_not_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There may be a batch now or not: the same command would not go on, and does not say that it would."""

    async def interrupted(*_: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("eep.teachers.batch_api.OpenAIBatches.submit", interrupted)
    with serving() as server:
        small = asking(server, tmp_path, "openai")
        with pytest.raises(
            UnfinishedError, match=r"\(interrupted\); whether there is a batch now, only the provider's"
        ):
            handed_in(small, tmp_path, "openai", 3)
        assert [(job.id, look) for job, look in status(small)] == [("", None)]


def test_no_key_is_told_before_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line, and nothing is remembered."""
    monkeypatch.delenv("OPENAI_API_KEY")
    with serving() as server:
        small = asking(server, tmp_path, "openai")
        path = write(tmp_path / "questions.jsonl", exported(small, tmp_path, "openai")[:2])
        with pytest.raises(UserError, match="expected an API key in the environment variable OPENAI_API_KEY"):
            submit(small, path)
    assert jobs(small) == []


def run(folder: Path, *words: str | Path) -> Result:
    """Run ``eep batch``."""
    return CliRunner().invoke(cli, ["batch", *map(str, words), "--out", str(folder)])


def test_the_commands_lead_from_one_to_the_next(tmp_path: Path) -> None:
    """Export, submit, status, fetch: what is told, and how they end."""
    with serving(polls=2, key="") as server:
        path = experiment(tmp_path, server.openai_url)
        assert run(tmp_path, "status", path).stdout == "no batch is on its way\n"
        run(tmp_path, "export", path, tmp_path / "q.jsonl")
        told = run(tmp_path, "submit", path, tmp_path / "q.jsonl").stdout
        assert told.startswith("batch 001 (batch_0): 162 questions handed in from ")
        assert "tokens in" in told
        early = run(tmp_path, "fetch", path)
        assert isinstance(early.exception, UnfinishedError)
        assert "batch_0: in progress" in early.stdout
        assert "1 not ended yet" in str(early.exception)
        done = run(tmp_path, "fetch", path)
        assert done.exit_code == 0
        assert "batch_0: completed, 162 completed" in done.stdout
        assert done.stdout.splitlines()[-1].startswith("every question has its answer: eep run ")


def test_a_batch_of_another_teacher_is_not_looked_for_here(tmp_path: Path) -> None:
    """A run's folder that knows batches of another server says so."""
    with serving() as server:
        small = asking(server, tmp_path, "openai")
        handed_in(small, tmp_path, "openai", 2)
        other = prepared(tmp_path, base_url="http://127.0.0.1:9/v1")
        with pytest.raises(UserError, match="batch 001: expected one of openai:model-1 at"):
            status(other)


def test_a_damaged_note_is_told(tmp_path: Path) -> None:
    """As what it is, with its file."""
    small = prepared(tmp_path)
    (small.runs / "batches").mkdir(parents=True)
    (small.runs / "batches" / "001.json").write_text(json.dumps({"number": 1}), encoding="utf-8")
    with pytest.raises(UserError, match=r"001\.json: expected what eep noted of a batch"):
        status(small)
