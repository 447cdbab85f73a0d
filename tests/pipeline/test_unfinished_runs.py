"""Runs that stop before their verdict, and runs in which something failed."""

import re
import shlex
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from small_pole import write

import eep
from eep.cli.views.summary import of_run
from eep.core.errors import UnfinishedError, UserError
from eep.data.types import Answer, Question, Status
from eep.pipeline import run as pipeline
from eep.pipeline.prepare import Prepared, prepare
from eep.pipeline.resume import command
from eep.teachers.base import FatalTeacherError, RetryableError, UnansweredError
from eep.teachers.limits import Limits
from eep.teachers.simulated import Simulated, SimulatedSettings

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("without_charts")]

PERSONAS = ("five-year-old", "rally-driver", "sir-isaac-newton", "neutral")


class Ailing(Simulated):
    """A simulated teacher to whom something happens first."""

    happens: Callable[[Question], None] = staticmethod(lambda _: None)

    def __init__(self, settings: SimulatedSettings, *, seed: int) -> None:
        super().__init__(settings, seed=seed)
        self.at_once = False  # whoever may fail is asked as a live teacher is

    async def answer(self, question: Question, key: bytes) -> Answer:
        """Let it happen, then answer."""
        Ailing.happens(question)
        return replace(await super().answer(question, key), usage={"input": 100, "output": 2})


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a small experiment's file whose teacher ails as a test says, and fails at once."""

    def ailing(*arguments: Any, **options: Any) -> Prepared:
        ready = prepare(*arguments, **options)
        settings = ready.experiment.teacher
        assert isinstance(settings, SimulatedSettings)
        return replace(ready, source=Ailing(settings, seed=ready.experiment.seed))

    monkeypatch.setattr(pipeline, "prepare", ailing)
    monkeypatch.setattr("eep.pipeline.elicit.asker.FIRST_PAUSE", 0.0)
    limit(monkeypatch, Limits(max_attempts=2))
    ail(monkeypatch, lambda _: False, RetryableError(""))
    return write(tmp_path)


def limit(monkeypatch: pytest.MonkeyPatch, limits: Limits) -> None:
    """Set the limits of asking."""
    monkeypatch.setattr("eep.teachers.simulated.SimulatedSettings.limits", property(lambda _: limits))


def ail(monkeypatch: pytest.MonkeyPatch, where: Callable[[Question], bool], error: Exception) -> None:
    """Let an error happen to some questions."""

    def happens(question: Question) -> None:
        if where(question):
            raise error

    monkeypatch.setattr(Ailing, "happens", staticmethod(happens))


