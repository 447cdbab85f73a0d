"""One row of metadata: a picture's file, its captions, and whatever else is said of it."""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    ValidationError,
    model_validator,
)

from eep.stimuli.captioned import Claim, Problem


def _as_text(value: Any) -> Any:
    """Return whole numbers as text: an id is a name, and 7 and "7" are the same."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


#: An id, given as text or as a whole number, kept as text.
Id = Annotated[str, BeforeValidator(_as_text), Field(min_length=1)]


class Row(BaseModel):
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
        json.dumps(
            [self.attributes, self.__pydantic_extra__], allow_nan=False
        )  # a ValueError, if there are any
        return self

    def claim(self, where: str) -> Claim:
        """Return what the row says of its picture; without an id the picture goes by its file's name."""
        single = self.text if self.text is not None else self.caption
        captions = self.captions or (() if single is None else (single,))
        attributes = {**self.attributes, **self.__pydantic_extra__}
        return Claim(where, self.id or self.file_name, self.file_name, captions, attributes, self.sha256)


def row_of(where: str, content: bytes | Mapping[str, Any], problems: list[Problem]) -> Claim | None:
    """Return what a row says, JSON text or columns; what is wrong with it is added to ``problems``."""
    try:
        row = Row.model_validate_json(content) if isinstance(content, bytes) else Row.model_validate(content)
    except ValidationError as error:
        problems += problems_of(where, error)
        return None
    return row.claim(where)


def problems_of(where: str, error: ValidationError) -> list[Problem]:
    """Return everything a model found wrong, each with the key it was found at and what stood there."""
    problems = []
    for detail in error.errors():
        key = "".join(f"{part}: " for part in [".".join(map(str, detail["loc"]))] if part)
        said = detail["msg"].removeprefix("Value error, ")
        problems.append(Problem(where, f"{key}{said}; found {detail['input']!r:.80}"))
    return problems
