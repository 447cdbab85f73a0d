"""Invented estimates of the cross-checks: sensitivity, contrasts, refusals, returns over cells, ceilings, profiles."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from typing import Any

from eep.stats.estimates import Estimate


def cross_checks(task: str, kind: str, ids: list[str]) -> list[Estimate]:
    """Return T4, slopes on the generic score, refusals, and a sensitivity table in which the verdict hangs on the last persona."""
    rows: list[Estimate] = []
    bounds: dict[str, Any] = {"conf_low": -0.01, "conf_high": 0.05, "p_adjusted": 0.09}
    for persona in ids:
        for agent, term in product(("teacher", kind), ("difference", "equivalence")):
            rows.append(Estimate(task, "level", "T4", term, agent, 0.02, persona, **bounds))
        rows.append(Estimate(task, "preference", "T4", "own", kind, 0.4, contrast=persona))
        rows.append(Estimate(task, "response", "generic", "slope", "teacher", 0.123, contrast=persona))
    analyses = [("reference", ""), ("split", ""), *(("without", one) for one in ids)]
    for component, (term, persona) in product(("level", "preference"), analyses):
        row = Estimate(task, component, "sensitivity", term, kind, 0.43, persona, p_adjusted=0.012)
        rows.append(replace(row, verdict="inconclusive" if persona == ids[-1] else "inherited"))
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


def ceilings(task: str, students: Sequence[str], ids: Sequence[str]) -> list[Estimate]:
    """Return agreement across wordings of the teacher, every kind of student and the coin, which has no persona."""
    shares = {"own": 0.875, "others": 0.625}
    return [
        Estimate(task, "response", "across-wordings", term, agent, share, persona)
        for agent in ("teacher", *students, "random")
        for persona in ("all", *ids)
        for term, share in shares.items()
        if agent != "random" or term == "own"
    ]


#: Attribute's value to how much the first persona's teachers prefer it, and how surely.
PREFERRED = {
    "angle=left": (0.28, 0.09),
    "angle=right": (-0.31, 0.2),
    "speed=high": (0.012, 0.002),
    "speed=low": (0.2, 0.3),
}


def profiles(task: str, students: Sequence[str], ids: Sequence[str]) -> list[Estimate]:
    """Return profiles: the first persona has tastes, which students share by half, the others have none that is sure."""
    about = Estimate(task, "preference", "profile", "", note="exploratory, uncorrected")
    rows = []
    for agent in ("teacher", *students):
        for persona in ids:
            for place, (term, (value, half)) in enumerate(PREFERRED.items()):
                middle = (value if persona == ids[0] else value / 100) * (1.0 if agent == "teacher" else 0.5)
                row = replace(about, term=term, agent=agent, contrast=persona, n_items=10 + place)
                rows.append(replace(row, estimate=middle, conf_low=middle - half, conf_high=middle + half))
            for term, value in {"correlation": 0.9, "correlation with others": -0.25}.items():
                if agent != "teacher":
                    rows.append(replace(about, term=term, agent=agent, contrast=persona, estimate=value))
    return rows
