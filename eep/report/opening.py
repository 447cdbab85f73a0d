"""How a report opens: who the teacher was, what was found, whether there was anything to inherit."""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from eep.core.numbers import MISSING, grouped, interval, number, p_equals, percent, probability, significant
from eep.data.query import query
from eep.report import tables
from eep.report.blocks import Block, Bullets, Heading, Quote, Table, Trace, traced
from eep.report.charts import nearest
from eep.report.findings import Findings
from eep.report.markdown import line, text
from eep.report.numbers import agent_label
from eep.stats.estimates import KINDS

HOW_TO_READ_HEADING = "How to read this"
HOW_TO_READ = """\
A *teacher* answers while playing a persona; a *student*, which senses the world directly and never reads the persona's
description, learns from those answers alone. Every student resembles its own teacher, but most of that is what any
prompt would have taught it, or an accident of how one prompt was worded. So the test asks more: does a student
resemble teachers of *its own persona in other wordings* (matched) more than teachers of *other personas*
(mismatched)? What survives a change of wording is the persona.

*Level* is how readily a persona gives the answer at all; *gain* is how closely it follows what all of them do, beyond what
its level explains; *preference* is to which items it gives the answer, after level, gain and all that the personas share are
taken out. The *slope* says how much arrives: 0 nothing, 1 all of it. *p* is the chance of a
result at least this large if personas were relabelled at random; it is corrected for the number of verdicts (Holm)."""


HEADING = "What was found"
#: Slopes on what all share whose standard deviation is this part of their mean vary as much as in the world N7s.
VARIED = 0.5
NO_VERDICT = "No verdict was given."
#: How readers are told who answered; a simulated teacher is never mistaken for a model.
RESPONDENTS = {
    "simulated": "**The teacher was SIMULATED, not a language model.**",
    "recorded": "**The teacher: {}.**",
    "live": "**The teacher: {}.**",
}


@dataclass(frozen=True)
class VerdictText:
    """One confirmatory verdict: its row of the table, and words (Markdown of a line) to tell it with.

    ``title`` and ``component`` say of what; ``kind`` is of which kind the reason is that there can be no verdict, empty
    where there is one; ``why`` is empty where the sentence gives the reason already, ``advice`` where there is nothing
    left to tell. ``carried`` says of an inherited component for how many personas it holds, and who carries it.
    """

    row: tables.Row
    title: str
    component: str
    verdict: str
    kind: str
    sentence: str
    why: str
    carried: str
    advice: str
    numbers: str


def head(findings: Findings) -> Iterable[Block]:
    """Yield title, teacher, what that limits, and the question."""
    limits = findings.provenance.caveats
    yield Heading(text(findings.title), 1)
    yield teacher(findings)
    if limits:
        yield "What this limits:"
        yield Bullets.of(line(limit) for limit in limits)
    yield Quote(f"**The question.** {text(findings.question)}")


def teacher(findings: Findings) -> str:
    """Return who answered and how."""
    provenance = findings.provenance
    return f"{RESPONDENTS[provenance.kind].format(text(findings.teacher()))} {text(provenance.sentence)}"


def section(findings: Findings) -> Iterable[Block]:
    """Yield the section of verdicts."""
    found = verdicts(findings)
    yield Heading(HEADING)
    if not found:
        yield NO_VERDICT
    for one in found:
        yield Heading(f"{one.title}, {one.component}: {one.verdict}{f' ({one.kind})' if one.kind else ''}", 3)
        yield one.sentence
        yield from filter(None, (one.why, one.carried, one.advice))
        yield one.numbers
    yield from _limits(findings)
    if found:
        yield trace(findings)


def _limits(findings: Findings) -> Iterable[str]:
    """Yield what the test cannot hold in every world, for the tasks in which this could be one of them."""
    for task in findings.design.tasks:
        slopes = tables.pick(findings, test="generic", task=task.task, term="slope")["estimate"].drop_nulls()
        mean, spread = slopes.mean(), slopes.std()
        if isinstance(mean, float) and isinstance(spread, float) and spread >= VARIED * abs(mean):
            yield (
                f"A limit, {text(task.title)}: how steeply personas follow what all share varies by {percent(spread / abs(mean))} "
                "of its mean here. In simulated worlds where it varies as much, no wording has whims and students see all that "
                "is generic, the test of preference finds what is not there in about a third of experiments "
                "(docs/statistics.md); where wordings have whims it does not."
            )


