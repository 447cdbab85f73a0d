"""Charts of measured error rates and of power."""

from typing import TYPE_CHECKING

import polars as pl

from eep.report.figure import BLUE, GREY, ORANGE, VERMILION, Figure, figure, scale_of

if TYPE_CHECKING:
    import altair as alt

NOMINAL = 0.05
SIMULATED = "all teachers are simulated"
#: The colours of procedures that are compared in worlds where there is nothing to find.
COMPARED = {"what eep does": BLUE, "what fools": VERMILION}
_SHARE = "Share of simulated experiments with p of at most .05, and 95 % interval; line: .05"


def rates_chart(rates: pl.DataFrame, name: str) -> Figure:
    """Return the chart of P_T2's error rates, by world and component, with their intervals."""
    shown = rates.filter(pl.col("holds") & ~pl.col("confounded"), pl.col("test") == "P_T2").with_columns(
        pl.col("component").cast(pl.String)
    )
    worst = shown.sort("rate", descending=True).row(0, named=True)
    return figure(
        intervals(
            shown,
            y="null",
            colour="component",
            palette={"preference": BLUE, "gain": VERMILION, "level": ORANGE},
            domain=(0.0, max(0.12, *shown["high"])),
        ),
        SIMULATED,
        name=name,
        title="How often the verdict's test finds what is not there",
        subtitle=[_SHARE],
        description=(
            f"Error rates of P_T2 in worlds in which nothing is inherited. The highest is {worst['rate']:.3f}, "
            f"for {worst['component']} in {worst['null']}."
        ),
        data=shown,
    )


def broken_chart(rates: pl.DataFrame, name: str) -> Figure:
    """Return the chart of broken procedures' error rates, beside that of P_T2 in the same worlds."""
    broken = rates.filter(kind="broken")
    right = rates.filter(
        pl.col("null").is_in(broken["null"].unique().to_list()),
        pl.col("holds"),
        ((pl.col("test") == "P_T2") & (pl.col("component") == "preference")) | (pl.col("component") == "return"),
        kind="eep",
    )
    shown = (
        pl.concat([broken, right])
        .with_columns(
            pl.format("{}, {}", "null", "test").alias("label"),
            pl.when(kind="eep").then(pl.lit("what eep does")).otherwise(pl.lit("what fools")).alias("which"),
        )
        .sort("null", "which", maintain_order=True)
    )
    return figure(
        intervals(shown, y="label", colour="which", palette=COMPARED),
        SIMULATED,
        name=name,
        title="Procedures that look reasonable, where there is nothing to find",
        subtitle=[_SHARE],
        description="; ".join(f"{row['label']}: {row['rate']:.2f}" for row in shown.iter_rows(named=True)) + ".",
        data=shown,
    )


def power_chart(power: pl.DataFrame, name: str) -> Figure:
    """Return the chart of power by design and strength."""
    shown = power.with_columns(pl.format("{} ({})", "effect", "strength").alias("which"), pl.col("power").alias("rate"))
    return figure(
        intervals(
            shown,
            y="design",
            colour="which",
            palette=dict(zip(dict.fromkeys(shown["which"]), (GREY, ORANGE, BLUE), strict=False)),
            nominal=0.8,
            digits=1,
        ),
        SIMULATED,
        name=name,
        title="How likely each design finds a persona effect",
        subtitle=["Share of simulated experiments, and 95 % interval; line: .8"],
        description="; ".join(
            f"{row['design']}, {row['effect']}: {row['power']:.2f}" for row in shown.iter_rows(named=True)
        )
        + ".",
        data=power,
    )


def intervals(
    shown: pl.DataFrame,
    *,
    y: str,
    colour: str,
    palette: dict[str, str],
    domain: tuple[float, float] = (0.0, 1.0),
    nominal: float = NOMINAL,
    digits: int = 2,
) -> "alt.LayerChart":
    """Return rates as dots with their intervals: a row for each value of ``y``, ``colour`` by a palette of values."""
    import altair as alt

    names = [name for name in palette if name in set(shown[colour])]
    paint = alt.Color(
        f"{colour}:N",
        scale=scale_of({name: palette[name] for name in names}),
        legend=alt.Legend(symbolType="circle", symbolOpacity=1),
    )
    rows = alt.Y(f"{y}:N", sort=list(dict.fromkeys(shown[y])), title=None, axis=alt.Axis(grid=False, labelLimit=340))
    several = bool(shown[y].is_duplicated().any())
    offset = alt.YOffset(f"{colour}:N", sort=names) if several else alt.YOffset()
    step = alt.Axis(format=f".{digits}f", grid=True)
    scale = alt.Scale(domain=list(domain), nice=False, clamp=True)
    base = alt.Chart(shown).encode(y=rows, yOffset=offset, color=paint)
    lines = base.mark_rule(strokeWidth=2).encode(x=alt.X("low:Q", scale=scale, axis=step, title=None), x2="high:Q")
    points = base.mark_point(filled=True, size=55, opacity=1).encode(x=alt.X("rate:Q", scale=scale))
    line = alt.Chart(shown).mark_rule(strokeDash=[4, 3]).encode(x=alt.datum(nominal))
    return alt.LayerChart(layer=[line, lines, points]).properties(width=460, height=alt.Step(13 if several else 20))
