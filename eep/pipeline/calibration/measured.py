"""What ``eep calibrate`` and ``eep power`` measured of an experiment, as long as its design is still that one.

They measure an experiment under the seed of its file. What they find depends on the design alone, so that it holds
under any other seed that comes to the same design.
"""

import hashlib
import json
import shlex
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from eep.config.experiment import Experiment
from eep.config.overrides import id_under_own_seed
from eep.core.errors import UserError
from eep.pipeline.calibration.coverage import COVERAGE
from eep.pipeline.calibration.design import designs, reach
from eep.pipeline.calibration.power import POWER, conclusive, one_line
from eep.pipeline.calibration.rates import RATES
from eep.pipeline.prepare import Prepared

#: What each command measures, and the schema of it.
FRAMES = {"calibration": {"rates": RATES, "coverage": COVERAGE}, "power": {"power": POWER}}
#: The command that measures it.
VERBS = {"calibration": "calibrate", "power": "power"}


@dataclass(frozen=True)
class Measured:
    """Tables that belong to an experiment's present design."""

    #: Task id -> ``rates``, ``coverage`` and ``power``, as far as they were measured.
    tables: Mapping[str, Mapping[str, pl.DataFrame]] = field(default_factory=dict)
    #: ``calibration`` and ``power`` -> the command line that measured it.
    commands: Mapping[str, str] = field(default_factory=dict)
    #: Which of the two were measured of another design than the experiment has now.
    stale: tuple[str, ...] = ()


def measured(prepared: Prepared) -> Measured:
    """Read what was measured; an experiment too small to be simulated has nothing.

    Raises UserError if a file is none that eep wrote.
    """
    documents = {name: found for name in FRAMES if (found := _document(prepared, name)) is not None}
    if not documents:
        return Measured()
    try:
        # As it reads after it was written.
        now = {task: json.loads(json.dumps(asdict(one))) for task, one in designs(prepared, "").items()}
    except ValueError:
        return Measured(stale=tuple(documents))
    tables: dict[str, dict[str, pl.DataFrame]] = {task: {} for task in now}
    fresh = {}
    for name, document in documents.items():
        by_task = {one["task"]: one for one in document["measured"]}
        mine = {task: by_task.get(prepared.tasks[task].title, {}) for task in now}
        # Whoever measures may choose the kind of students.
        if all(
            isinstance(before := mine[task].get("design"), dict) and {**before, "student": ""} == design
            for task, design in now.items()
        ):
            fresh[name] = str(document["command"])
            for task, one in mine.items():
                tables[task] |= {
                    frame: pl.DataFrame(one[frame], schema=schema, orient="row")
                    for frame, schema in FRAMES[name].items()
                }
    return Measured(tables, fresh, tuple(name for name in documents if name not in fresh))


def planned(prepared: Prepared) -> str:
    """Return the chances of every task's design, or how to measure them."""
    try:
        possible = bool(designs(prepared)) and reach(prepared).possible
    except ValueError:
        possible = False
    if not possible:
        return "Power: none; so small a design can give no verdict."
    found, command = measured(prepared), f"{_here(prepared, 'power')} measures"
    if "power" in found.stale and _path(prepared, "power").parent != prepared.reports:
        return _otherwise(prepared)
    if "power" in found.stale:
        return f"Power: measured for another design than this one; {command} it again."
    if "power" not in found.commands:
        return f"Power: not measured yet; {command} how likely the experiment finds what is there."
    return " ".join(dict.fromkeys(one_line(tables["power"]) for tables in found.tables.values()))


def _otherwise(prepared: Prepared) -> str:
    """Return in what the design differs from the one that was measured under the file's own seed."""
    document = _document(prepared, "power") or {"measured": []}
    before = {one["task"]: one["design"] for one in document["measured"]}
    parts = [
        f"{name} {known}, here {asdict(design)[name]}"
        for task, design in designs(prepared).items()
        for name, known in before.get(prepared.tasks[task].title, {}).items()
        if name != "student" and asdict(design).get(name) != known
    ]
    path = _path(prepared, "power").with_suffix(".md")
    differing = f" ({'; '.join(parts)})" if parts else ""
    return f"Power: measured under the file's own seed, for another design than this one{differing}; see {path}."


def advice(prepared: Prepared, found: Measured) -> dict[str, str]:
    """Return task id -> what would make an inconclusive verdict conclusive, or how to find out."""
    # By its name: a report is the same from wherever it was made.
    command = _command(prepared, "power", prepared.written.experiment.id)
    unknown = f"`{command}` measures which change of the design would tell."
    return {
        task: conclusive(found.tables[task]["power"]) if "power" in found.commands else unknown
        for task in prepared.tasks
    }


def _here(prepared: Prepared, verb: str) -> str:
    """Return the command that measures this very experiment, into the folder its report lies in."""
    out = prepared.reports.parent.parent
    where = () if out == Path() else ("--out", str(out))
    return _command(prepared, verb, prepared.written.path, *where)


def _command(prepared: Prepared, verb: str, experiment: str | Path, *where: str) -> str:
    return shlex.join(["eep", verb, str(experiment), *prepared.options, *where])


def digest(prepared: Prepared) -> str:
    """Return a hash (hex) of the files: a report that shows them is made again when they change."""
    found = hashlib.sha256()
    for name in FRAMES:
        path = _path(prepared, name)
        found.update(path.read_bytes() if path.is_file() else b"")
        found.update(name.encode())
    return found.hexdigest()


def elsewhere(reports: Path, experiment: Experiment, written: Experiment) -> list[Path]:
    """Return where the files of an experiment under another seed than its file's may be: beside the report under its own."""
    return [reports / id_under_own_seed(experiment, written) / f"{name}.json" for name in FRAMES]


def _path(prepared: Prepared, name: str) -> Path:
    """Return where a file is: beside the experiment's own report, or else beside that under its file's own seed."""
    own = prepared.reports.with_name(id_under_own_seed(prepared.experiment, prepared.written.experiment))
    mine = prepared.reports / f"{name}.json"
    return mine if mine.is_file() else own / mine.name


def _document(prepared: Prepared, name: str) -> dict[str, Any] | None:
    """Return the content of a file that `eep.report.calibration.write` wrote, if there is one."""
    path = _path(prepared, name)
    if not path.is_file():
        return None
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        _ = [[one[key] for key in ("task", "design", *FRAMES[name])] for one in found["measured"]]
        _ = found["command"]
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(
            f"{path}: expected what eep {VERBS[name]} wrote, found something else ({error!r}); delete the file, or "
            f"measure again with {_here(prepared, VERBS[name])}"
        ) from error
    return found
