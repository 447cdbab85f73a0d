"""The report's sections on sensitivity, contrasts with neutral, returns over cells and refusals."""

from dataclasses import replace

import polars as pl
import pytest
from report_builder import build

from eep.core.numbers import MINUS, MISSING
from eep.report.findings import Findings
from eep.report.sections import page


def _read(findings: Findings) -> str:
    """Return the text of findings, without charts."""
    return page(findings, (), (), ())


@pytest.mark.parametrize(
    "line",
    [
        "Balancing a pole, preference: the verdict survives 4 of 5 other analyses. It does not survive: without Beekeeper Odile (",
        "| without Beekeeper Odile | 0.43 | .012 | **inconclusive** |",
        "| split by student wording | 0.43 | .012 | inherited | 0.43 | .012 | inherited |",
        f"| A juggler | 2.0 ({MINUS}1.0 to 5.0) | .09 | .09 | 2.0 ({MINUS}1.0 to 5.0) | .09 | .09 | 0.40 | 12.3 |",
        "| XGBoost | 100.0 (90.0 to 110.5) | 7.5 (not estimable) | .25 | 7.5 (not estimable) | .25 |",
        f"| permuted labels | 100.0 (90.0 to 110.5) |{4 * f' {MISSING} |'}",
        "| Balancing a pole | refused | 1.0 % | .04 | exact (576) |",
    ],
    ids=["survives", "left out", "split", "contrasts in points", "returns", "permuted labels", "refusals"],
)
def test_cross_checks_are_told(line: str) -> None:
    """Sensitivity, contrasts with neutral, returns over cells and refusals each have their sentence or row."""
    assert line in _read(build())


def test_analyses_too_small_for_any_verdict_are_not_counted() -> None:
    """Where too few personas are left for any p-value to be low enough, that is told, and is no loss of the verdict."""
    findings = build()
    small = {"verdict": pl.lit("not testable"), "kind": pl.lit("too_small")}
    estimates = findings.estimates.with_columns(
        pl.when(pl.col("verdict") == "inconclusive").then(value).otherwise(pl.col(name)).alias(name)
        for name, value in small.items()
    )
    told = _read(replace(findings, estimates=estimates))
    assert (
        "Balancing a pole, preference: the verdict survives 4 of 4 other analyses. Too small for any other verdict "
        "than 'not testable', whatever the data, and not counted: without Beekeeper Odile." in told
    )
    assert "It does not survive" not in told


def test_items_left_out_for_all_are_counted() -> None:
    """A few missing answers cost many items, as each is left out for every cell: the report says how many."""
    findings = build()
    assert "is left out for all" not in _read(findings)
    task = findings.design.tasks[0]
    here = (pl.col("test") == "T2") & (pl.col("term") == "maximum") & (pl.col("task") == task.task)
    here &= pl.col("agent") == task.students[0]
    estimates = findings.estimates.with_columns(
        pl.when(here).then(38).otherwise(pl.col("n_items")).alias("n_items").cast(pl.Int32),
        pl.when(here).then(1_020).otherwise(pl.col("n_excluded")).alias("n_excluded").cast(pl.Int32),
    )
    told = _read(replace(findings, estimates=estimates))
    assert "Of the held-out items the verdicts rest on: Balancing a pole on 38, without 1,020." in told
