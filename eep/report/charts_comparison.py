"""The chart of a comparison: the share of the personas that arrives, run beside run."""

import polars as pl

from eep.core.numbers import interval, number
from eep.report.charts_slopes import SHOWN, marks, panels, signs
from eep.report.figure import BLUE, GREY, ORANGE, VERMILION, Figure, figure
from eep.report.numbers import plain

#: Runs in their order; more than these share the last colour.
COLOURS = (BLUE, VERMILION, ORANGE, GREY)


def slopes(rows: pl.DataFrame, titles: dict[str, str], teachers: str) -> Figure | None:
    """Return the chart of all runs' slopes, a panel per task and component; ``titles`` is task to its title."""
    data = rows.filter(pl.col("estimate").is_not_null(), test="arrive", term="slope")
    if data.is_empty():
        return None
    shown = pl.DataFrame(
        [
            {
                "panel": f"{plain(titles[row['task']])}, {plain(row['component'])}",
                "student": plain(row["run"], 40),
                "role": plain(row["run"], 40),
                "text": f"{number(row['estimate'])} ({interval(row['conf_low'], row['conf_high'])})",
                **marks(row["estimate"], row["conf_low"], row["conf_high"]),
            }
            for row in data.iter_rows(named=True)
        ],
        schema=SHOWN,
        orient="row",
    )
    runs = list(dict.fromkeys(shown["role"]))
    described = [f"{row['panel']}, {row['student']}: {row['text']}" for row in shown.iter_rows(named=True)]
    return figure(
        panels(shown, looks={run: COLOURS[min(n, len(COLOURS) - 1)] for n, run in enumerate(runs)}, order=runs),
        teachers,
        name="slopes",
        title="How much of the persona arrives, run beside run",
        subtitle=["Slope with 95 % Fieller interval, on what all runs share", *signs(shown)],
        description=f"Inheritance slopes with intervals. {'; '.join(described)}.",
        data=data.select("task", "component", "run", "student", "estimate", "conf_low", "conf_high"),
    )
