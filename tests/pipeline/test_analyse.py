"""From responses to estimates and verdicts."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from cells import names, panel, random_panel, row, table

from eep.config.experiment import Analysis
from eep.data import responses
from eep.data.returns import RETURNS
from eep.pipeline.analyse import Analysed, analyse
from eep.stats import estimates, verdict

#: Few random relabellings, for speed.
SETTINGS = Analysis(permutations=999)


def _analyse(frame: pl.DataFrame, returns: pl.DataFrame | None = None, **changes: Any) -> Analysed:
    given: dict[str, Any] = {"students": {"task": ("kind",)}, "seed": 0, **changes}
    return analyse(frame, returns, experiment="x", settings=SETTINGS, **given)


def test_a_student_that_ignores_personas_has_inherited_nothing() -> None:
    """Strong personas whose students learn only the average of all cells are judged absent."""
    cells = random_panel(6, 3, 60, seed=0)
    rng = np.random.default_rng(0)
    average = cells.student.mean(axis=(0, 1)) + 0.01 * rng.normal(size=cells.student.shape)
    found = _analyse(table(panel(cells.teacher, np.clip(average, 0.0, 1.0)))).verdicts.row(2, named=True)
    assert (found["component"], found["verdict"]) == ("preference", "absent")
    assert found["slope_high"] < 0.2
    assert found["manipulation_p"] <= 0.05


CELLS = random_panel(4, 2, 20, seed=0)
NEUTRAL = [row(r, "neutral", "w000", i, 0.5, arm="neutral") for r in ("teacher", "student") for i in CELLS.items]


def test_tables_have_their_schemas() -> None:
    """Both tables have their columns and types, and every row of the estimates is unique by what it is about."""
    found = _analyse(pl.concat([table(CELLS), responses.build(NEUTRAL)]))
    assert found.estimates.schema == estimates.SCHEMA
    assert found.verdicts.schema == verdict.SCHEMA
    about = found.estimates.select("task", "component", "agent", "test", "term", "contrast")
    assert about.n_unique() == about.height
    told = {
        "shares",
        "generic",
        "similarity",
        "agreement",
        "across-wordings",
        "exclusions",
        "refusals",
        "sensitivity",
        "reliability",
    }
    assert set(found.estimates["test"]) == {*told, "T1", "T2", "T3", "T4", "T5", "T7"}
    numbers = found.estimates.select(pl.selectors.float())
    assert not numbers.select(pl.any_horizontal(pl.all().is_nan().any())).item()


def test_the_same_arguments_give_the_same_tables() -> None:
    """Row order changes nothing to the last bit; another seed changes random p-values alone."""
    frame = table(random_panel(5, 3, 30, seed=1, effect=0.2))
    one, other = _analyse(frame), _analyse(frame.sample(fraction=1.0, shuffle=True, seed=4))
    assert one.estimates.equals(other.estimates, null_equal=True)
    assert one.verdicts.equals(other.verdicts, null_equal=True)
    reseeded = _analyse(frame, seed=1).estimates
    columns = ["estimate", "statistic", "conf_low"]
    assert reseeded.select(columns).equals(one.estimates.select(columns))
    assert not reseeded.select("p_value").equals(one.estimates.select("p_value"))


def test_holm_spans_components_and_tasks() -> None:
    """Two tasks make a family of six; adjusted p-values are the confirmatory tests' alone."""
    two = pl.concat([table(CELLS), table(CELLS).with_columns(pl.lit("again").alias("task"))])
    other = table(CELLS).filter(role="student").with_columns(pl.lit("other").alias("agent"))
    found = _analyse(pl.concat([two, other]), students={"task": ("kind", "other"), "again": ("kind",)})
    assert found.verdicts.select("task", "component").rows() == [
        (task, component) for task in ("task", "again") for component in ("level", "gain", "preference")
    ]
    assert "Holm's correction of 6 tests leaves no room: the least must reach .00833" in found.verdicts["reason"][0]
    maximum = found.estimates.filter(test="T2", term="maximum")
    first = maximum.filter(agent="kind")
    assert (first["p_adjusted"] >= first["p_value"]).all()
    assert first.height == 6
    second = maximum.filter(agent="other")
    assert second["p_adjusted"].null_count() == second.height == 3
    assert set(second["note"]) == {"exploratory"}
    assert set(found.verdicts["student"]) == {"kind"}


