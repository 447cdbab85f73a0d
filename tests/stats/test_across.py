"""Agreement across wordings, against numbers that can be counted by hand."""

from collections.abc import Mapping
from typing import Any

import polars as pl
import pytest

from eep.data import responses
from eep.stats.agreement_across import TEACHERS, AcrossWordings
from eep.stats.estimates import Estimate

#: (role, agent, persona, arm, wording) -> the choices on four held-out items, 1 or 0.
CHOICES: dict[tuple[str, ...], str] = {
    ("teacher", "t", "clockmaker", "persona", "plain"): "1100",
    ("teacher", "t", "clockmaker", "persona", "portrait"): "1110",
    ("teacher", "t", "ferryman", "persona", "plain"): "0011",
    ("teacher", "t", "ferryman", "persona", "portrait"): "0011",
    ("student", "logistic", "clockmaker", "persona", "plain"): "1100",
    ("student", "logistic", "clockmaker", "persona", "portrait"): "1111",
    ("student", "logistic", "ferryman", "persona", "plain"): "0111",
    ("student", "logistic", "ferryman", "persona", "portrait"): "0011",
    ("control", "generic", "nobody", "neutral", "pooled"): "1111",
    ("control", "random", "none", "neutral", "none"): "....",
}


def table(choices: Mapping[tuple[str, ...], str]) -> pl.DataFrame:
    """Return a responses table: .9 for 1, .2 for 0, .5 for a dot, no answer for a question mark."""
    chances = {"1": 0.9, "0": 0.2, ".": 0.5, "?": None}
    return responses.build(
        {
            **dict(zip(("role", "agent", "persona", "arm", "wording"), key, strict=True)),
            "task": "balance",
            "sample": 0,
            "item": f"i{place}",
            "cluster": f"i{place}",
            "split": "test",
            "option": "right",
            "response": chances[mark],
            "status": "refused" if mark == "?" else "ok",
        }
        for key, marks in choices.items()
        for place, mark in enumerate(marks)
    )


def found(choices: Mapping[tuple[str, ...], str]) -> dict[tuple[str, str], tuple[Any, Any]]:
    """Return (agent, persona) -> own, others."""
    about = Estimate(task="balance", component="", test="", term="")
    rows = {(one.agent, one.contrast, one.term): one.estimate for one in AcrossWordings()(table(choices), about)}
    return {(a, p): (rows.get((a, p, "own")), rows.get((a, p, "others"))) for a, p, _ in rows}


def test_the_ceiling_is_what_two_wordings_share() -> None:
    """Three of four items for the one persona, all four for the other; personas weigh the same."""
    shares = found(CHOICES)
    assert shares[TEACHERS, "clockmaker"] == (0.75, pytest.approx((0 + 0.25) / 2))
    assert shares[TEACHERS, "ferryman"][0] == 1.0
    assert shares[TEACHERS, "all"][0] == 0.875


def test_students_meet_teachers_of_the_other_wording_only() -> None:
    """The student of one wording is compared with the teacher of the other, never with its own."""
    shares = found(CHOICES)
    assert shares["logistic", "clockmaker"] == (pytest.approx((0.75 + 0.5) / 2), pytest.approx((0 + 0.5) / 2))
    assert shares["logistic", "ferryman"] == (pytest.approx((0.75 + 1.0) / 2), pytest.approx((0.5 + 0.0) / 2))


def test_agents_without_a_persona_meet_every_teacher() -> None:
    """The generic student has as much of every persona; a coin agrees on half of anything."""
    shares = found(CHOICES)
    assert shares["generic", "clockmaker"] == (pytest.approx((0.5 + 0.75) / 2), None)
    assert shares["random", "all"] == (0.5, None)


def test_items_without_an_answer_are_left_out() -> None:
    """A refusal makes the others weigh more; it is never a choice."""
    refused = {**CHOICES, ("teacher", "t", "clockmaker", "persona", "portrait"): "11?0"}
    assert found(refused)[TEACHERS, "clockmaker"][0] == 1.0


def test_one_wording_has_no_ceiling() -> None:
    """Where no persona was asked in two wordings, only agents without a persona can be compared."""
    once = found({key: marks for key, marks in CHOICES.items() if key[4] != "portrait"})
    assert {agent for agent, _ in once} == {"generic", "random"}


def test_nobody_that_learned_has_no_rows() -> None:
    """Teachers alone, or no persona at all, give nothing to compare."""
    assert found({key: marks for key, marks in CHOICES.items() if key[0] == "teacher"}) == {}
    assert found({key: marks for key, marks in CHOICES.items() if key[3] == "neutral"}) == {}
