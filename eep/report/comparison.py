"""The report of a comparison of runs: comparison.md, comparison.json and index.html, one self-contained page."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from eep.core.files import atomic_write
from eep.core.numbers import interval, number, probability, significant
from eep.report import comparison_words as say
from eep.report.blocks import Block, Bullets, Chart, Heading, Table
from eep.report.charts_comparison import slopes
from eep.report.comparison_findings import ComparedTask, ComparisonFindings
from eep.report.figure import Figure, svg
from eep.report.html.comparison import index
from eep.report.markdown import block, line, text
from eep.report.numbers import agent_label, clean
from eep.report.record import encode

READING = """\
Three questions, each about the personas as the unit: *Whose personas differ more?* compares the variance between the \
teachers' personas that survives a change of wording. *Whose arrive more?* compares the share of it that students show. \
*Do the runs agree on who is who?* asks whether the cells of one run resemble those of the same persona in the other \
run, in other wordings, more than those of other personas there. *p* is adjusted by Holm for all tasks, components and \
pairs of a question. A difference that is not told apart is no proof that there is none: the interval says what is possible."""
WRONG = """\
Two ways that look reasonable and are wrong; the numbers stand here so that nobody has to compute them elsewhere. \
**Items as the unit:** all items were answered by the same few personas, so that hundreds of items are no hundreds \
of witnesses. **One is inherited, the other is not:** two verdicts may differ by accident; the difference between \
*significant* and *not significant* is not itself significant. How often both find a difference that is not there \
stands in docs/statistics.md."""


