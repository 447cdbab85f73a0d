"""Rows of metadata, a picture each: its file, its captions, and whatever else is said of it; tables of them as CSV."""

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, ValidationError, model_validator

from eep.stimuli.captioned import CaptionedImage, Claim, SourceProblem, checked


def _as_text(value: Any) -> Any:
    """Return whole numbers as text: an id is a name, and 7 and "7" are the same."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


#: An id, given as text or as a whole number, kept as text.
Id = Annotated[str, BeforeValidator(_as_text), Field(min_length=1)]


class MetadataRow(BaseModel):
    """A row of ``metadata.jsonl``, ``metadata.csv`` or a table of captions. Other columns become attributes."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, JsonValue]

    file_name: str = Field(min_length=1)
    text: str | None = None
    caption: str | None = None
    captions: tuple[str, ...] | None = Field(default=None, min_length=1)
    id: Id | None = None
    sha256: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")
    attributes: dict[str, JsonValue] = {}

    @model_validator(mode="after")
    def _one_caption_column(self) -> Self:
        if self.text is not None and self.caption is not None:
            raise ValueError("expected the caption in text or in caption; found both")
        if self.captions is None and self.text is None and self.caption is None:
            raise ValueError("expected the caption in text or caption; found neither")
        return self

    @model_validator(mode="after")
    def _finite_attributes(self) -> Self:
        json.dumps([self.attributes, self.__pydantic_extra__], allow_nan=False)  # a ValueError, if there are any
        return self

    def claim(self, where: str) -> Claim:
        """Return what the row says of its picture; without an id the picture goes by its file's name."""
        single = self.text if self.text is not None else self.caption
        captions = self.captions or (() if single is None else (single,))
        attributes = {**self.attributes, **self.__pydantic_extra__}
        return Claim(where, self.id or self.file_name, self.file_name, captions, attributes, self.sha256)


def row_of(where: str, content: bytes | Mapping[str, Any], problems: list[SourceProblem]) -> Claim | None:
    """Return what a row says, JSON text or columns; what is wrong with it is added to ``problems``."""
    try:
        row = (
            MetadataRow.model_validate_json(content)
            if isinstance(content, bytes)
            else MetadataRow.model_validate(content)
        )
    except ValidationError as error:
        problems += problems_of(where, error)
        return None
    return row.claim(where)


def problems_of(where: str, error: ValidationError) -> list[SourceProblem]:
    """Return everything a model found wrong, each with the key it was found at and what stood there."""
    problems = []
    for detail in error.errors():
        key = "".join(f"{part}: " for part in [".".join(map(str, detail["loc"]))] if part)
        message = detail["msg"].removeprefix("Value error, ")
        problems.append(SourceProblem(where, f"{key}{message}; found {detail['input']!r:.80}"))
    return problems


#: What the column of files may be called.
FILE_COLUMNS = ("file_name", "file", "image")


def read_captions_csv(table: Path) -> tuple[CaptionedImage, ...]:
    """Read a CSV file of pictures and captions, in its order; other pictures may lie beside it.

    The first row names the columns: ``file_name``, ``file`` or ``image`` (relative to the table's folder), and
    ``text`` or ``caption``; a column ``id`` names the pictures, all others are kept as attributes (text). The file
    is UTF-8, comma-separated, one row a picture.

    Raises
    ------
    StimulusProblemsError
        With everything that is wrong, see `eep.stimuli.imagefolder.read_imagefolder`.
    """
    problems: list[SourceProblem] = []
    claims = csv_claims(table, problems)
    return checked(claims, table.parent, table, problems)


def csv_claims(table: Path, problems: list[SourceProblem]) -> list[Claim]:
    """Return what the rows of a CSV file say; what is wrong with them is added to ``problems``."""
    try:
        text = table.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror or error if isinstance(error, OSError) else error
        problems.append(SourceProblem(str(table), f"expected a CSV file in UTF-8; found: {why}"))
        return []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    claims: list[Claim] = []
    try:
        header = _columns(next(reader, []), table, problems)
        for row in reader if header else ():
            if row:
                claims += _claims(header, row, f"{table}:{reader.line_num}", problems)
    except csv.Error as error:
        problems.append(SourceProblem(f"{table}:{reader.line_num}", f"expected comma-separated values; {error}"))
    return claims


def _columns(names: list[str], table: Path, problems: list[SourceProblem]) -> list[str]:
    """Return the names of the columns, that of the files being ``file_name``; none if they cannot be used."""
    names = [name.strip() for name in names]
    files = [name for name in names if name in FILE_COLUMNS]
    if len(files) != 1 or len(set(names)) != len(names):
        problems.append(
            SourceProblem(
                f"{table}:1",
                f"expected columns of different names, parted by commas, one of them {', '.join(FILE_COLUMNS[:-1])} or "
                f"{FILE_COLUMNS[-1]}; found {', '.join(map(repr, names)) or 'an empty file'}",
            )
        )
        return []
    return ["file_name" if name == files[0] else name for name in names]


def _claims(header: list[str], row: list[str], where: str, problems: list[SourceProblem]) -> list[Claim]:
    """Return what one row says, in a list that is empty if it cannot be read."""
    if len(row) != len(header):
        problems.append(SourceProblem(where, f"expected {len(header)} values; found {len(row)}"))
        return []
    claim = row_of(where, dict(zip(header, row, strict=True)), problems)
    return [] if claim is None else [claim]
