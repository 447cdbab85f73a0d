"""report.json: what programs read."""

import json
from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from invented_play import STUDENTS, WORDINGS
from report_builder import PERSONAS, Origin, build, verdict, verdict_frame

from eep.report.findings import Findings
from eep.report.record import encode, record


def read(findings: Findings) -> dict[str, Any]:
    """Return the record as a strict parser reads it: NaN and infinities are errors."""

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    content: dict[str, Any] = json.loads(encode(record(findings)), parse_constant=refuse)
    return content


def test_the_record_has_its_keys() -> None:
    """The record says who the teacher was, what was planned, compared, found, excluded, and with what."""
    content = read(build(provenance=Origin("recorded", "recorded:somebody", "Asked once.", ("One sample.",))))
    assert set(content) == {
        "experiment",
        "title",
        "question",
        "teacher",
        "plan_sha256",
        "plan_answers",
        "plan_changes",
        "design",
        "persona_names",
        "verdicts",
        "estimates",
        "profiles",
        "returns",
        "controls",
        "across_wordings",
        "personas",
        "prompts",
        "gallery",
        "exclusions",
        "seeds",
        "versions",
    }
    assert content["teacher"] == {
        "kind": "recorded",
        "agent": "recorded:somebody",
        "sentence": "Asked once.",
        "limits": ["One sample."],
    }
    assert content["design"]["personas"] == {"persona": 4, "neutral": 1, "placebo": 1}


def test_a_verdict_has_its_slope_with_it() -> None:
    """Each verdict holds its p-values, its sentence and its slope with both bounds; preference comes first."""
    first, second = read(build())["verdicts"]
    assert (first["component"], second["component"]) == ("preference", "level")
    assert set(first) == {
        "task",
        "component",
        "student",
        "verdict",
        "p_value",
        "p_adjusted",
        "minimum_p",
        "manipulation_p",
        "slope",
        "sentence",
        "kind",
        "reason",
    }
    assert first["slope"] == {"estimate": 0.43, "conf_low": 0.21, "conf_high": 0.66}


def test_numbers_that_are_none_are_null() -> None:
    """NaN and infinities, in estimates or verdicts, are null; floats have twelve digits at most."""
    findings = build()
    odd = findings.estimates.with_columns(
        pl.lit(float("nan")).alias("std_error"),
        pl.lit(float("inf")).alias("conf_high"),
        pl.lit(1 / 3).alias("estimate"),
    )
    content = read(
        replace(findings, estimates=odd, verdicts=verdict_frame([verdict("balance", "level", slope=float("nan"))]))
    )
    row = content["estimates"][0]
    assert (row["std_error"], row["conf_high"], row["estimate"]) == (None, None, 0.333333333333)
    assert content["verdicts"][0]["slope"]["estimate"] is None


def test_every_estimate_is_there_in_order() -> None:
    """The record holds the estimates table row by row, all but the profiles, which have a table of their own."""
    findings = build()
    rows = read(findings)["estimates"]
    others = findings.estimates.filter(pl.col("test") != "profile")
    assert [(row["test"], row["term"], row["contrast"]) for row in rows] == list(
        others.select("test", "term", "contrast").iter_rows()
    )


def test_profiles_are_told_by_their_strongest() -> None:
    """The record has each persona's strongest preferences, teacher and student, and the correlations of profiles."""
    found = read(build())["profiles"]["balance"]
    first = found["strongest"][0]
    assert (first["persona"], first["term"], first["items"]) == ("clockmaker", "angle=left", 10)
    assert (first["estimate_teacher"], first["estimate_student"]) == (0.28, 0.14)
    assert {"agent": "mlp", "persona": "juggler", "term": "correlation", "estimate": 0.9} in found["correlations"]


