"""Errors in files: all at once, each at its line and column, in plain words."""

from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, field_validator

from eep.core.errors import TomlError, UserError
from eep.core.toml.document import read
from eep.core.toml.errors import Problems, described, dotted
from eep.core.toml.models import TEXT_PATTERN, validate


class Inner(BaseModel):
    """A table."""

    model_config = ConfigDict(extra="forbid")
    size: int = Field(default=1, ge=1, lt=10)


class Outer(BaseModel):
    """A document."""

    model_config = ConfigDict(extra="forbid")
    name: Annotated[str, Field(min_length=1, pattern=TEXT_PATTERN)]
    kind: Literal["round", "square"] = "round"
    share: float = 0.5
    on: bool = True
    tags: tuple[str, ...] = Field(default=("a",), min_length=1, max_length=3)
    inner: Inner | None = None
    table: dict[str, Inner] = {}
    even: int = 2

    @field_validator("even")
    @classmethod
    def _even(cls, value: int) -> int:
        if value % 2:
            raise ValueError(f"expected an even number; found {value}")
        return value


def lines(tmp_path: Path, text: str) -> list[str]:
    """Return the problems of a document, without the file's name."""
    path = tmp_path / "x.toml"
    path.write_bytes(text.encode())
    problems = Problems(read(path))
    validate(problems, Outer, problems.document.data)
    return [line.removeprefix(f"{path}:") for line in problems.lines()]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("kind = 'round'", "1:1: name: expected this key, found nothing"),
        ("name = ''", "1:8: name: expected a text that says something, found an empty text"),
        ("name = ' '", "1:8: name: expected a text that says something, found only white space"),
        ("name = 3", "1:8: name: expected a text in quotes, found 3"),
        ("name = 'x'\nkind = 'squre'", "2:8: kind: expected one of 'round', 'square', found 'squre' (did you mean 'square'?)"),
        ("name = 'x'\nshare = '1'", "2:9: share: expected a number, found '1'"),
        ("name = 'x'\nshare = inf", "2:9: share: expected a finite number, found inf"),
        ("name = 'x'\nshare = true", "2:9: share: expected a number, found true"),
        ("name = 'x'\non = 1", "2:6: on: expected true or false, found 1"),
        ("name = 'x'\ntags = []", "2:8: tags: expected at least one entry, found an empty list"),
        ("name = 'x'\ntags = 'a'", "2:8: tags: expected a list, found 'a'"),
        ("name = 'x'\ntags = [\n 'a',\n 2]", "4:2: tags[1]: expected a text in quotes, found 2"),
        ("name = 'x'\ntags = ['a','a','a','a']", "2:8: tags: expected a list of at most 3, found a list of 4"),
        ("name = 'x'\n[inner]\nsize = 0", "3:8: inner.size: expected a number of at least 1, found 0"),
        ("name = 'x'\n[inner]\nsize = 10", "3:8: inner.size: expected a number below 10, found 10"),
        ("name = 'x'\n[inner]\nsize = 1.5", "3:8: inner.size: expected a whole number, found 1.5"),
        ("name = 'x'\ninner = 3", "2:9: inner: expected a table, found 3"),
        ("name = 'x'\n[inner]\nsise = 1", "3:1: inner.sise: expected one of the keys size, found 'sise' (did you mean 'size'?)"),
        ("name = 'x'\ntable.a.sise = 1", "2:9: table.a.sise: expected one of the keys size, found 'sise' (did you mean 'size'?)"),
        ("name = 1979-05-27", "1:8: name: expected a text in quotes, found the date or time 1979-05-27"),
        ("name = 'x'\neven = 3", "2:8: even: expected an even number, found 3"),
    ],
)  # fmt: skip
def test_each_kind_of_mistake_has_a_plain_sentence(tmp_path: Path, text: str, line: str) -> None:
    """What was expected and found is said in the words of the file, at the value or the unknown key."""
    assert lines(tmp_path, text) == [line]


def test_all_problems_of_a_file_come_at_once_in_its_order(tmp_path: Path) -> None:
    """Unknown keys and wrong values together, by line."""
    text = "name = 'x'\non = 'yes'\nshare = 'a'\ncolour = 1\n[inner]\nsize = 99\n"
    assert [line.split(":")[0] for line in lines(tmp_path, text)] == ["2", "3", "4", "6"]


def test_a_misspelt_key_is_not_missing_besides(tmp_path: Path) -> None:
    """One mistake is one line."""
    (misspelt,) = lines(tmp_path, "nam = 'x'")
    assert "found 'nam' (did you mean 'name'?)" in misspelt


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "1:1: file: expected keys and values, found an empty file"),
        (b"# nothing here\n", "1:1: file: expected keys and values, found an empty file"),
        (b'a = 1\nb = "\xe9"', "2:6: file: expected text in UTF-8, found the byte 0xe9 (save the file as UTF-8)"),
        (b"\xff\xfea\x00", "1:1: file: expected text in UTF-8, found the byte 0xff (save the file as UTF-8)"),
    ],
)  # fmt: skip
def test_a_file_that_holds_no_toml_is_told_so(tmp_path: Path, content: bytes, sentence: str) -> None:
    """An empty file, and one in another encoding."""
    path = tmp_path / "x.toml"
    path.write_bytes(content)
    with pytest.raises(TomlError) as raised:
        read(path)
    assert str(raised.value) == f"{path}:{sentence}"


def test_a_file_that_is_not_there_or_is_a_folder_is_told_so(tmp_path: Path) -> None:
    """With the name of a file beside it that was probably meant."""
    (tmp_path / "newton.toml").write_text("a = 1")
    with pytest.raises(TomlError, match=r"found no such file \(did you mean 'newton.toml'\?\)"):
        read(tmp_path / "newtn.toml")
    with pytest.raises(TomlError, match="expected a TOML file, found a folder"):
        read(tmp_path)
    with pytest.raises(TomlError, match="expected a TOML file, found one that cannot be read"):
        read(tmp_path / "newton.toml" / "inside.toml")


def test_windows_files_have_the_same_lines_and_columns(tmp_path: Path) -> None:
    """A byte order mark and carriage returns move nothing."""
    assert [line[:4] for line in lines(tmp_path, "\ufeffname = 3\r\non = 1\r\n")] == ["1:8:", "2:6:"]


def test_files_below_the_current_folder_are_named_relative_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Terminals make such names clickable."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(TomlError, match=r"^a/x\.toml:1:1: file: "):
        read(tmp_path / "a" / "x.toml")


def test_bad_input_ends_with_exit_code_2() -> None:
    """The command line takes it from the exception."""
    error = TomlError(["a", "b"])
    assert isinstance(error, UserError)
    assert (error.exit_code, str(error), error.lines) == (2, "a\nb", ("a", "b"))


def test_paths_and_values_are_told_as_one_writes_them() -> None:
    """Dotted keys, indices from 0, and values cut to one line."""
    assert dotted(("a", "b c", 2, "d")) == "a.'b c'[2].d"
    assert dotted(()) == "file"
    assert described("x" * 100) == "'" + "x" * 59 + "…'"
    assert described("x" * 50 + " sk-0123456789abc") == "'" + "x" * 50 + " [redacte…'"
    told = ["nothing", "true", "an empty table", "a table of 1", "a list of 2"]
    assert [described(value) for value in (None, True, {}, {"a": 1}, [1, 2])] == told
