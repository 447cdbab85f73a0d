"""The report's sections on results: a chart, a sentence, a table each."""

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from eep.core.numbers import interval, number, percent, probability, significant
from eep.data.query import query
from eep.report import tables
from eep.report.blocks import Block, Bullets, Chart, Heading, Table, commands, traced
from eep.report.charts import nearest
from eep.report.figure import Figure
from eep.report.findings import Findings
from eep.report.markdown import text
from eep.report.numbers import agent_label

Images = Mapping[str, Figure]

#: What each control is, told where it is among the results.
CONTROLS = {
    "generic": (
        "The *generic* student learned the mean answers of the neutral arm; agreement tells of a persona only by "
        "how far it exceeds the generic student's."
    ),
    "permuted": "Students of *permuted labels* learned answers shuffled among the items.",
    "caption": (
        "The *caption student* learned from the teacher's captions as a text encoder reads them: what it has more than "
        "the student, seeing loses against reading."
    ),
    "pixels": (
        "The *pixel student* saw the picture without an encoder: what it has less than the student, the encoder adds."
    ),
    "random": "The *fair coin* learned nothing.",
}


def chart(findings: Findings, images: Images, name: str) -> Iterable[Chart]:
    """Yield a chart if it was drawn, with the commands that print its numbers."""
    if name in images:
        yield Chart(images[name], commands(findings, *images[name].traced))


def title(findings: Findings, task: str) -> str:
    """Return a task's title as Markdown."""
    return text(findings.design.task(task).title)


def head(words: str) -> str:
    """Return the head of a column as Markdown, with a capital; symbols such as *p* stand as they are written."""
    return text(words[:1].upper() + words[1:])


def shares(findings: Findings, images: Images) -> Iterable[Block]:
    """Yield the section on what the teachers' answers are made of."""
    found = tables.shares(findings)
    if found.is_empty():
        return
    yield Heading("What the teachers' answers are made of")
    yield from chart(findings, images, "shares")
    for task in dict.fromkeys(found["task"]):
        part = dict(found.filter(task=task).select("part", "share").iter_rows())
        yield (
            f"{title(findings, task)}: {percent(part.get('generic'), 1)} of the variance of the teachers' answers is "
            f"generic, the same for all personas; {percent(part.get('level'), 1)} belongs to the personas' levels, "
            f"{percent(part.get('preference'), 1)} to their preferences, {percent(part.get('wording'), 1)} to the wording "
            f"alone, {percent(part.get('rest'), 1)} is rest."
        )


def matrices(findings: Findings, images: Images) -> Iterable[Block]:
    """Yield the section on matched against mismatched similarity."""
    pairs = [(task.task, part) for task in findings.design.tasks for part in tables.components(findings)]
    shown = [(task, part) for task, part in pairs if f"matrix-{task}-{part}" in images]
    if not shown:
        return
    yield Heading("Matched against mismatched")
    yield (
        "Each row is the students of one persona, each column the teachers of one persona in another wording. "
        "Inheritance is a diagonal that stands out."
    )
    for task, component in shown:
        yield from chart(findings, images, f"matrix-{task}-{component}")
        yield f"{title(findings, task)}, {text(component)}: {text(nearest(findings, task, component))}."


def effects(findings: Findings, images: Images) -> Iterable[Block]:
    """Yield the section on slopes and p-values."""
    found = tables.effects(findings)
    if found.is_empty():
        return
    yield Heading("How much arrives")
    yield from chart(findings, images, "slopes")
    yield Table.of_rows(
        found.iter_rows(named=True),
        {
            "Task": lambda row: title(findings, row["task"]),
            "Component": lambda row: text(row["component"]),
            "Student": lambda row: text(agent_label(row["student"])),
            "Matched": lambda row: significant(row["matched"]),
            "Mismatched": lambda row: significant(row["mismatched"]),
            "Slope": lambda row: number(row["slope"]),
            "95 % interval": lambda row: interval(row["conf_low"], row["conf_high"]),
            "p joint": lambda row: probability(row["p_joint"]),
            "p block": lambda row: probability(row["p_block"]),
            "p item": lambda row: probability(row["p_item"]),
            "p": lambda row: probability(row["p_value"]),
            "Holm p": lambda row: probability(row["p_adjusted"]),
        },
        numeric=range(3, 12),
    )
    yield traced(findings, query(test=("T2", "T3")))
    yield (
        "*p* is the largest of three: *joint* guards against accidents of a wording, *block* against teachers that differ "
        "while students do not transmit it, *item* (preference only) against accidents of these items. Intervals are Fieller "
        "intervals over personas; where one has no bounds, the slope is not estimable from this many personas."
    )


