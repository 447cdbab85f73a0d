"""Whether verdicts survive other analyses."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from cells import panel, random_panel, table

from eep.config.experiment import Analysis
from eep.pipeline.analyse import Analysed, analyse
from eep.stats import sensitivity
from eep.stats.holm import holm
from eep.stats.panel import Panel
from eep.stats.permutation import no_p

#: Few random relabellings, for speed.
SETTINGS = Analysis(permutations=999)


def _analyse(frame: pl.DataFrame, kinds: tuple[str, ...] = ("kind",)) -> Analysed:
    return analyse(frame, None, experiment="x", settings=SETTINGS, students={"task": kinds}, seed=0)


def _rows(found: Analysed, component: str = "preference") -> dict[tuple[str, str], dict[str, Any]]:
    rows = found.estimates.filter(test="sensitivity", component=component)
    return {(row["term"], row["contrast"]): row for row in rows.iter_rows(named=True)}


def _carried_by_one(seed: int) -> Panel:
    """Return seven personas that differ in wording alone, and one, p000, that is itself in every wording."""
    rng = np.random.default_rng(seed)
    shared = rng.normal(size=80) + 0.5 * rng.normal(size=(8, 3, 80))
    shared[0] += 4 * rng.normal(size=80)
    shared[1:] += rng.normal(size=(7, 3, 80))
    teacher, student = (1 / (1 + np.exp(-shared - 0.3 * rng.normal(size=shared.shape))) for _ in range(2))
    return panel(teacher, student)


def test_every_analysis_has_a_row() -> None:
    """Each part of T2, split wordings, T5, the mixed model, another slope, gain included and every persona left out."""
    cells = random_panel(6, 3, 40, seed=0)
    other = table(cells).filter(role="student").with_columns(pl.lit("other").alias("agent"))
    found = _analyse(pl.concat([table(cells), other]), ("kind", "other"))
    preference, level = _rows(found), _rows(found, "level")
    without = [("without", persona) for persona in cells.personas]
    every = ("reference", "joint", "block", "item", "split", "T5", "mixed model")
    slopes = [("double-centred slope", ""), ("including gain", "")]
    assert list(preference) == [*((term, "") for term in every), *slopes, *without, ("student", "other")]
    assert list(level) == [*((t, "") for t in ("reference", "joint", "block", "split")), *without, ("student", "other")]
    assert preference["reference", ""]["verdict"] == found.verdicts.filter(component="preference")["verdict"][0]
    assert preference["without", "p001"]["n_personas"] == 5


def test_rows_agree_with_the_tests_they_repeat() -> None:
    """The p-values are those of T2's parts, of its split and of T5."""
    found = _analyse(table(random_panel(5, 3, 30, seed=1, effect=0.3)))
    rows, estimates = _rows(found), found.estimates.filter(component="preference")
    for test, term, name in (
        *(("T2", part, part) for part in ("joint", "block", "item", "split")),
        ("T2", "maximum", "reference"),
        ("T5", "slope", "T5"),
    ):
        assert rows[name, ""]["p_value"] == estimates.filter(test=test, term=term)["p_value"][0]


def test_a_strong_verdict_survives() -> None:
    """Where all personas are strong, every analysis with room to reject says inherited."""
    verdicts = {row["verdict"] for row in _rows(_analyse(table(random_panel(7, 3, 60, seed=0)))).values()}
    assert verdicts == {"inherited"}


def test_leaving_a_persona_out_repeats_the_analysis_without_it() -> None:
    """The row without a persona has the p-value and slope of an analysis that never saw it."""
    cells = random_panel(6, 3, 40, seed=2, effect=0.4)
    row = _rows(_analyse(table(cells)))["without", "p002"]
    again = _analyse(table(cells).filter(pl.col("persona") != "p002")).estimates.filter(component="preference")
    assert row["p_value"] == again.filter(test="T2", term="maximum")["p_value"][0]
    assert row["estimate"] == again.filter(test="T3", term="slope")["estimate"][0]


def test_a_verdict_carried_by_one_persona_is_seen() -> None:
    """One strong persona among seven without any: the least survives without it, and the row says so."""
    rows = _rows(_analyse(table(_carried_by_one(0))))
    p_values = {contrast: row["p_value"] for (term, contrast), row in rows.items() if term == "without"}
    assert max(p_values, key=lambda name: float(str(p_values[name]))) == "p000"


def test_what_cannot_be_tested_has_one_row() -> None:
    """Without a test there is nothing to vary: the reference row stands alone with its reason."""
    found = _analyse(table(random_panel(4, 2, 20, seed=0)).filter(persona="p000"))
    (row,) = _rows(found).values()
    assert (row["verdict"], row["kind"]) == ("not testable", "too_small")
    assert str(row["note"]).startswith("the design is too small: there is only 1 persona")


def test_variants_are_adjusted_like_the_reference() -> None:
    """Each variant's p-value takes its place in Holm's family, beside the other components' own."""
    found = _analyse(table(random_panel(6, 3, 40, seed=4, effect=0.25)))
    own = {row["component"]: row["p_value"] for row in found.verdicts.iter_rows(named=True)}
    changed = 0
    for component in own:
        others = [p for name, p in own.items() if name != component]
        for row in _rows(found, component).values():
            expected = holm([row["p_value"], *others])[0]
            assert row["p_adjusted"] == pytest.approx(expected)
            changed += expected != row["p_value"]
    assert changed > 4


def test_a_fit_that_fails_has_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the mixed model does not converge its row holds no number and says why."""
    monkeypatch.setattr(sensitivity, "mixed_model", lambda _: no_p("the mixed model did not converge"))
    row = _rows(_analyse(table(random_panel(6, 3, 40, seed=0))))["mixed model", ""]
    assert (row["estimate"], row["p_value"], row["p_adjusted"]) == (None, None, None)
    assert (row["verdict"], row["kind"], row["note"]) == ("", "", "the mixed model did not converge")
