"""The report's section on other bodies: whether the persona survives a body that nobody learned in."""

from collections.abc import Iterable, Iterator

import polars as pl

from eep.core.numbers import MISSING, number, p_equals
from eep.data.query import query
from eep.report import tables
from eep.report.blocks import Block, Heading, Table, traced
from eep.report.findings import Findings
from eep.report.markdown import text
from eep.report.results import title

#: The body that was learned in, as the estimates call it.
_OWN = "own body"
_SHOWN = 0.05


def section(findings: Findings) -> Iterable[Block]:
    """Yield the section; nothing where no other body was played in."""
    found = tables.pick(findings, test="T8")
    if found.is_empty():
        return
    yield Heading("In other bodies")
    yield (
        "Students learned in one body. Here teachers and students act in others: another pole, less force, noisy senses; "
        "bolder or shyer animals, and ones that are drawn otherwise. In states that the changed body leads to, a student is compared "
        "with the teachers of its own persona in other wordings, and of other personas. The number is the share of the teachers' "
        "difference that students show (T3); *p* is that of T2, not adjusted, **bold** where it is at most .05. All of this is "
        "exploratory. Play also leads to texts that students learned from, in the wording of their own teacher; no student is "
        "compared with that wording."
    )
    for task in dict.fromkeys(found["task"]):
        yield from _task(findings, found.filter(task=task), task)


def _task(findings: Findings, found: pl.DataFrame, task: str) -> Iterator[Block]:
    bodies = list(dict.fromkeys(found["term"]))
    components = [name for name in tables.COMPONENTS if name in set(found["component"])]
    value = {(row["term"], row["component"], row["contrast"]): row for row in found.iter_rows(named=True)}
    rows = [
        [text(body), *(_cell(value[body, part, "slope"], value[body, part, "similarity"]) for part in components)]
        for body in bodies
    ]
    yield Table.of([title(findings, task), *(part.capitalize() for part in components)], rows)
    yield _sentence([body for body in bodies if body != _OWN], components, value)
    measures = [name for name in dict.fromkeys(found["component"]) if name not in tables.COMPONENTS]
    if measures:
        yield (
            "What play comes to, on average over students; in parentheses how far the personas keep the order that they have in "
            "their own body (Spearman's correlation of the personas' means)."
        )
        outcomes = [[text(body), *(_outcome(value, body, part) for part in measures)] for body in bodies]
        yield Table.of([title(findings, task), *map(text, measures)], outcomes)
    yield traced(findings, query(test="T8", task=task))


def _cell(slope: tables.Row, test: tables.Row) -> str:
    p = test["p_value"]
    if p is None:
        return MISSING
    told = f"{number(slope['estimate'])} ({p_equals(p)})"
    return f"**{told}**" if p <= _SHOWN else told


def _sentence(bodies: list[str], components: list[str], value: dict[tuple[str, str, str], tables.Row]) -> str:
    told = []
    for part in components:
        at_home = value[_OWN, part, "similarity"]["p_value"]
        if at_home is None or at_home > _SHOWN:
            continue
        kept = sum((value[body, part, "similarity"]["p_value"] or 1.0) <= _SHOWN for body in bodies)
        told.append(f"in {part} it shows in {kept} of {len(bodies)} changed bodies")
    if not told:
        return "The persona does not show in the own body (p above .05 in every component), so that nothing can be said of others."
    return f"The persona shows in the own body; {'; '.join(told)}."


def _outcome(value: dict[tuple[str, str, str], tables.Row], body: str, measure: str) -> str:
    mean, order = value.get((body, measure, "mean")), value.get((body, measure, "order"))
    if mean is None or mean["estimate"] is None:
        return MISSING
    kept = "" if order is None or order["estimate"] is None else f" ({number(order['estimate'])})"
    return f"{number(mean['estimate'])}{kept}"
