"""Texts measured and shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eep.config.authoring.texts import (
    content_words,
    most_alike,
    plain,
    sentences,
    similarity,
    spread_of_lengths,
    visible,
)


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


def test_the_most_alike_pair_and_the_spread_of_lengths() -> None:
    """Of several texts the most alike two count, and the longest beside the shortest."""
    assert most_alike(["abcdef", "wxyz", "abcdex"]) == 2 / 4
    assert most_alike(["alone"]) == 0
    assert spread_of_lengths(["abcd", "ab", "abcdef"]) == 3


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One.  Two!\nThree? Four", ["One.", "Two!", "Three?", "Four"]),
        (
            'Dr. Watson met S. Holmes. He said "Yes." Then he left.',
            ["Dr. Watson met S. Holmes.", 'He said "Yes."', "Then he left."],
        ),
        ("诗人。喜欢月亮和酒。", ["诗人。", "喜欢月亮和酒。"]),
        ("تحب الموسيقى؟ نعم.", ["تحب الموسيقى؟", "نعم."]),
        ("She lived in St.", ["She lived in St."]),
        ("   ", []),
    ],
)
def test_sentences_end_at_their_marks(text: str, found: list[str]) -> None:
    """Full stops and their like end a sentence with the quote that follows; abbreviations do not."""
    assert sentences(text) == found


@given(st.text())
def test_no_word_is_lost_between_sentences(text: str) -> None:
    """The sentences hold every letter of the text, in order."""
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


def test_common_words_tell_nothing() -> None:
    """Function words and very short words are left out of what two texts share."""
    assert content_words("You are the one who measures, in a lab") == {"measures", "lab"}


def test_nothing_steers_the_terminal() -> None:
    """Controls and changes of the reading direction become visible codes; line ends and letters of any script stay."""
    assert visible("a\x1b[31mb\x07\u202ec\u2066\x9b") == r"a\u001b[31mb\u0007\u202ec\u2066\u009b"
    assert visible("ميّ\n\tA 🐙") == "ميّ\n\tA 🐙"
