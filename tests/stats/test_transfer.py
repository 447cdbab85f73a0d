"""T8: the persona in other bodies."""

import numpy as np
import pytest

from eep.core.arrays import FloatArray
from eep.stats.estimates import Estimate
from eep.stats.panel import Panel
from eep.stats.transfer import OWN, Transfer

PERSONAS, WORDINGS, ITEMS = 6, 3, 80
ABOUT = Estimate(task="task", component="", test="T8", term="", agent="xgboost", seed=1)


def cells(share: float, seed: int = 0) -> Panel:
    """Return teachers that differ by persona, and students that show a share of it."""
    rng = np.random.default_rng(seed)
    generic, own = rng.normal(size=ITEMS), rng.normal(size=(PERSONAS, 1, ITEMS))
    score = generic + 0.8 * own

    def answers(part: FloatArray) -> FloatArray:
        noise = 0.3 * rng.normal(size=(PERSONAS, WORDINGS, ITEMS))
        return np.asarray(1 / (1 + np.exp(-(part + noise))))

    return Panel(
        task="task",
        agent="xgboost",
        option="go",
        personas=tuple(f"persona-{number}" for number in range(PERSONAS)),
        wordings=("a", "b", "c"),
        items=tuple(f"moment-{number}" for number in range(ITEMS)),
        clusters=tuple(f"cluster-{number % 20}" for number in range(ITEMS)),
        teacher=answers(score),
        student=answers(generic + share * 0.8 * own),
    )


@pytest.mark.parametrize(("share", "shows"), [(1.0, True), (0.0, False)])
def test_a_persona_that_students_show_is_found(share: float, *, shows: bool) -> None:
    """Where students do what their persona's teachers would, the own persona is more similar; where they do not, it is not."""
    rows = list(Transfer(199, (1,)).shown(cells(share), "long pole", ABOUT))
    (test,) = (row for row in rows if row.component == "preference" and row.contrast == "similarity")
    (slope,) = (row for row in rows if row.component == "preference" and row.contrast == "slope")
    assert (test.p_value or 0) <= 0.05 if shows else (test.p_value or 0) > 0.05
    assert slope.estimate == pytest.approx(share, abs=0.15)
    assert {row.term for row in rows} == {"long pole"}
    assert all(row.test == "T8" and row.note.startswith("exploratory") for row in rows)


def test_the_order_of_personas_is_compared() -> None:
    """Personas' means in another body go with those in the own body by their ranks; one body, or no spread, has no order."""
    own, here = np.array([1.0, 2.0, 3.0, 4.0]), np.array([10.0, 30.0, 20.0, 40.0])
    transfer = Transfer(199, (1,))
    mean, order = transfer.outcomes(own, here, "long pole", ABOUT)
    assert (mean.contrast, mean.estimate) == ("mean", 25.0)
    assert order.contrast == "order"
    assert order.estimate == pytest.approx(0.8)
    for alone in (
        transfer.outcomes(own, own, OWN, ABOUT),
        transfer.outcomes(own, np.ones(4), "long pole", ABOUT),
        transfer.outcomes(np.array([1.0, np.nan, np.nan, 2.0]), here, "long pole", ABOUT),
    ):
        assert [row.contrast for row in alone] == ["mean"]
