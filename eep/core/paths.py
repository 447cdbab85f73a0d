"""Where the files that ship with eep lie."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
RESOURCES = PACKAGE / "resources"


def shipped(kind: str) -> Path:
    """Return the folder of what ships with eep; ``kind`` is ``"personas"`` or ``"experiments"``.

    A wheel carries them inside the package; an editable install reads the repository's own folders.
    """
    inside = RESOURCES / kind
    return inside if inside.is_dir() else PACKAGE.parent / kind
