"""A persona shown as a model would get it."""

import pytest

from eep.cli.views.persona_shown import format_prompts, rendered
from eep.config.persona import load_persona
from eep.core import paths
from eep.core.errors import UserError
from eep.data.persona import Arm, Persona, Wording
from eep.tasks import TASKS, prompt, task_class

NEWTON = load_persona(paths.shipped("personas") / "sir-isaac-newton.toml")


def test_prompts_are_those_that_are_sent() -> None:
    """For every task and wording the very prompt of a run, word by word."""
    found = rendered(NEWTON)
    assert [(one.task, one.wording) for one in found] == [
        (task, wording.id) for task in sorted(TASKS) for wording in NEWTON.wordings
    ]
    task = task_class("cartpole")(task_class("cartpole").Settings())
    question = task.question(task.stimuli()[0])
    assert found[0].prompt == prompt.build(NEWTON.wordings[0], question, task.options)
    assert found[0].items == 81
    said = format_prompts(NEWTON, found)
    assert f"--- cartpole, plain: system ---\nYou are Sir Isaac Newton.\n\n{question.instructions}\n" in said
    assert f"--- cartpole, plain: user ---\n{question.text}\n" in said


def test_one_task_and_wording_can_be_chosen() -> None:
    """And a name that does not exist is told with those that do."""
    (one,) = rendered(NEWTON, tasks=["cute"], wordings=["portrait"])
    assert (one.task, one.wording) == ("cute", "portrait")
    with pytest.raises(
        UserError, match=r"--task: expected one of cartpole, cute, encounter; found 'cart' \(did you mean"
    ):
        rendered(NEWTON, tasks=["cart"])
    with pytest.raises(UserError, match="--wording: expected one of plain, portrait, instruction; found 'x'"):
        rendered(NEWTON, wordings=["x"])


def test_what_steers_the_terminal_is_shown_as_codes() -> None:
    """And the reader is told that a model gets the characters themselves."""
    evil = Persona("evil", "E\x1b]0;x\x07", Arm.PERSONA, "a\x1b[2J", "", (Wording("plain", "\u202eYou are E."),))
    said = format_prompts(evil, rendered(evil, tasks=["cartpole"]))
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert r"\u202eYou are E." in said
    assert "shown as \\u codes" in " ".join(said.split())
    assert "\\u codes" not in format_prompts(NEWTON, rendered(NEWTON, tasks=["cartpole"]))
