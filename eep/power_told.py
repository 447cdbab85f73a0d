"""What a plan says of power: one line from the table that ``eep power`` wrote, if it was of the same design."""

import json
from dataclasses import asdict
from pathlib import Path

import polars as pl

from eep.calibrate_design import designs
from eep.power import POWER, one_line
from eep.prepare import Prepared


def planned(prepared: Prepared) -> str:
    """Return the chances of every task's design, or how to measure them."""
    path = prepared.reports / "power.json"
    measure = f"eep power {prepared.experiment.id} measures"
    try:
        found = designs(prepared)
    except ValueError:
        return "Power: none; so small a design can give no verdict."
    if not path.is_file():
        return f"Power: not measured yet; {measure} how likely the experiment finds what is there."
    measured = {one["task"]: one for one in json.loads(path.read_text(encoding="utf-8"))["measured"]}
    lines = []
    for task, design in found.items():
        one = measured.get(prepared.tasks[task].title)
        if one is None or one["design"] != asdict(design):
            return f"Power: measured for another design than this one; {measure} it again."
        lines.append(one_line(pl.DataFrame(one["power"], schema=POWER, orient="row")))
    return " ".join(dict.fromkeys(lines))


def table(path: Path, task: str) -> pl.DataFrame:
    """Return the power table of a task, by its title, from what ``eep power`` wrote (for `eep.power.conclusive`)."""
    for one in json.loads(path.read_text(encoding="utf-8"))["measured"]:
        if one["task"] == task:
            return pl.DataFrame(one["power"], schema=POWER, orient="row")
    raise KeyError(f"{path}: expected the power of {task!r}; found that of other tasks only")
