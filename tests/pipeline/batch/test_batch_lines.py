"""Files of lines: written whole, read with everything that is wrong in them."""

import json
from pathlib import Path

import pytest
from batching import read as parsed

from eep.core.errors import UserError
from eep.pipeline.batch.lines import SHOWN, Problem, listed, read, write

LINES = [{"number": number, "text": "käse"} for number in range(7)]


def told(path: Path) -> list[str]:
    """Return what is wrong with a file, without its name."""
    problems: list[Problem] = []
    list(read(path, problems))
    return [f"{problem.line}: {problem.sentence}" for problem in problems]


def test_one_file_where_one_is_enough(tmp_path: Path) -> None:
    """The file has the name that was given, and nothing else is left behind."""
    written = write(tmp_path / "out.jsonl", LINES, most_lines=7, most_bytes=10_000)
    assert [(file.path.name, file.lines) for file in written] == [("out.jsonl", 7)]
    assert parsed(tmp_path / "out.jsonl") == LINES
    assert write(tmp_path / "nothing.jsonl", []) == ()
    assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"]


def test_several_files_are_numbered(tmp_path: Path) -> None:
    """Where a file may hold three lines, seven make three files, in order and with nothing lost."""
    written = write(tmp_path / "out.jsonl", LINES, most_lines=3)
    assert [(file.path.name, file.lines) for file in written] == [
        ("out-1.jsonl", 3),
        ("out-2.jsonl", 3),
        ("out-3.jsonl", 1),
    ]
    assert [line for file in written for line in parsed(file.path)] == LINES
    many = write(tmp_path / "many.jsonl", [{"n": n} for n in range(11)], most_lines=1)
    assert [many[0].path.name, many[-1].path.name] == ["many-01.jsonl", "many-11.jsonl"]


def test_files_stay_below_their_size(tmp_path: Path) -> None:
    """Bytes count, not characters; one line that is too long for any file is told."""
    length = len(json.dumps(LINES[0], ensure_ascii=False).encode()) + 1
    written = write(tmp_path / "out.jsonl", LINES, most_bytes=2 * length)
    assert [file.lines for file in written] == [2, 2, 2, 1]
    assert max(file.path.stat().st_size for file in written) == 2 * length
    with pytest.raises(UserError, match=f"at most {length - 1} bytes, found one of {length}"):
        write(tmp_path / "long.jsonl", LINES, most_bytes=length - 1)
    assert not list(tmp_path.glob("*long*"))


def test_nothing_is_written_over(tmp_path: Path) -> None:
    """A file that is there stays as it is, also where it is one of several; unless that is asked for."""
    mine = tmp_path / "out-2.jsonl"
    mine.write_text("mine", encoding="utf-8")
    with pytest.raises(UserError, match=r"out-2\.jsonl: expected a new file"):
        write(tmp_path / "out.jsonl", LINES, most_lines=3)
    assert [path.name for path in tmp_path.iterdir()] == ["out-2.jsonl"]
    assert mine.read_text(encoding="utf-8") == "mine"
    write(tmp_path / "out.jsonl", LINES, most_lines=3, overwrite=True)
    assert parsed(mine) == LINES[3:6]


def test_a_fault_leaves_nothing_behind(tmp_path: Path) -> None:
    """Where a line cannot be made, there is no file, not even a part of one."""

    def lines() -> object:
        yield from LINES
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write(tmp_path / "out.jsonl", lines(), most_lines=2)  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("content", "problems"),
    [
        (b'{"a": 1}\n{"a": 2}\n', []),
        (b'\xef\xbb\xbf{"a": 1}\r\n\n{"a": 2}', []),
        (b"", ["0: expected replies, found an empty file"]),
        (b" \n\n", ["0: expected replies, found an empty file"]),
        (b'{"a": 1}\n{"a": ', ["2: expected a whole line of JSON, found one that breaks off: the file is not all"]),
        (b'{"a": \n{"a": 2}\n', ["1: expected a line of JSON, found '{\"a\":'"]),
        (
            b'{"a": 1}\n{"a": 1\r\n{"a": 1}\n',
            ["2: expected a line of JSON, found '{\"a\": 1' (Expecting ',' delimiter, column 8)"],
        ),
        (b'[\n{"a": 2}\n]\n', ["1: expected one object per line, found JSON over several lines"]),
        (b'{"a": 1}\n[\n]\n', ["2: expected one object per line, found JSON over several lines", "3: expected"]),
        ('{"a": 1}\n{"a": 2}\n'.encode("utf-16"), ["1: expected UTF-8 text, found the byte 0xff in column 1"]),
        (b'{"a": "\xff"}\n', ["1: expected UTF-8 text, found the byte 0xff in column 8"]),
        (b'{"a": NaN}\n', ["1: expected a line of JSON, found '{\"a\": NaN}' (NaN is no JSON)"]),
        (b'{"a": 1, "a": 2}\n', ["1: expected a line of JSON, found '{\"a\": 1, \"a\": 2}' (the key 'a' stands"]),
        (b"[" * 100_000 + b"\n", ["1: expected a line of JSON, found '[[["]),
        (b"<html>\x1b[2J</html>\n", ["1: expected a line of JSON, found '<html>\\x1b[2J</html>'"]),
    ],
)
def test_unreadable_lines_are_told(tmp_path: Path, content: bytes, problems: list[str]) -> None:
    """Each with its number and in words that a terminal can bear; the others are read, unless all are of another kind."""
    path = tmp_path / "in.jsonl"
    path.write_bytes(content)
    found = told(path)
    assert len(found) == len(problems)
    assert all(each.startswith(start) for each, start in zip(found, problems, strict=True)), found
    assert all(each.isprintable() for each in found)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """As what it should have been."""
    with pytest.raises(UserError, match=r"none\.jsonl: expected a file of replies"):
        told(tmp_path / "none.jsonl")


def test_problems_come_in_order_and_not_without_end(tmp_path: Path) -> None:
    """By file and line; a thousand are not all told."""
    problems = [Problem(tmp_path / name, number, "wrong") for name in "ba" for number in range(100, 0, -1)]
    problems = [problem._replace(sentence=f"wrong {problem.line}") for problem in problems]
    found = listed(problems)
    assert found[0].endswith("a:1: wrong 1")
    assert len(found) == SHOWN + 1
    assert found[-1] == "... and 100 more"


def test_lines_that_are_wrong_alike_are_told_as_one(tmp_path: Path) -> None:
    """A file of another kind does not bury its one fault; a gap, another fault or file begins anew."""
    places = [("a", 3), ("a", 1), ("a", 2), ("a", 5), ("b", 6)]
    problems = [Problem(tmp_path / name, line, "wrong") for name, line in places]
    problems.append(Problem(tmp_path / "b", 7, "worse"))
    said = [line.removeprefix(f"{tmp_path}/") for line in listed(problems)]
    assert said == ["a:1-3: wrong", "a:5: wrong", "b:6: wrong", "b:7: worse"]
