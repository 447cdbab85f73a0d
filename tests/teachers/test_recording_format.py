"""Texts in their canonical form."""

from hypothesis import given
from hypothesis import strategies as st

from eep.teachers.recording_format import canonical


@given(st.permutations(["a: one", "b: two three", "c-d: 4"]), st.sampled_from([";", "; ", "\n", " ;\n"]))
def test_canonical_texts_do_not_depend_on_the_order(parts: list[str], between: str) -> None:
    """The canonical form of named values is the same whatever their order and separators."""
    assert canonical(between.join(parts)) == "a: one; b: two three; c-d: 4"


def test_other_texts_are_compared_in_their_order() -> None:
    """Sentences, and values that differ, remain different texts."""
    assert canonical("A  small\ndog: brown") == "A small dog: brown"
    assert canonical("one; two") != canonical("two; one")
    assert canonical("a: left; b: right") != canonical("a: right; b: left")
    assert canonical("Dog") != canonical("dog")
