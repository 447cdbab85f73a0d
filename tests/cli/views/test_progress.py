"""Progress on stderr."""

import io
import sys
from typing import Any

import pytest

from eep.cli.views.progress import Bars, Lines, on_stderr
from eep.pipeline.progress import Progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say yes."""
        return True


def count(progress: Progress, steps: int, total: int) -> None:
    """Go through a stage."""
    with progress.stage("training", total) as advance:
        for _ in range(steps):
            advance(1)


def test_lines_say_how_a_stage_ended() -> None:
    """Without a terminal a quick stage leaves one plain line, and an empty one none."""
    stream = io.StringIO()
    count(Lines(stream), 1_500, 1_500)
    count(Lines(stream), 0, 0)
    (line,) = stream.getvalue().splitlines()
    assert line.startswith("training: 1,500 of 1,500 in ")
    assert "\x1b" not in line


def test_lines_report_now_and_then() -> None:
    """A long stage leaves a line every so many seconds."""
    stream = io.StringIO()
    count(Lines(stream, seconds=0.0), 3, 3)
    assert stream.getvalue().splitlines()[:3] == [f"training: {n} of 3" for n in (1, 2, 3)]


def test_a_stopped_stage_says_how_far_it_came() -> None:
    """An interrupt or a fault leaves the line of how much was done, and passes through."""
    stream = io.StringIO()

    def stopped() -> None:
        with Lines(stream).stage("training", 10) as advance:
            advance(4)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert stream.getvalue().startswith("training: 4 of 10 in ")


def test_terminals_get_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal a stage is a bar that ends full, and sentences are plain."""
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    progress = on_stderr()
    assert isinstance(progress, Bars)
    progress.say("comparing")
    count(progress, 3, 3)
    count(progress, 0, 0)
    assert stream.getvalue().startswith("comparing\n")
    assert "training" in stream.getvalue()
    assert "3/3" in stream.getvalue()


def test_pipes_get_lines(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """Where stderr is no terminal, progress is lines, and stdout stays clean."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    progress = on_stderr()
    assert not isinstance(progress, Bars)
    progress.say("comparing")
    assert stream.getvalue() == "comparing\n"
    assert capsys.readouterr().out == ""


def test_python_callers_see_nothing(capsys: Any) -> None:
    """The default shows nothing."""
    progress = Progress()
    progress.say("comparing")
    count(progress, 3, 3)
    assert capsys.readouterr() == ("", "")