@pytest.mark.usefixtures("without_report")
def test_failed_questions_are_left_out_and_told(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run with a few failed questions ends with a verdict and says so; the same command asks them again."""
    ail(
        monkeypatch,
        lambda q: q.persona.id == "rally-driver" and q.item.text.endswith("pole-angle: left"),
        RetryableError("overloaded"),
    )
    run = eep.run(small, out=small.parent)
    assert run.failed == 2 * 27
    assert "54 failed and were left out; the same command asks them again" in of_run(run)
    assert f"{100 * (648 - 54):,} tokens in, {2 * (648 - 54):,} out (702 requests)" in of_run(run)
    failed = run.responses.filter(status="failed")
    assert set(failed["persona"]) == {"rally-driver"}
    assert failed["response"].null_count() == failed.height > 0
    assert pipeline.report(prepare(small, out=small.parent), again="") == run.report
    ail(monkeypatch, lambda _: False, RetryableError(""))
    again = eep.run(small, out=small.parent)
    assert (again.asked, again.stored, again.failed) == (54, 594, 0)
    assert again.responses.filter(status="failed").is_empty()
    assert "left out" not in of_run(again)


def test_a_cell_of_failures_makes_no_verdict(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If every question of a cell failed, the run stops and says which cell, why, and how to go on."""
    error = RetryableError("HTTP 500: \x1b[2J broken")
    ail(monkeypatch, lambda q: (q.persona.id, q.wording.id) == ("rally-driver", "portrait"), error)
    monkeypatch.setattr("eep.pipeline.elicit.asker.FAILED_IN_A_ROW", 1_000)
    with pytest.raises(UnfinishedError) as raised:
        eep.run(small, out=small.parent)
    first, cell, *_ = str(raised.value).splitlines()
    assert first == "stopped with 81 of 648 questions unanswered; nothing was made up"
    assert cell.startswith(
        "  cartpole: rally-driver (portrait): all 81 failed; the last one failed after 2 attempts in"
    )
    assert cell.endswith("HTTP 500: [2J broken")
    assert not (small.parent / "reports").exists()


@pytest.mark.usefixtures("without_report")
def test_a_cap_says_what_is_missing_and_how_to_go_on(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that reached a cap names it, the open questions of each cell, alike in all, what was spent, and the command."""
    limit(monkeypatch, Limits(max_requests=300))
    with pytest.raises(UnfinishedError) as raised:
        eep.run(small, out=small.parent, seed=5)
    lines = str(raised.value).splitlines()
    assert lines[0] == "stopped with 348 of 648 questions unanswered; nothing was made up"
    assert lines[1] == "  why: the cap max_requests = 300 is reached"
    assert lines[2:-2] == [
        f"  cartpole: {persona} ({wording}): {number} unanswered"
        for persona, number in zip(PERSONAS, (43, 43, 44, 44), strict=True)
        for wording in ("plain", "portrait")
    ]
    assert lines[-2] == "this run asked 300 of them: 30,000 tokens in, 600 out"
    goes_on = f"eep run {small} --seed 5 --out {small.parent}"
    assert lines[-1].endswith(f"answers.sqlite; {goes_on} asks what is missing")
    with pytest.raises(UnfinishedError, match="stopped with 48 of 648"):
        eep.run(small, out=small.parent, seed=5)
    assert eep.run(small, out=small.parent, seed=5).asked == 48


@pytest.mark.parametrize("error", [FatalTeacherError("HTTP 401: \x1b]0;x\x07wrong key"), UnansweredError("\x1b[2J?")])
def test_reasons_cannot_control_the_terminal(small: Path, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """What a teacher says of why there is no answer is shown without control characters."""
    ail(monkeypatch, lambda q: q.persona.id == "neutral", error)
    with pytest.raises(UnfinishedError) as raised:
        eep.run(small, out=small.parent)
    assert all(line.isprintable() for line in str(raised.value).split("\n"))
    assert "wrong key" in str(raised.value) or "[2J?" in str(raised.value)


def test_commands_are_as_a_shell_takes_them() -> None:
    """The command that goes on has the options that were given, quoted where needed, and no others."""
    said = command("run", "my file.toml", seed=None, out=Path(), teacher="openai:m", base_url="http://h/v1")
    assert said == "eep run 'my file.toml' --teacher openai:m --base-url http://h/v1"
    assert shlex.split(said)[2] == "my file.toml"
    assert command("run", "small", recording=Path(), out=Path()) == "eep run small --recording ."
    assert command("run", "s", personas=("ada", "my eva.toml")) == "eep run s --persona ada --persona 'my eva.toml'"


def test_answers_of_which_none_can_be_used_are_told(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """How many, what the last one was, and the way out, before all are asked and after; nothing is trained."""

    async def answer(self: Ailing, question: Question, key: bytes) -> Answer:
        given = await Simulated.answer(self, question, key)
        return replace(given, status=Status.UNPARSABLE, probabilities=None, text="no log probabilities\x1b[2J")

    monkeypatch.setattr(Ailing, "answer", answer)
    with pytest.raises(UnfinishedError, match="none of the first 200 replies of this run can be used"):
        eep.run(small, out=small.parent)
    monkeypatch.setattr("eep.pipeline.elicit.asker.USELESS_AT_FIRST", 10_000)
    with pytest.raises(UserError) as raised:
        eep.run(small, out=small.parent)
    head, way_out = str(raised.value).splitlines()
    assert re.match(
        r"cartpole: expected answers that can be used, found none in (\d+): \1 unparsable; the last one", head
    )
    assert head.endswith("no log probabilities [2J")
    assert "eep transcript" in way_out
    assert not (small.parent / "runs" / "small" / "responses.parquet").exists()
