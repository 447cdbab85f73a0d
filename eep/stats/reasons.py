"""Why there can be no verdict: of which kind the reason is, what was found, and what would help.

A reader must be able to tell a design that is too small from teachers that gave students nothing to inherit: the first asks
for more of the same, the second for other personas or stronger wordings.
"""

#: Kinds of reasons, with which each begins.
TOO_SMALL = "the design is too small"
MISSING = "answers are missing"
NOTHING = "nothing to inherit was found"
ALIKE = "the students are all alike"
UNBOUNDED = "the share that arrives has no bounds"

_WAYS_OUT = {
    MISSING: "ask again for what is missing, or leave out those who do not answer",
    NOTHING: "personas that are less alike, or wordings that tell them more strongly, would give students something to inherit",
    ALIKE: "what the teachers did is for the manipulation check to say; other training or another kind of student may show it",
    UNBOUNDED: "more personas may bound it",
}


def reason(kind: str, found: str, way_out: str = "") -> str:
    """Return ``kind: found; way_out``, with the way out that helps with reasons of this kind unless another is named."""
    return f"{kind}: {found}; {way_out or _WAYS_OUT[kind]}"
