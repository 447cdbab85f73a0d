"""How alike and how long prompts are: what a comparison of personas may be misled by."""

from dataclasses import dataclass
from typing import NamedTuple


class Overlap(NamedTuple):
    """Mean share of content words that two wordings have in common; NaN where there are no two to compare.

    The share is the Jaccard index: words in both over words in either.
    """

    #: Two wordings of one persona; the same without the words of the persona's name.
    within: float
    within_unnamed: float
    #: A wording of one persona and one of another: all such pairs, those of the same wording, those of two wordings.
    between: float
    same_wording: float
    other_wording: float


class Length(NamedTuple):
    """How long one persona's prompt is in one wording."""

    persona: str
    wording: str
    words: int
    characters: int


@dataclass(frozen=True)
class Balance:
    """Overlap and lengths of the prompts of some personas."""

    overlap: Overlap
    lengths: tuple[Length, ...]

    @property
    def wordings(self) -> tuple[str, ...]:
        """The wordings, in the order in which they come first."""
        return tuple(dict.fromkeys(one.wording for one in self.lengths))

    def ends(self, wording: str) -> tuple[Length, Length]:
        """Return the shortest and the longest prompt of a wording, in words; of equally long ones the first."""
        mine = [one for one in self.lengths if one.wording == wording]
        return min(mine, key=lambda one: one.words), max(mine, key=lambda one: one.words)
