"""The report's sections on agents that act: returns, policies, episodes to look at."""

import re
from collections.abc import Iterable, Mapping

import polars as pl

from eep import averages
from eep.report import tables
from eep.report.design import TaskDesign
from eep.report.findings import Findings
from eep.report.markdown import bullets, image, line, table, text
from eep.report.numbers import MISSING, agent_label, interval, number, probability
from eep.report.results import Images, chart, title
from eep.report.traced import traced
from eep.trace import query


def returns(findings: Findings, images: Images) -> Iterable[str]:
    """Yield the section on closed-loop returns, the permuted-label students beside them."""
    found = tables.returns(findings)
    if found.is_empty():
        return
    yield "## In the closed loop: returns"
    yield (
        "Each agent acts in the task on its own. The unit is the cell (one trained student, or one teacher), never the episode; "
        "the standard deviation over cells stands in parentheses."
    )
    for task in [task.task for task in findings.design.tasks if task.task in set(found["task"])]:
        yield from chart(findings, images, f"returns-{task}")
        yield _returned(findings, found.filter(task=task), task)
        yield bullets([*_controls(findings, task), _episodes(found.filter(task=task))])
        yield traced(findings, *(query("returns", mean=level, task=task) for level in ("persona", "agent")))
        yield from _over_cells(findings, task)


def _over_cells(findings: Findings, task: str) -> Iterable[str]:
    """Yield interquartile means with intervals, the permuted-label students among them, and differences."""
    found = tables.pick(findings, test="T6", task=task)
    if found.is_empty():
        return
    yield (
        "Over the personas' cells: the mean of the middle half of them, with a 95 % bootstrap interval stratified by persona, "
        "and each student kind's mean difference from its own teachers and from permuted-label students of the same "
        "cells (95 % interval; *p* by flipping signs of cells, two-sided)."
    )
    value = {(row["agent"], row["contrast"]): row for row in found.iter_rows(named=True)}
    agents = dict.fromkeys(row["agent"] for row in found.filter(term="iqm").iter_rows(named=True))
    pairs = ("student-teacher", "student-permuted")
    yield table(
        [
            title(findings, task),
            "Middle half of cells",
            "minus own teachers",
            "p",
            "minus permuted labels",
            "p",
        ],
        [
            [
                text(agent_label(agent)),
                _bounded(value.get((agent, "all"))),
                *(
                    cell
                    for pair in pairs
                    for cell in (_bounded(value.get((agent, pair))), _p(value.get((agent, pair))))
                ),
            ]
            for agent in agents
        ],
        numeric=range(1, 6),
    )
    yield traced(findings, query(test="T6", task=task))


def _bounded(row: tables.Row | None) -> str:
    if row is None or row["estimate"] is None:
        return MISSING
    return f"{number(row['estimate'], 1)} ({interval(row['conf_low'], row['conf_high'], 1)})"


def _p(row: tables.Row | None) -> str:
    return MISSING if row is None else probability(row["p_value"])


def _returned(findings: Findings, found: pl.DataFrame, task: str) -> str:
    labels, kinds = findings.labels(), findings.design.task(task).students
    value = {
        (row["agent"] if row["role"] == "student" else row["role"], row["persona"]): _spread(
            row["mean"], row["sd"]
        )
        for row in found.filter(pl.col("role") != "control").iter_rows(named=True)
    }
    columns = ("teacher", *kinds)
    return table(
        [title(findings, task), "Teacher", *(text(agent_label(kind)) for kind in kinds)],
        [
            [text(label), *(value.get((column, persona), MISSING) for column in columns)]
            for persona, label in labels.items()
        ],
        numeric=range(1, len(columns) + 1),
    )


def _spread(mean: float | None, sd: float | None) -> str:
    return number(mean, 1) if sd is None else f"{number(mean, 1)} ({number(sd, 1)})"


