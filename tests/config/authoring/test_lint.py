"""What spoils a comparison, found before anybody is asked, and how texts are compared for that."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from personas_written import WORDINGS, persona_file

from eep.config.authoring import lint
from eep.config.authoring.rules import forms
from eep.config.authoring.texts import content_words, plain, similarity
from eep.core.paths import shipped
from eep.tasks import TASKS, task_class

SHIPPED = sorted(shipped("personas").glob("*.toml"))


def found(folder: Path, arm: str = "persona", simulated: str = "", **changes: str) -> list[tuple[str, str]]:
    """Return place and sentence of every finding in a persona some of whose wordings are changed."""
    path = persona_file(folder, arm=arm, wordings={**WORDINGS, **changes}, simulated=simulated)
    return [(".".join(map(str, each.path)), each.found) for each in lint.findings(lint.check(path).persona)]


def test_the_personas_that_ship_have_no_finding() -> None:
    """Each by itself and all beside each other, controls included."""
    assert len(SHIPPED) == 11
    assert lint.warnings([lint.check(path) for path in SHIPPED]) == []


def test_near_copies_are_found(tmp_path: Path) -> None:
    """A wording in which little was changed is told with how much it shares, and with which."""
    ((place, sentence),) = found(tmp_path, portrait=WORDINGS["plain"].replace("who writes", "she writes"))
    assert place == "wordings.portrait"
    assert sentence.startswith("nearly the same text as wordings.plain: they share 8")
    assert "from 60% on" in sentence


def test_one_description_in_three_frames_is_found(tmp_path: Path) -> None:
    """Another frame around the same sentence is no other wording: each pair is a finding."""
    who = "a harbour pilot who trusts the tide more than any instrument"
    places = found(
        tmp_path,
        plain=f"You are Hugo, {who}.",
        portrait=f"Hugo is {who}. You speak as Hugo.",
        instruction=f"Answer exactly as Hugo would: {who}.",
    )
    assert [place for place, _ in places] == ["wordings.portrait", "wordings.instruction", "wordings.instruction"]


def test_very_different_lengths_are_found(tmp_path: Path) -> None:
    """A bare name beside a page is found."""
    ((place, sentence),) = found(tmp_path, plain="You are Ada.", portrait=f"{WORDINGS['portrait']} " * 4)
    assert place == "wordings.portrait"
    assert "times as long as wordings.plain" in sentence


def test_one_wording_is_none(tmp_path: Path) -> None:
    """With one wording nothing can be told, and the finding says so."""
    path = persona_file(tmp_path, wordings={"plain": WORDINGS["plain"]})
    (finding,) = lint.findings(lint.check(path).persona)
    assert finding.path == ("wordings",)
    assert "not testable" in finding.why


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("You are Ada, who finds every animal cute.", "'cute'"),
        ("You are Ada. You always push left.", "'left'"),
        ("You are Ada, and prefer to push to the right.", "'right'"),
        ('You are Ada, and your answer to everything is "left".', "'left'"),
        ("You are Ada. Always say yes to whatever you are asked.", "'Always say"),
        ("You are Ada. Answer in JSON, please.", "'Answer in JSON'"),
        ("You are Ada, and you choose at random.", "'at random'"),
        ("You are {name}, a countess.", "to be filled in"),
        ("You are <name>.", "to be filled in"),
        ("You are Ada. TODO: more.", "to be filled in"),
        ("Ada was the first of all who wrote programs, and she knew it.", "asks nobody to be that person"),
    ],
)
def test_what_belongs_in_no_wording_is_found(tmp_path: Path, text: str, told: str) -> None:
    """An answer of a task or its form, a place left to be filled in, and English that speaks to nobody."""
    places = found(tmp_path, plain=text)
    assert {place for place, _ in places} == {"wordings.plain"}
    assert any(told in sentence for _, sentence in places)


@pytest.mark.parametrize(
    "text",
    [
        "You are Ada, who left England once, and thought that she was right.",
        "You are Ada, whose right hand does not know what the left one writes.",
        "You are Ada, and you will say the right thing at the wrong time.",
        "You are Ada, always ready to answer a letter, never at a loss.",
        "You are Ada, quite an acute and executive mind.",
        "You are Ada.",
        "Ada schrieb Programme für eine Maschine, die niemand gebaut hatte.",
    ],
)
def test_what_belongs_in_a_wording_is_not_found(tmp_path: Path, text: str) -> None:
    """Words that only contain an answer and are neither said nor pushed, a bare name, and other languages."""
    assert found(tmp_path, plain=text) == []
    neutral = found(tmp_path, arm="neutral", plain="The questions are those that follow, and the answers short.")
    assert "wordings.plain" not in [place for place, _ in neutral]


def test_a_placebo_about_the_task_is_found(tmp_path: Path) -> None:
    """Every word of a task's topic, inflected too, in a placebo and there only."""
    told = "You are Ada, who keeps two kittens and three cats and has been balancing trays for years."
    assert found(tmp_path, plain=told) == []
    places = found(tmp_path, arm="placebo", plain=told, portrait="You are Ada and take the tram.")
    assert ("wordings.plain", "speaks of 'balancing', and the task cartpole is about that") in places
    assert any("'cats', and the task cute" in sentence for _, sentence in places)


