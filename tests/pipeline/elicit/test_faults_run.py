"""The command on a server that fails: it ends, tells why, makes nothing up, and shows the key nowhere."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest
from batching import experiment
from command_line import command
from fault_asking import ENDS, PROVIDERS, SENTINEL, SILENT, VARIABLE, leaks
from fault_server import Behaviour, Fault, FaultServer, Plan, always, sticking

from eep.data.store import Store

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("without_charts")]

EACH = pytest.mark.parametrize("provider", PROVIDERS)
#: Faults that meet two of five questions, whenever they are asked; without those that only a time-out ends.
PLAN = sticking({fault: 0.4 / len(ENDS) for fault in ENDS if fault not in SILENT})
#: The command without a report, which takes most of its time.
EEP = "from eep.pipeline import report; report.write_report = lambda *_: None; from eep.cli import main; main()"


def write(server: FaultServer, provider: str, folder: Path, setting: str = "") -> None:
    """Write a small experiment, whose key is the sentinel."""
    url = server.openai_url if provider == "openai" else server.anthropic_url
    more = f'api_key_env = "{VARIABLE}"\nmax_attempts = 2\n{setting}'
    experiment(folder, url, provider=provider, more=more)


def run(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the experiment to its end, in this process."""
    ended = command("run", "small.toml", cwd=folder, env={VARIABLE: SENTINEL})
    assert leaks(folder, ended.stdout, ended.stderr) == []
    return ended


def begun(folder: Path, *before: str) -> subprocess.Popen[str]:
    """Begin to run the experiment in a process of its own, with some words ``before`` the command."""
    words = [*before, sys.executable, "-c", EEP, "run", "small.toml"]
    env, pipe = {**os.environ, VARIABLE: SENTINEL}, subprocess.PIPE
    return subprocess.Popen(words, cwd=folder, env=env, stdout=pipe, stderr=pipe, text=True)


@EACH
def test_a_run_among_faults_ends_with_what_is_so(provider: str, tmp_path: Path) -> None:
    """Each failure stands in the table of responses as what it was; the key stands nowhere."""
    with FaultServer(Behaviour(plan=PLAN)) as server:
        write(server, provider, tmp_path)
        ended = run(tmp_path)
    assert ended.returncode == 0, ended.stderr
    last = {seen.digest: seen.fault for seen in server.record.questions()}
    met = [fault for fault in last.values() if fault is not None]
    assert len(set(met)) > len(ENDS) / 2
    assert len(last) == 162
    table = pl.read_parquet(tmp_path / "runs" / "small" / "responses.parquet").filter(role="teacher")
    failed = table.filter(pl.col("status") != "ok")
    assert failed["response"].null_count() == failed.height > 0
    assert set(failed["status"]) == {str(ENDS[fault][0]) for fault in met}


@pytest.mark.usefixtures("interruptible", "without_report")
@pytest.mark.parametrize(
    ("number", "before"),
    [
        (signal.SIGINT, ()),
        (signal.SIGTERM, ()),
        (signal.SIGTERM, ("sh", "-c", 'trap "" INT; exec "$@"', "sh")),
    ],
    ids=["SIGINT", "SIGTERM", "SIGTERM where SIGINT is ignored"],
)
def test_a_stopped_run_goes_on(tmp_path: Path, number: signal.Signals, before: Sequence[str]) -> None:
    """Stopped while asking, a run ends with code 3 and one line; the same command asks only what is missing."""
    silent = True
    plan: Plan = lambda asked: Fault.HANG if silent and asked.number >= 60 else None  # noqa: E731 a plan in one line
    with FaultServer(Behaviour(plan=plan)) as server:
        write(server, "openai", tmp_path)
        with begun(tmp_path, *before) as running:
            # However late the signal comes, the run is still at it.
            while server.record.counts()["questions"] < 60 and running.poll() is None:
                time.sleep(0.01)
            running.send_signal(number)
            _, errors = running.communicate()
        assert running.returncode == 3, errors
        assert errors.splitlines()[-1].startswith("stopped; what was finished so far is kept")
        assert "Traceback" not in errors
        assert "Error" not in errors
        with Store.open(tmp_path / "runs" / "small" / "answers.sqlite", read_only=True) as store:
            stored = len(store)
        silent = False
        ended = run(tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith(f"{162 - stored} ")
    assert f" {stored} answered before" in ended.stdout
    assert stored > 0


@pytest.mark.parametrize("cap", [None, 50])
def test_a_run_that_nobody_watches_goes_on(cap: int | None, tmp_path: Path) -> None:
    """Where whoever read the progress has gone, the run goes on to its end, and its exit code says which."""
    with FaultServer(Behaviour(latency=0.1)) as server:
        write(server, "openai", tmp_path, f"max_requests = {cap}" if cap else "")
        with begun(tmp_path) as running:
            assert running.stderr is not None
            running.stderr.close()
            told, _ = running.communicate()
    assert running.returncode == (3 if cap else 0)
    assert len(server.record.questions()) == (cap or 162)
    assert told.endswith("tables: runs/small\n") == (cap is None)


@EACH
def test_a_run_that_cannot_go_on_says_why(provider: str, tmp_path: Path) -> None:
    """What no retry mends ends with code 3, the reason without the key, and the way on; there is no report."""
    with FaultServer(Behaviour(plan=always(Fault.KEY_IN_401))) as server:
        write(server, provider, tmp_path)
        ended = run(tmp_path)
    assert ended.returncode == 3
    assert "stopped with 162 of 162 questions unanswered" in ended.stderr
    assert "HTTP 401" in ended.stderr
    assert "; eep run small.toml asks what is missing" in ended.stderr
    assert not (tmp_path / "reports").exists()
    assert server.record.counts()["questions"] <= 20
