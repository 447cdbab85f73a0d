"""What ``eep audit`` prints: the name that is given, or that none is, and a line for each suspect."""

from typing import TYPE_CHECKING

import numpy as np

from eep.cli.views.tables import folded, table
from eep.core.numbers import MISSING, number, p_equals, percent, probability
from eep.stats.audit import POWER

if TYPE_CHECKING:
    from eep.pipeline.audit import Report


def of_report(report: "Report") -> str:
    """Return the answer, the table, and what its columns mean."""
    found = report.found
    told = [folded(_answer(report)), *map(folded, report.notes)]
    if not report.testable:
        return "\n".join(told)
    rows = [
        (
            found.personas[place],
            number(float(found.resemblance[place])),
            probability(float(found.p_value[place])),
            probability(float(found.p_adjusted[place])),
            _share(report, place),
        )
        for place in np.argsort(-found.resemblance, kind="stable").tolist()
    ]
    meaning = (
        "Resemblance: cosine of what the policy favours, beyond what is generic, with what a suspect favours beyond the others "
        "(-1 to 1). p: how often policies that are none of the suspect's resemble it as much; adjusted for the number of "
        "suspects. Would be found: the smallest share at which a student of the suspect in a wording not seen, mixed into this "
        f"policy, would be named in {percent(POWER)} of cases; {MISSING} where none would be so often."
    )
    return "\n".join(
        [
            *told,
            "",
            table(("suspect", "resemblance", "p", "adjusted", "would be found"), rows, numbers=True),
            "",
            folded(meaning),
        ]
    )


def _share(report: "Report", place: int) -> str:
    share = float(report.found.share[place])
    if report.found.personas[place] == report.named:
        return "found"
    return percent(share) if np.isfinite(share) else MISSING


def _answer(report: "Report") -> str:
    found, about = report.found, f"{report.policy}, {report.task}, beside the personas of {report.run}"
    if not report.testable:
        return (
            f"{about}: not testable. What the run's personas favour does not show in their own students there (its verdict "
            "on preference is not inherited), so that a name would be an accident."
        )
    least = float(found.p_adjusted.min())
    if not report.named:
        return (
            f"{about}: none of them. No suspect is resembled more than by accident (least adjusted {p_equals(least)})."
        )
    place = found.personas.index(report.named)
    p = p_equals(float(found.p_adjusted[place]))
    others = [
        name for name, q in zip(found.personas, found.p_adjusted, strict=True) if q <= 0.05 and name != report.named
    ]
    also = f" It also resembles {', '.join(others)}, less." if others else ""
    return f"{about}: {report.named} ({report.names[report.named]}), adjusted {p}.{also}"
