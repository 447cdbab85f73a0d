"""Where personas and experiments are found: beside the experiment, in the current folder, and shipped with eep.

A persona of one's own is a file in a folder ``personas/``; it goes before a shipped persona of the same id.
"""

import tomllib
from collections.abc import Sequence
from pathlib import Path

from eep.core.errors import UserError
from eep.core.paths import shipped
from eep.core.registry import did_you_mean
from eep.core.toml.document import display_path


def persona_folders(experiment: Path | None = None) -> tuple[Path, ...]:
    """Return the folders that personas are looked for in, the first that has one counting.

    With an experiment's file: ``personas/`` beside it, then one folder up. Then ``personas/`` in the current folder,
    then the shipped ones.
    """
    near: list[Path] = []
    if experiment is not None:
        folder = experiment.resolve().parent
        near = [folder / "personas", folder.parent / "personas"]
    folders = [*near, Path.cwd() / "personas", shipped("personas")]
    return tuple(dict.fromkeys(folder.resolve() for folder in folders))


def persona_paths(folders: Sequence[Path]) -> dict[str, Path]:
    """Return id -> file of every persona in the folders, by id; a persona's file is called as its id."""
    found: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.glob("[!.]*.toml")):
            found.setdefault(path.stem, path)
    return dict(sorted(found.items()))


def searched(folders: Sequence[Path]) -> str:
    """Return the folders that were looked in, for an error."""
    return ", ".join(dict.fromkeys(map(display_path, folders)))


def persona_path(name: str, folders: Sequence[Path]) -> Path:
    """Return the file of the persona with an id.

    Raises UserError if no folder has it (the text lists where it was looked for), or two files of one folder claim its
    id.
    """
    known = persona_paths(folders)
    if name not in known:
        hint = did_you_mean(name, list(known))
        raise UserError(f"expected the id of a persona in {searched(folders)}; found {name!r}{hint}")
    if claims := duplicate_ids(known[name]):
        files = ", ".join(display_path(path) for path in (known[name], *claims))
        raise UserError(f"expected one persona with the id {name!r} in a folder; found {files}")
    return known[name]


def duplicate_ids(path: Path) -> tuple[Path, ...]:
    """Return the other files in a persona's folder that say its id is theirs."""
    others = sorted(other for other in path.parent.glob("*.toml") if other != path)
    return tuple(other for other in others if _claimed(other) == path.stem)


def _claimed(path: Path) -> object:
    """Return the id that a file gives itself, ``None`` if it cannot be read (asked for itself, it will say why)."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")).get("id")
    except (OSError, ValueError, RecursionError):
        return None


def experiment_path(given: str | Path) -> Path:
    """Return the file of an experiment: a path as it is, or a bare name such as ``quickstart``.

    A bare name (no folder, no ``.toml``) is looked for in ``experiments/`` of the current folder, then among the
    shipped experiments.

    Raises UserError if there is no experiment of that name.
    """
    path = Path(given)
    if path.suffix == ".toml" or len(path.parts) != 1 or path.exists():
        return path
    folders = [Path("experiments"), shipped("experiments")]
    known = {found.stem: found for folder in reversed(folders) for found in sorted(folder.glob("*.toml"))}
    if str(given) not in known:
        hint = did_you_mean(str(given), sorted(known))
        raise UserError(
            f"expected the path of an experiment's file, or a name out of {', '.join(sorted(known)) or 'none'} "
            f"(in {searched(folders)}); found {str(given)!r}{hint}"
        )
    return known[str(given)]
