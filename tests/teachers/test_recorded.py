"""Recorded teachers."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import asking
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eep.errors import TomlError, UserError
from eep.persona import Wording
from eep.question import Answer, Question, Status, answer_key
from eep.teachers.base import Kind, UnansweredError
from eep.teachers.recorded import Recorded, RecordedSettings
from eep.teachers.recording import RecordingError
from eep.teachers.recording_format import canonical

ABOUT = 'id = "mine"\nmodel = "m-1"\nprovenance = "Recorded for a test."\nlimits = ["It is small."]\n'
TEXT = "position: left; angle: right"
LINE = {"task": "cartpole", "persona": "sir-isaac-newton", "wording": "plain", "text": TEXT}
RIGHT = {**LINE, "option": "right", "choice": "left", "probability": 0.25}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a recording without answers."""
    wordings = {wording.id: wording.text for wording in asking.NEWTON.wordings}
    (tmp_path / "recording.toml").write_text(ABOUT)
    (tmp_path / "personas.json").write_text(
        json.dumps({asking.NEWTON.id: {"arm": "persona", "wordings": wordings}})
    )
    write(tmp_path / "cartpole-items.jsonl", [{"item": "text-0", "text": TEXT}])
    write(tmp_path / "answers.jsonl", [])
    return tmp_path


def write(path: Path, lines: Sequence[dict[str, Any] | str]) -> None:
    """Write lines of JSON; texts as they are."""
    path.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))


def teacher(folder: Path, *lines: dict[str, Any] | str, **settings: Any) -> Recorded:
    """Return the teacher of a recording with these answers."""
    if lines:
        write(folder / "answers.jsonl", lines)
    return Recorded(RecordedSettings(recording=str(folder), **settings), seed=0)


def ask(teacher: Recorded, text: str = TEXT, **question: Any) -> Answer:
    """Return the teacher's answer to a question."""
    return asyncio.run(teacher.answer(asking.question(text, **question)))


def test_probabilities_or_choices_as_the_settings_say(folder: Path) -> None:
    """The same line gives its probability, or its choice as certain."""
    stated = ask(teacher(folder, RIGHT))
    assert stated.probabilities == {"left": 0.75, "right": 0.25}
    assert (stated.status, stated.model) == (Status.OK, "m-1")
    assert stated.text == "choice left; right with probability 0.25"
    assert ask(teacher(folder, answers="choice")).probabilities == {"left": 1.0, "right": 0.0}


def test_an_item_may_be_named_by_its_id(folder: Path) -> None:
    """A line may name an item of the items' file instead of giving the text."""
    line = {**{name: value for name, value in RIGHT.items() if name != "text"}, "item": "text-0"}
    assert ask(teacher(folder, line)).probabilities == {"left": 0.75, "right": 0.25}


@pytest.mark.parametrize(
    "told",
    ["angle: right; position: left", "position: left\nangle: right\n", " Angle :right;position:  LEFT "],
)
def test_named_values_match_in_any_order(folder: Path, told: str) -> None:
    """Texts of named values are the same text in any order, spacing, case and line breaks."""
    assert ask(teacher(folder, RIGHT), told).probabilities == {"left": 0.75, "right": 0.25}


@given(st.permutations(["a: one", "b: two three", "c-d: 4"]), st.sampled_from([";", "; ", "\n", " ;\n"]))
def test_canonical_texts_do_not_depend_on_the_order(parts: list[str], between: str) -> None:
    """The canonical form of named values is the same whatever their order and separators."""
    assert canonical(between.join(parts)) == "a: one; b: two three; c-d: 4"


def test_other_texts_are_compared_in_their_order() -> None:
    """Sentences, and values that differ, remain different texts."""
    assert canonical("A  small\ndog: brown") == "A small dog: brown"
    assert canonical("one; two") != canonical("two; one")
    assert canonical("a: left; b: right") != canonical("a: right; b: left")
    assert canonical("Dog") != canonical("dog")


def test_several_options_have_a_line_each(folder: Path) -> None:
    """Three options may be told in three lines, or in two with the rest left to the third."""
    options = ("a", "b", "c")
    lines = [
        {**LINE, "option": option, "probability": p} for option, p in (("a", 0.5), ("b", 0.2), ("c", 0.3))
    ]
    assert ask(teacher(folder, *lines), options=options).probabilities == {"a": 0.5, "b": 0.2, "c": 0.3}
    two = ask(teacher(folder, *lines[:2]), options=options).probabilities
    assert two == pytest.approx({"a": 0.5, "b": 0.2, "c": 0.3})
    with pytest.raises(UnansweredError, match="one may be left out"):
        ask(teacher(folder, lines[0]), options=options)


def test_samples_are_answers_of_their_own(folder: Path) -> None:
    """A repeated question has the repeat's answer, not the first one's again."""
    both = teacher(
        folder, RIGHT, {**RIGHT, "sample": 1, "probability": 0.5, "model": "m-2", "reply": "Hm. Left."}
    )
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
        (
            "no persona sir-isaac-newton in wording odd",
            {"persona": replace(changed, wordings=(Wording("odd", "x"),))},
        ),
        ("belong to their text verbatim", {"persona": changed}),
        ("no answer of sir-isaac-newton in wording short", {"wording": 1}),
        (
            "no answer of .* to cartpole 'angle: left; position: left'",
            {"text": "position: left; angle: left"},
        ),
        ("expected an answer out of up, down; .* line 1 is about right", {"options": ("up", "down")}),
        ("one may be left out.*line 2 has none", {"text": "chosen only"}),
    ]
    for reason, asked in cases:
        with pytest.raises(UnansweredError, match=reason):
            ask(recorded, **asked)
    choosing = teacher(folder, {**LINE, "option": "right", "probability": 0.25}, answers="choice")
    with pytest.raises(UnansweredError, match="line 1 has probabilities only"):
        ask(choosing)