@pytest.mark.parametrize(
    ("where", "words"),
    [
        (pl.col("persona") == "p000", "there is only 1 persona"),
        (pl.col("wording") == "w000", "there is only 1 wording"),
        (pl.col("role") == "teacher", "no valid held-out answers from any kind student"),
        (pl.lit(False), "there is no persona"),
    ],
)
def test_what_cannot_be_tested_is_said(where: pl.Expr, words: str) -> None:
    """One persona, one wording, no students or no answers at all end in "not testable" with the reason."""
    found = _analyse(table(CELLS).filter(where))
    assert found.verdicts["verdict"].to_list() == ["not testable"] * 3
    assert all(words in reason for reason in found.verdicts["reason"])
    assert all(words in sentence for sentence in found.verdicts["sentence"])
    unknown = found.estimates.filter(pl.col("test").is_in(["T1", "T2", "T3"]))
    assert unknown["p_value"].null_count() == unknown.height > 0


def test_refusals_are_excluded_and_counted() -> None:
    """Items refused in one cell leave the tests of level and gain, appear in n_excluded, and are counted per persona."""
    refused = (pl.col("role") == "teacher") & (pl.col("persona") == "p001") & (pl.col("item") < "i003")
    frame = table(CELLS).with_columns(
        response=pl.when(refused).then(None).otherwise("response"),
        status=pl.when(refused).then(pl.lit("refused").cast(responses.SCHEMA["status"])).otherwise("status"),
    )
    found = _analyse(responses.check(frame)).estimates
    items = found.filter(test="T2", term="maximum").select("component", "n_items", "n_excluded").rows()
    assert items == [("level", 17, 3), ("gain", 17, 3), ("preference", 20, 0)]
    counted = found.filter(test="exclusions", term="refused", contrast="p001").row(0, named=True)
    assert (counted["estimate"], counted["n_excluded"]) == (6 / 40, 6)


def test_returns_are_part_of_the_estimates() -> None:
    """Returns of closed-loop play come as rows of their own; without any there are none."""
    ended = {"episode": 0, "measure": "return", "ended": "terminated"}
    played = pl.DataFrame(
        [{**row("teacher", p, "w", "", 0.0), **ended, "value": float(n)} for n, p in enumerate(names("p", 3))]
    )
    cells = played.select(pl.col(name).cast(kind) for name, kind in RETURNS.items())
    found = _analyse(table(CELLS), cells).estimates.filter(test="returns", contrast="all")
    assert found.select("agent", "estimate").rows() == [("simulated:planted", 1.0)]
    empty = _analyse(table(CELLS), pl.DataFrame(schema=RETURNS)).estimates
    assert empty.filter(test="returns").is_empty()


def test_three_personas_get_no_confirmatory_verdict() -> None:
    """With three personas, however different, T2 is refused with the reason, and T5 is labelled as the option."""
    found = _analyse(table(random_panel(3, 3, 60, seed=0, effect=3.0)))
    assert found.verdicts["verdict"].to_list() == ["not testable"] * 3
    assert all("which is above .05 however clear the data" in reason for reason in found.verdicts["reason"])
    (regression,) = found.estimates.filter(test="T5").iter_rows(named=True)
    assert "parametric; with 3 personas the only test that a plan can name" in regression["note"]
    notes = found.estimates.filter(test="sensitivity", term="T5")["note"]
    assert notes.to_list() != []


def test_a_missing_cell_leaves_the_rest_to_be_tested() -> None:
    """A persona that lacks a wording is compared in those it has; every row about the tests says what is missing."""
    cells = random_panel(6, 3, 60, seed=0)
    gone = (pl.col("persona") == "p001") & (pl.col("wording") == "w002")
    found = _analyse(table(cells).filter(~gone))
    assert found.verdicts["verdict"][2] == "inherited"
    notes = found.estimates.filter(test="T2", term="maximum")["note"]
    assert all("left out: the teacher of p001 (w002), the kind student of p001 (w002)" in note for note in notes)
    shares = found.estimates.filter(test="shares")
    assert shares["estimate"].null_count() == shares.height
    assert "need every persona in every wording" in shares["note"][0]
