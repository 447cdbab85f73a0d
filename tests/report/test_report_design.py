"""The design, counted from the responses table, and findings that refuse what a report could not tell."""

from collections.abc import Callable
from typing import Any

import pytest
from invented_play import PERSONAS, STUDENTS
from report_builder import TITLES, Origin, build, verdict, verdict_frame

from eep.report import count_design
from eep.report.findings import StudyDesign


def test_the_design_is_counted() -> None:
    """Personas by arm in the readers' order, wordings, samples, items by split and test clusters are counted."""
    design = build().design
    assert design.personas == {
        "persona": ("clockmaker", "ferryman", "juggler", "beekeeper"),
        "neutral": ("nobody",),
        "placebo": ("tea-drinker",),
    }
    assert (design.wordings, design.samples) == (("plain", "portrait"), 1)
    task = design.task("balance")
    assert (task.items_train, task.items_test, task.clusters) == (6, 4, 2)
    assert (task.option, task.students) == ("right", STUDENTS)


def counted(**changes: Any) -> StudyDesign:
    """Return the design of the invented answers, counted with other arguments."""
    given: dict[str, Any] = {
        "personas": list(PERSONAS),
        "titles": TITLES,
        "alpha": 0.05,
        "smallest_slope": 0.2,
        "permutations": 99,
    }
    given |= changes
    return count_design(build().responses, students=dict.fromkeys(given["titles"], STUDENTS), **given)


def test_a_comparison_of_the_tasks_own_is_counted() -> None:
    """A persona that only the table knows follows the others of its arm, and is shown by its id."""
    design = counted(personas=[persona for persona in PERSONAS if persona not in ("clockmaker", "tea-drinker")])
    assert design.personas["persona"] == ("ferryman", "juggler", "beekeeper", "clockmaker")
    assert design.personas["placebo"] == ("tea-drinker",)
    names = {key: name for key, (name, _) in PERSONAS.items() if key != "tea-drinker"}
    assert build(design=design, names=names).labels()["tea-drinker"] == "tea-drinker"


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: counted(titles={"juggling": "Juggling"}), "task juggling; found none"),
        (lambda: build(provenance=Origin(kind="imagined")), "found 'imagined'"),
        (lambda: build(estimates=build().estimates.drop("contrast")), "contrast missing"),
        (lambda: build(verdicts=verdict_frame([verdict("tightrope", "level")])), "found tightrope"),
    ],
    ids=["no answers", "unknown teacher", "missing column", "unknown task"],
)
def test_what_a_report_could_not_tell_is_refused(make: Callable[[], object], told: str) -> None:
    """A task without answers, a teacher of no kind, a table without a column and a verdict on another task are named."""
    with pytest.raises(ValueError, match=told):
        make()


def test_equal_names_are_told_apart() -> None:
    """Two personas of one name are shown with their ids; names of several lines become one."""
    names = {**build().names, "ferryman": "The\n clockmaker"}
    labels = build(names=names).labels()
    assert labels["clockmaker"] == "The clockmaker (clockmaker)"
    assert labels["ferryman"] == "The clockmaker (ferryman)"
    assert labels["juggler"] == "A juggler"
