"""Designs at the edge: three personas, a cell that is missing, verdicts that stay open."""

import polars as pl
from cells import random_panel, table
from test_analyse import SETTINGS

from eep.pipeline.analyse import Analysed, analyse


def _analyse(frame: pl.DataFrame) -> Analysed:
    students = {"task": ("kind",)}
    return analyse(frame, None, experiment="x", settings=SETTINGS, students=students, seed=0)


def test_three_personas_get_no_confirmatory_verdict() -> None:
    """With three personas, however different, T2 is refused with the reason, and T5 is labelled as the option."""
    found = _analyse(table(random_panel(3, 3, 60, seed=0, effect=3.0)))
    assert found.verdicts["verdict"].to_list() == ["not testable"] * 2
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
    assert found.verdicts["verdict"][1] == "inherited"
    notes = found.estimates.filter(test="T2", term="maximum")["note"]
    assert all("left out: the teacher of p001 (w002), the kind student of p001 (w002)" in note for note in notes)
    shares = found.estimates.filter(test="shares")
    assert shares["estimate"].null_count() == shares.height
    assert "need every persona in every wording" in shares["note"][0]
