"""The report's section on said against done: whether personas are the same ones in two tasks about the same things."""

from collections.abc import Iterable, Iterator

import polars as pl

from eep.core.numbers import number, p_equals, probability
from eep.data.query import query
from eep.report import tables
from eep.report.blocks import Block, Bullets, Heading, Table, traced
from eep.report.findings import Findings
from eep.report.markdown import text
from eep.report.results import Images, chart

HEADING = "Said against done"
WHAT = (
    "Two tasks are about the same things here, so that what a persona *says* of them in one can be set beside what it *does* in "
    "the other (convergent and discriminant validity, Campbell & Fiske 1959). *Itself* is the similarity of a persona's "
    "preferences in one task with its own in the other, in another wording; *others* is that with other personas'. *p* is "
    "that of T2 with task in place of wording, the largest of joint, block and item. This is exploratory, outside the family of "
    "verdicts."
)
YARDSTICK = (
    "For people, what they report of themselves and what they do correlate 0 to .2 where it was measured in the same trait (Dang, "
    "King & Inzlicht 2020). A persona's text may name what is judged, and then answers part of the question in both tasks."
)
WHO = {"teacher": "teachers", "student": "students"}


def section(findings: Findings, images: Images) -> Iterable[Block]:
    """Yield the section; nothing where no two tasks are about the same things."""
    found = tables.pick(findings, test="validity")
    if found.is_empty():
        return
    yield Heading(HEADING)
    yield WHAT
    for task in dict.fromkeys(found["task"]):
        mine = found.filter(task=task)
        yield from chart(findings, images, f"validity-{task}")
        yield _table(findings, mine)
        yield Bullets.of(_sentences(findings, mine))
        yield _personas(findings, mine)
        yield traced(findings, query(test="validity", task=task))
    yield YARDSTICK


def methods(findings: Findings, agent: str) -> tuple[str, ...]:
    """Return the methods that a row's ``agent`` names, in words."""
    found = []
    for name in agent.split(", "):
        task, role = name.rsplit(" ", 1)
        found.append(f"{text(findings.design.task(task).title)}, {WHO[role]}")
    return tuple(found)


def _table(findings: Findings, found: pl.DataFrame) -> Table:
    """Return a row for each pair of methods: how alike personas are to themselves and to others, and T2."""
    rows = []
    for agent in dict.fromkeys(found["agent"]):
        mine = found.filter(agent=agent)
        mean = {term: mine.filter(term=term)["estimate"].drop_nulls().mean() for term in ("convergent", "discriminant")}
        p = dict(mine.filter(term="maximum").select("component", "p_value").iter_rows())
        rows.append(
            [
                *methods(findings, agent),
                f"{mine['n_items'].to_list()[0]:,}",
                *(number(value if isinstance(value, float) else None) for value in mean.values()),
                _nearest(mine),
                *(probability(p.get(component)) for component in ("preference", "level")),
            ]
        )
    head = ["Said", "Done", "Things shared", "Itself", "Others", "Nearest to itself", "p, preference", "p, level"]
    return Table.of(head, rows, numeric=range(2, len(head)))


def _nearest(found: pl.DataFrame) -> str:
    ranks = found.filter(term="rank")["estimate"].drop_nulls().to_list()
    return f"{sum(rank == 1 for rank in ranks)} of {len(ranks)}"


def _sentences(findings: Findings, found: pl.DataFrame) -> Iterator[str]:
    """Yield what cells' own correlations are, those whose texts name what is judged apart from the others."""
    for agent in dict.fromkeys(found["agent"]):
        mine = found.filter(agent=agent)
        cells = mine.filter(term="correlation").drop_nulls("estimate").sort("estimate")
        if cells.is_empty():
            continue
        said, done = methods(findings, agent)
        values = cells["estimate"].to_list()
        low, high = number(values[0]), number(values[-1])
        apart = []
        for term, words in (("named", "texts that name what is judged"), ("not named", "texts that do not")):
            row = mine.filter(term=f"correlation, {term}").row(0, named=True)
            if row["estimate"] is not None:
                apart.append(f"{number(row['estimate'])} ({row['method']}) for {words}")
        p = mine.filter(term="maximum", component="preference")["p_value"].to_list()
        tested = f"; {p_equals(p[0])} in preference" if p and p[0] is not None else ""
        yield (
            f"{said} against {done}: a cell's answers to the same things correlate {low} to {high}; on average "
            f"{' and '.join(apart)}{tested}."
        )


def _personas(findings: Findings, found: pl.DataFrame) -> Table:
    """Return each persona's similarity with itself and with the others, for every pair of methods."""
    labels = findings.labels()
    agents = list(dict.fromkeys(found["agent"]))
    value = {(row["agent"], row["term"], row["contrast"]): row["estimate"] for row in found.iter_rows(named=True)}
    head = ["Itself / others", *(" against ".join(methods(findings, agent)) for agent in agents)]
    rows = [
        [
            text(labels[persona]),
            *(
                " / ".join(number(value.get((agent, term, persona))) for term in ("convergent", "discriminant"))
                for agent in agents
            ),
        ]
        for persona in findings.design.first_arm
    ]
    return Table.of(head, rows, numeric=range(1, len(head)))
