"""How often agents choose alike, counted by hand: with their own teachers, across wordings, in pairs of personas."""

from collections.abc import Iterable
from itertools import chain
from typing import Any

import polars as pl
import pytest
from cells import row

from eep.data import responses
from eep.stats.agreement import OwnTeacherAgreement, chosen_alike
from eep.stats.agreement_across import TEACHERS, AcrossWordings
from eep.stats.estimates import Estimate
from eep.stats.held_out import held_out

ABOUT = Estimate(task="task", component="", test="", term="")
CHANCES = {"1": 0.9, "0": 0.2, ".": 0.5, "?": None}
Row = dict[str, object]


def _cell(role: str, persona: str, wording: str, marks: str, **other: object) -> list[Row]:
    """Return a row per item: .9 for 1, .2 for 0, .5 for a dot, a refusal for a question mark."""
    return [row(role, persona, wording, f"i{place}", CHANCES[mark], **other) for place, mark in enumerate(marks)]


def _agreement(*cells: list[Row]) -> dict[tuple[str, str], Estimate]:
    """Return the agreement with the own teacher by agent and persona."""
    found = OwnTeacherAgreement()(held_out(responses.build(chain(*cells)), ABOUT.task), ABOUT)
    assert all((one.component, one.test, one.term) == ("response", "agreement", "own-teacher") for one in found)
    return {(one.agent, one.contrast): one for one in found}


OWN = [
    *_cell("teacher", "p", "w1", "1100"),
    *_cell("teacher", "p", "w2", "1001"),
    *_cell("teacher", "q", "w1", "0000"),
    *_cell("teacher", "neutral", "w1", "1111", arm="neutral"),
]


def test_choices_are_compared_item_by_item() -> None:
    """Three of four equal choices, then four of four, average to 7/8 for the persona, over cells."""
    students = [_cell("student", "p", "w1", "1101"), _cell("student", "p", "w2", "1001")]
    found = _agreement(OWN, *students, _cell("student", "q", "w1", "1100"))
    assert found["kind", "p"].estimate == pytest.approx(7 / 8)
    assert found["kind", "q"].estimate == pytest.approx(1 / 2)
    assert found["kind", "all"].estimate == pytest.approx((3 / 4 + 1 + 1 / 2) / 3)
    assert (found["kind", "all"].n_personas, found["kind", "all"].n_items) == (2, 4)
    assert found["kind", "all"].method == "mean over 3 cells"


def test_other_arms_are_shown_but_not_in_all() -> None:
    """The neutral arm's students have a row of their own and no part in "all"."""
    neutral = _cell("student", "neutral", "w1", "1111", arm="neutral")
    found = _agreement(OWN, neutral, _cell("student", "q", "w1", "1111"))
    assert found["kind", "neutral"].estimate == 1.0
    assert found["kind", "all"].estimate == 0.0


def test_agents_without_a_teacher_meet_all_teachers() -> None:
    """A generic student and a fair coin are compared with every teacher cell; the coin agrees on half the items."""
    generic = _cell("control", "neutral", "pooled", "1100", agent="generic", arm="neutral")
    found = _agreement(OWN, generic, _cell("control", "none", "none", "....", agent="random", arm="neutral"))
    assert found["generic", "p"].estimate == pytest.approx((1 + 1 / 2) / 2)
    assert found["generic", "q"].estimate == pytest.approx(1 / 2)
    assert found["generic", "neutral"].estimate == pytest.approx(1 / 2)
    assert found["generic", "all"].estimate == pytest.approx((1 + 1 / 2 + 1 / 2) / 3)
    assert {found["random", persona].estimate for persona in ("p", "q", "neutral", "all")} == {0.5}


def test_repeats_of_a_control_are_cells_of_their_own() -> None:
    """Two students of permuted labels of one cell are two cells, each beside that cell's teacher."""
    repeats = [
        _cell("control", "p", "w1", marks, agent="permuted", sample=n) for n, marks in enumerate(("1100", "0011"))
    ]
    found = _agreement(OWN, *repeats)["permuted", "all"]
    assert (found.estimate, found.method) == (0.5, "mean over 2 cells")


def test_missing_answers_are_left_out() -> None:
    """Items without a valid answer of the teacher or the student are no disagreement."""
    found = _agreement(_cell("teacher", "p", "w1", "11?1"), _cell("student", "p", "w1", "1?00"))["kind", "p"]
    assert (found.estimate, found.n_items) == (0.5, 2)


def test_teachers_samples_are_averaged() -> None:
    """The teacher's choice is that of its mean answer over samples."""
    samples = [_cell("teacher", "p", "w1", marks, sample=n) for n, marks in enumerate(("1111", "0000", "0000"))]
    assert _agreement(*samples, _cell("student", "p", "w1", "0000"))["kind", "p"].estimate == 1.0


