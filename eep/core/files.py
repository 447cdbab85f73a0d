"""Writing a file as a whole: whoever reads it meets the earlier one or the new one, never a part of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def atomic_write(path: Path) -> Iterator[Path]:
    """Give the path to write to; what was written there takes the place of ``path`` when the block ends well.

    The same process or another that is interrupted leaves a ``.partial`` file behind, which the next one overwrites.
    """
    partial = path.with_suffix(".partial")
    yield partial
    partial.replace(path)
