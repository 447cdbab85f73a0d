"""An ONNX graph of one input and one embedding: opened, checked, run the same way every time."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from eep.core.arrays import FeatureArray
from eep.core.errors import UserError

#: Width of an embedding that is taken for one although its output has another name than expected.
PLAUSIBLE_WIDTH = range(16, 8193)


class EncoderError(UserError):
    """A model file that is not the encoder it should be, or whose numbers cannot be used."""


class Port(Protocol):
    """An input or output of a graph, as onnxruntime describes it; unknown sides of ``shape`` are no integers."""

    name: str
    shape: Sequence[Any]
    type: str


class _Session(Protocol):
    """The part of an onnxruntime session that is used."""

    def get_inputs(self) -> Sequence[Port]: ...

    def get_outputs(self) -> Sequence[Port]: ...

    def run(self, names: Sequence[str], feed: dict[str, npt.NDArray[Any]]) -> Sequence[npt.NDArray[Any]]: ...


@dataclass(frozen=True)
class Network:
    """An opened graph."""

    path: Path  #: The model file.
    digest: str  #: SHA-256 of the model file and of the weight files beside it.
    #: The names of the one input and of the embedding.
    input: str
    output: str
    step: int | None  #: The number of rows the graph insists on, ``None`` if it takes any.
    width: int  #: Numbers in an embedding.
    session: _Session = field(repr=False, compare=False)

    def run(self, rows: npt.NDArray[Any]) -> FeatureArray:
        """Return the embeddings of ``rows``, (n, ...) to (n, width) float32, as the graph gives them.

        Raises `EncoderError` if the graph does not take the rows or does not give finite numbers of the
        promised shape.
        """
        step = self.step or len(rows)
        parts = [self._run(rows[i : i + step]) for i in range(0, len(rows), step or 1)]
        return np.concatenate(parts) if parts else np.empty((0, self.width), np.float32)

    def _run(self, rows: npt.NDArray[Any]) -> FeatureArray:
        """Run the graph once, filled up with zeros to the number of rows it insists on."""
        missing = (self.step or len(rows)) - len(rows)
        full = np.concatenate([rows, np.zeros((missing, *rows.shape[1:]), rows.dtype)]) if missing else rows
        values = run(self.session, self.path, self.output, {self.input: full})
        if values.shape != (len(full), self.width) or not np.isfinite(values).all():
            raise EncoderError(
                f"{self.path}: expected finite numbers of shape {(len(full), self.width)} in output "
                f"{self.output!r}; found shape {values.shape}, {int((~np.isfinite(values)).sum())} not finite"
            )
        return values[: len(rows)]


def run(session: _Session, path: Path, output: str, feed: dict[str, npt.NDArray[Any]]) -> FeatureArray:
    """Return one output of a graph as float32; what the runtime says becomes an `EncoderError`."""
    try:
        return np.asarray(session.run([output], feed)[0], np.float32)
    except Exception as error:  # the runtime's exceptions share no class of their own
        shapes = {name: rows.shape for name, rows in feed.items()}
        raise EncoderError(f"{path}: expected a model that runs on input {shapes}; found: {error}") from error


def open_network(path: Path, blank: npt.NDArray[Any], *, prefer: str, threads: int = 1) -> Network:
    """Open a model file and try it on ``blank``, one row of the kind it is to be run on.

    Parameters
    ----------
    prefer
        Name of the output to take. Without one of that name the graph's only output of two dimensions and
        plausible width (16 to 8,192) is taken.
    threads
        Of onnxruntime. One is reproducible everywhere, and for several runs at once also the fastest.

    Raises `EncoderError` if the file is no model, has other than one input, or no output that is clearly the
    embedding.
    """
    session = _session(path, threads)
    port, output = _only_input(session, path, blank), pick_output(session.get_outputs(), prefer, path)
    step = port.shape[0] if isinstance(port.shape[0], int) else None
    values = run(session, path, output, {port.name: np.repeat(blank, step or 1, axis=0)})
    if values.ndim != 2:
        raise EncoderError(f"{path}: expected output {output!r} to have two dimensions; found shape {values.shape}")
    return Network(path, digest(path), port.name, output, step, values.shape[1], session)


def _session(path: Path, threads: int) -> _Session:
    """Return an onnxruntime session on the processor, set up to repeat itself."""
    import onnxruntime

    if not path.is_file():
        raise EncoderError(f"{path}: expected an ONNX model file; found none")
    onnxruntime.disable_telemetry_events()  # where the program that uses eep had imported it before
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.use_deterministic_compute = True
    options.log_severity_level = 3  # errors; warnings speak of the graph's making, which is not the user's
    try:
        session: _Session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the runtime's exceptions share no class of their own
        raise EncoderError(f"{path}: expected an ONNX model; onnxruntime says: {error}") from error
    return session


def _only_input(session: _Session, path: Path, blank: npt.NDArray[Any]) -> Port:
    """Return the graph's one input, checked against a row of what it will be given."""
    ports = session.get_inputs()
    wanted = {"float32": "tensor(float)", "int64": "tensor(int64)"}[blank.dtype.name]
    if len(ports) == 1 and ports[0].type == wanted and _fits(ports[0].shape, blank.shape):
        return ports[0]
    raise EncoderError(
        f"{path}: expected a single input, {wanted} of shape {('n', *blank.shape[1:])}; found {describe(ports)}"
    )


def _fits(shape: Sequence[Any], given: tuple[int, ...]) -> bool:
    """Tell whether a declared shape takes rows of the given one; the first side counts the rows."""
    pairs = zip(shape[1:], given[1:], strict=False)
    return len(shape) == len(given) and all(not isinstance(side, int) or side == n for side, n in pairs)


def pick_output(ports: Sequence[Port], prefer: str, path: Path) -> str:
    """Return the name of the output that is the embedding (see `open_network`); raises `EncoderError` if none is."""
    if any(port.name == prefer for port in ports):
        return prefer
    plausible = [p.name for p in ports if len(p.shape) == 2 and p.shape[1] in PLAUSIBLE_WIDTH]
    if len(plausible) == 1:
        return plausible[0]
    raise EncoderError(
        f"{path}: expected an output named {prefer!r}, or exactly one of two dimensions with a width from "
        f"{PLAUSIBLE_WIDTH[0]} to {PLAUSIBLE_WIDTH[-1]}; found {describe(ports)}"
    )


def describe(ports: Sequence[Port]) -> str:
    """Return names, types and shapes for a message."""
    return ", ".join(f"{p.name!r} ({p.type} {list(p.shape)})" for p in ports) or "none"


def digest(path: Path) -> str:
    """Return the SHA-256 of a model file, with the weights some models keep in files named after it."""
    together = hashlib.sha256()
    for file in [path, *sorted(path.parent.glob(f"{path.name}[_.]*"))]:
        with file.open("rb") as stream:
            together.update(hashlib.file_digest(stream, "sha256").digest())
    return together.hexdigest()


def unit_rows(values: FeatureArray, path: Path) -> FeatureArray:
    """Return rows scaled to length 1.

    Raises `EncoderError` if a row is zero, which has no direction.
    """
    lengths = np.linalg.norm(values, axis=1, keepdims=True)
    if not lengths.all():
        row = int(np.flatnonzero(lengths == 0)[0])
        raise EncoderError(f"{path}: expected embeddings with a direction; row {row} is all zeros")
    return np.asarray(values / lengths, np.float32)
