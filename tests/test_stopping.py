"""Stopping a command that asks: once or more than once, by whichever signal, or by reading no further."""

import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asking
import pytest
from asking import Scripted
from fault_server import Behaviour, Fault, FaultServer
from small_pole import POLE

from eep import cli
from eep.costs.limits import Limits
from eep.elicit import elicit
from eep.question import Question
from eep.store import Store

EXPERIMENT = (
    """\
id = "small"
title = "Small"
question = "Does it hold?"
personas = ["five-year-old", "neutral"]
wordings = ["plain"]

[teacher]
provider = "openai"
model = "model-1"
base_url = "{url}"

"""
    + POLE
)


@pytest.fixture
def stoppable(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let SIGTERM do what it does to the command."""
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(cli.cli, "main", lambda **_: None)
    with pytest.raises(SystemExit):
        cli.main()
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.mark.usefixtures("interruptible", "stoppable")
@pytest.mark.parametrize(
    "pressed", [["SIGINT"], ["SIGTERM"], ["SIGINT", "SIGINT"], ["SIGTERM", "SIGINT"], ["SIGINT", "SIGTERM"]]
)
def test_however_asking_is_stopped_nobody_reads_a_traceback(
    pressed: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Signals end the asking with KeyboardInterrupt, and say nothing besides; what was answered is kept."""

    def stopping(question: Question) -> dict[str, Any]:
        if question.item.id == "item 10":
            for name in pressed:
                os.kill(os.getpid(), signal.Signals[name])
        return {}

    with Store.open(tmp_path / "answers.sqlite") as store:
        with pytest.raises(KeyboardInterrupt):
            elicit(asking.questions(200), Scripted(stopping), store, limits=Limits(concurrency=4))
        gc.collect()  # faults that nobody asked for are told when their tasks are thrown away
        assert 7 <= len(store) < 200
    assert capfd.readouterr() == ("", "")
    assert caplog.records == []


@pytest.mark.parametrize(
    ("number", "dealt"),
    [
        (signal.SIGINT, "default_int_handler"),
        (signal.SIGTERM, "default_int_handler"),
        (signal.SIGTERM, "SIG_IGN"),
    ],
)
def test_a_signal_stops_a_run(number: signal.Signals, dealt: str, tmp_path: Path) -> None:
    """A run ends with code 3 and one line; left in the background with Ctrl-C ignored, it listens to SIGTERM alone."""
    # However late the signal comes, the run is still at it.
    with FaultServer(Behaviour(plan=lambda asked: Fault.HANG if asked.number >= 40 else None)) as server:
        (tmp_path / "small.toml").write_text(EXPERIMENT.format(url=server.openai_url), encoding="utf-8")
        begin = (
            f"import signal; signal.signal(signal.SIGINT, signal.{dealt}); from eep.cli import main; main()"
        )
        command = [sys.executable, "-c", begin, "run", "small.toml"]
        with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as running:
            try:
                while len(server.record.questions()) < 20 and running.poll() is None:
                    time.sleep(0.01)
                running.send_signal(number)
                _, told = running.communicate()
            finally:
                running.kill()
    assert running.returncode == 3, told
    assert told.splitlines()[-1].startswith("stopped; what was finished so far is kept")
    assert "Traceback" not in told
    assert "Error" not in told


@pytest.mark.parametrize("cap", [None, 50])
def test_a_run_that_nobody_watches_goes_on(cap: int | None, tmp_path: Path) -> None:
    """Where whoever read the progress has gone, the run goes on to its end, and its exit code says which."""
    with FaultServer(Behaviour(latency=0.2)) as server:
        capped = EXPERIMENT.replace("base_url", f"max_requests = {cap}\nbase_url") if cap else EXPERIMENT
        (tmp_path / "small.toml").write_text(capped.format(url=server.openai_url), encoding="utf-8")
        command = [sys.executable, "-m", "eep", "run", "small.toml"]
        with subprocess.Popen(
            command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as running:
            assert running.stderr is not None
            running.stderr.close()
            told, _ = running.communicate()
    assert running.returncode == (3 if cap else 0)
    assert len(server.record.questions()) == (cap or 162)
    assert told.endswith("tables: runs/small\n") == (cap is None)


@pytest.mark.parametrize("closed", [">&- 2>&-", "<&- >&- 2>&-"])
def test_output_may_be_closed(closed: str, tmp_path: Path) -> None:
    """Without any output a command works as it does with one."""
    command = f"{sys.executable} -m eep schema made {closed}"
    assert subprocess.run(command, shell=True, cwd=tmp_path, check=False).returncode == 0  # noqa: S602 closes output
    assert list((tmp_path / "made").iterdir())


def test_no_file_takes_the_place_of_closed_output(tmp_path: Path) -> None:
    """What native code prints with all three streams closed does not end up in a file that was opened since."""
    code = "from eep.unread import fill; fill(); import os; open('made', 'w').write(str(os.open('other', os.O_CREAT)))"
    command = f'{sys.executable} -c "{code}" <&- >&- 2>&-'
    assert subprocess.run(command, shell=True, cwd=tmp_path, check=False).returncode == 0  # noqa: S602 closes output
    assert int((tmp_path / "made").read_text(encoding="utf-8")) > 2
