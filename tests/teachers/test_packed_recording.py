"""Choices that are packed in a grid: every item of a task was asked with each of several endings."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import asking
import pytest
from recordings import LINE, RIGHT, TEXT, ask, begin, teacher, write

from eep.core.errors import UserError
from eep.teachers.base import UnansweredError
from eep.teachers.recorded import SHIPPED
from eep.teachers.recording import AnswerRecording, RecordedCell, open_recording

OPTIONS = ("away", "stay", "closer")
ENDINGS = ("It  is far.", "It is near.")
CHOICES: dict[str, Any] = {"persona": "sir-isaac-newton", "wording": "plain", "choices": {"cat": "13", "dog": "22"}}


def packed(folder: Path, *lines: dict[str, Any] | str, grid: str | None = None) -> Path:
    """Write a recording whose meadow is packed; return its folder."""
    begin(folder)
    write(folder / "meadow-items.jsonl", [{"item": "cat", "text": "A  cat."}, {"item": "dog", "text": "A dog."}])
    whole = json.dumps({"options": OPTIONS, "endings": ENDINGS})
    (folder / "meadow-grid.json").write_text(whole if grid is None else grid)
    write(folder / "meadow-choices.jsonl", lines)
    return folder


@cache
def first_matrix() -> AnswerRecording:
    """Return the recording that comes with eep."""
    return open_recording(SHIPPED / "first-matrix")


def test_every_digit_is_an_answer(tmp_path: Path) -> None:
    """To the item's text, a space and the ending, in any spacing; the option that it counts is certain."""
    replies = open_recording(packed(tmp_path, CHOICES)).replies
    place = ("meadow", "sir-isaac-newton", "plain")
    found = {cell.text: (cell[:3], cell.sample, reply.status, reply.choice) for cell, reply in replies.items()}
    assert found == {
        "A cat. It is far.": (place, 0, "ok", "away"),
        "A cat. It is near.": (place, 0, "ok", "closer"),
        "A dog. It is far.": (place, 0, "ok", "stay"),
        "A dog. It is near.": (place, 0, "ok", "stay"),
    }


@pytest.mark.parametrize("answers", ["probability", "choice"])
def test_it_answers_beside_lines_of_the_usual_kind(tmp_path: Path, answers: str) -> None:
    """A teacher gives a packed choice as certain, whichever kind of answer is taken, and other tasks' as before."""
    folder = packed(tmp_path, CHOICES, {**CHOICES, "sample": 1, "choices": {"cat": "31"}})
    recorded = teacher(folder, RIGHT, answers=answers)

    def said(text: str, sample: int = 0) -> Mapping[str, float] | None:
        asked = replace(asking.question(text, options=OPTIONS, sample=sample), task="meadow")
        return asyncio.run(recorded.answer(asked, b"")).probabilities

    assert said("A cat. It is near.") == {"away": 0.0, "stay": 0.0, "closer": 1.0}
    assert said("A cat. It is near.", sample=1) == {"away": 1.0, "stay": 0.0, "closer": 0.0}
    assert (ask(recorded).probabilities or {})["left"] == {"probability": 0.75, "choice": 1.0}[answers]
    with pytest.raises(UnansweredError, match="sample 1"):
        said("A dog. It is near.", sample=1)


def test_what_is_wrong_is_told_line_by_line(tmp_path: Path) -> None:
    """Wrong digits, unknown items and personas, and answers that are there twice, each with its line."""
    wrong: list[dict[str, Any] | str] = [
        CHOICES,
        {**CHOICES, "sample": 1, "choices": {"cat": "14"}},
        {**CHOICES, "sample": 1, "choices": {"cat": "131"}},
        {**CHOICES, "sample": 1, "choices": {"cat": "1x", "dog": ""}},
        {**CHOICES, "choices": {"owl": "11"}},
        {**CHOICES, "persona": "nun"},
        {**CHOICES, "wording": "odd"},
        {**CHOICES, "choices": {"dog": "11"}},
        {**CHOICES, "chioces": {}},
        "not json",
    ]
    with pytest.raises(UserError) as error:
        open_recording(packed(tmp_path, *wrong))
    assert [line.split("/")[-1].removeprefix("meadow-choices.jsonl:") for line in str(error.value).splitlines()] == [
        "2: expected 2 digits from 1 to 3 for cat; found '14'",
        "3: expected 2 digits from 1 to 3 for cat; found '131'",
        "4: expected 2 digits from 1 to 3 for cat; found '1x'",
        "4: expected 2 digits from 1 to 3 for dog; found ''",
        "5: expected items of meadow-items.jsonl; found 'owl'",
        "6: expected a persona and wording of personas.json; found 'nun' in 'plain'",
        "7: expected a persona and wording of personas.json; found 'sir-isaac-newton' in 'odd'",
        "8: expected each answer once; found another to 'A dog. It is far.'",
        "8: expected each answer once; found another to 'A dog. It is near.'",
        "9: chioces: Extra inputs are not permitted, found {}",
        "10: Invalid JSON: expected ident at line 1 column 2",
    ]


