"""Comparisons in words: every sentence says what its rows say."""

from typing import Any

import polars as pl
import pytest

from eep.report import comparison_words as say
from eep.report.comparison_findings import ComparisonFindings
from eep.stats.comparison_rows import SAME, Row, frame


def rows(**differences: float | str | None) -> pl.DataFrame:
    """Return the rows of one component: slopes .82 and .44, standard deviations of 15 and 4.2 points, and a pair's answers."""
    of_runs = [
        Row("t", "level", run, "k", test=test, term=term, estimate=estimate)
        for run, slope, variance in (("a", 0.82, 0.0225), ("b", 0.44, 0.001764))
        for test, term, estimate in (("arrive", "slope", slope), ("differ", "persona_variance_teacher", variance))
    ]
    p, note = differences.get("p", 0.004), str(differences.get("note", ""))
    answer: dict[str, Any] = {"p_value": p, "p_adjusted": p if p is None else min(1.0, 3 * float(p)), "note": note}
    pair = [
        Row(
            "t",
            "level",
            "a",
            "k",
            "b",
            "k",
            test=test,
            term="difference",
            estimate=estimate,
            conf_low=low,
            conf_high=high,
            **answer,
        )
        for test, estimate, low, high in (("differ", 0.0207, 0.004, 0.04), ("arrive", 0.38, 0.2, 0.56))
    ]
    agree = [
        Row(
            "t",
            "level",
            "a",
            "k",
            "b",
            "k",
            test="agree",
            term="maximum",
            role=role,
            p_value=p_value,
            p_adjusted=p_value,
        )
        for role, p_value in (("teacher", 0.001), ("student", 0.3))
    ]
    wrong = Row("t", "level", "a", "k", "b", "k", test="wrong", term="one inherited, the other not", verdict="differ")
    return frame([*of_runs, *pair, *agree, wrong])


def test_a_difference_is_told_with_its_size() -> None:
    """Differences that are found say whose is more, by how much, and with which interval and p-value."""
    differ, arrive, agree = say.sentences(rows(), "a", "b")
    assert differ == (
        "The teachers' personas differ more in a: by 15 percentage points in a and 4.2 percentage points in b "
        "(standard deviations); p = .004, adjusted .012."
    )
    assert arrive == (
        "More arrives in the students of a: 82 %, against 44 % in those of b (38 percentage points more, 95 % interval "
        "20 to 56; p = .004, adjusted .012)."
    )
    assert agree == (
        "Who is who: teachers agree across wordings (p = .001, adjusted .001); "
        "students are not seen to agree (p = .30, adjusted .30)."
    )


def test_on_a_scale_there_are_no_percentage_points() -> None:
    """Personas differ by points of the scale; shares that arrive are percentages still."""
    differ, arrive, _ = say.sentences(rows(), "a", "b", on_scale=True)
    assert "by 15 points on a scale of 100 in a and 4.2 points on a scale of 100 in b (standard" in differ
    assert "(38 percentage points more, 95 % interval" in arrive
    assert say.spread(1e-4, on_scale=True) == "1 point on a scale of 100"


def test_what_is_not_told_apart_is_no_equality() -> None:
    """Differences that are not found give both numbers and the interval, and claim nothing."""
    differ, arrive, _ = say.sentences(rows(p=0.4), "a", "b")
    assert differ.endswith("the two cannot be told apart (p = .40, adjusted 1.00).")
    assert arrive.startswith(
        "Share that arrives: 82 % in the students of a and 44 % in the students of b; the two cannot"
    )


def test_what_cannot_be_told_gives_the_reason() -> None:
    """Without a p-value the sentence has the reason; with the same teachers, that they are the same."""
    differ, arrive, _ = say.sentences(rows(p=None, note="too few"), "a", "b")
    assert differ == "Whose personas differ more cannot be told: too few."
    assert arrive.endswith("Where more arrives cannot be told: too few.")
    assert say.differ(rows(p=None, note=SAME), "a", "b").startswith("The teachers' answers are the same in both")
    assert say.SAME == SAME


def test_the_wrong_ways_are_called_wrong() -> None:
    """The line on the wrong ways begins by saying so."""
    assert say.wrong(rows(), "a", "b") == (
        "WRONG, not to be used: “one is inherited, the other not” would claim a difference."
    )


@pytest.mark.parametrize(
    ("things", "said"),
    [
        (("seed",), "a and b differ in one thing: the seed."),
        (
            ("teacher", "seed"),
            "a and b differ in teacher and seed: a difference cannot be put down to one thing alone.",
        ),
    ],
)
def test_runs_that_differ_in_several_things_are_warned_of(things: tuple[str, ...], said: str) -> None:
    """A pair that differs in one thing says which; in more, that the difference has no one cause."""
    findings = ComparisonFindings((), (), (), (("a", "b", things),), rows(), "", "")
    assert findings.cautions == [said]
