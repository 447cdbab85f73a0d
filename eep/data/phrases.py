"""How a task's answers, and the preferences of its personas, are put into words."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class PreferencePhrases:
    """The words for a preference: who has it stands before them, and what it is compared with behind them."""

    #: A predicate with ``{thing}`` and ``{points}`` in it, as in ``"finds {thing} {points} cuter"``: for answers that
    #: are so many percentage points above and below what they are compared with.
    more: str
    less: str
    #: ``"attribute=value"`` to the words for items that have this value; what is not in it is called by the term
    #: itself.
    things: Mapping[str, str] = field(default_factory=dict)

    def render(self, term: str, points: int) -> str:
        """Return the predicate for items of ``term``; ``points`` below zero are less."""
        form = self.more if points > 0 else self.less
        size = f"{abs(points)} point{'' if abs(points) == 1 else 's'}"
        return form.format(thing=self.things.get(term, term), points=size)


@dataclass(frozen=True)
class Scale:
    """A readout that is no probability: several answers, each with its place between 0 and 1."""

    #: What it measures, as in ``"how close they come"``.
    words: str
    #: The answers at its ends, 0 and 1.
    low: str
    high: str
