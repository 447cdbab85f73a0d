"""The report in words: `report.md`, from who the teacher was to what was exploratory."""

from collections.abc import Iterable

from eep.report import (
    ceiling,
    gallery,
    profiles,
    results,
    results_checks,
    results_measured,
    results_play,
    tables,
)
from eep.report.figure import Figure
from eep.report.findings import Findings
from eep.report.markdown import bullets, line, table, text
from eep.report.numbers import MISSING, agent_label, interval, number, p_equals, probability, significant
from eep.report.traced import traced
from eep.trace import query

ARMS = {"persona": "Personas", "neutral": "Neutral arm", "placebo": "Placebo arm"}

HOW_TO_READ = """\
A *teacher* answers while playing a persona; a *student*, which senses the world directly and never reads the persona's
description, learns from those answers alone. Every student resembles its own teacher, but most of that is what any
prompt would have taught it, or an accident of how one prompt was worded. So the test asks more: does a student
resemble teachers of *its own persona in other wordings* (matched) more than teachers of *other personas*
(mismatched)? What survives a change of wording is the persona.

*Level* is how readily a persona gives the answer at all; *preference* is to which items it gives it, after level and all
that the personas share are taken out. The *slope* says how much arrives: 0 nothing, 1 all of it. *p* is the chance of a
result at least this large if students knew nothing of the persona; it is corrected for the number of verdicts (Holm)."""


def page(
    findings: Findings, drawn: tuple[Figure, ...], animations: tuple[str, ...], files: tuple[str, ...]
) -> str:
    """Return the report as Markdown.

    Parameters
    ----------
    findings
        What was found.
    drawn
        The charts, shown where the text speaks of them.
    animations, files
        File names under ``charts/``, and paths of the tables to link.
    """
    images = {figure.name: figure for figure in drawn}
    parts = [
        *_head(findings),
        *_verdicts(findings),
        *_manipulation(findings),
        "## How to read this",
        HOW_TO_READ,
        *_design(findings),
        *results.shares(findings, images),
        *results.matrices(findings, images),
        *results.effects(findings, images),
        *profiles.section(findings, images),
        *results_checks.sensitivity(findings),
        *results_checks.contrasts(findings),
        *results_measured.section(findings),
        *results.agreement(findings, images),
        *ceiling.section(findings),
        *gallery.section(findings),
        *results_play.returns(findings, images),
        *results_play.policies(findings),
        *results_play.episodes(findings, animations),
        *results.exclusions(findings),
        *results_checks.refusals(findings),
        *_record(findings, files),
        *_exploratory(findings),
    ]
    return "\n\n".join(parts) + "\n"


def _head(findings: Findings) -> Iterable[str]:
    provenance = findings.provenance
    teacher = text(findings.teacher())
    said = {
        "simulated": "**The teacher was SIMULATED, not a language model.**",
        "recorded": f"**The teacher: {teacher}.**",
        "live": f"**The teacher: {teacher}.**",
    }
    yield f"# {text(findings.title)}"
    yield f"{said[provenance.kind]} {text(provenance.sentence)}"
    if provenance.limits:
        yield "What this limits:"
        yield bullets(line(limit) for limit in provenance.limits)
    yield f"> **The question.** {text(findings.question)}"


def _verdicts(findings: Findings) -> Iterable[str]:
    yield "## What was found"
    confirmatory = [row for row in tables.verdicts(findings) if _confirmatory(findings, row)]
    if not confirmatory:
        yield "No verdict was given."
    for row in confirmatory:
        title = text(findings.design.task(row["task"]).title)
        yield f"### {title}, {text(row['component'])}: {text(row['verdict'])}"
        yield line(row["sentence"])
        if row["reason"] and row["reason"] not in row["sentence"]:
            yield f"Why: {text(row['reason'])}"
        if row["verdict"] == "inconclusive" and row["task"] in findings.advice:
            yield f"What would tell: {line(findings.advice[row['task']])}"
        yield _numbers(row)
    if confirmatory:
        yield traced(findings, query(test=("T1", "T2", "T3")))


def _confirmatory(findings: Findings, row: tables.Row) -> bool:
    return bool(findings.design.task(row["task"]).students[0] == row["student"])


def _numbers(row: tables.Row) -> str:
    """Return a verdict's effect, interval and p-values; those that do not exist are named as such or left out."""
    slope = "Slope not estimable"
    if row["slope"] is not None:
        slope = (
            f"Slope {number(row['slope'])} (95 % interval {interval(row['slope_low'], row['slope_high'])})"
        )
    said = {
        "{}": row["p_value"],
        "Holm-adjusted {}": row["p_adjusted"],
        "least p this design can reach: {}": row["minimum_p"],
        "manipulation check: {}": row["manipulation_p"],
    }
    found = [
        form.format(p_equals(p) if "least" not in form else probability(p))
        for form, p in said.items()
        if p is not None
    ]
    return f"*{'; '.join([slope, *found])}. Student: {text(agent_label(row['student']))}.*"


