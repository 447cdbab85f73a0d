"""Writing a file or a folder as a whole: whoever reads it meets the earlier one or the new one, never a part of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from eep.core.errors import UserError


@contextmanager
def atomic_write(path: Path) -> Iterator[Path]:
    """Give the path to write to; what was written there takes the place of ``path`` when the block ends well.

    The same process or another that is interrupted leaves a ``.partial`` file behind, which the next one overwrites.
    """
    partial = path.with_suffix(".partial")
    yield partial
    partial.replace(path)


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Give a folder to write to, which takes its place when the block ends well; an interrupted one leaves nothing.

    Raises `eep.core.errors.UserError` if the place is taken.
    """
    if folder.exists():
        raise UserError(f"{folder}: expected a new folder; found one that exists: name another")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as unfinished:
        made = Path(unfinished) / folder.name
        made.mkdir()
        yield made
        made.rename(folder)