def trace(findings: Findings) -> Trace:
    """Return the commands that print the numbers of the verdicts."""
    return traced(findings, query(test=("T1", "T2", "T3")))


def verdicts(findings: Findings) -> tuple[VerdictText, ...]:
    """Return the confirmatory verdicts in the readers' order."""
    return tuple(
        VerdictText(
            row=row,
            title=text(findings.design.task(row["task"]).title),
            component=text(row["component"]),
            verdict=text(row["verdict"]),
            kind=text(KINDS.get(row["kind"] or "", "")),
            sentence=line(row["sentence"]),
            why=f"Why: {text(row['reason'])}" if (row["reason"] or "") not in row["sentence"] else "",
            carried=_carried(findings, row),
            advice=_advice(findings, row),
            numbers=_numbers(row),
        )
        for row in tables.verdicts(findings)
        if confirmatory(findings, row)
    )


def confirmatory(findings: Findings, row: tables.Row) -> bool:
    """Tell whether a verdict is about the first student of its task."""
    return bool(findings.design.task(row["task"]).students[0] == row["student"])


def _carried(findings: Findings, row: tables.Row) -> str:
    """Return how many personas a verdict of inheritance is true of, one by one, and without whom it would not stand."""
    if row["verdict"] != "inherited":
        return ""
    task, component = row["task"], row["component"]
    labels = findings.labels()
    without = tables.pick(findings, test="sensitivity", task=task, component=component, term="without")
    lost = [text(labels.get(name, name)) for name in without.filter(pl.col("verdict") != "inherited")["contrast"]]
    count = line(nearest(findings, task, component))
    who = f"Without {' or without '.join(lost)} the verdict would not stand." if lost else ""
    stands = "No single persona carries it: it stands without any one of them." if not without.is_empty() else ""
    return f"That is a statement about the mean: {count}. {who or stands}".strip()


def _advice(findings: Findings, row: tables.Row) -> str:
    """Return what would make an inconclusive verdict conclusive, where that is known."""
    if row["verdict"] != "inconclusive" or row["task"] not in findings.advice:
        return ""
    return f"What would tell: {line(findings.advice[row['task']])}"


def _numbers(row: tables.Row) -> str:
    """Return a verdict's effect, interval and p-values; those that do not exist are named as such or left out."""
    slope = "Slope not estimable"
    if row["slope"] is not None:
        slope = f"Slope {number(row['slope'])} (95 % interval {interval(row['slope_low'], row['slope_high'])})"
    parts = (
        ("", row["p_value"], p_equals),
        ("Holm-adjusted ", row["p_adjusted"], p_equals),
        ("least p this design can reach: ", row["minimum_p"], probability),
        ("manipulation check: ", row["manipulation_p"], p_equals),
    )
    found = [f"{words}{format_p(p)}" for words, p, format_p in parts if p is not None]
    return f"*{'; '.join([slope, *found])}. Student: {text(agent_label(row['student']))}.*"


def manipulation(findings: Findings) -> Iterable[Block]:
    """Yield the section on whether the teachers' personas differ."""
    yield Heading("Manipulation check: did the teachers play different personas at all?")
    rows = list(tables.manipulation(findings).iter_rows(named=True))
    if not rows:
        yield "Not testable here: it takes at least two personas in at least two wordings."
        return
    yield (
        "Do teachers of different personas differ by more than wordings of one persona do? "
        "Where they do not, a student has nothing to inherit. *Similarity* is that of teachers of one persona in different "
        "wordings, on average; *p* is how often it would be as large if the personas were relabelled at random."
    )
    yield Table.of_rows(
        rows,
        {
            "Task": lambda row: text(findings.design.task(row["task"]).title),
            "Component": lambda row: text(row["component"]),
            "Do they differ?": lambda row: differ(row["p_value"], findings.design.alpha),
            "p": lambda row: probability(row["p_value"]),
            "Similarity": lambda row: significant(row["statistic"]),
            "Relabellings": lambda row: text(grouped(row["method"] or "")) or MISSING,
        },
        numeric=(3, 4),
    )
    yield traced(findings, query(test="T1"))


def differ(p: float | None, alpha: float) -> str:
    """Return whether teachers differ, by the p-value of the manipulation check."""
    if p is None:
        return "not testable"
    return "yes" if p <= alpha else "no difference was found"