def test_returns_are_means_over_cells() -> None:
    """Mean and standard deviation are over cells, not episodes; cells and episodes are counted."""
    findings = build()
    (row,) = [
        row
        for row in read(findings)["returns"]["agents"]
        if (row["role"], row["agent"], row["persona"]) == ("student", "xgboost", "juggler")
    ]
    played = findings.returns.filter(role="student", agent="xgboost", persona="juggler")
    means = [float(sum(played.filter(wording=name)["value"])) / 5 for name in WORDINGS]
    middle = sum(means) / 2
    assert row["mean"] == pytest.approx(middle)
    assert row["sd"] == pytest.approx((sum((mean - middle) ** 2 for mean in means)) ** 0.5)
    assert (row["cells"], row["episodes"], row["unanswered"]) == (2, 10, 0)


def test_unanswered_episodes_are_counted_and_left_out() -> None:
    """An episode without an answer is in no mean; it is counted."""
    findings = build()
    first = pl.int_range(pl.len()).over("role", "agent", "persona", "wording", "sample") == 0
    holes = findings.returns.with_columns(pl.when(first).then(None).otherwise(pl.col("value")).alias("value"))
    rows = read(replace(findings, returns=holes))["returns"]["agents"]
    assert all(row["unanswered"] == row["cells"] for row in rows)
    assert all(row["episodes"] == 4 * row["cells"] for row in rows)


def test_the_permuted_students_returns_are_all_there() -> None:
    """The permuted-label students' distribution has a value per student, in order."""
    permuted = read(build())["returns"]["permuted"]["balance"]
    assert permuted["students"] == len(permuted["returns"]) == 3 * 4 * 2
    assert permuted["returns"] == sorted(permuted["returns"])
    assert permuted["least"] == permuted["returns"][0]
    assert permuted["mean"] == pytest.approx(sum(permuted["returns"]) / 24)


def test_controls_have_agreement_and_return() -> None:
    """Random, permuted and generic each have their agreement, over all and by persona, and their return."""
    controls = read(build())["controls"]["balance"]
    assert set(controls) == {"generic", "permuted", "random"}
    assert controls["random"]["agreement"]["all"] == 0.5
    assert set(controls["permuted"]["agreement"]) == {"all", "clockmaker", "ferryman", "juggler", "beekeeper"}
    assert controls["permuted"]["return"]["cells"] == 24
    assert controls["generic"]["return"]["sd"] is None


def test_a_further_control_is_told_of() -> None:
    """Whatever else an experiment compares with its students is among the controls."""
    findings = build()
    other = findings.estimates.with_columns(pl.col("agent").replace({"logistic": "published"}))
    task = replace(findings.design.tasks[0], students=tuple(kind for kind in STUDENTS if kind != "logistic"))
    design = replace(findings.design, tasks=(task,))
    controls = read(replace(findings, estimates=other, design=design))["controls"]["balance"]
    assert controls["published"]["agreement"]["all"] == 0.95
    assert controls["published"]["return"] is None


def test_a_task_that_is_not_played_has_no_returns() -> None:
    """Without returns the record has none, and controls keep their agreement."""
    findings = build()
    content = read(replace(findings, returns=findings.returns.clear(), policies=findings.policies.clear()))
    assert content["returns"] == {"agents": [], "permuted": {"balance": None}}
    assert content["controls"]["balance"]["generic"]["return"] is None
    assert content["controls"]["balance"]["generic"]["agreement"]["all"] == 0.88


def test_exclusions_are_counted() -> None:
    """Refused, unparsable and failed answers are listed by persona with their number and share."""
    assert read(build())["exclusions"] == [
        {"task": "balance", "persona": "clockmaker", "status": "refused", "rows": 1, "share": 0.05}
    ]


def test_rows_of_tables_stand_on_lines_of_their_own() -> None:
    """The record can be read and compared line by line: an estimate is one line."""
    findings = build()
    lines = encode(record(findings)).decode().splitlines()
    others = findings.estimates.filter(pl.col("test") != "profile")
    assert sum('"conf_high"' in line and '"term"' in line for line in lines) == others.height


def test_names_are_kept_as_they_are() -> None:
    """The record escapes for JSON only: any name, even half a surrogate pair, comes back unchanged."""
    hostile = '<b>|`"\\\n\u202e\ud83d</b>'
    names = dict.fromkeys(PERSONAS, hostile)
    assert read(build(names=names))["persona_names"] == names
