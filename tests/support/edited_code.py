"""Copies of eep's own code in which one file was edited."""

import shutil
from pathlib import Path

from eep.core.paths import PACKAGE


def edited(folder: Path, file: str, old: str, new: str) -> Path:
    """Copy eep into an empty folder, without resources, and replace ``old`` once in one of its files."""
    package = folder / PACKAGE.name
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("resources", "__pycache__"))
    path = package / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{file} has no {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return package
