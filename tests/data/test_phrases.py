"""Words for preferences."""

from hypothesis import given
from hypothesis import strategies as st

from eep.data.phrases import PreferencePhrases

TASTE = PreferencePhrases("finds {thing} {points} cuter", "finds {thing} {points} less cute", {"eyes=big": "big eyes"})


def test_more_and_less() -> None:
    """The sign chooses the predicate, the number is told without it, and one point is singular."""
    assert TASTE.render("eyes=big", 12) == "finds big eyes 12 points cuter"
    assert TASTE.render("eyes=big", -1) == "finds big eyes 1 point less cute"


@given(st.text(), st.integers(-100, 100).filter(bool))
def test_unknown_terms_are_told_as_they_are(term: str, points: int) -> None:
    """A term without words stands for itself, whatever it holds."""
    assert term in TASTE.render(term, points)
