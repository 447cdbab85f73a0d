"""Reading recordings: what is wrong in their files is told, all at once; texts in their canonical form."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from recordings import LINE, RIGHT, TEXT, begin, teacher, write

from eep.core.errors import UserError
from eep.teachers.recorded import Recorded, RecordedSettings
from eep.teachers.recording_format import canonical


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a recording without answers."""
    return begin(tmp_path)


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
    with pytest.raises(UserError) as error:
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
    with pytest.raises(UserError) as error:
        teacher(folder, *["x"] * 250)
    assert len(str(error.value).splitlines()) == 101
    assert str(error.value).endswith("... and 150 more")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("personas.json", None, r"personas\.json: expected this file of a recording, found none"),
        ("answers.jsonl", None, r"answers\.jsonl: expected this file of a recording, found none"),
        ("personas.json", '{"newton": {"wordings": {"plain": 7}}, "nun": {}}', r"newton\.wordings\.plain: "),
        ("personas.json", '{"newton": {"wordings": {"plain": 7}}, "nun": {}}', r"nun\.wordings: Field required"),
        ("recording.toml", 'id = 7\nprovenance = "Told."\n', r"recording\.toml:1:6: id: expected a text in quotes"),
        ("recording.toml", 'id = 7\nprovenance = "Told."\n', r"recording\.toml:1:1: model: expected this key"),
    ],
)
def test_spoiled_files_are_named(folder: Path, name: str, content: str | None, told: str) -> None:
    """A file that is missing, and everything that is wrong in one, by line and column or by key."""
    (folder / name).unlink()
    if content is not None:
        (folder / name).write_text(content)
    with pytest.raises(UserError, match=told):
        teacher(folder)


def test_recordings_that_are_not_there_are_named() -> None:
    """An unknown name says which recordings come with eep, and which was meant."""
    with pytest.raises(UserError, match=r"first-matrix.*found 'first-matirx' \(did you mean 'first-matrix'\?\)"):
        Recorded(RecordedSettings(recording="first-matirx"), seed=0)


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