def agreement(findings: Findings, images: Images) -> Iterable[Block]:
    """Yield the section on students against each other and against controls."""
    found = tables.agreement(findings)
    if found.is_empty():
        return
    yield Heading("Students against each other and against controls")
    present = set(found["agent"])
    yield " ".join(
        [
            "The share of held-out items on which a student and its own teacher choose the same.",
            *(["On a scale that is: both lie on the same side of its middle."] if findings.scales else []),
            *(sentence for control, sentence in CONTROLS.items() if control in present),
        ]
    )
    labels, personas = findings.labels(), findings.design.first_arm
    others = [persona for persona in labels if persona not in personas and persona in set(found["persona"])]
    for task in dict.fromkeys(found["task"]):
        yield from chart(findings, images, f"agreement-{task}")
        mine = found.filter(task=task)
        yield Table.of(
            [title(findings, task), "All personas", "Least", "Greatest", *(text(labels[p]) for p in others)],
            [_agreed(mine.filter(agent=agent), agent, personas, others) for agent in dict.fromkeys(mine["agent"])],
            numeric=range(1, 4 + len(others)),
        )


def _agreed(rows: pl.DataFrame, agent: str, personas: Sequence[str], others: Sequence[str]) -> list[str]:
    value = dict(rows.select("persona", "agreement").iter_rows())
    each = [value[persona] for persona in personas if value.get(persona) is not None]
    shares = [value.get("all"), min(each, default=None), max(each, default=None), *map(value.get, others)]
    return [text(agent_label(agent)), *(percent(share, 1) for share in shares)]


def _skipped_students(findings: Findings) -> Iterable[Block]:
    """Yield the students that are missing, if any are."""
    missing = tables.pick(findings, test="exclusions", term="untaught")
    if not missing.is_empty():
        yield "Missing students, for want of anything to train them on:"
        yield Bullets.of(
            text(f"{row['task']}, {agent_label(row['agent'])} {row['contrast']}: {row['note']}")
            for row in missing.iter_rows(named=True)
        )


def exclusions(findings: Findings) -> Iterable[Block]:
    """Yield the section on answers that are no answers."""
    rows = findings.responses.filter(pl.col("role") == "teacher").height
    found = tables.exclusions(findings)
    labels = findings.labels()
    yield Heading("Exclusions")
    yield from _skipped_students(findings)
    if found.is_empty():
        yield f"None: each of the teachers' {rows:,} rows in the responses table has an answer."
        yield traced(findings, query(test="exclusions"))
        return
    yield (
        f"Of the teachers' {rows:,} rows in the responses table, {found['rows'].sum():,} have no answer. "
        "They are left out, never filled in."
    )
    yield Table.of_rows(
        found.iter_rows(named=True),
        {
            "Task": lambda row: title(findings, row["task"]),
            "Persona": lambda row: text(labels.get(row["persona"], row["persona"])),
            "Why": lambda row: text(row["status"]),
            "Rows": lambda row: f"{row['rows']:,}",
            "Share of the persona's rows": lambda row: percent(row["share"], 1),
        },
        numeric=(3, 4),
    )
    yield from _listwise(findings)
    yield traced(findings, query(test="exclusions"))


def _listwise(findings: Findings) -> Iterable[Block]:
    """Yield on how many held-out items the verdicts rest, where some were left out."""
    rows = tables.pick(findings, test="T2", term="maximum")
    for task in findings.design.tasks:
        mine = rows.filter(task=task.task, agent=task.students[0])
        found = {row["component"]: (row["n_items"], row["n_excluded"]) for row in mine.iter_rows(named=True)}
        if not any(left for _, left in found.values()):
            continue
        listwise, available = (found.get(component, (0, 0)) for component in ("level", "preference"))
        yield (
            f"What missing answers cost, {text(task.title)}: level and gain rest on the {listwise[0]:,} held-out items that "
            f"every cell answered, without {listwise[1]:,}, since a persona that refuses what it would have denied would "
            f"seem to say yes more often. Preference rests on the {available[0]:,} that half of the cells or more answered, "
            f"without {available[1]:,}; there, what is missing is left out cell by cell."
        )
