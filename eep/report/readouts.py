"""What the analysed number of a task is called: the probability of an option, or a place on a scale of several."""

from eep.report.findings import Findings
from eep.report.markdown import text
from eep.report.numbers import plain


def option(findings: Findings, task: str) -> str:
    """Return the name of a task's analysed readout, on one line."""
    return plain(findings.design.task(task).option)


def probability(findings: Findings, task: str) -> str:
    """Return what the number is: ``probability of “right”``, or ``how close they come (“approach”: 0 is “rush back”, ...)``."""
    scale = findings.scales.get(task)
    if scale is None:
        return f"probability of “{option(findings, task)}”"
    low, high = plain(scale.low), plain(scale.high)
    return f"{plain(scale.words)} (“{option(findings, task)}”: 0 is “{low}”, 1 is “{high}”)"


def points(findings: Findings, task: str) -> str:
    """Return what a hundredth of the number is a point of, as the title of an axis."""
    on_scale = task in findings.scales
    return (
        f"{'points' if on_scale else 'percentage points'} of “{option(findings, task)}”{', of 100' if on_scale else ''}"
    )


def alike(findings: Findings, task: str) -> str:
    """Return what it is that two agree on an item."""
    return "both lie on the same side of the scale's middle" if task in findings.scales else "both choose the same"


def note(findings: Findings) -> str:
    """Return a sentence for readers of words on options and how often they are chosen; nothing where no task has a scale."""
    found = [
        f"in {text(task.title)}, read {text(findings.scales[task.task].words)} for how often the option is chosen"
        for task in findings.design.tasks
        if task.task in findings.scales
    ]
    if not found:
        return ""
    words = "; ".join(found)
    return f" {words[:1].upper()}{words[1:]}; a point is a hundredth of the scale."
