"""The fault server by hand, and the plans its command line knows."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fault_clients import MESSAGE, fetched
from fault_server import Behaviour, Fault, FaultServer, at_first, sometimes, sticking
from fault_server.faults import Asked

ROOT = Path(__file__).resolve().parents[2]


def test_plans_depend_on_the_question_not_on_the_order() -> None:
    """Probabilities are kept, seeded, and either drawn for each try or for good."""
    tries = [Asked(n, "/v1/messages", str(n % 1000), n // 1000) for n in range(4000)]
    chances = {Fault.HTML: 0.1, Fault.HANG: 0.2}
    drawn = [sometimes(chances)(asked) for asked in tries]
    stuck = [sticking(chances)(asked) for asked in tries]
    assert drawn.count(Fault.HTML) == pytest.approx(400, abs=80)
    assert drawn.count(Fault.HANG) == pytest.approx(800, abs=120)
    assert stuck[:1000] == stuck[1000:2000]
    assert drawn[:1000] != drawn[1000:2000]
    assert [sometimes(chances)(asked) for asked in reversed(tries)] == drawn[::-1]
    assert [sometimes(chances, seed=1)(asked) for asked in tries] != drawn
    assert [at_first(2, Fault.HTML)(asked) for asked in tries[::1000]] == [Fault.HTML] * 2 + [None] * 2


def test_it_stops_by_itself() -> None:
    """A server that nobody asks any more ends, and so does one at the end of its lifetime."""
    begun = time.monotonic()
    for behaviour in (Behaviour(idle=0.1), Behaviour(lifetime=0.1)):
        with FaultServer(behaviour) as server:
            server.wait()
    assert time.monotonic() - begun < 300


@pytest.mark.usefixtures("interruptible")
def test_by_hand() -> None:
    """From the command line it says where it listens, serves its counts, and ends on an interrupt."""
    words = [
        sys.executable,
        "-m",
        "tests.fault_server",
        "--fault",
        "error=0.5",
        "--fault",
        "html=0.5",
        "--idle",
        "600",
    ]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        port = int(re.findall(r"http://127\.0\.0\.1:(\d+)", running.stdout.readline())[-1])
        assert fetched(port, "/v1/messages", json.dumps(MESSAGE).encode())[0] == 401
        counts = json.loads(fetched(port, "/counts")[1])
        os.kill(running.pid, signal.SIGINT)
        assert json.loads(running.stdout.read()) == counts
    assert counts["statuses"] == {"401": 1}


def test_a_port_that_is_taken_is_told() -> None:
    """Where another server listens already, that is said and nothing is served."""
    with FaultServer() as server:
        words = [sys.executable, "-m", "tests.fault_server", "--port", str(server.port)]
        ended = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"Error: expected to listen on port {server.port}")


@pytest.mark.parametrize("words", [["html", "hang"], ["no-such"], ["html=x"]])
def test_wrong_words_are_told(words: list[str]) -> None:
    """A fault that does not exist, or several without their chances, end with one message."""
    listed = [part for word in words for part in ("--fault", word)]
    ended = subprocess.run(
        [sys.executable, "-m", "tests.fault_server", *listed],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert "expected" in ended.stderr
