"""What single clusters are to the personas: where a cluster of items is something to look at, such as one animal."""

from collections.abc import Iterable, Mapping
from itertools import combinations

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
    pair = farthest(findings, found, shown)
    if pair:
        shown.sort(key=lambda cluster: (round(-_difference(found, pair, cluster), 9), cluster))
    rows = [
        (cluster, persona, *(found.get((cluster, persona, role)) for role in ("teacher", "student")))
        for persona in findings.design.persona_ids
        for cluster in shown
    ]
    names = dict.fromkeys(("cluster", "persona"), pl.String()) | dict.fromkeys(("teacher", "student"), pl.Float64())
    return rounded_frame(pl.DataFrame(rows, schema=names, orient="row"))


def farthest(findings: Findings, found: Mapping[tuple[object, ...], float], clusters: list[str]) -> tuple[str, ...]:
    """Return the two compared personas whose teachers differ most over some clusters; none where there are not two."""

    def apart(pair: tuple[str, str]) -> float:
        return round(sum(_difference(found, pair, cluster) ** 2 for cluster in clusters), 9)

    return max(combinations(findings.design.first_arm, 2), key=apart, default=())


def _difference(found: Mapping[tuple[object, ...], float], pair: tuple[str, ...], cluster: str) -> float:
    one, other = (found.get((cluster, persona, "teacher")) for persona in pair)
    return 0.0 if one is None or other is None else one - other


def section(findings: Findings, images: Images) -> Iterable[Block]:
    """Yield the chart of every task that portrays clusters, and what its pictures show."""
    shown = [task.task for task in findings.design.tasks if f"portraits-{task.task}" in images]
    if shown:
        yield Heading(HEADING)
    for task in shown:
        design, portraits = findings.design.task(task), findings.portraits[task]
        number = readouts.probability(findings, task)
        data, names = by_cluster(findings, task), findings.labels()
        found: dict[tuple[object, ...], float] = {
            (row["cluster"], row["persona"], "teacher"): row["teacher"] for row in data.iter_rows(named=True)
        }
        pair = " and ".join(text(names[persona]) for persona in farthest(findings, found, list(portraits)))
        yield (
            f"{title(findings, task)}: the {len(portraits)} of {design.clusters:,} held-out pictures on which the personas' "
            f"teachers differ most. The colours are {text(number)}, averaged over all items of a picture and over wordings. The "
            f"teacher read a caption; the student ({text(agent_label(design.students[0]))}) saw the picture, and none of these "
            f"before. Pictures stand in the order of the difference between {pair}, the two whose teachers differ most."
        )
        yield from chart(findings, images, f"portraits-{task}")
        order = data["cluster"].unique(maintain_order=True)
        yield Bullets.of(f"{place}: {text(portraits[cluster].text)}" for place, cluster in enumerate(order, 1))
