"""Calibration and power in words: measured rates as Markdown tables and for programs, and a report's section on them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from eep.core.numbers import MISSING, number, percent
from eep.report.blocks import Block, Chart, Heading, Table
from eep.report.charts_rates import broken_chart, power_chart, rates_chart
from eep.report.figure import Figure, svg
from eep.report.findings import Findings
from eep.report.markdown import block, text
from eep.report.numbers import finite_rows
from eep.report.record import encode
from eep.report.results import head, title
from eep.report.tables import COMPONENTS

#: Tests in the order of the columns: what verdicts rest on first.
COLUMNS = (
    ("P_T2", "preference"), ("P_T2", "gain"), ("P_T2", "level"), ("joint", "preference"), ("block", "preference"),
    ("item", "preference"), ("split", "preference"), ("T5", "preference"), ("T1", "preference"),
    ("T1", "gain"), ("T1", "level"),
)  # fmt: skip
READING = """\
Every number is the share of simulated experiments in which a test gave p at most {alpha:g}, though there was nothing to
find; numbers in *italics* are shares of experiments in which there was something, and it was found. **Bold** numbers are
too many to be chance. Verdicts rest on P_T2, the largest of its parts joint, block and item; alone, each part is fooled
somewhere, and only their largest claims to be right everywhere. Every student is really fitted to its own teacher's
labels."""


@dataclass(frozen=True)
class MeasuredDesign:
    """What was measured of one design."""

    task: str  #: Its title.
    design: Mapping[str, Any]  #: Name to value.
    #: Any of ``rates``, ``coverage`` and ``power``, as the modules of these names in `eep.pipeline.calibration` make them.
    frames: Mapping[str, pl.DataFrame] = field(default_factory=dict)


def write(
    measured: Iterable[MeasuredDesign], folder: Path, *, name: str, title: str, command: str, alpha: float
) -> Path:
    """Write ``<name>.md``, ``<name>.json`` and charts into ``folder``; return the path of the first."""
    every = list(measured)
    folder.mkdir(parents=True, exist_ok=True)
    blocks: list[Block] = [Heading(title, 1), f"Made by `{command}`. All teachers are simulated."]
    for number_, one in enumerate(every):
        blocks += section(one, name if len(every) == 1 else f"{name}-{number_ + 1}", alpha)
    for part in blocks:
        if isinstance(part, Chart):
            (folder / f"{part.figure.name}.svg").write_text(svg(part.figure), encoding="utf-8")
    record = {
        "command": command,
        "alpha": alpha,
        "measured": [
            {"task": one.task, "design": dict(one.design)}
            | {frame: finite_rows(rows) for frame, rows in one.frames.items()}
            for one in every
        ],
    }
    (folder / f"{name}.json").write_bytes(encode(record))
    path = folder / f"{name}.md"
    path.write_text("\n\n".join(block(part, charts="") for part in blocks) + "\n", encoding="utf-8")
    return path


def section(one: MeasuredDesign, stem: str, alpha: float) -> Iterable[Block]:
    """Yield what was measured of one design; the names of its charts begin with ``stem``."""
    yield Heading(text(one.task))
    yield _design(one.design)
    for frame, yield_blocks in (("rates", _rates), ("coverage", _coverage), ("power", _power)):
        if frame in one.frames:
            yield from yield_blocks(one.frames[frame], alpha)
    yield from map(Chart, _charts(one, stem))


def _charts(one: MeasuredDesign, stem: str) -> Iterable[Figure]:
    if "rates" in one.frames:
        yield rates_chart(one.frames["rates"], stem)
        if one.frames["rates"].filter(kind="broken").height:
            yield broken_chart(one.frames["rates"], f"{stem}-broken")
    if "power" in one.frames:
        yield power_chart(one.frames["power"], f"{stem}-power" if "rates" in one.frames else stem)


def _design(design: Mapping[str, Any]) -> str:
    settings = (f"{key.replace('_', ' ')} {value}" for key, value in design.items())
    return f"The design: {', '.join(settings)}."


def _rates(rates: pl.DataFrame, alpha: float) -> Iterable[Block]:
    """Yield the table of nulls by tests, warnings, and the table of broken procedures."""
    tests = rates.filter(kind="eep")
    yield Heading(f"Error rates at a nominal {alpha:g}", 3)
    yield READING.format(alpha=alpha)
    heads = [f"{test} {component}" for test, component in COLUMNS]
    rows = []
    for null in dict.fromkeys(tests.filter(pl.col("component") != "return")["null"]):
        mine = tests.filter(null=null)
        first = mine.row(0, named=True)
        cells = [_cell(mine.filter(test=test, component=component), alpha) for test, component in COLUMNS]
        rows.append([f"{null}: {text(first['about'])}", f"{first['experiments']:,}", *cells])
    yield Table.of(["World", "Experiments", *heads], rows, numeric=tuple(range(1, len(heads) + 2)))
    flawed = list(dict.fromkeys(rates.filter("confounded")["null"]))
    if flawed:
        yield (
            f"**{', '.join(flawed)} is confounded by design**: what a persona's students learned from is not what the "
            "others learned from. It is shown as a warning, whatever its rates here: no test is asked to survive it. Give every cell "
            "its train items, seed and settings, never a persona."
        )
    returns = tests.filter(component="return")
    if rates.filter(kind="broken").height or returns.height:
        yield Heading("Procedures that look reasonable", 3)
        yield Table.of_rows(
            pl.concat([rates.filter(kind="broken"), returns]).iter_rows(named=True),
            {
                "Procedure": lambda row: text(row["test"]),
                "World": lambda row: text(f"{row['null']}: {row['about']}"),
                "Experiments": lambda row: f"{row['experiments']:,}",
                "Finds what is not there": lambda row: share(row["rate"]),
                "95 % interval": rate_interval,
            },
            numeric=(2, 3, 4),
        )


def _cell(found: pl.DataFrame, alpha: float) -> str:
    if found.is_empty():
        return MISSING
    row = found.row(0, named=True)
    shown = share(row["rate"])
    if not row["holds"]:
        return f"*{shown}*"
    shown = f"**{shown}**" if row["low"] > alpha else shown
    return f"{shown} ({rate_interval(row)})" if row["test"] == "P_T2" else shown


def rate_interval(row: Mapping[str, Any]) -> str:
    """Return a rate's interval, of a row with ``low`` and ``high``."""
    return f"{share(row['low'])} to {share(row['high'])}"


