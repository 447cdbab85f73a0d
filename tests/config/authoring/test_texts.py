"""Texts compared."""

from hypothesis import given
from hypothesis import strategies as st

from eep.config.authoring.texts import content_words, plain, similarity


def test_likeness_counts_shared_pieces() -> None:
    """Of the runs abcd, bcde and cdef, two are shared with abcdex, which has bcde, abcd and cdex: two of four."""
    assert similarity("abcdef", "abcdex") == 2 / 4
    assert similarity("abcd", "wxyz") == 0
    assert similarity("ab", "ab") == 1


def test_spelling_and_marks_do_not_count() -> None:
    """Case, punctuation, spaces and compatibility forms are set aside before texts are compared."""
    assert plain("  You are: \n \uff21\uff24\uff21! ") == "you are ada"
    assert similarity("You are Ada.", "you ARE\tada") == 1


def test_a_text_without_words_is_compared_as_it_is() -> None:
    """Emoji are no words; they are compared by themselves, not taken for nothing."""
    assert similarity("🐙🌊", "🐙🌊") == 1
    assert similarity("🐙🌊", "🌋") == 0


@given(st.text(min_size=1), st.text(min_size=1))
def test_likeness_is_a_share_and_symmetric(one: str, other: str) -> None:
    """Whatever the texts: between 0 and 1, the same both ways, and 1 for a text with itself."""
    assert 0 <= similarity(one, other) == similarity(other, one) <= 1
    assert similarity(one, one) == 1


def test_common_words_tell_nothing() -> None:
    """Function words and very short words are left out of what two texts share."""
    assert content_words("You are the one who measures, in a lab") == {"measures", "lab"}
