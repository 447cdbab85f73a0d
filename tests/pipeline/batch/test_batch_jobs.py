"""Batches over the wire, against a local server that speaks both providers' protocols."""

import json
from pathlib import Path

import pytest
from batching import PROVIDERS, SECRET, asking, endings, experiment, exported, give_keys, handed_in, prepared, serving
from click.testing import CliRunner, Result
from fault_server import Fault, always, in_turn

from eep.cli import cli
from eep.core.errors import UnfinishedError, UserError
from eep.data.store import Store
from eep.data.types import Status
from eep.pipeline.batch.fetch import fetch, status
from eep.pipeline.batch.job_store import jobs, under_way
from eep.pipeline.progress import Progress
from eep.pipeline.run import run as run_live

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set keys that open nothing."""
    give_keys(monkeypatch)


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
    faults = [
        *(Fault.REFUSAL, Fault.WRONG_LABEL, Fault.PROSE, Fault.MAX_TOKENS, Fault.ERROR, Fault.OVERLOADED),
        *(Fault.HANG, Fault.RESET, Fault.HTML, Fault.EMPTY_OBJECT, Fault.NO_CONTENT),
    ]
    with serving(in_turn([*faults, None])) as server:
        small = asking(server, tmp_path, provider)
        handed_in(small, tmp_path, provider, 12)
        brought = fetch(small).imported
    assert brought is not None
    assert brought.judged.problems == []
    stored = endings(small)
    assert (stored[Status.OK], stored[Status.REFUSED]) == (1, 1)
    assert set(stored) == {Status.OK, Status.REFUSED, Status.UNPARSABLE}
    assert sum(stored.values()) + sum(brought.failures.values()) == 12
    assert sum(brought.failures.values()) >= 6
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


@pytest.mark.usefixtures("without_report")
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
