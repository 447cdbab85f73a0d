"""Stopping what asks: once or more than once, by whichever signal; and output that nobody reads, or is closed."""

import gc
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import asking
import pytest
from asking import Scripted
from command_line import command

from eep import cli
from eep.data.store import Store
from eep.data.types import Question
from eep.pipeline.elicit.elicit import elicit
from eep.teachers.limits import Limits


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


@pytest.mark.parametrize("before", [KeyboardInterrupt(), OSError()])
def test_an_interrupted_import_is_an_interruption(
    before: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of Ctrl-C native code that is being imported makes an ImportError; a module that is broken is a fault all the same."""

    def importing(**_: object) -> None:
        raise ImportError("initialization failed") from before

    monkeypatch.setattr(cli.cli, "main", importing)
    told = nullcontext() if isinstance(before, KeyboardInterrupt) else pytest.raises(ImportError, match="failed")
    with told:
        ended = command("run", "quickstart", cwd=tmp_path)
        assert (ended.returncode, ended.stderr[:8]) == (3, "stopped;")


@pytest.mark.slow
@pytest.mark.parametrize("closed", [">&- 2>&-", "<&- >&- 2>&-"])
def test_output_may_be_closed(closed: str, tmp_path: Path) -> None:
    """Without any output a command works as it does with one."""
    command = f"{sys.executable} -m eep schema made {closed}"
    assert subprocess.run(command, shell=True, cwd=tmp_path, check=False).returncode == 0  # noqa: S602 closes output
    assert list((tmp_path / "made").iterdir())


@pytest.mark.slow
def test_no_file_takes_the_place_of_closed_output(tmp_path: Path) -> None:
    """What native code prints with all three streams closed does not end up in a file that was opened since."""
    code = "from eep.cli.streams import reopen_std_streams; reopen_std_streams(); import os; open('made', 'w').write(str(os.open('other', os.O_CREAT)))"
    command = f'{sys.executable} -c "{code}" <&- >&- 2>&-'
    assert subprocess.run(command, shell=True, cwd=tmp_path, check=False).returncode == 0  # noqa: S602 closes output
    assert int((tmp_path / "made").read_text(encoding="utf-8")) > 2
