"""Whom each persona's students resemble most, in a sentence."""

from dataclasses import replace
from typing import Any

import polars as pl
from report_builder import build

from eep.report.charts import nearest
from eep.report.findings import Findings


def similar(findings: Findings, component: str, student: Any, teacher: Any, value: float) -> Findings:
    """Return findings in which a similarity is another one."""
    here = (
        (pl.col("test") == "similarity")
        & (pl.col("component") == component)
        & (pl.col("term") == student)
        & (pl.col("contrast") == teacher)
    )
    changed = pl.when(here).then(value).otherwise("estimate").alias("estimate")
    return replace(findings, estimates=findings.estimates.with_columns(changed))


def test_one_extreme_level_is_not_everybodys_nearest() -> None:
    """The product of levels is largest with the most extreme teacher; what is counted is who leans as the own teachers."""
    findings = build()
    task, ids = findings.design.tasks[0].task, [*findings.design.first_arm]
    for component in ("level", "preference"):
        for persona in ids:
            findings = similar(findings, component, persona, persona, 0.2)
            findings = similar(findings, component, persona, ids[0], 0.9)
    findings = similar(findings, "level", ids[1], ids[1], -0.01)
    count = len(ids)
    assert nearest(findings, task, "preference").startswith(f"for 1 of {count} personas the most similar teacher")
    assert nearest(findings, task, "level") == (
        f"for {count - 1} of {count} personas the students lie on the same side of the mean as their own persona's "
        "teachers"
    )
