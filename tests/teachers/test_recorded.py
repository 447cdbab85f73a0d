"""Recorded teachers."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import asking
import pytest
from recordings import ABOUT, LINE, RIGHT, TEXT, ask, begin, teacher, write

from eep.data.persona import Wording
from eep.data.types import Status, answer_key
from eep.teachers.base import Kind, UnansweredError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a recording without answers."""
    return begin(tmp_path)


def test_probabilities_or_choices_as_the_settings_say(folder: Path) -> None:
    """The same line gives its probability, or its choice as certain."""
    stated = ask(teacher(folder, RIGHT))
    assert stated.probabilities == {"left": 0.75, "right": 0.25}
    assert (stated.status, stated.model) == (Status.OK, "m-1")
    assert stated.text == "choice left; right with probability 0.25"
    assert ask(teacher(folder, answers="choice")).probabilities == {"left": 1.0, "right": 0.0}


def test_a_choice_without_probabilities_is_certain(folder: Path) -> None:
    """Beside lines with probabilities stand lines with choices only; what is said of them says both."""
    mixed = teacher(folder, RIGHT, {**LINE, "text": "chosen only", "choice": "left"})
    assert ask(mixed).probabilities == {"left": 0.75, "right": 0.25}
    assert ask(mixed, "chosen only").probabilities == {"left": 1.0, "right": 0.0}
    assert "recorded choices as if they were certain elsewhere" in " ".join(mixed.provenance().caveats)


def test_an_item_may_be_named_by_its_id(folder: Path) -> None:
    """A line may name an item of the items' file instead of giving the text."""
    line = {**{name: value for name, value in RIGHT.items() if name != "text"}, "item": "text-0"}
    assert ask(teacher(folder, line)).probabilities == {"left": 0.75, "right": 0.25}


def test_named_values_match_in_any_order(folder: Path) -> None:
    """Texts of named values are the same text in any order, spacing, case and line breaks."""
    assert ask(teacher(folder, RIGHT), " Angle :right;\nposition:  LEFT ").probabilities == {
        "left": 0.75,
        "right": 0.25,
    }


def test_several_options_have_a_line_each(folder: Path) -> None:
    """Three options may be told in three lines, or in two with the rest left to the third."""
    options = ("a", "b", "c")
    lines = [{**LINE, "option": option, "probability": p} for option, p in (("a", 0.5), ("b", 0.2), ("c", 0.3))]
    assert ask(teacher(folder, *lines), options=options).probabilities == {"a": 0.5, "b": 0.2, "c": 0.3}
    two = ask(teacher(folder, *lines[:2]), options=options).probabilities
    assert two == pytest.approx({"a": 0.5, "b": 0.2, "c": 0.3})
    with pytest.raises(UnansweredError, match="one may be left out"):
        ask(teacher(folder, lines[0]), options=options)


def test_samples_are_answers_of_their_own(folder: Path) -> None:
    """A repeated question has the repeat's answer, not the first one's again."""
    both = teacher(folder, RIGHT, {**RIGHT, "sample": 1, "probability": 0.5, "model": "m-2", "reply": "Hm. Left."})
    assert (ask(both).probabilities or {})["right"] == 0.25
    second = ask(both, sample=1)
    assert ((second.probabilities or {})["right"], second.model, second.text) == (0.5, "m-2", "Hm. Left.")
    with pytest.raises(UnansweredError, match="sample 2"):
        ask(both, sample=2)


@pytest.mark.parametrize("status", ["refused", "unparsable"])
def test_what_was_no_answer_stays_none(folder: Path, status: str) -> None:
    """A recorded refusal or unparsable reply is that, in both ways of taking answers."""
    for answers in ("probability", "choice"):
        answer = ask(teacher(folder, {**LINE, "status": status, "reply": "No."}, answers=answers))
        assert (answer.status.value, answer.probabilities, answer.text) == (status, None, "No.")


