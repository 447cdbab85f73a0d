"""Agreement of students and controls with teachers."""

import pytest
from cells import row

from eep.data import responses
from eep.stats.agreement import OwnTeacherAgreement
from eep.stats.estimates import Estimate

ABOUT = Estimate(task="task", component="", test="", term="")
ITEMS = ("a", "b", "c", "d")
Row = dict[str, object]


def _cell(role: str, persona: str, wording: str, answers: list[float | None], **other: object) -> list[Row]:
    return [row(role, persona, wording, item, x, **other) for item, x in zip(ITEMS, answers, strict=True)]


def _agreement(rows: list[Row]) -> dict[tuple[str, str], Estimate]:
    """Return the estimates by agent and persona."""
    found = OwnTeacherAgreement()(responses.build(rows), ABOUT)
    assert all((one.component, one.test, one.term) == ("response", "agreement", "own-teacher") for one in found)
    return {(one.agent, one.contrast): one for one in found}


TEACHERS = [
    *_cell("teacher", "p", "w1", [0.9, 0.8, 0.1, 0.2]),
    *_cell("teacher", "p", "w2", [0.9, 0.1, 0.1, 0.9]),
    *_cell("teacher", "q", "w1", [0.0, 0.0, 0.0, 0.0]),
    *_cell("teacher", "neutral", "w1", [1.0, 1.0, 1.0, 1.0], arm="neutral"),
]


def test_choices_are_compared_item_by_item() -> None:
    """Three of four equal choices, then four of four, average to 7/8 for the persona, over cells."""
    students = [
        *_cell("student", "p", "w1", [0.6, 0.6, 0.4, 0.7]),
        *_cell("student", "p", "w2", [0.6, 0.4, 0.4, 0.7]),
        *_cell("student", "q", "w1", [0.6, 0.6, 0.4, 0.4]),
    ]
    found = _agreement([*TEACHERS, *students])
    assert found["kind", "p"].estimate == pytest.approx(7 / 8)
    assert found["kind", "q"].estimate == pytest.approx(1 / 2)
    assert found["kind", "all"].estimate == pytest.approx((3 / 4 + 1 + 1 / 2) / 3)
    assert (found["kind", "all"].n_personas, found["kind", "all"].n_items) == (2, 4)
    assert found["kind", "all"].method == "mean over 3 cells"


def test_other_arms_are_shown_but_not_in_all() -> None:
    """The neutral arm's students have a row of their own and no part in "all"."""
    students = [
        *_cell("student", "neutral", "w1", [0.9, 0.9, 0.9, 0.9], arm="neutral"),
        *_cell("student", "q", "w1", [0.9, 0.9, 0.9, 0.9]),
    ]
    found = _agreement([*TEACHERS, *students])
    assert found["kind", "neutral"].estimate == 1.0
    assert found["kind", "all"].estimate == 0.0


def test_agents_without_a_teacher_meet_all_teachers() -> None:
    """A generic student and a fair coin are compared with every teacher cell; the coin agrees on half the items."""
    controls = [
        *_cell("control", "neutral", "pooled", [1.0, 1.0, 0.0, 0.0], agent="generic", arm="neutral"),
        *_cell("control", "none", "none", [0.5, 0.5, 0.5, 0.5], agent="random", arm="neutral"),
    ]
    found = _agreement([*TEACHERS, *controls])
    assert found["generic", "p"].estimate == pytest.approx((1 + 1 / 2) / 2)
    assert found["generic", "q"].estimate == pytest.approx(1 / 2)
    assert found["generic", "neutral"].estimate == pytest.approx(1 / 2)
    assert found["generic", "all"].estimate == pytest.approx((1 + 1 / 2 + 1 / 2) / 3)
    assert {found["random", persona].estimate for persona in ("p", "q", "neutral", "all")} == {0.5}


def test_repeats_of_a_control_are_cells_of_their_own() -> None:
    """Two students of permuted labels of one cell are two cells, each beside that cell's teacher."""
    controls = [
        *_cell("control", "p", "w1", [0.9, 0.9, 0.1, 0.1], agent="permuted", sample=0),
        *_cell("control", "p", "w1", [0.1, 0.1, 0.9, 0.9], agent="permuted", sample=1),
    ]
    found = _agreement([*TEACHERS, *controls])["permuted", "all"]
    assert (found.estimate, found.method) == (0.5, "mean over 2 cells")


def test_missing_answers_are_left_out() -> None:
    """Items without a valid answer of the teacher or the student are no disagreement."""
    rows = [*_cell("teacher", "p", "w1", [1.0, 1.0, None, 1.0]), *_cell("student", "p", "w1", [0.9, None, 0.1, 0.1])]
    found = _agreement(rows)["kind", "p"]
    assert (found.estimate, found.n_items) == (0.5, 2)


def test_teachers_samples_are_averaged() -> None:
    """The teacher's choice is that of its mean answer over samples."""
    rows = [
        *_cell("teacher", "p", "w1", [1.0] * 4, sample=0),
        *_cell("teacher", "p", "w1", [0.0] * 4, sample=1),
        *_cell("teacher", "p", "w1", [0.0] * 4, sample=2),
        *_cell("student", "p", "w1", [0.1] * 4),
    ]
    assert _agreement(rows)["kind", "p"].estimate == 1.0


def test_training_items_do_not_count() -> None:
    """Without held-out answers there is no agreement to report."""
    rows = [
        *_cell("teacher", "p", "w1", [1.0] * 4, split="train"),
        *_cell("student", "p", "w1", [1.0] * 4, split="train"),
    ]
    assert _agreement(rows) == {}