def _manipulation(findings: Findings) -> Iterable[str]:
    yield "## Manipulation check: did the teachers play different personas at all?"
    rows = list(tables.manipulation(findings).iter_rows(named=True))
    if not rows:
        yield "Not testable here: it takes at least two personas in at least two wordings."
        return
    yield (
        "Do teachers of different personas differ by more than wordings of one persona do? "
        "Where they do not, a student has nothing to inherit."
    )
    yield table(
        ["Task", "Component", "Do they differ?", "p", "Statistic", "Labellings"],
        [
            [
                text(findings.design.task(row["task"]).title),
                text(row["component"]),
                _differ(row["p_value"], findings.design.alpha),
                probability(row["p_value"]),
                significant(row["statistic"]),
                text(row["method"]) or MISSING,
            ]
            for row in rows
        ],
        numeric=(3, 4),
    )
    yield traced(findings, query(test="T1"))


def _differ(p: float | None, alpha: float) -> str:
    if p is None:
        return "not testable"
    return "yes" if p <= alpha else "no difference was found"


def _design(findings: Findings) -> Iterable[str]:
    design, labels = findings.design, findings.labels()
    yield "## The design"
    rows = [
        [ARMS.get(arm, text(arm)), f"{len(personas)}: {'; '.join(text(labels[p]) for p in personas)}"]
        for arm, personas in design.personas.items()
    ]
    rows += [
        ["Wordings of each", f"{len(design.wordings)}: {', '.join(map(text, design.wordings))}"],
        ["Samples of each question", str(design.samples)],
    ]
    for task in design.tasks:
        first, *others = (text(agent_label(kind)) for kind in task.students)
        rows += [
            [
                f"{text(task.title)}: items",
                f"{task.items_train:,} to train on; {task.items_test:,} held out, in {task.clusters:,} clusters",
            ],
            [f"{text(task.title)}: responses", f"probability of “{text(task.option)}”"],
            [f"{text(task.title)}: students", ", ".join([f"{first} (confirmatory)", *others])],
        ]
    rows += [
        ["Error rate of all verdicts together", significant(design.alpha)],
        ["Smallest slope of interest", significant(design.smallest_slope)],
        ["Random labellings, where all are too many", f"{design.permutations:,}, besides the true one"],
    ]
    yield table(["", ""], rows)


def _record(findings: Findings, files: tuple[str, ...]) -> Iterable[str]:
    yield "## Plan, seeds, versions"
    when = (
        f"only when {findings.plan_answers:,} answers had been given already, so nothing here was planned beforehand"
        if findings.plan_answers
        else "before the first question was asked"
    )
    yield f"The plan was registered {when}: SHA-256 {text(findings.plan_sha256)}."
    if findings.plan_changes:
        yield "**Changed since the plan was registered**, so what follows from it is exploratory:"
        yield bullets(line(change) for change in findings.plan_changes)
    else:
        yield "Nothing in it has changed since."
    seeds = [[text(name), str(seed)] for name, seed in sorted(findings.seeds.items())]
    versions = [[text(name), text(version)] for name, version in sorted(findings.versions.items())]
    yield table(["Seed", ""], seeds, numeric=(1,))
    yield table(["Library", "Version"], versions)
    yield (
        "The commands below charts and tables print the rows behind them from the tables of the run, where the folder runs/ lies "
        "(`eep run` makes it). Shares stand there as fractions of 1, percentage points as probabilities, and the standard "
        "deviations of personas as variances."
    )
    yield f"Everything for programs: [report.json](report.json). The numbers behind the text and the charts: {', '.join(f'[{file}]({file})' for file in files)}."


def _exploratory(findings: Findings) -> Iterable[str]:
    yield "## What was exploratory"
    yield bullets(
        [
            "Only the verdicts above, each on the first student of its task, are confirmatory.",
            "The sensitivity analysis, contrasts with the neutral persona, other kinds of students, agreement, returns, policies and shares of variance describe; they were not part of the test and are not corrected for their number.",
            "Neutral and placebo personas are no part of the test; they show what a prompt does that carries no persona.",
        ]
    )
    rows = [row for row in tables.verdicts(findings) if not _confirmatory(findings, row)]
    if rows:
        yield "The same test on the other students, exploratory:"
        yield bullets(
            f"{text(findings.design.task(row['task']).title)}, {text(row['component'])}, "
            f"{text(agent_label(row['student']))}: {text(row['verdict'])} ({p_equals(row['p_value'])})"
            for row in rows
        )
        yield traced(findings, query(test="T2", term="maximum"))