def test_what_was_not_recorded_is_unanswered(folder: Path) -> None:
    """Other personas, wordings, wording texts, items and options have no answer, each with its reason."""
    recorded = teacher(folder, RIGHT, {**LINE, "text": "chosen only", "choice": "left"})
    changed = replace(asking.NEWTON, wordings=(Wording("plain", "You are sir Isaac Newton."),))
    cases: list[tuple[str, dict[str, Any]]] = [
        ("no persona nun in wording plain", {"persona": replace(asking.NEWTON, id="nun")}),
        ("no persona sir-isaac-newton in wording odd", {"persona": replace(changed, wordings=(Wording("odd", "x"),))}),
        ("belong to their text verbatim", {"persona": changed}),
        ("no answer of sir-isaac-newton in wording short", {"wording": 1}),
        ("no answer of .* to cartpole 'angle: left; position: left'", {"text": "position: left; angle: left"}),
        ("expected an answer out of up, down; .* line 1 is about right", {"options": ("up", "down")}),
        (
            "expected an answer out of up, down; .* line 2 is about left",
            {"text": "chosen only", "options": ("up", "down")},
        ),
    ]
    for reason, asked in cases:
        with pytest.raises(UnansweredError, match=reason):
            ask(recorded, **asked)
    choosing = teacher(folder, {**LINE, "option": "right", "probability": 0.25}, answers="choice")
    with pytest.raises(UnansweredError, match="line 1 has probabilities only"):
        ask(choosing)


def test_answers_to_other_options_are_known_beforehand(folder: Path) -> None:
    """One reason for all of a cell's, with the first line; a bad answer needs no options."""
    other = {**LINE, "choice": "up"}
    refused = {**LINE, "text": "c: d", "status": "refused"}
    recorded = teacher(folder, other, {**other, "text": "a: b", "choice": "down"}, refused)
    reasons = [recorded.unanswerable_reason(asking.question(text)) for text in (TEXT, "a: b", "c: d", "never")]
    assert reasons[0] == reasons[1]
    assert reasons[0].endswith("expected an answer out of left, right; the answer of line 1 is about up")
    assert reasons[2] == ""
    assert "has no answer" in reasons[3]
    assert recorded.unanswerable_reason(asking.question(TEXT, options=("up", "down"))) == ""


def test_a_changed_recording_gives_new_keys(folder: Path) -> None:
    """An answer's key holds the recording's content: whatever file changes, answers are looked up anew."""
    question = asking.question(TEXT)

    def key() -> bytes:
        return answer_key(teacher(folder).request(question))

    write(folder / "answers.jsonl", [RIGHT])
    keys = [key(), key()]
    (folder / "README.md").write_text("Not part of the recording.")
    keys.append(key())
    assert len(set(keys)) == 1
    write(folder / "answers.jsonl", [{**RIGHT, "probability": 0.26}])
    keys.append(key())
    (folder / "recording.toml").write_text(ABOUT.replace("m-1", "m-2"))
    keys.append(key())
    keys.append(answer_key(teacher(folder, answers="choice").request(question)))
    assert len(set(keys)) == 4


def test_the_recording_speaks_for_itself(folder: Path) -> None:
    """Provenance and limits are the recording's, with what its lines say of themselves and how they are taken."""
    provenance = teacher(folder, {**RIGHT, "provenance": "Asked by hand."}, answers="choice").provenance()
    assert (provenance.kind, provenance.agent) == (Kind.RECORDED, "recorded:m-1")
    assert provenance.sentence == "Recorded for a test."
    used = "The recorded choices are used as if they were certain."
    assert provenance.caveats == ("It is small.", used, "Asked by hand.")


def test_any_question_passes_the_check(folder: Path) -> None:
    """Set-up does not stop at questions that are not recorded: they are reported one by one as unanswered."""
    recorded = teacher(folder, RIGHT)
    recorded.check([asking.question("never recorded")])
    with pytest.raises(UnansweredError):
        ask(recorded, "never recorded")
