"""Two personas side by side: what a model is told of each, and what the simulated teacher would plant."""

from collections.abc import Iterator
from itertools import chain

from eep.cli.views.tables import folded, table
from eep.config.authoring.planting import pulls
from eep.config.authoring.texts import content_words, similarity, words
from eep.data.persona import Persona, SimulatedWeights
from eep.tasks import TASKS, task_class


def format_comparison(one: Persona, other: Persona) -> str:
    """Return two personas side by side, as their files define them."""
    return "\n".join(chain(_who(one, other), _wordings(one, other), _words(one, other), _planted(one, other)))


def _who(one: Persona, other: Persona) -> Iterator[str]:
    yield table(
        ("", one.id, other.id),
        [
            ("name", one.name, other.name),
            ("arm", one.arm.value, other.arm.value),
            ("about", one.about, other.about),
        ],
    )


def _wordings(one: Persona, other: Persona) -> Iterator[str]:
    texts = [{wording.id: wording.text for wording in each.wordings} for each in (one, other)]
    rows, sizes = [], []
    for name in dict.fromkeys([*texts[0], *texts[1]]):
        left, right = (text.get(name) for text in texts)
        rows.append((name, left or "(none)", right or "(none)"))
        alike = "" if left is None or right is None else f"{similarity(left, right):.2f}"
        sizes.append((name, _size(left), _size(right), alike))
    yield "\nWORDINGS"
    yield table(("", one.id, other.id), rows, spaced=True)
    yield ""
    yield folded("LENGTHS in words, and LIKENESS of the two (share of four-letter pieces in common, 0 to 1)")
    yield table(("", one.id, other.id, "alike"), sizes, numbers=True)


def _size(text: str | None) -> str:
    return "" if text is None else str(len(words(text)))


def _words(one: Persona, other: Persona) -> Iterator[str]:
    used = [set().union(*(content_words(wording.text) for wording in each.wordings)) for each in (one, other)]
    shared = sorted((used[0] & used[1]) - content_words(f"{one.name} {other.name}"))
    yield ""
    yield folded(f"WORDS that say something and that both use: {', '.join(shared) or 'none'}")


def _planted(one: Persona, other: Persona) -> Iterator[str]:
    """Yield the weights for the simulated teacher, task by task, and how alike their pulls are."""
    for task in sorted(TASKS):
        sections = [each.simulated.get(task) for each in (one, other)]
        if not any(sections):
            continue
        about = task_class(task)
        yield ""
        yield folded(f"SIMULATED, {about.title}: weights in logits, towards {next(iter(about.readouts))!r}")
        left, right = (section or SimulatedWeights() for section in sections)
        yield table(("", one.id, other.id, "difference"), list(_weights(left, right)), numbers=True)
        yield folded(_correlated(task, left, right))


def _weights(one: SimulatedWeights, other: SimulatedWeights) -> Iterator[tuple[str, str, str, str]]:
    pairs = {"level": (one.level, other.level)}
    pairs |= {
        trait: (one.weights.get(trait, 0.0), other.weights.get(trait, 0.0))
        for trait in dict.fromkeys([*one.weights, *other.weights])
    }
    for name, (left, right) in pairs.items():
        yield name, f"{left:+.2f}", f"{right:+.2f}", f"{left - right:+.2f}"


def _correlated(task: str, one: SimulatedWeights, other: SimulatedWeights) -> str:
    import numpy as np

    left, right = pulls(task, [one.weights, other.weights])
    if not left.std() or not right.std():
        return "What they plant cannot be correlated: the weights of at least one of them change nothing between items."
    return (
        f"Over the task's {len(left):,} items, what the weights plant correlates by "
        f"{np.corrcoef(left, right)[0, 1]:+.2f}: at +1 a simulated teacher plays one persona under two names."
    )
