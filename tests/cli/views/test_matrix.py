"""Progress, and the state of cells: live on a terminal, in lines elsewhere, harmless whatever the texts."""

import io
import re
import sys

import pytest

from eep.cli.views.matrix import cells
from eep.cli.views.progress import Bars, Lines, on_stderr
from eep.data.types import Status
from eep.pipeline.elicit.asking_state import AskingState, CellProgress, Tally, Throughput, duration
from eep.pipeline.elicit.spending import Spending
from eep.pipeline.progress import Progress
from eep.teachers.limits import Limits, Price

PERSONAS = ("five-year-old", "hill-farmer", "kitten-foster", "sir-isaac-newton")
WORDINGS = ("plain", "portrait", "instruction")
EVIL = "\x1b[2J\x1b]0;owned\x07\x9b31m[bold red]markup[/]\u202eright-to-left\r\n\x08 end"


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say yes."""
        return True


def state(personas: tuple[str, ...] = PERSONAS, done: int = 100) -> AskingState:
    """Return a state of two tasks, where the first persona is finished and the second refused some."""
    made = AskingState("asking", 400, Limits(), Spending(), done=done, under_way=7)
    for number, persona in enumerate(personas):
        for task, total in (("cartpole", 81), ("cute", 360)):
            for wording in WORDINGS:
                tally = made.cells.setdefault(CellProgress(persona, task, wording), Tally(total=total))
                tally.ended[Status.OK] = total if number == 0 else 40 * (number == 1)
    odd = made.cells[CellProgress(personas[1], "cute", "portrait")]
    odd.ended.update({Status.REFUSED: 3, Status.UNPARSABLE: 2, Status.FAILED: 1})
    odd.unanswered = 4
    return made


def after(seconds: float) -> Throughput:
    """Return a pace that began so many seconds ago."""
    times = [seconds, 0.0]
    return Throughput(lambda: times.pop() if len(times) > 1 else times[0])


def test_a_matrix_of_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is room, each persona has a row and each wording of each task a column, marks explained below."""
    monkeypatch.setenv("COLUMNS", "120")
    lines = cells(state()).splitlines()
    assert lines[0].split() == ["cartpole"] * 3 + ["cute"] * 3
    assert lines[1].split() == [*WORDINGS, *WORDINGS]
    assert lines[2].split() == ["five-year-old", *["81/81"] * 3, *["360/360"] * 3]
    assert "40/81" in lines[3]
    assert "45/360 3r 2u 1f 4o" in lines[3]
    assert [line.split()[0] for line in lines[2:6]] == list(PERSONAS)
    assert lines[6] == "r refused, u unparsable, f failed, o left open"


@pytest.mark.parametrize(("columns", "heads"), [(120, 6), (80, 6), (60, 2), (40, 2), (30, 1), (24, 1), (8, 1)])
def test_narrow_terminals_show_less(monkeypatch: pytest.MonkeyPatch, columns: int, heads: int) -> None:
    """The narrower the terminal, the more is taken together; no line is ever wider than the terminal."""
    monkeypatch.setenv("COLUMNS", str(columns))
    made = state()
    odd = made.cells[CellProgress(PERSONAS[1], "cute", "portrait")]
    odd.ended.clear()
    odd.unanswered = 0
    text = cells(made)
    assert len(text.splitlines()[0].split()) == heads
    assert all(len(line) <= columns for line in text.splitlines())
    if columns >= 40:
        assert all(persona in text for persona in PERSONAS)
        assert "…" not in text


@pytest.mark.parametrize(("columns", "sums"), [("60", ["120/243", "125/1,080"]), ("41", ["245/1,323"])])
def test_sums_are_right_when_taken_together(monkeypatch: pytest.MonkeyPatch, columns: str, sums: list[str]) -> None:
    """A task's wordings, and then all tasks, are added up with their marks."""
    monkeypatch.setenv("COLUMNS", columns)
    assert cells(state()).splitlines()[2].split() == ["hill-farmer", *sums, "3r", "2u", "1f", "4o"]


@pytest.mark.parametrize("progress", [Lines, Bars])
@pytest.mark.parametrize("columns", [30, 100])
def test_no_text_controls_the_terminal(monkeypatch: pytest.MonkeyPatch, progress: type[Lines], columns: int) -> None:
    """Control characters and markup in names, wordings, tasks and replies come out as harmless text."""
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    made = AskingState("asking", 2, Limits(), Spending(requests=3, limited=1, failed=1))
    made.cells[CellProgress(f"p{EVIL}", f"t{EVIL}", f"w{EVIL}")] = Tally(total=2)
    made.note_error(f"HTTP 500: {EVIL}")
    with progress(stream, seconds=0.0).asking(made) as changed:
        changed()
    written = stream.getvalue()
    # What is left once the cursor's movements and colours of the view itself are taken out:
    said = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", written)
    assert "HTTP 500: [2J ]0;owned" in " ".join(said.split())
    assert not re.search(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e]", said)
    assert "\x1b[2J" not in written
    assert "\x1b]" not in written


