"""How it was done, for whoever wants to do it again: design, plan, seeds and versions, methods and their literature."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from eep.core.numbers import p_equals, significant
from eep.data.query import query
from eep.report import prompts, readouts, tables
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
            [f"{text(task.title)}: responses", text(readouts.probability(findings, task.task))],
            [f"{text(task.title)}: students", ", ".join([f"{first} (confirmatory)", *others])],
        ]
    rows += [
        ["Error rate of all verdicts together", significant(planned.alpha)],
        ["Smallest slope of interest", significant(planned.smallest_slope)],
        ["Random labellings, where all are too many", f"{planned.permutations:,}, besides the true one"],
    ]
    yield Table.of(["", ""], rows)
    yield from prompts.section(findings)


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
        "On the same kind of processor another run of the same plan, seeds, answers and versions gives the same report to the "
        "byte. On another kind linear algebra and NumPy may use other instructions, and the last digits may differ."
    )
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
            "The sensitivity analysis, contrasts with the neutral persona, other kinds of students, agreement, reliability, returns, policies and shares of variance describe; they were not part of the test and are not corrected for their number.",
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


class Method(NamedTuple):
    """What is computed, how, and the literature it stands on, as Markdown of a line."""

    name: str
    how: str
    source: str


#: What stands between the first page and the last.
_PAGES = re.compile(r"(?<=\d)-(?=\d)")

METHODS = (
    Method(
        "Level, gain, preference",
        "How often a cell chooses the option; how closely it follows what all cells choose it for, beyond what its level "
        "explains (slope on the items' means, minus that of the common curve shifted to its level); which items it favours "
        "beyond curves of those means and beyond the direction in which cells differ that follow them more or less steeply.",
        "Loftus 1978; Wagenmakers et al. 2012",
    ),
    Method(
        "Manipulation check (T1)",
        "Similarity of a persona's teachers across wordings; personas are relabelled within each wording.",
        "Anderson & ter Braak 2003",
    ),
    Method(
        "Inheritance (T2)",
        "Similarity of students with teachers of their persona in other wordings, against teachers of other personas "
        "there. The largest of three p-values decides: personas relabelled in students and teachers together (joint), "
        "students' personas permuted as blocks (block), and, for preference, a t test over items or their clusters (item).",
        "Anderson & ter Braak 2003; Winkler et al. 2014; Guillot & Rousset 2013; Miller 2024",
    ),
    Method(
        "Slope (T3)",
        "Covariance of students with teachers of other wordings, divided by that of teachers among themselves: the share "
        "that arrives; the interval is over personas.",
        "Fieller 1954",
    ),
    Method(
        "Contrasts with the neutral persona (T4)",
        "Differences of level with cells as data; two one-sided tests of equivalence.",
        "Schuirmann 1987; Holm 1979",
    ),
    Method(
        "Regression (T5)",
        "A cross-check: students regressed on their persona's teachers in other wordings, errors clustered by item and by persona.",
        "Cameron, Gelbach & Miller 2011; Thompson 2011",
    ),
    Method(
        "Returns (T6)",
        "Mean of the middle half of cells, stratified bootstrap; differences by flipping signs of cells.",
        "Agarwal et al. 2021; Rao & Wu 1988",
    ),
    Method(
        "One persona (T7)",
        "Similarity of one persona's students with its teachers in other wordings, as deviations from the neutral cell of "
        "each wording, ranked among personas put together from the cells of several; Holm over personas.",
        "Phipson & Smyth 2010",
    ),
    Method(
        "Shares of variance",
        "Variance components of the teachers' answers, crossed by persona, wording and item.",
        "Brennan 2001",
    ),
    Method(
        "Reliability",
        "Generalisability coefficients of level and profile from the same components, of preference from covariances between "
        "wordings; standard errors leave out one persona at a time.",
        "Brennan 2001; Spearman 1904",
    ),
    Method("Several verdicts", "p-values of the verdicts are adjusted for their number.", "Holm 1979"),
)

REFERENCES = (
    "Agarwal, R., Schwarzer, M., Castro, P. S., Courville, A. & Bellemare, M. G. (2021). Deep reinforcement learning at the edge of the statistical precipice. *NeurIPS* 34.",
    "Anderson, M. J. & ter Braak, C. J. F. (2003). Permutation tests for multi-factorial analysis of variance. *Journal of Statistical Computation and Simulation* 73, 85-113.",
    "Brennan, R. L. (2001). *Generalizability Theory*. Springer.",
    "Cameron, A. C., Gelbach, J. B. & Miller, D. L. (2011). Robust inference with multiway clustering. *Journal of Business & Economic Statistics* 29, 238-249.",
    "Fieller, E. C. (1954). Some problems in interval estimation. *Journal of the Royal Statistical Society B* 16, 175-185.",
    "Guillot, G. & Rousset, F. (2013). Dismantling the Mantel tests. *Methods in Ecology and Evolution* 4, 336-344.",
    "Holm, S. (1979). A simple sequentially rejective multiple test procedure. *Scandinavian Journal of Statistics* 6, 65-70.",
    "Loftus, G. R. (1978). On interpretation of interactions. *Memory & Cognition* 6, 312-319.",
    "Miller, E. (2024). Adding error bars to evals: a statistical approach to language model evaluations. arXiv 2411.00640.",
    "Okabe, M. & Ito, K. (2008). Color universal design. (The colours of the charts.)",
    "Phipson, B. & Smyth, G. K. (2010). Permutation p-values should never be zero. *Statistical Applications in Genetics and Molecular Biology* 9, 39.",
    "Rao, J. N. K. & Wu, C. F. J. (1988). Resampling inference with complex survey data. *Journal of the American Statistical Association* 83, 231-241.",
    "Schuirmann, D. J. (1987). A comparison of the two one-sided tests procedure and the power approach for assessing the equivalence of average bioavailability. *Journal of Pharmacokinetics and Biopharmaceutics* 15, 657-680.",
    "Spearman, C. (1904). The proof and measurement of association between two things. *American Journal of Psychology* 15, 72-101.",
    "Thompson, S. B. (2011). Simple formulas for standard errors that cluster by both firm and time. *Journal of Financial Economics* 99, 1-10.",
    "Wagenmakers, E.-J., Krypotos, A.-M., Criss, A. H. & Iverson, G. (2012). On the interpretation of removable interactions: a survey of the field 33 years after Loftus. *Memory & Cognition* 40, 145-160.",
    "Winkler, A. M., Ridgway, G. R., Webster, M. A., Smith, S. M. & Nichols, T. E. (2014). Permutation inference for the general linear model. *NeuroImage* 92, 381-397.",
)


def references() -> Iterable[Block]:
    """Yield the references on methods: what is computed, and the literature."""
    yield Heading("Methods and references")
    yield Table.of(["What", "How", "After"], METHODS)
    yield Bullets.of(_PAGES.sub("\N{EN DASH}", reference) for reference in REFERENCES)
