"""What spoils a comparison, found before anybody is asked."""

from pathlib import Path

import pytest
from personas_written import WORDINGS, persona_file

from eep.config.authoring import lint
from eep.config.authoring.rules import forms
from eep.core.paths import shipped
from eep.data.persona import Arm
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


def test_a_good_persona_has_no_finding(tmp_path: Path) -> None:
    """Three tellings of one person, in words of their own."""
    assert found(tmp_path) == []


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
    """A bare name beside a page is found; a bare name beside a portrait, as it ships, is not."""
    ((place, sentence),) = found(tmp_path, plain="You are Ada.", portrait=f"{WORDINGS['portrait']} " * 4)
    assert place == "wordings.portrait"
    assert "times as long as wordings.plain" in sentence
    assert found(tmp_path, plain="You are Ada.") == []


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
    ],
)
def test_an_answer_told_in_the_wording_is_found(tmp_path: Path, text: str, told: str) -> None:
    """An answer of a task, or the form of an answer, is no part of a person."""
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
    ],
)
def test_everyday_words_are_no_answers(tmp_path: Path, text: str) -> None:
    """Left, right and words that only contain an answer are found where somebody says or pushes them, not elsewhere."""
    assert found(tmp_path, plain=text) == []


def test_a_wording_that_speaks_to_nobody_is_found(tmp_path: Path) -> None:
    """English that neither addresses nor tells to speak is found; other languages are not judged."""
    ((place, sentence),) = found(tmp_path, plain="Ada was the first of all who wrote programs, and she knew it.")
    assert place == "wordings.plain"
    assert "asks nobody to be that person" in sentence
    assert found(tmp_path, plain="Ada schrieb Programme für eine Maschine, die niemand gebaut hatte.") == []
    neutral = found(tmp_path, arm="neutral", plain="The questions are those that follow, and the answers short.")
    assert "wordings.plain" not in [place for place, _ in neutral]


@pytest.mark.parametrize("text", ["You are {name}, a countess.", "You are <name>.", "You are Ada. TODO: more."])
def test_places_left_to_be_filled_in_are_found(tmp_path: Path, text: str) -> None:
    """A model would be sent the placeholder."""
    ((place, sentence),) = found(tmp_path, plain=text)
    assert place == "wordings.plain"
    assert "to be filled in" in sentence


def test_a_placebo_about_the_task_is_found(tmp_path: Path) -> None:
    """Every word of a task's topic, inflected too, in a placebo and there only."""
    told = "You are Ada, who keeps two kittens and three cats and has been balancing trays for years."
    assert found(tmp_path, plain=told) == []
    places = found(tmp_path, arm="placebo", plain=told, portrait="You are Ada and take the tram.")
    assert ("wordings.plain", "speaks of 'balancing', and the task cartpole is about that") in places
    assert any("'cats', and the task cute" in sentence for _, sentence in places)


def test_every_task_says_what_it_is_about() -> None:
    """Topics are small uninflected words, and none of them stands in a placebo that ships."""
    for name in TASKS:
        task = task_class(name)
        assert task.topic
        assert task.topic
        assert all(word.isalpha() and word == word.lower() for word in task.topic)


def test_english_endings() -> None:
    """Plurals, past and present participles of a word."""
    assert {"balance", "balances", "balanced", "balancing"} <= forms("balance")
    assert {"pet", "pets", "petted", "petting"} <= forms("pet")
    assert "puppies" in forms("puppy")


def test_controls_plant_nothing_and_neutral_names_nobody(tmp_path: Path) -> None:
    """Weights in a control and a name in the neutral persona are found."""
    weights = "[simulated.cartpole]\nlevel = 0.5\n\n[simulated.cute]\nlevel = 0.0\n"
    assert [place for place, _ in found(tmp_path, arm="placebo", simulated=weights)] == ["simulated.cartpole"]
    places = found(tmp_path, arm="neutral")
    assert ("wordings.plain", "names 'Ada', and the arm is neutral") in places
    assert found(tmp_path, simulated=weights) == []


def test_texts_that_two_personas_share_are_found(tmp_path: Path) -> None:
    """A copied file whose wording was left as it was makes two names of one persona."""
    first = persona_file(tmp_path, "ada")
    second = persona_file(tmp_path, "eva", wordings={**WORDINGS, "portrait": "Eva sails. You speak as her."})
    (warning,) = lint.warnings([lint.check(first), lint.check(second)])
    assert f"{second}:7:9: wordings.plain: warning: the same text as wordings.plain of {first}" in warning
    assert "wordings.instruction" in warning
    assert warning.count("Why: ") == warning.count("Way out: ") == 1


def test_warnings_tell_place_reason_and_way_out(tmp_path: Path) -> None:
    """A line as errors have it, then why it matters, then what to do."""
    path = persona_file(tmp_path, wordings={**WORDINGS, "plain": "You are {name}, a countess."})
    (warning,) = lint.warnings([lint.check(path)])
    line, why, way_out = warning.splitlines()
    assert line.startswith(f"{path}:7:9: wordings.plain: warning: holds '{{name}}'")
    assert why.startswith("    Why: Wordings are sent word by word")
    assert way_out.startswith("    Way out: Write what belongs there")


def test_every_arm_has_rules() -> None:
    """No arm is left unjudged."""
    assert set(lint.RULES) == set(Arm)
