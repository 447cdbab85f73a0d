"""Drafts of the wordings of a new persona, made from a name and a description, in the manner of the shipped ones."""

from collections.abc import Callable, Mapping

from eep.config.authoring.rules import LIKENESS, SPREAD
from eep.config.authoring.texts import CLOSERS, MARKS, most_alike, sentences, spread_of_lengths
from eep.data.persona import Arm, Persona

#: The wordings that the shipped experiments ask in.
WORDINGS = ("plain", "portrait", "instruction")
_ARTICLES = ("a ", "an ", "the ")

Drafts = dict[str, str]


def drafts(name: str, about: str, arm: Arm) -> Drafts:
    """Return wording id -> a text to start from, in three forms: an address, a portrait, an instruction.

    A description of several sentences is shared out, so that no two wordings say the same in the same words; where
    that cannot be done, the description stands in the portrait, and the others rely on the name. Somebody whom
    nobody has read about needs more than that: the drafts are there to be changed.
    """
    return _MAKERS[arm](_one_line(name), about)


def by_name_alone(persona: Persona) -> tuple[str, ...]:
    """Return which wordings of a persona tell a model the name and nothing else, as drafts do; of controls none."""
    if persona.arm is not Arm.PERSONA:
        return ()
    bare = _named(_one_line(persona.name), sentences(persona.about) or [""])
    return tuple(
        wording.id
        for wording in persona.wordings
        if wording.id != "portrait" and wording.text == bare.get(wording.id)
    )


def _nobody(name: str, about: str) -> Drafts:
    """Name nobody: neither the name nor the description may reach a model."""
    del name, about
    return {
        "plain": "You are a helpful assistant.",
        "portrait": "Somebody asks, and you answer as you see it yourself.",
        "instruction": "Give your own judgement on each of the questions below.",
    }


def _somebody(name: str, about: str) -> Drafts:
    told = sentences(about)
    candidates = [_named(name, told)]
    if len(told) > 1:
        candidates.insert(0, _shared_out(name, told))
    # The first without a finding, else the one with the fewest: `min` keeps the first of equals.
    return min(candidates, key=_findings)


_MAKERS: Mapping[Arm, Callable[[str, str], Drafts]] = {
    Arm.PERSONA: _somebody,
    Arm.PLACEBO: _somebody,
    Arm.NEUTRAL: _nobody,
}


def _findings(texts: Drafts) -> int:
    """Return how many of the rules on a persona's wordings some drafts break."""
    return (most_alike(texts.values()) > LIKENESS) + (spread_of_lengths(texts.values()) > SPREAD)


def _shared_out(name: str, told: list[str]) -> Drafts:
    """Let the first sentence address, all of them portray, and those after the first instruct."""
    first, *rest = told
    return {
        "plain": _addressed(name, first),
        "portrait": _portrait(name, told),
        "instruction": " ".join([f"Answer exactly as {name} would.", *map(_ended, rest)]),
    }


def _named(name: str, told: list[str]) -> Drafts:
    """Only the portrait describes; the others call up whatever is known of the name."""
    return {
        "plain": _ended(f"You are {name}"),
        "portrait": _portrait(name, told),
        "instruction": (
            f"Answer exactly as {name} would. Draw on what is known of {name}, not on what most people would say."
        ),
    }


def _addressed(name: str, sentence: str) -> str:
    if _begins_with_article(sentence):
        return _ended(f"You are {name}, {sentence[0].lower()}{sentence[1:]}")
    return f"{_ended(f'You are {name}')} {_ended(sentence)}"


def _portrait(name: str, told: list[str]) -> str:
    first, *rest = told
    if _begins_with_article(first):
        first = f"{name} is {first[0].lower()}{first[1:]}"
    elif name.casefold() not in first.casefold():
        first = f"{_ended(f'This is {name}')} {first}"
    return " ".join([*map(_ended, [first, *rest]), _ended(f"You speak as {name}")])


def _begins_with_article(sentence: str) -> bool:
    return sentence.casefold().startswith(_ARTICLES)


def _ended(sentence: str) -> str:
    """Return a sentence with a mark at its end, a full stop if it has none."""
    marked = sentence.rstrip(CLOSERS).endswith(tuple(MARKS))
    return sentence if marked else sentence.rstrip(",;: ") + "."


def _one_line(text: str) -> str:
    return " ".join(text.split())
