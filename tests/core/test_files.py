"""Files that are written as a whole."""

from pathlib import Path

import pytest

from eep.core.files import atomic_write


def interrupted(path: Path) -> None:
    """Write half of a file and be interrupted."""
    with atomic_write(path) as new:
        new.write_text("half", encoding="utf-8")
        raise KeyboardInterrupt


def test_an_interrupted_writer_leaves_the_earlier_file(tmp_path: Path) -> None:
    """Until the new content is complete the earlier one stands; then the new one does, and nothing else is left."""
    path = tmp_path / "table.json"
    path.write_text("earlier", encoding="utf-8")
    with pytest.raises(KeyboardInterrupt):
        interrupted(path)
    assert path.read_text(encoding="utf-8") == "earlier"
    with atomic_write(path) as new:
        new.write_text("complete", encoding="utf-8")
    assert path.read_text(encoding="utf-8") == "complete"
    assert list(tmp_path.iterdir()) == [path]
