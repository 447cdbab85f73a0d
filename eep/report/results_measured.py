"""The report's section on its own tests: how often they are fooled in this design, and what they can find."""

from collections.abc import Iterable

import polars as pl

from eep.core.numbers import MISSING, percent
from eep.report.blocks import Block, Heading, Table
from eep.report.calibration import rate_interval, share
from eep.report.findings import Findings
from eep.report.markdown import text
from eep.report.results import title

FILES = {"calibration": "calibration.md", "power": "power.md"}


def section(findings: Findings) -> Iterable[Block]:
    """Yield measured error rates and power of this design, as far as they were measured."""
    if not findings.measured_by:
        return
    yield Heading("How far these tests can be trusted, measured on this design")
    for name, command in findings.measured_by.items():
        yield f"By `{command}`, on simulated teachers and really fitted students; in full in [{FILES[name]}]({FILES[name]})."
    for task, frames in findings.measured.items():
        if "rates" in frames:
            yield (
                f"{title(findings, task)}: how often the test behind a verdict finds something at p of at most .05 in "
                "worlds where nothing is inherited. A dash stands where something is."
            )
            heads, rows = rates_rows(frames["rates"])
            yield Table.of(heads, rows, numeric=(1, 2, 3))
        if "power" in frames:
            yield f"{title(findings, task)}: how likely a persona effect of known strength is found."
            heads, rows = power_rows(frames["power"])
            yield Table.of(heads, rows, numeric=tuple(range(1, len(heads))))


def rates_rows(rates: pl.DataFrame) -> tuple[list[str], list[list[str]]]:
    """Return heads and rows of a short table: each world's error rates of the verdicts' test."""
    found = rates.filter(pl.col("holds"), ~pl.col("confounded"), kind="eep", test="P_T2")
    worlds = dict(found.select("null", "about").iter_rows())
    rows = []
    for null, about in worlds.items():
        mine = found.filter(null=null)
        shown = {
            row["component"]: f"{share(row['rate'])} ({rate_interval(row)})"
            for row in mine.iter_rows(named=True)
        }
        cells = [shown.get(component, MISSING) for component in ("preference", "level")]
        rows.append([f"{null}: {text(about)}", f"{mine['experiments'][0]:,}", *cells])
    return ["World", "Experiments", "Preference", "Level"], rows


def power_rows(power: pl.DataFrame) -> tuple[list[str], list[list[str]]]:
    """Return heads and rows of a short table: each design's chances by strength."""
    effects = dict(power.select("effect", "strength").unique(maintain_order=True).iter_rows())
    rows = [
        [text(design), *(percent(value) for value in mine["power"])]
        for (design,), mine in power.group_by("design", maintain_order=True)
    ]
    return ["Design", *(f"{name} ({size:g})" for name, size in effects.items())], rows
