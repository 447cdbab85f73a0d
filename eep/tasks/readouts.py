"""What kind of number a task's analysed readout is."""

from eep.data.phrases import Scale
from eep.tasks.base import Task, analysed, analysed_readout


def scale(task: Task) -> Scale | None:
    """Return the scale that a task's analysed readout is; None where it is how likely an option is, or one of some options."""
    weights = analysed(task)
    if all(weight in {0.0, 1.0} for weight in weights.values()):
        return None
    places = {option: weights.get(option, 0.0) for option in task.options}
    low, high = (
        " / ".join(option for option, place in places.items() if place == end)
        for end in (min(places.values()), max(places.values()))
    )
    words = task.component_phrases.get("level") or f"how much they {analysed_readout(task)}"
    return Scale(words, low, high)
