"""Whether two reports of one experiment say the same, up to the last digits, which depend on the processor."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

#: How far numbers may lie apart, absolutely or relatively.
TOLERANCE = 1e-6
_NUMBER = re.compile(
    r"[-−]?(?:\d[\d,]*(?:\.\d+)?|\.\d+)(?:e[-+]?\d+| × 10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?"  # noqa: RUF001 the minus of reports
)
_VERSIONS = re.compile(r"^## Plan, seeds, versions$.*?(?=^## )", re.MULTILINE | re.DOTALL)


def assert_same(new: Path, old: Path) -> None:
    """Compare the folders of two reports: files, numbers, and all words but those on versions and the processor."""
    files = {path.relative_to(new) for path in new.rglob("*")}
    assert files == {path.relative_to(old) for path in old.rglob("*")}
    for file in files:
        if file.suffix in (".md", ".csv"):
            assert _words((new / file).read_text("utf-8")) == _words((old / file).read_text("utf-8")), file
    made, kept = (json.loads((folder / "report.json").read_text("utf-8")) for folder in (new, old))
    del made["versions"], kept["versions"]
    _compare(made, kept, "report.json")


def _words(text: str) -> str:
    """Return a text without its numbers and its section on versions."""
    return _NUMBER.sub("#", _VERSIONS.sub("", text))


def _compare(new: Any, old: Any, where: str) -> None:
    assert type(new) is type(old), where
    if isinstance(new, dict):
        assert new.keys() == old.keys(), where
        for key, value in new.items():
            _compare(value, old[key], f"{where}: {key}")
    elif isinstance(new, list):
        assert len(new) == len(old), where
        for number, (one, other) in enumerate(zip(new, old, strict=True)):
            _compare(one, other, f"{where}: {number}")
    elif isinstance(new, str):
        assert _words(new) == _words(old), where
    elif isinstance(new, float):
        assert new == pytest.approx(old, rel=TOLERANCE, abs=TOLERANCE), where
    else:
        assert new == old, where