@pytest.mark.parametrize(
    ("grid", "told"),
    [
        ('{"options": ["a"], "endings": ["b"]}', r"meadow-grid\.json: options: Tuple should have at least 2 items"),
        ('{"options": ["a", "b"]}', r"meadow-grid\.json: endings: Field required"),
        ("[]", r"meadow-grid\.json: "),
    ],
)
def test_a_spoiled_grid_is_told(tmp_path: Path, grid: str, told: str) -> None:
    """By file and key."""
    with pytest.raises(UserError, match=told):
        open_recording(packed(tmp_path, CHOICES, grid=grid))


def test_a_grid_without_choices_is_told(tmp_path: Path) -> None:
    """The file that is missing is named."""
    (packed(tmp_path) / "meadow-choices.jsonl").unlink()
    with pytest.raises(UserError, match=r"meadow-choices\.jsonl: expected this file of a recording, found none"):
        open_recording(tmp_path)


def test_choices_without_a_grid_are_told(tmp_path: Path) -> None:
    """What the digits mean is missing, and nothing is left out in silence; nothing else is said of it."""
    (packed(tmp_path, CHOICES) / "meadow-grid.json").unlink()
    with pytest.raises(UserError, match=r"^\S*meadow-grid\.json: expected this file of a recording, found none$"):
        open_recording(tmp_path)


def test_a_grid_of_other_options_is_told_before_anything_is_asked(tmp_path: Path) -> None:
    """Set-up names the file and the options that the task does not have; other tasks do not mind."""
    recorded = teacher(packed(tmp_path, CHOICES))
    fits, other = (
        replace(asking.question("A cat. It is far.", options=options), task="meadow")
        for options in (OPTIONS, ("away", "closer"))
    )
    recorded.check([fits, asking.question(TEXT)])
    with pytest.raises(UserError, match=r"meadow-grid\.json: options: expected .* \(away, closer\); found stay$"):
        recorded.check([other, asking.question(TEXT)])


def test_a_line_may_not_repeat_a_packed_answer(tmp_path: Path) -> None:
    """An answer that is packed and stands in a line, too, is there twice."""
    packed(tmp_path, CHOICES)
    line = {**LINE, "task": "meadow", "text": "A cat. It is far.", "choice": "stay"}
    with pytest.raises(UserError, match=r"answers\.jsonl:1: expected one line per answer and option"):
        teacher(tmp_path, line)
    assert ask(teacher(tmp_path, RIGHT), TEXT).probabilities == {"left": 0.75, "right": 0.25}


def test_changed_choices_are_another_recording(tmp_path: Path) -> None:
    """The digest is of the grid and of the choices, too."""
    digests = {open_recording(packed(tmp_path, CHOICES)).digest}
    digests.add(open_recording(packed(tmp_path, {**CHOICES, "choices": {"cat": "12"}})).digest)
    swapped = json.dumps({"options": OPTIONS[::-1], "endings": ENDINGS})
    digests.add(open_recording(packed(tmp_path, CHOICES, grid=swapped)).digest)
    assert len(digests) == 3


@pytest.mark.parametrize(
    ("persona", "wording", "item"),
    [
        ("brother-anselm", "instruction", "animal-000"),
        ("goth-teen", "plain", "animal-003"),
        ("neutral", "portrait", "animal-006"),
    ],
)
def test_the_first_matrix_is_unpacked(persona: str, wording: str, item: str) -> None:
    """Each of an animal's twenty answers is the digit that the file has for it, read here in another way."""
    folder = SHIPPED / "first-matrix"
    lines = map(json.loads, (folder / "encounter-choices.jsonl").read_text(encoding="utf-8").splitlines())
    digits = next(line["choices"][item] for line in lines if (line["persona"], line["wording"]) == (persona, wording))
    items = map(json.loads, (folder / "encounter-items.jsonl").read_text(encoding="utf-8").splitlines())
    caption = next(line["text"] for line in items if line["item"] == item)
    grid = json.loads((folder / "encounter-grid.json").read_text(encoding="utf-8"))
    for ending, digit in zip(grid["endings"], digits, strict=True):
        cell = RecordedCell("encounter", persona, wording, f"{caption} {ending}", 0)
        assert first_matrix().replies[cell].choice == grid["options"][int(digit) - 1]
