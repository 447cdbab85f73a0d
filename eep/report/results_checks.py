"""The report's sections on how far the results can be trusted: sensitivity, contrasts with neutral, refusals."""

from collections.abc import Iterable

import polars as pl

from eep.core.numbers import MISSING, grouped, number, p_equals, percent, probability
from eep.data.query import query
from eep.report import readouts, results, tables
from eep.report.blocks import Block, Heading, Table, traced
from eep.report.findings import Findings
from eep.report.markdown import text
from eep.report.numbers import agent_label

#: The kind of reason with which an analysis has no other verdict, whatever the data.
TOO_SMALL = "too_small"
#: Parts of the planned test, whose p-value is the largest of theirs: they cannot fail where it succeeds.
PARTS = ("joint", "block", "item")
#: Analyses of the sensitivity table as readers know them.
ANALYSES = {
    "reference": "as planned (T2, T3)",
    "joint": "joint relabelling alone",
    "block": "block permutation alone",
    "item": "test over items alone",
    "split": "split by student wording",
    "T5": "regression T5 (parametric)",
    "mixed model": "linear mixed model (parametric)",
    "double-centred slope": "slope of double-centred probabilities",
    "including gain": "preference including gain",
}


def sensitivity(findings: Findings) -> Iterable[Block]:
    """Yield the section on whether the verdicts survive other analyses of the same data."""
    found = tables.pick(findings, test="sensitivity")
    if found.is_empty():
        return
    yield Heading("Does the verdict survive?")
    yield (
        "The rule of verdicts, on the same data, with one part of the analysis exchanged; the other verdicts' p-values stay "
        "as they are. A verdict that hangs on one persona, one part of the test or one kind of student shows it here. This "
        "table changes no verdict, and it has no error rate of its own. The planned test takes the largest of its three "
        "p-values, so that each alone is the easier test, which cannot fail where it succeeds and is not counted then; *regression T5* and the *mixed model* trust a t distribution."
    )
    for task in dict.fromkeys(found["task"]):
        mine = found.filter(task=task)
        parts = [name for name in tables.COMPONENTS if name in set(mine["component"])]
        for component in parts:
            yield _survival(findings, mine.filter(component=component), task, component)
        yield _analyses(findings, mine, task, parts)
        yield traced(findings, query(test="sensitivity", task=task))


def _survival(findings: Findings, rows: pl.DataFrame, task: str, component: str) -> str:
    """Return how many analyses leave a verdict as it is, which do not, and which are too small to tell."""
    planned = rows.filter(term="reference")["verdict"][0]
    every = list(rows.filter(pl.col("term") != "reference", pl.col("verdict") != "").iter_rows(named=True))
    mute = [row for row in every if row["verdict"] != planned and row["kind"] == TOO_SMALL]
    sure = [row for row in every if row["term"] in PARTS and planned == "inherited"]
    others = [row for row in every if row not in mute and row not in sure]
    changed = [row for row in others if row["verdict"] != planned]
    what = f"{results.title(findings, task)}, {text(component)}"
    if not others:
        return f"{what}: nothing to compare with."
    sentences = [f"{what}: the verdict survives {len(others) - len(changed)} of {len(others)} other analyses."]
    if changed:
        names = "; ".join(
            f"{_analysis(findings, row)} ({text(row['verdict'])}, {p_equals(row['p_adjusted'])})" for row in changed
        )
        sentences.append(f"It does not survive: {names}.")
    if mute:
        names = "; ".join(_analysis(findings, row) for row in mute)
        sentences.append(
            f"Too small for any other verdict than 'not testable', whatever the data, and not counted: {names}."
        )
    return " ".join(sentences)


def _analyses(findings: Findings, rows: pl.DataFrame, task: str, parts: list[str]) -> Table:
    value = {(row["component"], row["term"], row["contrast"]): row for row in rows.iter_rows(named=True)}
    wanted = list(dict.fromkeys((term, contrast) for part in parts for _, term, contrast in _keys(value, part)))
    head = [results.title(findings, task)]
    for part in parts:
        head += [f"{results.head(part)}: slope", "Holm p", "Verdict"]
    lines = []
    for term, contrast in wanted:
        cells = []
        for part in parts:
            row = value.get((part, term, contrast))
            planned = str(value[part, "reference", ""]["verdict"])
            cells += [MISSING] * 3 if row is None else _cells(row, planned)
        first = next(value[part, term, contrast] for part in parts if (part, term, contrast) in value)
        lines.append([_analysis(findings, first), *cells])
    return Table.of(head, lines, numeric=[place for place in range(1, len(head)) if place % 3])