def test_training_items_do_not_count() -> None:
    """Without held-out answers there is no agreement to report."""
    assert _agreement(*(_cell(role, "p", "w1", "1111", split="train") for role in ("teacher", "student"))) == {}


ACROSS = [
    *_cell("teacher", "clockmaker", "plain", "1100"),
    *_cell("teacher", "clockmaker", "portrait", "1110"),
    *_cell("teacher", "ferryman", "plain", "0011"),
    *_cell("teacher", "ferryman", "portrait", "0011"),
    *_cell("student", "clockmaker", "plain", "1100"),
    *_cell("student", "clockmaker", "portrait", "1111"),
    *_cell("student", "ferryman", "plain", "0111"),
    *_cell("student", "ferryman", "portrait", "0011"),
    *_cell("control", "nobody", "pooled", "1111", agent="generic", arm="neutral"),
    *_cell("control", "none", "none", "....", agent="random", arm="neutral"),
]


def _across(rows: Iterable[Row]) -> dict[tuple[str, str], tuple[Any, Any]]:
    """Return (agent, persona) -> own, others."""
    found = {
        (one.agent, one.contrast, one.term): one.estimate
        for one in AcrossWordings()(held_out(responses.build(rows), ABOUT.task), ABOUT)
    }
    return {(a, p): (found.get((a, p, "own")), found.get((a, p, "others"))) for a, p, _ in found}


def test_teachers_of_other_wordings_are_the_ceiling() -> None:
    """Teachers share 3 of 4 items and all; students meet the other wording's teachers only, other agents all of them."""
    shares = _across(ACROSS)
    assert shares[TEACHERS, "clockmaker"] == (0.75, pytest.approx((0 + 0.25) / 2))
    assert shares[TEACHERS, "ferryman"][0] == 1.0
    assert shares[TEACHERS, "all"][0] == 0.875
    assert shares["kind", "clockmaker"] == (pytest.approx((0.75 + 0.5) / 2), pytest.approx((0 + 0.5) / 2))
    assert shares["kind", "ferryman"] == (pytest.approx((0.75 + 1.0) / 2), pytest.approx((0.5 + 0.0) / 2))
    assert shares["generic", "clockmaker"] == (pytest.approx((0.5 + 0.75) / 2), None)
    assert shares["random", "all"] == (0.5, None)


def test_refusals_are_no_choice_across_wordings() -> None:
    """A refusal makes the other items weigh more."""
    teachers = [*_cell("teacher", "p", "plain", "1100"), *_cell("teacher", "p", "portrait", "11?0")]
    assert _across([*teachers, *_cell("student", "p", "plain", "1100")])[TEACHERS, "p"][0] == 1.0


def test_nothing_to_compare_across_wordings() -> None:
    """One wording has no ceiling; without students, or without personas, there is no row."""
    once = _across(one for one in ACROSS if one["wording"] != "portrait")
    assert {agent for agent, _ in once} == {"generic", "random"}
    assert _across(one for one in ACROSS if one["role"] == "teacher") == {}
    assert _across(one for one in ACROSS if one["arm"] == "neutral") == {}


def _pairs() -> pl.DataFrame:
    """Return teachers of a and b in two wordings on two items, students of a that say yes to the first, and others."""
    marks = {("a", "x"): "10", ("a", "y"): "11", ("b", "x"): "01", ("b", "y"): ".1"}
    cells = [_cell("teacher", *cell, answers) for cell, answers in marks.items()]
    cells += [_cell("student", "a", wording, "10") for wording in "xy"]
    cells += [_cell("control", "none", "none", "."), _cell("teacher", "c", "x", "1")]
    train = [row("teacher", "a", wording, "i9", said, split="train") for wording, said in (("x", 1.0), ("y", 0.0))]
    return responses.build([*chain(*cells), *train])


def test_pairs_are_compared_across_wordings_only() -> None:
    """Each agent's cell meets the teachers' cells of the other wording, on held-out items; rows come as asked for."""
    found = chosen_alike(_pairs(), ["b", "a"], task="task")
    assert found.drop("pairs").rows() == [
        ("teacher", "b", "b", 0.75),
        ("teacher", "b", "a", (0.25 + 0.5) / 2),
        ("teacher", "a", "b", (0.25 + 0.5) / 2),
        ("teacher", "a", "a", 0.5),
        ("kind", "a", "b", 0.125),
        ("kind", "a", "a", 0.75),
    ]
    assert set(found["pairs"]) == {2}


def test_one_wording_gives_no_pair() -> None:
    """Without another wording there is nothing to compare, and no number is made up."""
    assert chosen_alike(_pairs().filter(wording="x"), ["a", "b"], task="task").is_empty()
