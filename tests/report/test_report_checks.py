"""The report's sections on sensitivity, contrasts with neutral, returns over cells and refusals."""

import pytest
from report_builder import build

from eep.report.page import page


@pytest.fixture(scope="module")
def whole() -> str:
    """Return the text of complete findings, without charts."""
    return page(build(), (), (), ())


def test_what_does_not_survive_is_named(whole: str) -> None:
    """The sensitivity section counts the analyses that leave a verdict as it is and names those that do not."""
    assert (
        "Balancing a pole, preference: the verdict survives 4 of 5 other analyses. "
        "It does not survive: without Beekeeper Odile (inconclusive, p = .012)." in whole
    )
    assert "| without Beekeeper Odile | 0.43 | .012 | **inconclusive** |" in whole
    assert "| split by student wording | 0.43 | .012 | inherited | 0.43 | .012 | inherited |" in whole


def test_contrasts_with_neutral_are_in_points(whole: str) -> None:
    """Each persona's difference from neutral is told in percentage points, with interval and adjusted p-values."""
    row = "| A juggler | 2.0 (−1.0 to 5.0) | .09 | .09 | 2.0 (−1.0 to 5.0) | .09 | .09 | 0.40 |"  # noqa: RUF001 # as shown
    assert row in whole


def test_returns_stand_beside_permuted_labels(whole: str) -> None:
    """Interquartile means have intervals, permuted-label students among them; differences have p-values."""
    assert (
        "| XGBoost | 100.0 (90.0 to 110.5) | 7.5 (not estimable) | .25 | 7.5 (not estimable) | .25 |" in whole
    )
    assert "| permuted labels | 100.0 (90.0 to 110.5) | – | – | – | – |" in whole  # noqa: RUF001 # as shown


def test_refusals_are_tested_between_personas(whole: str) -> None:
    """Where answers are missing, the exact test of their rates between personas stands below the counts."""
    assert "| Balancing a pole | refused | 1.0 % | .04 | exact (576) |" in whole
