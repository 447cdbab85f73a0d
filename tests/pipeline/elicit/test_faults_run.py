"""The command on a server that fails: it ends, tells why, makes nothing up, and shows the key nowhere."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest
from batching import experiment
from fault_asking import ENDS, PROVIDERS, SENTINEL, SILENT, VARIABLE, leaks
from fault_server import Behaviour, Fault, FaultServer, Plan, always, sticking

from eep.data.store import Store
from eep.data.types import Status

pytestmark = pytest.mark.slow

EACH = pytest.mark.parametrize("provider", PROVIDERS)


#: Faults that meet two of five questions, whenever they are asked; without those that only a time-out ends, and with them.
QUICK = sticking({fault: 0.4 / len(ENDS) for fault in ENDS if fault not in SILENT})
MIXED = sticking(dict.fromkeys(ENDS, 0.4 / len(ENDS)))


def begun(
    server: FaultServer, provider: str, folder: Path, setting: str = "", *, before: Sequence[str] = ()
) -> subprocess.Popen[str]:
    """Begin to run a small experiment by the command, with the sentinel as its key and some words ``before`` it."""
    url = server.openai_url if provider == "openai" else server.anthropic_url
    experiment(folder, url, provider=provider, more=f'api_key_env = "{VARIABLE}"\ntries = 2\n{setting}')
    return subprocess.Popen(
        [*before, sys.executable, "-m", "eep", "run", "small.toml"],
        cwd=folder,
        env={**os.environ, VARIABLE: SENTINEL},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(server: FaultServer, provider: str, folder: Path, setting: str = "") -> subprocess.CompletedProcess[str]:
    """Run a small experiment to its end."""
    with begun(server, provider, folder, setting) as running:
        told, errors = running.communicate()
    return subprocess.CompletedProcess(running.args, running.returncode, told, errors)


def answers(folder: Path) -> int:
    """Return how many answers are stored."""
    with Store.open(folder / "runs" / "small" / "answers.sqlite", read_only=True) as store:
        return len(store)


def test_a_run_among_faults_ends_with_what_is_so(tmp_path: Path) -> None:
    """Each failure stands in the table of responses as what it was; the key stands nowhere."""
    with FaultServer(Behaviour(plan=MIXED)) as server:
        ended = run(server, "openai", tmp_path, "timeout = 5.0")
    assert ended.returncode == 0, ended.stderr
    last = {seen.digest: seen.fault for seen in server.record.questions()}
    met = [fault for fault in last.values() if fault is not None]
    assert len(set(met)) > len(ENDS) / 2
    assert len(last) == 162
    table = pl.read_parquet(tmp_path / "runs" / "small" / "responses.parquet").filter(role="teacher")
    failed = table.filter(pl.col("status") != "ok")
    assert failed["response"].null_count() == failed.height > 0
    assert set(failed["status"]) == {str(ENDS[fault][0]) for fault in met}
    assert leaks(tmp_path, ended.stdout, ended.stderr) == []
    assert "Traceback" not in ended.stderr


def test_a_run_among_faults_ends_at_its_cap(tmp_path: Path) -> None:
    """At the cap on requests the run ends with code 3; each failure is stored as what it was, the key nowhere."""
    with FaultServer(Behaviour(plan=QUICK)) as server:
        ended = run(server, "anthropic", tmp_path, "max_requests = 180")
    assert ended.returncode == 3
    assert "max_requests = 180" in ended.stderr
    assert server.record.counts()["questions"] == 180
    last = {seen.digest: seen.fault for seen in server.record.questions()}
    with Store.open(tmp_path / "runs" / "small" / "answers.sqlite", read_only=True) as store:
        statuses = Counter(record.answer.status for record in store.records())
    assert set(statuses) == set(Status)
    assert statuses[Status.OK] == list(last.values()).count(None)
    assert leaks(tmp_path, ended.stdout, ended.stderr) == []
    assert "Traceback" not in ended.stderr


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize(
    ("number", "before"),
    [(signal.SIGINT, ()), (signal.SIGTERM, ()), (signal.SIGTERM, ("sh", "-c", 'trap "" INT; exec "$@"', "sh"))],
    ids=["SIGINT", "SIGTERM", "SIGTERM where SIGINT is ignored"],
)
def test_a_stopped_run_goes_on(tmp_path: Path, number: signal.Signals, before: Sequence[str]) -> None:
    """Stopped while asking, a run ends with code 3 and one line; the same command asks only what is missing."""
    silent = True
    plan: Plan = lambda asked: Fault.HANG if silent and asked.number >= 60 else None  # noqa: E731 a plan in one line
    with FaultServer(Behaviour(plan=plan)) as server:
        with begun(server, "openai", tmp_path, before=before) as running:
            # However late the signal comes, the run is still at it.
            while server.record.counts()["questions"] < 60 and running.poll() is None:
                time.sleep(0.01)
            running.send_signal(number)
            _, errors = running.communicate()
        assert running.returncode == 3, errors
        assert errors.splitlines()[-1].startswith("stopped; what was finished so far is kept")
        assert "Traceback" not in errors
        assert "Error" not in errors
        stored = answers(tmp_path)
        silent = False
        ended = run(server, "openai", tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.split(" answered before")[0].split()[-1] == str(stored)
    assert ended.stdout.split()[0] == str(2 * 81 - stored)
    assert stored > 0


@pytest.mark.parametrize("cap", [None, 50])
def test_a_run_that_nobody_watches_goes_on(cap: int | None, tmp_path: Path) -> None:
    """Where whoever read the progress has gone, the run goes on to its end, and its exit code says which."""
    setting = f"max_requests = {cap}" if cap else ""
    with FaultServer(Behaviour(latency=0.2)) as server, begun(server, "openai", tmp_path, setting) as running:
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
        ended = run(server, provider, tmp_path)
    assert ended.returncode == 3
    assert "stopped with 162 of 162 questions unanswered" in ended.stderr
    assert "HTTP 401" in ended.stderr
    assert "; eep run small.toml asks what is missing" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "reports").exists()
    assert server.record.counts()["questions"] <= 20
    assert leaks(tmp_path, ended.stdout, ended.stderr) == []
