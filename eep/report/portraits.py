"""What single clusters are to the personas: where a cluster of items is something to look at, such as one animal."""

from collections.abc import Iterable

import polars as pl

from eep.data import means
from eep.report import readouts
from eep.report.blocks import Block, Bullets, Heading
from eep.report.findings import Findings
from eep.report.markdown import text
from eep.report.numbers import agent_label, rounded_frame
from eep.report.results import Images, chart, title

HEADING = "Persona by persona, picture by picture"
_BY = ("cluster", "persona", "role")


def most_discriminating_clusters(responses: pl.DataFrame, task: str, count: int) -> tuple[str, ...]:
    """Return the held-out clusters on which the personas' teachers differ most, by the means over their items.

    Parameters
    ----------
    responses
        A responses table of one readout.
    count
        So many clusters at most.

    Returns
    -------
    tuple
        Clusters by the standard deviation over the persona arm of the teachers' means over items, wordings and samples,
        the most discriminating first; none where clusters are single items, or there are fewer than two personas.
    """
    mine = responses.filter(task=task, role="teacher", split="test", arm="persona")
    if mine["item"].n_unique() == mine["cluster"].n_unique():
        return ()
    spread = (
        means.cell_means(mine, _BY)
        .group_by("cluster")
        .agg(pl.col("response").sort().std())
        .drop_nulls("response")
        .sort(pl.col("response").round(9), "cluster", descending=[True, False])
    )
    return tuple(spread["cluster"].head(count))


def by_cluster(findings: Findings, task: str) -> pl.DataFrame:
    """Return (cluster, persona, teacher, student) of the clusters portrayed: means over held-out items and wordings.

    Personas come in the readers' order. Clusters lie between the two personas that differ most: first what the one has
    more of than the other, last what the other has.
    """
    shown, first = list(findings.portraits.get(task, ())), findings.design.task(task).students[0]
    mine = findings.responses.filter(
        pl.col("cluster").is_in(shown),
        (pl.col("role") == "teacher") | (pl.col("agent") == first) & (pl.col("role") == "student"),
        task=task,
        split="test",
    )
    found = {tuple(key): mean for *key, mean in means.cell_means(mine, _BY).select(*_BY, "response").iter_rows()}
    rows = [
        (cluster, persona, *(found.get((cluster, persona, role)) for role in ("teacher", "student")))
        for persona in findings.design.persona_ids
        for cluster in _between(findings, found, shown)
    ]
    names = dict.fromkeys(("cluster", "persona"), pl.String()) | dict.fromkeys(("teacher", "student"), pl.Float64())
    return rounded_frame(pl.DataFrame(rows, schema=names, orient="row"))


def _between(findings: Findings, found: dict[tuple[object, ...], float], clusters: list[str]) -> list[str]:
    """Return the clusters in the order of the difference between the two personas whose teachers differ most."""

    def differences(one: str, other: str) -> dict[str, float]:
        both = (
            (cluster, found.get((cluster, one, "teacher")), found.get((cluster, other, "teacher")))
            for cluster in clusters
        )
        return {cluster: a - b for cluster, a, b in both if a is not None and b is not None}

    personas = findings.design.first_arm
    pairs = [(one, other) for place, one in enumerate(personas) for other in personas[place + 1 :]]
    farthest = max(
        (differences(*pair) for pair in pairs),
        key=lambda apart: round(sum(value**2 for value in apart.values()), 9),
        default={},
    )
    return sorted(clusters, key=lambda cluster: (round(-farthest.get(cluster, 0.0), 9), cluster))


def section(findings: Findings, images: Images) -> Iterable[Block]:
    """Yield the chart of every task that portrays clusters, and what its pictures show."""
    shown = [task.task for task in findings.design.tasks if f"portraits-{task.task}" in images]
    if shown:
        yield Heading(HEADING)
    for task in shown:
        design, portraits = findings.design.task(task), findings.portraits[task]
        number = readouts.probability(findings, task)
        yield (
            f"{title(findings, task)}: the {len(portraits)} of {design.clusters:,} held-out pictures on which the personas' "
            f"teachers differ most, each in all that may happen with it. {text(number[:1].upper() + number[1:])}, averaged "
            f"over items and wordings. The teacher read about it; the student ({text(agent_label(design.students[0]))}) saw "
            "it, and never this one before. Pictures are in the order in which the two personas that differ most part over "
            "them."
        )
        yield from chart(findings, images, f"portraits-{task}")
        order = by_cluster(findings, task)["cluster"].unique(maintain_order=True)
        yield Bullets.of(f"{place}: {text(portraits[cluster].text)}" for place, cluster in enumerate(order, 1))
