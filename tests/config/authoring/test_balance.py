"""Prompts compared: shared content words and lengths."""

from itertools import product
from math import isnan

import pytest

from eep.config.authoring.balance import balance, overlap_beside, share
from eep.config.authoring.texts import content_words
from eep.config.persona import load_persona
from eep.core.paths import shipped
from eep.data.persona import Arm, Persona, Wording


def persona(name: str, **texts: str) -> Persona:
    """Return a persona of some wordings."""
    wordings = tuple(Wording(key, text) for key, text in texts.items())
    return Persona(name, name.title(), Arm.PERSONA, "Somebody.", "", wordings)


ADA = persona("ada", plain="Ada measures engines daily.", portrait="Engines charm Ada, poet.")
BOB = persona("bob", plain="Bob charms sailors.", portrait="Sailors measure water.")


def test_shares_are_words_in_both_over_words_in_either() -> None:
    """Ada's wordings share two words of five; without her name, one of four."""
    found = balance([ADA, BOB]).overlap
    assert share(content_words("ada measures engines"), content_words("ada measures water")) == 2 / 4
    assert found.within == pytest.approx((2 / 6 + 1 / 5) / 2)
    assert found.within_unnamed == pytest.approx((1 / 5 + 1 / 4) / 2)


def test_overlap_agrees_with_loops_over_all_pairs() -> None:
    """The means over the shipped personas are those of a loop over every ordered pair of prompts."""
    personas = [one for path in shipped("personas").glob("*.toml") if (one := load_persona(path)).arm is Arm.PERSONA]
    texts = [(one.id, wording.id, content_words(wording.text)) for one in personas for wording in one.wordings]
    sums: dict[str, list[float]] = {"within": [], "between": [], "same_wording": [], "other_wording": []}
    for (p, w, mine), (q, v, theirs) in product(texts, texts):
        value = sum(word in theirs for word in mine) / len([*mine, *(word for word in theirs if word not in mine)])
        if p == q and w != v:
            sums["within"].append(value)
        if p != q:
            sums["between"].append(value)
            sums["same_wording" if w == v else "other_wording"].append(value)
    found = balance(personas).overlap._asdict()
    for name, values in sums.items():
        assert found[name] == pytest.approx(sum(values) / len(values), abs=1e-9), name
    assert found["within"] > 5 * found["between"]


def test_only_the_wordings_that_are_sent_count() -> None:
    """Of wordings that an experiment leaves out there is neither a length nor a shared word."""
    found = balance([ADA, BOB], ["plain"])
    assert [(one.persona, one.words) for one in found.lengths] == [("ada", 4), ("bob", 3)]
    assert isnan(found.overlap.within)
    assert [one.persona for one in found.ends("plain")] == ["bob", "ada"]


def test_one_persona_stands_beside_others() -> None:
    """Its own wordings are compared with each other, and each of them with every wording of the others."""
    within, between = overlap_beside(ADA, [BOB])
    assert within == pytest.approx(2 / 6)
    assert between == 0
    assert isnan(overlap_beside(persona("cy", plain="Cy."), [])[0])
