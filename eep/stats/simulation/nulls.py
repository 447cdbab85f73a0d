"""Worlds in which nothing, or only a decoy, is inherited: what a test of inheritance must keep quiet in.

Every strength is a choice, in logits, made once and here. Coin flips and generic answers alone would let most
invalid procedures pass; the others are what breaks them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from eep.stats.components import COMPONENTS, GAIN, LEVEL
from eep.stats.simulation.world import Design, Effects

ALL = tuple(COMPONENTS)
#: A taste of one's own moves how often one says yes to the items at hand, and how closely one follows the common taste.
SIDE_EFFECTS = (LEVEL, GAIN)
#: Idiosyncrasy of wordings as in most experiments, and strong.
WORDINGS = Effects(wording=0.7, wording_hidden=0.3, wording_level=0.3)
STRONG = replace(WORDINGS, wording=1.5)
MILD = replace(WORDINGS, wording=0.5)
#: Designs in which small biases would show: many items, and answers without noise.
STATED: Mapping[str, Any] = {"answers": "probability"}
#: The design in which an audit found tests of preference to be fooled.
AUDITED: Mapping[str, Any] = {**STATED, "personas": 8, "items": 120}
SHARP: Mapping[str, Any] = {**STATED, "items": 500}


@dataclass(frozen=True)
class Null:
    """One world."""

    #: For tables, and in a sentence.
    name: str
    about: str
    #: What is at work.
    effects: Effects
    #: Components in which teachers of different personas differ whatever the wording: T1 may find them.
    teachers: tuple[str, ...] = ()
    #: Components in which their students do, too: T2 may find them. What students cannot see of the items still moves
    #: how often their teacher says yes to the items that were drawn, and how closely it follows the rest; that they learn.
    inherited: tuple[str, ...] = ()
    #: What of the design is not as in the experiment.
    changes: Mapping[str, Any] = field(default_factory=dict)
    #: Whether the experiment is flawed as no test can mend; shown as a warning, never a target.
    confounded: bool = False

    def design(self, base: Design) -> Design:
        """Return ``base`` with this world's changes."""
        return replace(base, **self.changes)


NULLS = {
    null.name: null
    for null in (
        Null("N0", "coin flips", Effects(generic=0.0, generic_hidden=0.0)),
        Null("N1", "generic answers only", Effects()),
        Null("N2", "every wording has whims of its own", WORDINGS),
        Null("N2s", "strong whims, stated probabilities, 500 items", STRONG, changes=SHARP),
        Null("N2s-W2", "the same in two wordings", STRONG, changes={**SHARP, "wordings": 2}),
        # Strong whims in all of a persona's wordings lower its gain in all of them: that much is the persona's.
        Null(
            "N2h",
            "one persona's wordings are three times as erratic",
            replace(WORDINGS, erratic=3.0),
            teachers=(GAIN,),
            inherited=(GAIN,),
        ),
        Null(
            "N2hs",
            "the same, stated probabilities, 500 items",
            replace(WORDINGS, erratic=3.0),
            teachers=(GAIN,),
            inherited=(GAIN,),
            changes=SHARP,
        ),
        Null(
            "N3a",
            "personas differ, but students learn from labels without it",
            Effects(persona=0.7, transmitted=False),
            teachers=ALL,
        ),
        Null(
            "N3b",
            "personas differ in what students cannot see",
            Effects(persona_hidden=0.7),
            teachers=ALL,
            inherited=SIDE_EFFECTS,
        ),
        Null(
            "N3c",
            "the same, and wordings have whims",
            Effects(persona_hidden=0.7, wording=0.5),
            teachers=ALL,
            inherited=SIDE_EFFECTS,
        ),
        Null(
            "N3cs",
            "the same, strong, weakly penalised students, stated probabilities, 500 items",
            Effects(persona_hidden=2.0, wording=1.0),
            teachers=ALL,
            inherited=SIDE_EFFECTS,
            changes={**SHARP, "inverse_penalty": 100.0},
        ),
        Null(
            "N4",
            "personas differ only in how often they say yes",
            Effects(level=1.0),
            teachers=(LEVEL,),
            inherited=(LEVEL,),
        ),
        Null(
            "N4s",
            "personas differ only in how strongly they share the generic taste",
            Effects(scaling=0.5),
            teachers=SIDE_EFFECTS,
            inherited=SIDE_EFFECTS,
        ),
        Null(
            "N7",
            "the same, twice as strong, and wordings have whims; eight personas, 120 items, stated probabilities",
            replace(MILD, scaling=1.0),
            teachers=SIDE_EFFECTS,
            inherited=SIDE_EFFECTS,
            changes=AUDITED,
        ),
        Null(
            "N7s",
            "the same without whims, and students see all that is generic (unsolved)",
            Effects(scaling=1.0, generic_hidden=0.0),
            teachers=ALL,
            inherited=SIDE_EFFECTS,
            changes=AUDITED,
        ),
        Null(
            "N8",
            "personas weigh one attribute differently that students cannot see",
            replace(MILD, attribute=1.0),
            teachers=ALL,
            inherited=SIDE_EFFECTS,
            changes=AUDITED,
        ),
        Null(
            "N8t",
            "the same with two attributes",
            replace(MILD, attribute=1.0, attributes=2),
            teachers=ALL,
            inherited=SIDE_EFFECTS,
            changes=AUDITED,
        ),
        Null(
            "N9",
            "personas mind differently where the option is offered, which students cannot see",
            Effects(place=1.0),
            teachers=ALL,
            inherited=SIDE_EFFECTS,
            changes=AUDITED,
        ),
        Null(
            "N10",
            "one persona without effect among strong ones",
            replace(MILD, persona=1.2, bystanders=1),
            teachers=ALL,
            inherited=ALL,
        ),
        Null(
            "N11",
            "three personas without effect among strong ones",
            replace(MILD, persona=1.2, bystanders=3),
            teachers=ALL,
            inherited=ALL,
        ),
        Null(
            "N6p",
            "each persona's students learn from a half of the items of their own (confounded)",
            replace(WORDINGS, subset_per_persona=True),
            confounded=True,
        ),
    )
}

_INHERITED = Effects(persona=0.7, wording=0.5, wording_hidden=0.3, wording_level=0.3)
#: Worlds in which the persona is inherited, for the coverage of T3's interval: a name, changes of the design, effects.
COVERED: tuple[tuple[str, Mapping[str, Any], Effects], ...] = (
    ("medium effect", {}, _INHERITED),
    ("medium effect, stated probabilities", {"answers": "probability"}, _INHERITED),
    ("medium effect, eight personas in four wordings", {"personas": 8, "wordings": 4}, _INHERITED),
    ("strong effect", {}, replace(_INHERITED, persona=1.2)),
    ("medium effect, half of it unseen by students", {}, replace(_INHERITED, persona=0.5, persona_hidden=0.5)),
)
