"""Episodes out of other libraries' files: Minari's, ``imitation``'s, and plain NumPy archives.

Numbers are read and nothing else: no pickle, no environment that a file names, and no text that some library would turn
into an object. So the libraries that wrote the files are not needed, nor asked to open them.
"""

import io
import json
import os
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from eep.core.arrays import IntArray
from eep.core.errors import UserError
from eep.data.trajectory import Trajectory

Kind = Literal["minari", "imitation", "npz"]
Array = npt.NDArray[np.generic]
#: Numbers in an array, at most.
MOST = 100_000_000
#: What arrays of plain archives may be called.
OBSERVATIONS, ACTIONS = ("obs", "observations"), ("acts", "actions")
ENDS = ("terminal", "terminals", "dones", "terminations", "timeouts", "truncations")


class ForeignRecordingError(UserError):
    """Files that are no recording of their kind, or are damaged; the text says what was expected."""


def read_episodes(kind: Kind, source: str | Path) -> list[Trajectory]:
    """Read the episodes of a recording.

    Parameters
    ----------
    kind
        ``"minari"``: a dataset's folder, or its id below ``MINARI_DATASETS_PATH``; ``"imitation"``: what
        ``imitation.data.serialize.save`` wrote, a folder or, by earlier versions, a file; ``"npz"``: a file with ``obs``
        (n, d), ``acts`` (n,) and ``terminal`` (n,), true where an episode ends, or with an observation more an episode.

    Raises `ForeignRecordingError` if there is no such recording, or it is damaged, pickled or of another kind.
    """
    readers: Mapping[Kind, Callable[[Path], list[Trajectory]]] = {
        "minari": _read_minari,
        "imitation": _read_imitation,
        "npz": _read_plain,
    }
    path = minari_folder(str(source)) if kind == "minari" else Path(source)
    if not path.exists():
        raise ForeignRecordingError(f"{source}: expected a recording ({kind}); found nothing at {path}")
    episodes = readers[kind](path)
    if not episodes:
        raise ForeignRecordingError(f"{source}: expected episodes; found none")
    return episodes


def minari_folder(source: str) -> Path:
    """Return the ``data`` folder of a Minari dataset, which is given by its folder or by its id."""
    given = Path(source).expanduser()
    home = os.environ.get("MINARI_DATASETS_PATH") or Path.home() / ".minari" / "datasets"
    folder = given if given.exists() else Path(home) / source
    return folder / "data" if (folder / "data").is_dir() else folder


def _read_minari(folder: Path) -> list[Trajectory]:
    """Read a dataset without its environment, which Minari would make from whatever the file names."""
    try:
        about = json.loads((folder / "metadata.json").read_bytes())
        count, form = int(about["total_episodes"]), about.get("data_format", "hdf5")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ForeignRecordingError(
            f"{folder}: expected a Minari dataset with its metadata.json; found: {error}"
        ) from error
    if form != "hdf5":
        raise ForeignRecordingError(f"{folder}: expected a Minari dataset in hdf5; found {form!r}: save it as hdf5")
    try:
        import h5py
    except ImportError as error:
        raise ForeignRecordingError(
            'expected h5py, which reads Minari datasets; found it missing: pip install "eep[datasets]"'
        ) from error
    try:
        with h5py.File(folder / "main_data.hdf5", "r") as file:
            found = [
                tuple(_whole(file[f"episode_{number}/{name}"]) for name in ("observations", "actions"))
                for number in range(count)
            ]
    except (OSError, KeyError, TypeError, ValueError, AttributeError, RuntimeError, MemoryError) as error:
        raise ForeignRecordingError(
            f"{folder}: expected {count} whole episodes with arrays of observations and actions; found: {error}"
        ) from error
    return [_trajectory(folder, states, actions) for states, actions in found]


def _whole(array: Any) -> Array:
    """Return an array of an HDF5 file; a torn file may promise more numbers than any computer holds."""
    if array.size > MOST:
        raise ValueError(f"{array.name} of {array.size:,} numbers")
    return np.asarray(array[()])