def share(value: float) -> str:
    """Return a share to three places, without the zero before the point."""
    return number(value, 3).removeprefix("0")


def _coverage(coverage: pl.DataFrame, alpha: float) -> Iterable[Block]:
    del alpha
    yield Heading("Coverage of the slope's 95 % interval", 3)
    yield (
        "The interval is one over personas, so the true slope of a simulated experiment is that of many other personas "
        "on the same items. The last column asks for more: the mean slope of all experiments, whose items differ. "
        "An interval without bounds holds every slope, and counts so; the report then says that the slope is not "
        "estimable."
    )
    yield Table.of_rows(
        coverage.iter_rows(named=True),
        {
            "Configuration": lambda row: text(row["configuration"]),
            "Experiments": lambda row: f"{row['experiments']:,}",
            "Mean slope": lambda row: number(row["slope"]),
            "Covered": lambda row: share(row["coverage"]),
            "95 % interval": rate_interval,
            "Bounded": lambda row: share(row["bounded"] / row["experiments"]),
            "Covered, of the bounded": lambda row: share(
                (row["covered"] - row["experiments"] + row["bounded"]) / max(row["bounded"], 1)
            ),
            "Median width": lambda row: number(row["median_width"]),
            "Mean slope covered": lambda row: share(row["covered_mean"] / row["experiments"]),
        },
        numeric=range(1, 9),
    )


def _effects(power: pl.DataFrame) -> list[str]:
    sizes = dict(power.select("effect", "strength").unique(maintain_order=True).iter_rows())
    return [f"{name} ({size:g})" for name, size in sizes.items()]


def _power(power: pl.DataFrame, alpha: float) -> Iterable[Block]:
    yield Heading(f"Power: chance that T2 finds an inherited preference at p of at most {alpha:.3g}", 3)
    effects = _effects(power)
    sizes = ("personas", "wordings", "items", "samples", "answers")
    yield Table.of(
        ["Design", *map(str.title, sizes), *effects],
        [
            [
                text(design),
                *(str(mine[name][0]) for name in sizes),
                *(
                    f"{percent(row['power'])} ({percent(row['low'])} to {percent(row['high'])})"
                    for row in mine.iter_rows(named=True)
                ),
            ]
            for (design,), mine in power.group_by("design", maintain_order=True)
        ],
        numeric=(1, 2, 3, 4, *range(6, 6 + len(effects))),
    )
    yield (
        "Strengths are standard deviations, in logits, of what a persona favours; wordings have whims of .5 meanwhile. "
        f"Measured on {power['experiments'][0]:,} experiments each; in brackets, 95 % intervals."
    )


def measured_section(findings: Findings) -> Iterable[Block]:
    """Yield measured error rates and power of this design, as far as they were measured."""
    if not findings.measured_by:
        return
    yield Heading("How far these tests can be trusted, measured on this design")
    for name, command in findings.measured_by.items():
        yield f"By `{command}`, on simulated teachers and really fitted students; in full in [{name}.md]({name}.md)."
    for task, frames in findings.measured.items():
        if "rates" in frames:
            yield (
                f"{title(findings, task)}: how often the test behind a verdict finds something at p of at most .05 in "
                "worlds where nothing is inherited. A dash stands where something is."
            )
            yield _short_rates(frames["rates"])
        if "power" in frames:
            yield f"{title(findings, task)}: how likely a persona effect of known strength is found."
            yield _short_power(frames["power"])


def _short_rates(rates: pl.DataFrame) -> Table:
    """Return each world's error rates of the verdicts' test."""
    found = rates.filter(pl.col("holds"), ~pl.col("confounded"), kind="eep", test="P_T2")
    rows = []
    for (null, about), mine in found.group_by("null", "about", maintain_order=True):
        shown = {row["component"]: f"{share(row['rate'])} ({rate_interval(row)})" for row in mine.iter_rows(named=True)}
        cells = [shown.get(component, MISSING) for component in COMPONENTS]
        rows.append([f"{null}: {text(str(about))}", f"{mine['experiments'][0]:,}", *cells])
    return Table.of(["World", "Experiments", *map(head, COMPONENTS)], rows, numeric=(1, 2, 3, 4))


def _short_power(power: pl.DataFrame) -> Table:
    """Return each design's chances by strength."""
    rows = [
        [text(design), *(percent(value) for value in mine["power"])]
        for (design,), mine in power.group_by("design", maintain_order=True)
    ]
    heads = ["Design", *_effects(power)]
    return Table.of(heads, rows, numeric=range(1, len(heads)))
