"""Draw the pictures of docs/statistics.md from the measured tables: python -m benchmarks.pictures."""

import json
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from eep.report.charts_rates import COMPARED, SIMULATED, intervals
from eep.report.figure import Figure, figure, svg

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
MEASURED = ROOT / "reports" / "calibration" / "calibration.json"
PICTURES = {
    "own-teacher": (
        "A student resembles its own teacher. So what?",
        "No persona; every wording of a prompt has whims of its own (N2, N2s)",
        (
            ("N2", "own teacher", "N2: student against the teacher that taught it"),
            ("N2", "items as the unit", "N2: other wordings, but items as the unit"),
            ("N2", "P_T2", "N2: other wordings, P_T2"),
            ("N2s", "items as the unit", "strong whims: items as the unit"),
            ("N2s", "P_T2", "strong whims: P_T2"),
        ),
    ),
    "level": (
        "Saying yes more often looks like having a taste",
        "Personas differ only in how often they say yes (N4)",
        (
            ("N4", "double-centred probabilities", "probabilities less their averages"),
            ("N4", "P_T2", "preference as eep takes it, P_T2"),
        ),
    ),
    "returns": (
        "A hundred episodes are not a hundred witnesses",
        "CartPole: two personas that differ in the whims of their wordings alone, three agents each",
        (
            ("returns", "Mann-Whitney over episodes", "every episode counts (Mann-Whitney)"),
            ("returns", "t over trained agents", "every trained agent counts (t)"),
        ),
    ),
}


def trap_chart(
    rates: pl.DataFrame, chosen: Sequence[tuple[str, str, str]], *, name: str, title: str, world: str
) -> Figure:
    """Return the chart of a few procedures in one world: null, test and label of each, those of eep in blue."""
    rows = [
        {**rates.filter(pl.col("component") != "level", null=null, test=test).row(0, named=True), "label": label}
        for null, test, label in chosen
    ]
    kinds = {"eep": "what eep does", "broken": "what fools"}
    shown = pl.DataFrame(rows).with_columns(pl.col("kind").replace_strict(kinds).alias("which"))
    described = "; ".join(f"{row['label']}: {row['rate']:.3f}" for row in shown.iter_rows(named=True))
    return figure(
        intervals(shown, y="label", colour="which", palette=dict(reversed(COMPARED.items()))),
        SIMULATED,
        name=name,
        title=title,
        subtitle=[world, "How often something is found, 95 % interval; line: the 5 % that are allowed"],
        description=f"Error rates where there is nothing to find. {described}.",
        data=shown,
    )


def main() -> None:
    """Write one SVG for each picture."""
    (measured,) = json.loads(MEASURED.read_text(encoding="utf-8"))["measured"]
    rates = pl.DataFrame(measured["rates"])
    for name, (title, world, chosen) in PICTURES.items():
        drawn = trap_chart(rates, chosen, name=name, title=title, world=world)
        (DOCS / f"{name}.svg").write_text(svg(drawn), encoding="utf-8")


if __name__ == "__main__":
    main()
