"""What each persona prefers: which preferences are told, and in which words."""

from collections.abc import Callable
from dataclasses import replace

import polars as pl
import pytest
from report_builder import bare, build

from eep.core.numbers import MINUS
from eep.data.phrases import PreferencePhrases
from eep.report import Findings
from eep.report.charts_profile import profile
from eep.report.html import cards as html_cards
from eep.report.markdown import block
from eep.report.profiles import section, strongest
from eep.report.record import record
from eep.stats.estimates import Estimate, frame

TASTE = PreferencePhrases("likes {thing} {points} more", "likes {thing} {points} less", {"angle=left": "leaning left"})


def told(findings: Findings) -> str:
    """Return the section, without charts."""
    return "\n".join(map(block, section(findings, {})))


def without_intervals() -> Findings:
    """Return findings of one wording: estimates without intervals."""
    findings = build()
    none = {name: pl.lit(None, dtype=pl.Float64) for name in ("conf_low", "conf_high")}
    return replace(findings, estimates=findings.estimates.with_columns(**none))


def test_the_surest_preferences_come_first() -> None:
    """By the end of the interval that is nearer to zero; without intervals, as of one wording, by the size of the estimate."""
    sure, large = (strongest(made, "balance").filter(persona="clockmaker") for made in (build(), without_intervals()))
    assert sure["term"].to_list() == ["angle=left", "angle=right", "speed=high", "speed=low"]
    assert large["term"].to_list() == ["angle=right", "angle=left", "speed=low", "speed=high"]


def test_values_of_the_very_same_items_are_told_once() -> None:
    """A species that is the only one of its family says the same as the family; the first of them is told."""
    findings = build()
    twin = findings.estimates.filter(test="profile", term="angle=left").with_columns(pl.lit("side=left").alias("term"))
    found = strongest(replace(findings, estimates=pl.concat([findings.estimates, twin])), "balance")
    assert "side=left" not in found["term"].to_list()


def test_preferences_are_told_in_the_tasks_words() -> None:
    """Teacher and students in points, the students' in the teachers' direction, one point without an s."""
    words = told(build(tastes={"balance": TASTE}))
    assert (
        "**The clockmaker** likes leaning left 28 points more than the neutral voice does, level aside (its students: 14), "
        f"likes angle=right 31 points less (16), likes speed=high 1 point more (1). Correlation 0.90 ({MINUS}0.25)."
    ) in words
    assert f"**A juggler** prefers nothing that stands out. Correlation 0.90 ({MINUS}0.25)." in words


def test_prompts_without_a_persona_stand_apart() -> None:
    """Placebos are told after the personas, for scale; without a task's words the option and the terms stand for them."""
    words = told(build())
    assert words.index("Beekeeper Odile") < words.index("for scale:") < words.index("Somebody who drinks tea")
    assert "answers “right” 28 points more often to angle=left than the neutral voice does, level aside" in words


def with_threshold(findings: Findings, points: float) -> Findings:
    """Return findings in which a placebo shows so many points at most."""
    row = Estimate("balance", "preference", "profile", "placebo threshold", "teacher", points / 100, "tea-drinker")
    row = replace(row, n_personas=1, method="angle=right")
    return replace(findings, estimates=pl.concat([findings.estimates, frame([row], experiment="invented")]))


def test_what_placebos_show_does_not_stand_out() -> None:
    """A persona must exceed the placebo's largest, in whole points; the threshold is told with whose it is."""
    words = told(with_threshold(build(tastes={"balance": TASTE}), 28.4))
    assert "**The clockmaker** likes angle=right 31 points less than the neutral voice does" in words
    assert "likes leaning left" not in words
    assert (
        "whims of wordings and exceeds 28 points, the placebo's largest (Somebody who drinks tea: angle=right), which a "
        "prompt without a persona comes to by itself, *level aside*"
    ) in words
    assert "exceeds" not in told(build())


def test_placebos_never_stand_out() -> None:
    """They are the yardstick: of one whose wordings agree in nothing it is not said either that nothing stands out."""
    words = told(with_threshold(build(), 28))
    assert "yardstick and do not stand out themselves" in words
    placebo = words.split("for scale:")[1]
    assert "**Somebody who drinks tea** shows nothing beyond the whims of its wordings." in placebo
    assert "stands out" not in placebo


def test_what_exceeds_the_placebos_comes_first() -> None:
    """Before what is surer and smaller; a program reads the threshold, too."""
    findings = with_threshold(build(), 30)
    found = strongest(findings, "balance").filter(persona="clockmaker")
    assert found["term"].to_list() == ["angle=right", "angle=left", "speed=high", "speed=low"]
    assert record(findings)["profiles"]["balance"]["placebo_threshold"] == {
        "persona": "tea-drinker",
        "term": "angle=right",
        "estimate": 0.3,
    }
    assert record(build())["profiles"]["balance"]["placebo_threshold"] is None


def test_no_profiles_no_section() -> None:
    """Where no item was described there is neither section nor chart."""
    assert told(bare()) == ""
    assert profile(bare(), "balance") is None


@pytest.mark.parametrize("make", [build, without_intervals])
def test_the_chart_shows_the_compared_personas(make: Callable[[], Findings]) -> None:
    """A panel for each compared persona, in points, with a mark for the teacher and one for the student."""
    drawn = profile(make(), "balance")
    assert drawn is not None
    assert drawn.data["persona"].n_unique() == 4
    (values,) = drawn.spec["datasets"].values()
    first = {(row["row"], row["role"]): row["points"] for row in values if row["panel"] == "The clockmaker"}
    assert (first["01 angle=left", "teacher"], first["01 angle=left", "student"]) == pytest.approx((28, 14))
    assert f"teacher 28, student 14; angle=right teacher {MINUS}31, student {MINUS}16." in drawn.words


@pytest.mark.parametrize(
    ("difference", "said"),
    [
        (0.0201, "2.0 points more often than the neutral voice (difference"),
        (-0.0201, "2.0 points less often than the neutral voice (difference"),
        (-0.0004, "as often as the neutral voice (difference"),
    ],
)
def test_a_card_tells_the_level(difference: float, said: str) -> None:
    """Beside the neutral voice's; of what rounds to nothing nobody is told that it is less."""
    findings = build()
    chosen = (pl.col("test") == "T4") & (pl.col("term") == "difference")
    level = pl.when(chosen).then(difference).otherwise(pl.col("estimate")).alias("estimate")
    found = html_cards.persona_parts(replace(findings, estimates=findings.estimates.with_columns(level)))
    (cards,) = [part.content for part in found if part.macro == "likes"]
    assert {card.level[: len(said) + 13] for card in cards} <= {f"Says “right” {said}", ""}
    assert any(card.level for card in cards)
