"""Mean returns, with the cell as the unit."""

import numpy as np
import polars as pl
import pytest
from scipy.stats import t as student_t

from eep.data.returns import RETURNS
from eep.stats.estimates import Estimate
from eep.stats.returns import MeanReturn

ABOUT = Estimate(task="cart", component="return", test="", term="")


def _cell(
    agent: str, persona: str, wording: str, values: list[float | None], **other: object
) -> list[dict[str, object]]:
    return [
        {
            "task": "cart",
            "role": "student",
            "agent": agent,
            "persona": persona,
            "arm": "persona",
            "wording": wording,
            "sample": 0,
            "episode": episode,
            "measure": "return",
            "value": value,
            "ended": "unanswered" if value is None else "terminated",
            **other,
        }
        for episode, value in enumerate(values)
    ]


def _means(*cells: list[dict[str, object]]) -> dict[tuple[str, str], Estimate]:
    frame = pl.DataFrame([row for cell in cells for row in cell], schema=RETURNS, orient="row")
    return {(one.agent, one.contrast): one for one in MeanReturn()(frame, ABOUT)}


def test_the_unit_is_the_cell() -> None:
    """A mean over cells, whatever their numbers of episodes, with a t interval over cells."""
    found = _means(
        _cell("kind", "p", "w1", [10.0, 20.0]),
        _cell("kind", "p", "w2", [30.0, 30.0, 30.0, 30.0]),
        _cell("kind", "q", "w1", [60.0]),
    )
    everyone, values = found["kind", "all"], np.array([15.0, 30.0, 60.0])
    error = values.std(ddof=1) / np.sqrt(3)
    assert found["kind", "p"].estimate == pytest.approx(22.5)
    assert everyone.estimate == pytest.approx(35.0)
    assert everyone.std_error == pytest.approx(error)
    assert everyone.conf_low == pytest.approx(35.0 - student_t.ppf(0.975, 2) * error)
    assert everyone.conf_high == pytest.approx(35.0 + student_t.ppf(0.975, 2) * error)
    assert (everyone.n_personas, everyone.method) == (2, "t over 3 cells")


def test_one_cell_has_no_interval() -> None:
    """A single cell has a mean, no interval, and a note."""
    one = _means(_cell("kind", "p", "w1", [1.0, 3.0]))["kind", "p"]
    assert (one.estimate, one.std_error, one.conf_low, one.note) == (2.0, None, None, "one cell has no interval")


def test_unanswered_episodes_are_counted_not_scored() -> None:
    """Episodes without an answer have no return; they are excluded and counted."""
    found = _means(_cell("kind", "p", "w1", [4.0, None]), _cell("kind", "q", "w1", [None, None]))
    assert (found["kind", "p"].estimate, found["kind", "p"].n_excluded) == (4.0, 1)
    assert (found["kind", "q"].estimate, found["kind", "q"].note) == (None, "no episode was answered")
    assert (found["kind", "all"].estimate, found["kind", "all"].n_excluded) == (4.0, 3)


def test_all_means_the_persona_arm_where_there_is_one() -> None:
    """The mean over all leaves the neutral arm out, unless an agent has no other cells."""
    found = _means(
        _cell("kind", "p", "w1", [1.0]),
        _cell("kind", "neutral", "w1", [9.0], arm="neutral"),
        _cell("random", "none", "none", [5.0], arm="neutral", role="control"),
    )
    assert found["kind", "all"].estimate == 1.0
    assert found["kind", "neutral"].estimate == 9.0
    assert found["random", "all"].estimate == found["random", "none"].estimate == 5.0


def test_other_tasks_are_left_aside() -> None:
    """Returns of another task give no rows."""
    assert _means(_cell("kind", "p", "w1", [1.0], task="other")) == {}
