"""Films of episodes: which there are, and each persona's teacher and student side by side."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

import polars as pl

from eep.report.blocks import Block, Heading, Table
from eep.report.findings import Findings, TaskDesign
from eep.report.markdown import image, text
from eep.report.numbers import agent_label
from eep.report.results import title

HEADING = "One episode each"
WHAT = "One episode of an agent's first cell, replayed from its recorded states; it begins in the same way for all agents of a task."


class Pair(NamedTuple):
    """A persona's films: its id, its name for readers, the files of its teacher's and its student's film."""

    persona: str
    label: str
    teacher: str
    student: str


def section(findings: Findings, animations: Collection[str]) -> Iterable[Block]:
    """Yield the section of films: each persona's teacher and student side by side, where the others lie."""
    if not animations:
        return
    yield Heading(HEADING)
    yield WHAT
    shown: set[str] = set()
    for design in findings.design.tasks:
        side_by_side = list(pairs(findings, design, animations))
        shown |= {file for pair in side_by_side for file in (pair.teacher, pair.student)}
        if side_by_side:
            yield from seen(findings, design.task)
            student = f"Student ({text(agent_label(design.students[0]))})"
            yield Table.of([title(findings, design.task), "Teacher", student], map(_row, side_by_side))
    others = [file for file in animations if file not in shown]
    if others:
        one = len(others) == 1
        yield (
            f"{'A film' if one else 'Films'} of {len(others)} other agent{'' if one else 's'} "
            f"{'lies' if one else 'lie'} in the folder charts/."
        )


def seen(findings: Findings, task: str) -> Iterable[str]:
    """Yield what is seen in a task's films, if the task says so."""
    if words := findings.films.get(task):
        yield f"{title(findings, task)}: {text(words[:1].lower() + words[1:])}"


def pairs(findings: Findings, design: TaskDesign, animations: Iterable[str]) -> Iterable[Pair]:
    """Yield the films of each persona of the first arm whose teacher and student both have one."""
    files = by_stem(animations)
    labels = findings.labels()
    played = findings.returns.filter(pl.col("task") == design.task, pl.col("role") == "teacher")
    teachers = dict(played.select("persona", "agent").unique().sort("persona", "agent").iter_rows())
    for persona in findings.design.first_arm:
        agents = {"teacher": teachers.get(persona, ""), "student": design.students[0]}
        stems = [stem(f"{design.task}-{role}-{agent}-{persona}") for role, agent in agents.items()]
        found = [files[name] for name in stems if name in files]
        if len(found) == len(stems):
            yield Pair(persona, labels[persona], *found)


def by_stem(animations: Iterable[str]) -> Mapping[str, str]:
    """Return stem to file name."""
    return {stem(file.removesuffix(".svg")): file for file in animations}


def stem(name: str) -> str:
    """Return an animation's name without regard to case and punctuation, which file names lose."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _row(pair: Pair) -> list[str]:
    who = {f"Teacher of {pair.label}": pair.teacher, f"Student of {pair.label}": pair.student}
    return [text(pair.label), *(image(f"{name}, one episode replayed", f"charts/{file}") for name, file in who.items())]
