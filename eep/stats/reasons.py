"""Why there can be no verdict: of which kind the reason is, what was found, and what would help.

A reader must be able to tell a design that is too small from teachers that gave students nothing to inherit: the first asks
for more of the same, the second for other personas or stronger wordings.
"""

from typing import Self

from eep.stats.estimates import KINDS

TOO_SMALL, MISSING, NOTHING, ALIKE, UNBOUNDED = KINDS

_WAYS_OUT = {
    MISSING: "ask again for what is missing, or leave out those who do not answer",
    NOTHING: "personas that are less alike, or wordings that tell them more strongly, would give students something to inherit",
    ALIKE: "what the teachers did is for the manipulation check to say; other training or another kind of student may show it",
    UNBOUNDED: "more personas may bound it",
}


class Reason(str):
    """A reason in words, and its ``kind``, one of `eep.stats.estimates.KINDS`; both are empty where there is none."""

    __slots__ = ("kind",)
    kind: str

    def __new__(cls, text: str = "", kind: str = "") -> Self:
        """Make a string that knows its kind."""
        made = super().__new__(cls, text)
        made.kind = kind
        return made


#: Nothing is in the way.
NONE = Reason()


def reason(kind: str, found: str, way_out: str = "") -> Reason:
    """Return ``kind in words: found; way_out``, with the way out that helps with reasons of this kind unless another is named."""
    return Reason(f"{KINDS[kind]}: {found}; {way_out or _WAYS_OUT[kind]}", kind)