def _read_imitation(path: Path) -> list[Trajectory]:
    """Read trajectories of ``imitation``; what it says besides, as pickled or encoded objects, is not looked at."""
    if path.is_file():
        found = _archive(path)
        states, actions, cuts = (_named(path, found, (name,)) for name in ("obs", "acts", "indices"))
        ends = [*_integers(path, cuts).tolist(), len(actions)]
        return _cut(path, states, actions, ends)
    import polars as pl

    try:
        listed = json.loads((path / "state.json").read_bytes())["_data_files"]
        names = [str(one["filename"]) for one in listed]
        # A name that leads out of the folder leads nowhere.
        tables = [pl.read_ipc_stream(path / Path(name).name, columns=["obs", "acts"]) for name in names]
        rows = [row for table in tables for row in table.iter_rows()]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, pl.exceptions.PolarsError) as error:
        raise ForeignRecordingError(
            f"{path}: expected trajectories as imitation saves them (state.json and arrow files with obs and acts); "
            f"found: {error}"
        ) from error
    return [_trajectory(path, *(_array(path, values) for values in row)) for row in rows]


def _read_plain(path: Path) -> list[Trajectory]:
    """Read an archive of one row per action."""
    found = _archive(path)
    states, actions = _named(path, found, OBSERVATIONS), _named(path, found, ACTIONS)
    marks = [_named(path, found, (name,)) for name in ENDS if name in found]
    if not marks or any(mark.shape != (len(actions),) for mark in marks):
        raise ForeignRecordingError(
            f"{path}: expected {' or '.join(ENDS[:3])}, true where an episode ends, one for each of {len(actions)} actions; "
            f"found {', '.join(str(mark.shape) for mark in marks) or 'none'}"
        )
    ended = np.any([mark.astype(np.bool_) for mark in marks], axis=0)
    ends = (np.flatnonzero(ended) + 1).tolist()
    return _cut(path, states, actions, ends if ends and ends[-1] == len(actions) else [*ends, len(actions)])


def _cut(path: Path, states: Array, actions: Array, ends: list[int]) -> list[Trajectory]:
    """Cut arrays into episodes, whose actions end before ``ends``; each has one observation more, or none has."""
    lengths = np.diff([0, *ends])
    more = len(states) - len(actions)
    if more not in (0, len(ends)) or (lengths < 0).any():
        raise ForeignRecordingError(
            f"{path}: expected as many observations as actions, or one more in each of {len(ends)} episodes; found "
            f"{len(states)} and {len(actions)}"
        )
    extra = int(more > 0)
    parts = [
        (states[end - length + extra * number : end + extra * (number + 1)], actions[end - length : end])
        for number, (end, length) in enumerate(zip(ends, lengths.tolist(), strict=True))
    ]
    return [_trajectory(path, *part) for part in parts if len(part[1])]


def _archive(path: Path) -> Mapping[str, Any]:
    """Return an archive's arrays, each read when it is asked for."""
    try:
        found = np.load(io.BytesIO(path.read_bytes()), allow_pickle=False)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise ForeignRecordingError(
            f"{path}: expected a NumPy archive (.npz); found something else, damaged or pickled: {error}"
        ) from error
    if not isinstance(found, np.lib.npyio.NpzFile):
        raise ForeignRecordingError(f"{path}: expected a NumPy archive of several arrays; found one array")
    return found


def _named(path: Path, found: Mapping[str, Any], names: tuple[str, ...]) -> Array:
    """Return the array of one of ``names``; raises `ForeignRecordingError` if there is none, or it is pickled."""
    name = next((name for name in names if name in found), None)
    if name is None:
        raise ForeignRecordingError(f"{path}: expected {' or '.join(names)}; found {', '.join(found) or 'no arrays'}")
    try:
        return np.asarray(found[name])
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error, MemoryError) as error:
        raise ForeignRecordingError(f"{path}: {name}: expected an array of numbers; found: {error}") from error


def _array(path: Path, values: Any) -> Array:
    try:
        return np.asarray(values)
    except ValueError as error:
        raise ForeignRecordingError(f"{path}: expected arrays of numbers; found: {error}") from error


def _trajectory(path: Path, states: Any, actions: Any) -> Trajectory:
    numbers = _array(path, states)
    if numbers.dtype.kind not in "fiu" or numbers.ndim != 2:
        raise ForeignRecordingError(
            f"{path}: expected observations of numbers, (n, d); found {numbers.dtype} of shape {numbers.shape}"
        )
    return Trajectory(numbers.astype(np.float64), _integers(path, _array(path, actions)))


def _integers(path: Path, values: Array) -> IntArray:
    """Return whole numbers (n,), given as such or as (n, 1)."""
    flat = values.reshape(-1) if values.ndim == 2 and values.shape[1] == 1 else values
    if flat.ndim != 1 or flat.dtype.kind not in "iub":
        raise ForeignRecordingError(
            f"{path}: expected whole numbers (n,); found {values.dtype} of shape {values.shape}"
        )
    return flat.astype(np.int64)
