"""Invented estimates of the cross-checks: sensitivity, contrasts with neutral, refusals, returns over cells."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

from eep.stats.estimates import Estimate


def cross_checks(task: str, kind: str, ids: list[str], *, neutral: bool) -> list[Estimate]:
    """Return T4, refusals, and a sensitivity table in which the verdict hangs on the last persona."""
    rows: list[Estimate] = []
    difference = Estimate(
        task, "level", "T4", "difference", estimate=0.02, conf_low=-0.01, conf_high=0.05, p_adjusted=0.09
    )
    for persona in ids if neutral else []:
        for agent, term in product(("teacher", kind), ("difference", "equivalence")):
            rows.append(replace(difference, agent=agent, term=term, contrast=persona))
        rows.append(Estimate(task, "preference", "T4", "own", kind, 0.4, contrast=persona))
    for component, (term, persona) in product(
        ("level", "preference"), [("reference", ""), ("split", ""), *(("without", one) for one in ids)]
    ):
        survives = {"": "survives: inherited", ids[-1]: "changes to inconclusive"}
        note = "inherited" if term == "reference" else survives.get(persona, "survives: inherited")
        rows.append(
            Estimate(task, component, "sensitivity", term, kind, 0.43, persona, p_adjusted=0.012, note=note)
        )
    refused = Estimate(task, "response", "refusals", "refused", "teacher", 0.01, "between personas")
    return [*rows, replace(refused, p_value=0.04, n_excluded=1, method="exact (576)")]


def over_cells(task: str, students: Sequence[str]) -> list[Estimate]:
    """Return T6 for the teacher, every kind of student and the permuted-label students."""
    agents = ("simulated:weights", *students, "permuted")
    mean = Estimate(task, "return", "T6", "iqm", "", 100.0, "all", conf_low=90.0, conf_high=110.5)
    means = [replace(mean, agent=agent) for agent in agents]
    return means + [
        Estimate(task, "return", "T6", "difference", kind, 7.5, f"student-{other}", p_value=0.25)
        for kind, other in product(students, ("teacher", "permuted"))
    ]