def test_malformed_lines_are_all_listed(folder: Path) -> None:
    """Every malformed line of every file is named with file, line and what was expected."""
    write(folder / "cartpole-items.jsonl", [{"item": "text-0", "text": TEXT}, {"item": "text-0"}, "not json"])
    lines = [
        RIGHT,
        {**RIGHT, "sample": 1, "probability": 1.5},
        {**RIGHT, "sample": 1, "chioce": "left"},
        {**RIGHT, "sample": 1, "item": "text-0"},
        {**RIGHT, "sample": 1, "persona": "nun"},
        {**RIGHT, "sample": 1, "text": None, "item": "text-9"},
        RIGHT,
        {**LINE, "sample": 1},
        {**LINE, "sample": 1, "probability": 0.5},
        {**LINE, "sample": 1, "status": "refused", "choice": "left"},
        {**RIGHT, "option": "left", "choice": "right"},
        {**RIGHT, "sample": 2, "option": "left", "probability": 0.9},
        {**RIGHT, "sample": 2, "probability": 0.9},
        {**RIGHT, "sample": 1, "probability": "0.5"},
    ]
    with pytest.raises(RecordingError) as error:
        teacher(folder, *lines)
    found = [line.split("/")[-1] for line in str(error.value).splitlines()]
    expected = [
        "cartpole-items.jsonl:2: text: Field required",
        "cartpole-items.jsonl:3: Invalid JSON",
        "answers.jsonl:2: probability: Input should be less than or equal to 1, found 1.5",
        "answers.jsonl:3: chioce: Extra inputs are not permitted, found 'left'",
        "answers.jsonl:4: expected the item's id or its text; found both or neither",
        "answers.jsonl:5: expected a persona and wording of personas.json; found 'nun' in 'plain'",
        "answers.jsonl:6: expected an item of cartpole-items.jsonl; found 'text-9'",
        "answers.jsonl:7: expected one line per answer and option; found that of line 1 again",
        "answers.jsonl:8: expected a choice, or an option and its probability; found neither",
        "answers.jsonl:9: expected the option that the probability is of; found none",
        "answers.jsonl:10: expected no answer where the status is refused; found choice",
        "answers.jsonl:11: expected the same status, choice and model as in line 1; found others",
        "answers.jsonl:14: probability: Input should be a valid number, found '0.5'",
        "answers.jsonl:12: expected probabilities that sum to at most 1; found 1.8",
    ]
    assert len(found) == len(expected)
    for line, start in zip(found, expected, strict=True):
        assert line.startswith(start)


def test_a_foreign_file_does_not_flood(folder: Path) -> None:
    """Where every line is wrong, a hundred are listed and the others counted."""
    with pytest.raises(RecordingError) as error:
        teacher(folder, *["x"] * 250)
    assert len(str(error.value).splitlines()) == 101
    assert str(error.value).endswith("... and 150 more")


@pytest.mark.parametrize("name", ["personas.json", "answers.jsonl"])
def test_missing_files_are_named(folder: Path, name: str) -> None:
    """A folder without one of its files is no recording."""
    (folder / name).unlink()
    with pytest.raises(RecordingError, match=f"{name}: expected this file of a recording, found none"):
        teacher(folder)


def test_a_description_with_faults_is_listed(folder: Path) -> None:
    """What is wrong in recording.toml is told at its line and column."""
    (folder / "recording.toml").write_text('id = 7\nprovenance = "Told."\n')
    with pytest.raises(TomlError) as error:
        teacher(folder)
    assert len(error.value.lines) == 2
    assert any("recording.toml:1:6: id: expected a text in quotes" in line for line in error.value.lines)


def test_personas_with_faults_are_listed(folder: Path) -> None:
    """What is wrong in personas.json is told by its keys."""
    (folder / "personas.json").write_text('{"newton": {"wordings": {"plain": 7}}, "nun": {}}')
    with pytest.raises(
        RecordingError, match=r"newton\.wordings\.plain: (.|\n)*nun\.wordings: Field required"
    ):
        teacher(folder)


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
    said = teacher(folder, {**RIGHT, "provenance": "Asked by hand."}, answers="choice").provenance()
    assert (said.kind, said.agent, said.sentence) == (Kind.RECORDED, "recorded:m-1", "Recorded for a test.")
    assert said.limits == (
        "It is small.",
        "The recorded choices are used as if they were certain.",
        "Asked by hand.",
    )


def test_recordings_that_are_not_there_are_named() -> None:
    """An unknown name says which recordings come with eep, and which was meant."""
    with pytest.raises(
        UserError, match=r"first-matrix.*found 'first-matirx' \(did you mean 'first-matrix'\?\)"
    ):
        Recorded(RecordedSettings(recording="first-matirx"), seed=0)


def test_any_question_passes_the_check(folder: Path) -> None:
    """Set-up does not stop at questions that are not recorded: they are reported one by one as unanswered."""
    questions: list[Question] = [asking.question("never recorded")]
    recorded = teacher(folder, RIGHT)
    recorded.check(questions)
    with pytest.raises(UnansweredError):
        ask(recorded, "never recorded")
