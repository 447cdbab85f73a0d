"""How it was done, for whoever wants to do it again: the design, the plan, seeds and versions, what was exploratory."""

from collections.abc import Iterable

from eep.core.numbers import p_equals, significant
from eep.data.query import query
from eep.report import tables
from eep.report.blocks import Block, Bullets, Heading, Table, traced
from eep.report.findings import Findings
from eep.report.markdown import line, text
from eep.report.numbers import agent_label
from eep.report.opening import confirmatory

ARMS = {"persona": "Personas", "neutral": "Neutral arm", "placebo": "Placebo arm"}


def design(findings: Findings) -> Iterable[Block]:
    """Yield the section on what was compared with what."""
    planned, labels = findings.design, findings.labels()
    yield Heading("The design")
    rows = [
        [ARMS.get(arm, text(arm)), f"{len(personas)}: {'; '.join(text(labels[p]) for p in personas)}"]
        for arm, personas in planned.personas.items()
    ]
    rows += [
        ["Wordings of each", f"{len(planned.wordings)}: {', '.join(map(text, planned.wordings))}"],
        ["Samples of each question", str(planned.samples)],
    ]
    for task in planned.tasks:
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
        ["Error rate of all verdicts together", significant(planned.alpha)],
        ["Smallest slope of interest", significant(planned.smallest_slope)],
        ["Random labellings, where all are too many", f"{planned.permutations:,}, besides the true one"],
    ]
    yield Table.of(["", ""], rows)


def record(findings: Findings) -> Iterable[Block]:
    """Yield the section on the plan, seeds and versions."""
    yield Heading("Plan, seeds, versions")
    when = (
        f"only when {findings.plan_answers:,} answers had been given already, so nothing here was planned beforehand"
        if findings.plan_answers
        else "before the first question was asked"
    )
    yield f"The plan was registered {when}: SHA-256 {text(findings.plan_sha256)}."
    if findings.plan_changes:
        yield "**Changed since the plan was registered**, so what follows from it is exploratory:"
        yield Bullets.of(line(change) for change in findings.plan_changes)
    else:
        yield "Nothing in it has changed since."
    seeds = [[text(name), str(seed)] for name, seed in sorted(findings.seeds.items())]
    versions = [[text(name), text(version)] for name, version in sorted(findings.versions.items())]
    yield Table.of(["Seed", ""], seeds, numeric=(1,))
    yield Table.of(["Library", "Version"], versions)
    yield (
        "The commands below charts and tables print the rows behind them from the tables of the run, where the folder runs/ lies "
        "(`eep run` makes it). Shares stand there as fractions of 1, percentage points as probabilities, and the standard "
        "deviations of personas as variances."
    )


def exploratory(findings: Findings) -> Iterable[Block]:
    """Yield the section on what was no part of the test."""
    yield Heading("What was exploratory")
    yield Bullets.of(
        [
            "Only the verdicts above, each on the first student of its task, are confirmatory.",
            "The sensitivity analysis, contrasts with the neutral persona, other kinds of students, agreement, returns, policies and shares of variance describe; they were not part of the test and are not corrected for their number.",
            "Neutral and placebo personas are no part of the test; they show what a prompt does that carries no persona.",
        ]
    )
    rows = [row for row in tables.verdicts(findings) if not confirmatory(findings, row)]
    if rows:
        yield "The same test on the other students, exploratory:"
        yield Bullets.of(
            f"{text(findings.design.task(row['task']).title)}, {text(row['component'])}, "
            f"{text(agent_label(row['student']))}: {text(row['verdict'])} ({p_equals(row['p_value'])})"
            for row in rows
        )
        yield traced(findings, query(test="T2", term="maximum"))
