"""The design, counted from the responses table, and findings that refuse what a report could not tell."""

from dataclasses import replace

import pytest
from invented_play import STUDENTS
from report_builder import PERSONAS, TITLES, Origin, build, verdict, verdict_frame

from eep.report import count_design


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


def test_a_comparison_of_the_tasks_own_is_counted() -> None:
    """A persona that only the table knows follows the others of its arm, and is shown by its id."""
    findings = build()
    design = count_design(
        findings.responses,
        personas=[persona for persona in PERSONAS if persona not in ("clockmaker", "tea-drinker")],
        titles=TITLES,
        students={"balance": STUDENTS},
        alpha=0.05,
        smallest_slope=0.2,
        permutations=99,
    )
    assert design.personas["persona"] == ("ferryman", "juggler", "beekeeper", "clockmaker")
    assert design.personas["placebo"] == ("tea-drinker",)
    names = {key: name for key, name in findings.names.items() if key != "tea-drinker"}
    assert replace(findings, design=design, names=names).labels()["tea-drinker"] == "tea-drinker"


def test_a_task_without_answers_is_named() -> None:
    """A task that nobody answered is an error, not a design of zeros."""
    with pytest.raises(ValueError, match="task juggling; found none"):
        count_design(
            build().responses,
            personas=list(PERSONAS),
            titles={"juggling": "Juggling"},
            students={"juggling": STUDENTS},
            alpha=0.05,
            smallest_slope=0.2,
            permutations=99,
        )


def test_an_unknown_kind_of_teacher_is_refused() -> None:
    """Only a teacher that is simulated, recorded or live can be told of."""
    with pytest.raises(ValueError, match="found 'imagined'"):
        build(provenance=Origin(kind="imagined"))


def test_missing_columns_are_named() -> None:
    """A table without its columns is an error that names them."""
    with pytest.raises(ValueError, match="contrast missing"):
        build(estimates=build().estimates.drop("contrast"))


def test_a_verdict_on_another_task_is_refused() -> None:
    """A verdict belongs to a task of the design."""
    with pytest.raises(ValueError, match="found tightrope"):
        build(verdicts=verdict_frame([verdict("tightrope", "level")]))


def test_equal_names_are_told_apart() -> None:
    """Two personas of one name are shown with their ids; names of several lines become one."""
    names = {**build().names, "ferryman": "The\n clockmaker"}
    labels = build(names=names).labels()
    assert labels["clockmaker"] == "The clockmaker (clockmaker)"
    assert labels["ferryman"] == "The clockmaker (ferryman)"
    assert labels["juggler"] == "A juggler"