def test_a_terminal_sees_it_live(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal the matrix is drawn over itself and ends in full, with tokens, money and requests."""
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("LINES", "10")
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    made = state()
    with Bars(stream).asking(made):
        made.done = 400
    last = stream.getvalue().split("\x1b[2K")[-1]
    assert all(persona in last for persona in PERSONAS)
    assert "asking: 400 of 400 in " in last
    quiet = Terminal()
    with Bars(quiet).asking(AskingState("asking", 0, Limits(), Spending())):
        pass
    assert quiet.getvalue() == ""


def test_short_terminals_show_who_is_not_finished(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where not all personas fit, those with open questions come first, and the others are counted."""
    from rich.console import Console

    from eep.cli.views.matrix import _View

    monkeypatch.delenv("COLUMNS", raising=False)
    console = Console(file=io.StringIO(), width=100, height=11)
    with console.capture() as captured:
        console.print(_View(state()))
    text = captured.get()
    assert text.splitlines()[2].startswith("hill-farmer")
    assert "five-year-old" not in text
    assert "and 2 more" in text


def test_pipes_get_facts_and_a_table() -> None:
    """Piped, asking leaves a line now and then, and at the end one line, what went wrong, and all cells."""
    stream = io.StringIO()
    made = state()
    made.spending.requests, made.spending.limited = 120, 5
    made.note_error("HTTP 429: slow down")
    with Lines(stream, seconds=0.0).asking(made) as changed:
        changed()
        made.done = 400
    lines = stream.getvalue().splitlines()
    assert lines[0].startswith("asking: 100 of 400, ")
    assert lines[0].endswith("7 under way")
    assert re.match(r"asking: 400 of 400 in \d+\.\d s", lines[2])
    assert lines[1] == lines[3] == "  of 120 requests 5 were rate-limited; last: HTTP 429: slow down"
    assert any(line.startswith("sir-isaac-newton") for line in lines[4:])
    assert "\x1b" not in stream.getvalue()


def test_facts_tell_rate_time_and_money() -> None:
    """The line tells how many a second, how long still, how many are under way; the next one tokens and money."""
    made = state()
    made.limits = Limits(price=Price(input=2.0, output=10.0, cached_input=0.2), max_cost=5.0)
    made.spending.tokens.update({"input": 100_000, "cached_input": 1_000_000, "output": 50_000})
    assert made.facts(after(10.0)) == [
        "asking: 100 of 400, 10.0 a second, about 30 s left, 7 under way",
        "1,100,000 tokens in (1,000,000 cached), 50,000 out: 0.9000 USD of at most 5.00 USD",
    ]
    made.limits = Limits()
    assert made.facts(after(10.0))[1] == "1,100,000 tokens in (1,000,000 cached), 50,000 out"


def test_the_rate_is_of_the_last_half_minute() -> None:
    """A rate forgets what was longer ago, and is not known at first."""
    now, done = 0.0, 0
    pace = Throughput(lambda: now)
    assert pace.look(0) == 0.0
    for second in range(1, 200):
        now, done = float(second), done + (10 if second <= 100 else 1)
        rate = pace.look(done)
    assert rate == pytest.approx(1.0)
    assert pace.seconds() == 199.0


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.2, "1 s"), (59.0, "59 s"), (90.0, "2 min"), (3_600.0, "1 h 0 min"), (8_000.0, "2 h 13 min")],
)
def test_durations_are_said_as_people_do(seconds: float, said: str) -> None:
    """Times have one unit or two."""
    assert duration(seconds) == said


def count(progress: Progress, steps: int, total: int) -> None:
    """Go through a stage."""
    with progress.stage("training", total) as advance:
        for _ in range(steps):
            advance(1)


def test_lines_say_how_a_stage_ended() -> None:
    """Without a terminal a quick stage leaves one line, a long one more, an empty one none, a stopped one how far it came."""
    stream = io.StringIO()

    def stopped() -> None:
        with Lines(stream).stage("training", 10) as advance:
            advance(4)
            raise KeyboardInterrupt

    count(Lines(stream), 1_500, 1_500)
    count(Lines(stream), 0, 0)
    count(Lines(stream, seconds=0.0), 2, 2)
    with pytest.raises(KeyboardInterrupt):
        stopped()
    ends = ("1,500 of 1,500 in ", "1 of 2", "2 of 2", "2 of 2 in ", "4 of 10 in ")
    for line, end in zip(stream.getvalue().splitlines(), ends, strict=True):
        assert line.startswith(f"training: {end}")
    assert "\x1b" not in stream.getvalue()


def test_terminals_get_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal a stage is a bar that ends full, and sentences are plain."""
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    progress = on_stderr()
    assert isinstance(progress, Bars)
    progress.say("comparing")
    count(progress, 3, 3)
    count(progress, 0, 0)
    assert stream.getvalue().startswith("comparing\n")
    assert "training" in stream.getvalue()
    assert "3/3" in stream.getvalue()


def test_pipes_get_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """Where stderr is no terminal, progress is lines, and stdout stays clean; Python's callers see nothing."""
    progress = on_stderr()
    assert not isinstance(progress, Bars)
    progress.say("comparing")
    Progress().say("comparing")
    count(Progress(), 3, 3)
    assert capsys.readouterr() == ("", "comparing\n")