def test_every_task_says_what_it_is_about() -> None:
    """In small words without an ending."""
    for topic in (task_class(name).topic for name in TASKS):
        assert topic
        assert all(word.isalpha() and word == word.lower() for word in topic)


def test_english_endings() -> None:
    """Plurals, past and present participles of a word."""
    assert {"balance", "balances", "balanced", "balancing"} <= forms("balance")
    assert {"pet", "pets", "petted", "petting"} <= forms("pet")
    assert "puppies" in forms("puppy")


def test_controls_plant_nothing_and_neutral_names_nobody(tmp_path: Path) -> None:
    """Weights in a control and a name in the neutral persona are found."""
    weights = "[simulated.cartpole]\nlevel = 0.5\n\n[simulated.cute]\nlevel = 0.0\n\n[simulated.encounter]\n"
    assert [place for place, _ in found(tmp_path, arm="placebo", simulated=weights)] == ["simulated.cartpole"]
    places = found(tmp_path, arm="neutral")
    assert ("wordings.plain", "names 'Ada', and the arm is neutral") in places
    assert found(tmp_path, simulated=weights) == []


@pytest.mark.parametrize("arm", ["persona", "placebo"])
def test_a_task_that_weights_leave_out_is_found(tmp_path: Path, arm: str) -> None:
    """Of a file with some sections for the simulated teacher, which would refuse the persona there; of one with none nothing."""
    ((place, sentence),) = found(tmp_path, arm=arm, simulated="[simulated.cartpole]\n\n[simulated.cute]\n")
    assert (place, sentence) == ("simulated", "sections for cartpole, cute and none for encounter")
    (warning,) = lint.warnings([lint.check(tmp_path / "ada.toml")])
    assert "Way out: Write [simulated.encounter] (level = 0 and no weights plant nothing)" in warning
    assert found(tmp_path, arm=arm) == []


def test_texts_that_two_personas_share_are_found(tmp_path: Path) -> None:
    """A wording that was copied makes two names of one persona: told with place, reason and way out."""
    first = persona_file(tmp_path, "ada")
    second = persona_file(tmp_path, "eva", wordings={**WORDINGS, "portrait": "Eva sails. You speak as her."})
    (warning,) = lint.warnings([lint.check(first), lint.check(second)])
    assert warning.startswith(f"{second}:7:9: wordings.plain: warning: the same text as wordings.plain of {first}")
    assert "wordings.instruction" in warning
    *_, why, way_out = warning.splitlines()
    assert why.startswith("    Why: ")
    assert way_out.startswith("    Way out: ")


def test_likeness_counts_shared_pieces() -> None:
    """Runs of four characters, whatever their spelling and marks; emoji, which are no words, by themselves."""
    assert similarity("abcdef", "abcdex") == 2 / 4  # abcd and bcde, of these and cdef and cdex
    assert similarity("abcd", "wxyz") == similarity("🐙🌊", "🌋") == 0
    assert similarity("ab", "ab") == similarity("🐙🌊", "🐙🌊") == similarity("You are Ada.", "you ARE\tada") == 1
    assert plain("  You are: \n \uff21\uff24\uff21! ") == "you are ada"


@given(st.text(min_size=1), st.text(min_size=1))
def test_likeness_is_a_share_and_symmetric(one: str, other: str) -> None:
    """Whatever the texts: between 0 and 1, the same both ways, and 1 for a text with itself."""
    assert 0 <= similarity(one, other) == similarity(other, one) <= 1
    assert similarity(one, one) == 1


def test_common_words_tell_nothing() -> None:
    """Function words and very short words are left out of what two texts share."""
    assert content_words("You are the one who measures, in a lab") == {"measures", "lab"}
