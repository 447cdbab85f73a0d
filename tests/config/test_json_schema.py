"""JSON Schemas: current, and agreeing with what loading accepts."""

import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from eep.config import json_schema
from eep.core.errors import UserError

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "personas").glob("*.toml")) + sorted((ROOT / "experiments").glob("*.toml"))


def validator(path: Path) -> Any:
    """Return the validator of a shipped file, by the schema that its first line names."""
    first, _, _ = path.read_text(encoding="utf-8").partition("\n")
    named = path.parent / first.removeprefix("#:schema ")
    return jsonschema.Draft202012Validator(json.loads(named.read_text(encoding="utf-8")))


def test_the_committed_schemas_are_current(tmp_path: Path) -> None:
    """``eep schema`` would write the same bytes, the folder made if need be, and they fit the draft they name."""
    paths = json_schema.write(tmp_path / "new")
    assert [path.name for path in paths] == ["persona.schema.json", "experiment.schema.json"]
    for path in paths:
        assert path.read_bytes() == (ROOT / "eep" / "resources" / "schemas" / path.name).read_bytes()
        written = json.loads(path.read_bytes())
        assert written["$schema"] == json_schema.DRAFT
        jsonschema.Draft202012Validator.check_schema(written)


def test_an_unknown_schema_is_told_with_what_was_meant() -> None:
    """As every name that does not exist."""
    with pytest.raises(UserError, match=r"found 'personna' \(did you mean 'persona'\?\)"):
        json_schema.text("personna")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_shipped_files_fit_the_schema_they_name(path: Path) -> None:
    """An editor marks nothing in them."""
    assert list(validator(path).iter_errors(tomllib.loads(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize(
    ("file", "path", "value"),
    [
        ("personas/neutral.toml", ("arm",), "control"),
        ("personas/neutral.toml", ("wordings", "Plain"), "x"),
        ("personas/neutral.toml", ("wordings", "plain"), " "),
        ("personas/neutral.toml", ("simulated", "cartpole", "weights", "pole-angel"), 1),
        ("personas/neutral.toml", ("simulated", "juggling"), {}),
        ("personas/neutral.toml", ("nmae",), "x"),
        ("experiments/planted.toml", ("tasks", "cartpole", "students"), ["xgbost"]),
        ("experiments/planted.toml", ("tasks",), {}),
        ("experiments/planted.toml", ("teacher", "provider"), "simulatd"),
        ("experiments/planted.toml", ("teacher", "recording"), "first-matrix"),
        ("experiments/planted.toml", ("personas",), ["neutral", "neutral"]),
        ("experiments/planted.toml", ("play", "episodes"), 0),
    ],
)
def test_what_loading_refuses_an_editor_marks(file: str, path: tuple[str, ...], value: object) -> None:
    """The schema knows tasks, traits, students, and each provider's own settings."""
    document = tomllib.loads((ROOT / file).read_text(encoding="utf-8"))
    table = document
    for step in path[:-1]:
        table = table[step]
    table[path[-1]] = value
    assert list(validator(ROOT / file).iter_errors(document))