def _controls(findings: Findings, task: str) -> Iterable[str]:
    found = averages.returns_by_agent(findings.returns.filter(task=task, role="control"))
    value = {row["agent"]: row for row in found.drop_nulls("mean").iter_rows(named=True)}
    for agent in (name for name in tables.controls(findings, task) if name in value):
        row = value[agent]
        least, greatest = number(row["least"], 1), number(row["greatest"], 1)
        many = f", {row['cells']} students from {least} to {greatest}"
        yield f"{line(agent_label(agent))}: {_spread(row['mean'], row['sd'])}{many if row['cells'] > 1 else ''}"


def _episodes(found: pl.DataFrame) -> str:
    unanswered = found["unanswered"].sum()
    left_out = (
        f"; {unanswered:,} more ended where the teacher had no answer and are left out" if unanswered else ""
    )
    return f"{found['episodes'].sum():,} episodes of {found['cells'].sum():,} cells in all{left_out}"


def policies(findings: Findings) -> Iterable[str]:
    """Yield the section on how the policies act."""
    found = tables.policies(findings)
    if not found.is_empty():
        yield "## How they act"
        yield "Teacher / student of the same persona, averaged over wordings; what the numbers mean is the task's own."
    for task in dict.fromkeys(found["task"]):
        yield _policy(findings, found.filter(task=task), task)
        yield traced(findings, query("policies", mean="persona", task=task))


def episodes(findings: Findings, animations: tuple[str, ...]) -> Iterable[str]:
    """Yield the section of films: each persona's teacher and student side by side, links to the others."""
    if not animations:
        return
    yield "## One episode each"
    yield "The first episode of an agent's first cell, replayed from its recorded states."
    files = {_stem(file.removesuffix(".svg")): file for file in animations}
    shown: set[str] = set()
    for design in findings.design.tasks:
        pairs = list(_pairs(findings, design, files))
        shown |= {file for _, *pair in pairs for file in pair}
        if pairs:
            head = [
                title(findings, design.task),
                "Teacher",
                f"Student ({text(agent_label(design.students[0]))})",
            ]
            yield table(
                head,
                [
                    [
                        text(label),
                        _film(f"Teacher of {label}", teacher),
                        _film(f"Student of {label}", student),
                    ]
                    for label, teacher, student in pairs
                ],
            )
    others = [file for file in animations if file not in shown]
    if others:
        one = len(others) == 1
        yield (
            f"{'A film' if one else 'Films'} of {len(others)} other agent{'' if one else 's'} "
            f"{'lies' if one else 'lie'} in the folder charts/."
        )


def _pairs(
    findings: Findings, design: TaskDesign, files: Mapping[str, str]
) -> Iterable[tuple[str, str, str]]:
    """Yield label, teacher's film and student's film of each persona of the first arm that has both."""
    labels = findings.labels()
    played = findings.returns.filter(pl.col("task") == design.task, pl.col("role") == "teacher")
    teachers = dict(played.select("persona", "agent").unique().sort("persona", "agent").iter_rows())
    for persona in findings.design.first_arm:
        agents = {"teacher": teachers.get(persona, ""), "student": design.students[0]}
        stems = [_stem(f"{design.task}-{role}-{agent}-{persona}") for role, agent in agents.items()]
        found = [files[stem] for stem in stems if stem in files]
        if len(found) == len(stems):
            yield labels[persona], found[0], found[1]


def _stem(name: str) -> str:
    """Return an animation's name without regard to case and punctuation, which file names lose."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _film(who: str, file: str) -> str:
    return image(f"{who}, one episode replayed", f"charts/{file}")


def _policy(findings: Findings, found: pl.DataFrame, task: str) -> str:
    labels, first = findings.labels(), findings.design.task(task).students[0]
    value = {
        (row["role"], row["persona"], row["feature"]): number(row["value"])
        for row in found.filter((pl.col("role") == "teacher") | (pl.col("agent") == first)).iter_rows(
            named=True
        )
    }
    features = list(dict.fromkeys(found["feature"]))
    rows = [
        [
            text(label),
            *(
                " / ".join(value.get((role, persona, feature), MISSING) for role in ("teacher", "student"))
                for feature in features
            ),
        ]
        for persona, label in labels.items()
    ]
    return table([title(findings, task), *map(text, features)], rows, numeric=range(1, len(features) + 1))