def write(findings: ComparisonFindings, folder: Path) -> None:
    """Write the report's three files; the same findings give the same bytes."""
    titles = {task.task: task.title for task in findings.tasks}
    drawn = slopes(findings.rows, titles, findings.teachers)
    parts = list(blocks(findings, drawn))
    pictures = {f"{drawn.name}.svg": svg(drawn).encode()} if drawn else {}
    files = {
        "comparison.md": ("\n\n".join(block(part, charts="") for part in parts) + "\n").encode(),
        "comparison.json": encode(record(findings)),
        "index.html": index(findings.title, findings.version, parts, (drawn,) if drawn else ()).encode(),
        **pictures,
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        with atomic_write(folder / name) as new:
            new.write_bytes(content)


def record(findings: ComparisonFindings) -> dict[str, Any]:
    """Return the comparison for programs; ``columns`` has the type of each column of ``rows``."""
    content = {
        "command": findings.command,
        "runs": [asdict(run) for run in findings.runs],
        "tasks": [asdict(task) for task in findings.tasks],
        "left_out": [{"task": task, "reason": reason} for task, reason in findings.left_out],
        "differing": [{"run": run, "other": other, "in": things} for run, other, things in findings.differing],
        "columns": {name: str(dtype) for name, dtype in findings.rows.schema.items()},
        "rows": findings.rows.to_dicts(),
        "version": findings.version,
    }
    cleaned: dict[str, Any] = clean(content)
    return cleaned


def blocks(findings: ComparisonFindings, drawn: Figure | None) -> Iterator[Block]:
    """Yield the report, the title first."""
    yield Heading(line(findings.title), 1)
    yield text(f"Made by {findings.command}.") if findings.command else "Made by eep."
    yield text(f"{findings.teachers[0].upper()}{findings.teachers[1:]}.")
    yield Bullets.of(map(text, findings.cautions))
    yield Heading("What was found")
    yield READING
    for task in findings.tasks:
        yield from _found(findings, task)
    if drawn:
        yield Heading("How much arrives")
        yield Chart(drawn)
    yield from _compared(findings)
    yield from _numbers(findings)
    yield Heading("How not to compare")
    yield WRONG
    yield _wrong(findings)


def _found(findings: ComparisonFindings, task: ComparedTask) -> Iterator[Block]:
    rows = findings.rows.filter(task=task.task)
    for component in rows["component"].unique(maintain_order=True):
        mine = rows.filter(component=component)
        for run, other in say.pairs(mine):
            pair = f": {run} and {other}" if len(findings.runs) > 2 else ""
            yield Heading(text(f"{task.title}, {component}{pair}"), 3)
            yield Bullets.of(text(sentence) for sentence in say.sentences(mine, run, other, on_scale=task.on_scale))


def _compared(findings: ComparisonFindings) -> Iterator[Block]:
    yield Heading("What is compared")
    yield Table.of(
        ["Run", "Experiment", "Teacher", "Seed", *(f"Students, {text(task.title)}" for task in findings.tasks)],
        [
            [
                *map(text, (run.label, run.experiment, run.teacher, str(run.seed))),
                *(agent_label(run.students[task.task]) for task in findings.tasks),
            ]
            for run in findings.runs
        ],
        numeric=(3,),
    )
    lines = []
    for task in findings.tasks:
        row = findings.rows.filter(task=task.task).row(0, named=True)
        unit = {"items": "shared items", "texts": "shared texts", "own": "items of each run's own"}[task.unit]
        size = f"{row['n_personas']} personas in {row['n_wordings']} wordings, {row['n_items']} {unit}"
        lines.append(text(" ".join([f"{task.title}: {size}; analysed is “{task.option}”.", *task.notes])))
    lines += [text(f"{task} is left out: {reason}") for task, reason in findings.left_out]
    yield Bullets.of(lines)


def _numbers(findings: ComparisonFindings) -> Iterator[Block]:
    yield Heading("The numbers")
    names = {task.task: text(task.title) for task in findings.tasks}
    scales = [names[task.task] for task in findings.tasks if task.on_scale]
    points = "points on a scale of 100" if len(scales) == len(names) else "percentage points"
    if scales and len(scales) < len(names):
        points += f" (of {', '.join(scales)}: points on a scale of 100)"
    for test, unit, scale in (("differ", f"variance, squared {points}", 1e4), ("arrive", "slope", 1.0)):
        found = findings.rows.filter(pl.col("other") != "", test=test, term="difference")
        yield f"{'Whose personas differ more' if test == 'differ' else 'Whose arrive more'}: difference of {unit}."
        yield Table.of(
            ["Task", "Component", "First", "Second", "Difference", "95 % interval", "*p*", "Adjusted", "Note"],
            [
                [
                    names[row["task"]],
                    *map(text, (row["component"], row["run"], row["other"])),
                    significant(None if row["estimate"] is None else scale * row["estimate"]),
                    _interval(row, scale),
                    probability(row["p_value"]),
                    probability(row["p_adjusted"]),
                    text(row["note"]),
                ]
                for row in found.iter_rows(named=True)
            ],
            numeric=(4, 5, 6, 7),
        )
    yield "Do the runs agree on who is who? P-values of the test's parts; the largest decides."
    yield _agreements(findings.rows.filter(test="agree"), names)


def _interval(row: say.Row, scale: float) -> str:
    low, high = (None if row[bound] is None else scale * row[bound] for bound in ("conf_low", "conf_high"))
    return interval(low, high, 0 if scale > 1 else 2)


def _agreements(rows: pl.DataFrame, names: dict[str, str]) -> Table:
    keys = ["task", "component", "run", "other", "role"]
    parts = ("joint", "block", "item", "maximum")
    lines = []
    for key, mine in rows.group_by(keys, maintain_order=True):
        p = dict(mine.select("term", "p_value").iter_rows())
        adjusted = mine.filter(term="maximum")["p_adjusted"].item()
        task, component, run, other, role = map(str, key)
        cells = [names[task], *map(text, (component, run, other, f"{role}s"))]
        lines.append([*cells, *(probability(p.get(part)) for part in parts), probability(adjusted)])
    heads = ["Task", "Component", "First", "Second", "Who", "Joint", "Block", "Item", "Largest", "Adjusted"]
    return Table.of(heads, lines, numeric=range(5, 10))


def _wrong(findings: ComparisonFindings) -> Table:
    names = {task.task: text(task.title) for task in findings.tasks}
    lines = []
    for key, mine in findings.rows.filter(test="wrong").group_by(
        ["task", "component", "run", "other"], maintain_order=True
    ):
        task, component, run, other = map(str, key)
        items = mine.filter(term="items as the unit")
        p = [
            say.pick(findings.rows, task=task, component=component, run=name, other="", test="arrive", term="P_T2")
            for name in (run, other)
        ]
        lines.append(
            [
                *(names[task], text(component), text(run), text(other)),
                number(items["estimate"].item()) if items.height else "no items",
                probability(items["p_value"].item()) if items.height else "no items",
                *(probability(row["p_value"]) for row in p),
                say.claims(say.pick(mine, term="one inherited, the other not")),
            ]
        )
    heads = ["Task", "Component", "First", "Second", "WRONG: difference over items", "WRONG: its *p*"]
    heads += ["First: P_T2", "Second: P_T2", "WRONG: one inherited, the other not"]
    return Table.of(heads, lines, numeric=(4, 5, 6, 7))