def _keys(value: dict[tuple[str, str, str], tables.Row], part: str) -> Iterable[tuple[str, str, str]]:
    return (key for key in value if key[0] == part)


def _cells(row: tables.Row, planned: str) -> list[str]:
    verdict = text(row["verdict"]) or MISSING
    changed = row["verdict"] not in ("", planned)
    return [number(row["estimate"]), probability(row["p_adjusted"]), f"**{verdict}**" if changed else verdict]


def _analysis(findings: Findings, row: tables.Row) -> str:
    labels, term, contrast = findings.labels(), str(row["term"]), str(row["contrast"])
    if term == "without":
        return f"without {text(labels.get(contrast, contrast))}"
    if term == "student":
        return f"student: {text(agent_label(contrast))}"
    return text(ANALYSES.get(term, term))


def contrasts(findings: Findings) -> Iterable[Block]:
    """Yield the section on each persona against the neutral one."""
    found = tables.pick(findings, test="T4", component="level")
    if found.is_empty():
        return
    yield Heading("Each persona against no persona")
    yield (
        "How much more often than the neutral persona each one chooses the option, in percentage points, with 95 % intervals; "
        "the data are cells. *p* tests a difference, *p equal* that it is smaller than the margin (two one-sided tests); both are "
        "Holm-adjusted over the personas of a column. *Own preference* is how much closer a persona's students are to their own "
        "persona's teachers than to others' (a cosine), and *slope on generic* how steeply its teachers follow what all personas "
        "share, in percentage points for a standard deviation of it (flat for whoever chooses the option nearly always, or "
        f"nearly never); both describe, and have no test of their own.{readouts.note(findings)}"
    )
    for task in dict.fromkeys(found["task"]):
        yield _contrasts(findings, task, found.filter(task=task))
        yield traced(findings, query(test="T4", task=task), query(test="generic", task=task))


def _contrasts(findings: Findings, task: str, found: pl.DataFrame) -> Block:
    labels, student = findings.labels(), findings.design.task(task).students[0]
    reasons = found.filter(contrast="")
    if not reasons.is_empty():
        return f"{results.title(findings, task)}: {text(reasons['note'][0])}."
    value = {(row["agent"], row["term"], row["contrast"]): row for row in found.iter_rows(named=True)}
    own = tables.pick(findings, test="T4", term="own", task=task, agent=student)
    preference = dict(own.select("contrast", "estimate").iter_rows())
    generic = tables.pick(findings, test="generic", term="slope", task=task)
    slopes = dict(generic.select("contrast", "estimate").iter_rows())
    head = [results.title(findings, task)]
    for agent in ("teacher", agent_label(student)):
        head += [results.head(agent), "p", "p equal"]
    rows = []
    for persona in findings.design.first_arm:
        cells = []
        for agent in ("teacher", student):
            row, equal = (value.get((agent, term, persona)) for term in ("difference", "equivalence"))
            cells += [_points(row), _adjusted(row), _adjusted(equal)]
        slope = slopes.get(persona)
        described = [number(preference.get(persona)), MISSING if slope is None else number(100 * slope, 1)]
        rows.append([text(labels[persona]), *cells, *described])
    head += ["Own preference", "Slope on generic"]
    return Table.of(head, rows, numeric=range(1, len(head)))


def _points(row: tables.Row | None) -> str:
    if row is None or row["estimate"] is None:
        return MISSING
    middle = number(100 * row["estimate"], 1)
    if row["conf_low"] is None:
        return middle
    return f"{middle} ({number(100 * row['conf_low'], 1)} to {number(100 * row['conf_high'], 1)})"


def _adjusted(row: tables.Row | None) -> str:
    return MISSING if row is None else probability(row["p_adjusted"])


def refusals(findings: Findings) -> Iterable[Block]:
    """Yield what the test of refusal rates between personas says, for the kinds of missing answers there were."""
    found = tables.pick(findings, test="refusals").filter(pl.col("n_excluded") > 0)
    if found.is_empty():
        return
    yield (
        "Do personas differ in this beyond their wordings? Cells are permuted between personas within each wording "
        "(the prompt is the unit, not the answer)."
    )
    yield Table.of_rows(
        found.iter_rows(named=True),
        {
            "Task": lambda row: results.title(findings, row["task"]),
            "Why": lambda row: text(row["term"]),
            "Mean share of a cell's rows": lambda row: percent(row["estimate"], 1),
            "p": lambda row: probability(row["p_value"]),
            "Relabellings": lambda row: text(grouped(row["method"] or "")) or MISSING,
        },
        numeric=(2, 3),
    )
    yield traced(findings, query(test="refusals"))
