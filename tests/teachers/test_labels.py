"""Reading options from a model's words and from the probabilities of its first token."""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eep.teachers import labels

OPTIONS = ("left", "right")
MOVES = ("step back", "stay", "step closer")
WORDS = {"left": "left", "right": "right"}
#: How a token may show a word: a space or a tokenizer's sign for it before, capitals, the first syllable, a stop.
SHAPES = ("{}", " {}", "Ġ{}", "▁{}", "{}.", '"{}')


def variants(word: str) -> list[str]:
    """Return tokens that begin a word, all different."""
    stems = [word[:size] for size in range(1, len(word) + 1)]
    return [shape.format(stem) for stem in (*stems, word.capitalize(), word.upper()) for shape in SHAPES]


@settings(deadline=None)
@given(option=st.sampled_from(OPTIONS), space=st.text(" \n\t", max_size=3))
def test_an_option_is_read_in_both_forms(option: str, space: str) -> None:
    """As the schema has it, however it is indented, and as a bare word."""
    assert labels.chosen(json.dumps({"answer": option}, indent=len(space)), OPTIONS) == option
    assert labels.chosen(f"{space}{option.title()}.{space}", OPTIONS) == option


@settings(deadline=None)
@given(st.text(max_size=30))
def test_nothing_else_is_an_option(text: str) -> None:
    """No text raises anything but the error that says so, and only an option's own letters are taken for it."""
    try:
        found = labels.chosen(text, OPTIONS)
    except labels.NotAnOptionError:
        return
    assert found in text.casefold()
    assert [letter for letter in text.casefold() if letter.isalpha()] == [*found]


@settings(deadline=None)
@given(spaces=st.text(" \t\r\n", min_size=1, max_size=4), form=st.sampled_from(["{}", "**{}**", '"{}".', "{}\n"]))
def test_an_option_of_two_words_is_read_in_any_spacing(spaces: str, form: str) -> None:
    """As a bare word and in the schema's form; with a word more it is none."""
    said = f"step{spaces}closer"
    for text in (form.format(said.title()), json.dumps({"answer": said})):
        assert labels.chosen(text, MOVES) == "step closer"
    for text in (f"I{spaces}{said}", f"{said}{spaces}now", "stepcloser", "step", "step-closer", f"{said}{spaces}stay"):
        with pytest.raises(labels.NotAnOptionError):
            labels.chosen(text, MOVES)


def test_options_that_differ_in_capitals_only_are_not_guessed() -> None:
    """A bare word that fits two options fits none; the schema's form is exact."""
    with pytest.raises(labels.NotAnOptionError):
        labels.chosen("polish", ("Polish", "polish"))
    assert labels.chosen('{"answer": "polish"}', ("Polish", "polish")) == "polish"


@settings(deadline=None)
@given(data=st.data(), right=st.floats(0, 1), lost=st.floats(0, 0.1, exclude_max=True))
def test_probabilities_survive_their_tokens(data: st.DataObject, right: float, lost: float) -> None:
    """However a probability is spread over a word's tokens, whatever else comes, and in whatever order."""
    tokens: dict[str, float] = {"I": lost}
    for word, mass in (("left", (1 - lost) * (1 - right)), ("right", (1 - lost) * right)):
        names = data.draw(st.lists(st.sampled_from(variants(word)), min_size=1, max_size=5, unique=True))
        weights = data.draw(st.lists(st.floats(0.1, 1), min_size=len(names), max_size=len(names)))
        tokens |= {name: mass * weight / sum(weights) for name, weight in zip(names, weights, strict=True)}
    logged = [(token, math.log(share) if share else -math.inf) for token, share in tokens.items()]
    shuffled = data.draw(st.permutations(logged + logged[:2]))  # what was said stands among the likeliest again
    found = labels.soft(shuffled, WORDS)
    assert found.probabilities["right"] == pytest.approx(right, abs=1e-9)
    assert math.fsum(found.probabilities.values()) == pytest.approx(1, abs=1e-12)
    assert found.coverage == pytest.approx(1 - lost, abs=1e-9)
    assert labels.soft(sorted(shuffled), WORDS).probabilities == pytest.approx(found.probabilities)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([*variants("left"), *variants("right"), "I", "", "\n"]),
            st.floats(-9999, 5) | st.just(math.nan),
        ),
        max_size=25,
    )
)
def test_soft_labels_are_probabilities_or_an_error(tokens: list[tuple[str, float]]) -> None:
    """Whatever a server sends: values in [0, 1] that sum to 1 over all options, made of 90 % at least."""
    try:
        found = labels.soft(tokens, WORDS)
    except labels.NotAnOptionError:
        return
    assert set(found.probabilities) == set(OPTIONS)
    assert all(0 <= share <= 1 for share in found.probabilities.values())
    assert math.fsum(found.probabilities.values()) == pytest.approx(1, abs=1e-9)
    assert labels.COVERAGE <= found.coverage <= 1


@pytest.mark.parametrize("token", ["leftover", "lef t", "rightwards", "-", "\n", "", "le_ft"])
def test_tokens_that_go_beyond_a_word_are_not_the_word(token: str) -> None:
    """They count as said of no option."""
    tokens = [("left", math.log(0.92)), (token, math.log(0.08))]
    assert labels.soft(tokens, WORDS).coverage == pytest.approx(0.92)


def test_probabilities_that_are_none_are_refused() -> None:
    """Log probabilities above 0, and shares that sum to more than 1, are a server's mistake."""
    with pytest.raises(labels.NotAnOptionError, match="at most 0, found 1"):
        labels.soft([("left", 1.0)], WORDS)
    with pytest.raises(labels.NotAnOptionError, match=r"sum to at most 1, found 1\.800"):
        labels.soft([("left", math.log(0.9)), (" left", math.log(0.9))], WORDS)


@settings(deadline=None)
@given(st.lists(st.text("abrc ", min_size=1, max_size=4), min_size=2, max_size=5, unique=True))
def test_labels_are_told_apart_by_their_first_character(options: list[str]) -> None:
    """Options with different first characters are their own labels; others get letters, and the letters are offered."""
    found = labels.labelled(options)
    assert [*found.values()] == options
    assert len({label[0].casefold() for label in found}) == len(options)
    offered = labels.offer(found)
    assert bool(offered) == ([*found] != options)
    assert all(f"{label} for {option}" in offered for label, option in found.items() if label != option)


def test_letters_are_capitals() -> None:
    """An "a" may begin any sentence, an "A" after a space is the label."""
    lettered = {"A": "left", "B": "leave"}
    tokens = [(" A", math.log(0.6)), ("B", math.log(0.35)), ("a", math.log(0.05))]
    found = labels.soft(tokens, lettered)
    assert found.probabilities == pytest.approx({"left": 0.6 / 0.95, "leave": 0.35 / 0.95})
    assert found.coverage == pytest.approx(0.95)
