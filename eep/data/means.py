"""Means over the rows of a table, at the levels of cell, persona and agent.

What a report shows and what `eep trace` prints are the same means because both are made here.
"""

from collections.abc import Callable, Mapping, Sequence

import polars as pl

from eep.data.returns import AGENT

#: One row per spread: mean, standard deviation, least and greatest of so many cells.
_SPREAD = (
    pl.col("mean").mean().alias("mean"),
    pl.col("mean").std().alias("sd"),
    pl.col("mean").min().alias("least"),
    pl.col("mean").max().alias("greatest"),
    pl.len().cast(pl.Int32()).alias("cells"),
)


def cell_means(responses: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Return the mean response of every group of ``by``, a cell and an item for instance, over its valid answers.

    Columns ``by``, ``response`` (the mean), ``answers`` (how many) and ``variance`` (of single answers, null of one), rows
    sorted. Sums run in the order of the samples, so that neither the order of the rows nor threads change the last bit.
    """
    order = [*by, *(name for name in ("sample",) if name not in by)]
    answers = pl.col("response").list
    return (
        responses.filter(pl.col("response").is_not_null())
        .sort(order, maintain_order=True)
        .group_by(by, maintain_order=True)
        .agg("response")
        .with_columns(answers.mean(), answers.len().alias("answers"), answers.var().alias("variance"))
    )


def cells(returns: pl.DataFrame) -> pl.DataFrame:
    """Return the mean of every cell (trained student, or teacher) in every measure of play, and episodes."""
    keys = [*AGENT, "measure"]
    return (
        returns.group_by(keys)
        .agg(
            pl.col("value").sort_by("episode").drop_nulls().alias("mean"),
            pl.col("value").count().cast(pl.Int32()).alias("episodes"),
            pl.col("value").null_count().cast(pl.Int32()).alias("unanswered"),
        )
        .with_columns(pl.col("mean").list.mean())  # sums in the order of the episodes, whatever the threads
        .sort(keys)
    )


def returns_by_persona(returns: pl.DataFrame) -> pl.DataFrame:
    """Return the mean of the cells' mean returns for every agent and persona, with its spread over the cells."""
    return returns_by_agent(returns, "arm", "persona")


def returns_by_agent(returns: pl.DataFrame, *by: str) -> pl.DataFrame:
    """Return the same for every agent, over the cells of all its personas of all arms unless split ``by`` them."""
    keys = ["task", "measure", "role", "agent", *by]
    spread = [*_SPREAD, pl.col("episodes", "unanswered").sum()]
    return cells(returns).group_by(keys).agg(spread).sort(keys)


def policies_by_persona(policies: pl.DataFrame) -> pl.DataFrame:
    """Return (task, role, agent, persona, arm, feature, value): a policy's numbers, averaged over its cells."""
    keys = ["task", "role", "agent", "persona", "arm", "feature"]
    return policies.group_by(keys).agg(pl.col("value").mean()).sort(keys)


def responses_by_persona(responses: pl.DataFrame) -> pl.DataFrame:
    """Return the mean response of every agent and persona to every item, over wordings and samples."""
    keys = ["task", "role", "agent", "persona", "arm", "item", "split", "option"]
    # Sums in one order, whatever the rows' order.
    mean = pl.col("response").sort().mean().alias("mean")
    return responses.group_by(keys).agg(mean, pl.col("response").count().alias("answers")).sort(keys)


#: Table to level to the means there are of it.
LEVELS: Mapping[str, Mapping[str, Callable[[pl.DataFrame], pl.DataFrame]]] = {
    "responses": {"persona": responses_by_persona},
    "returns": {"cell": cells, "persona": returns_by_persona, "agent": returns_by_agent},
    "policies": {"persona": policies_by_persona},
}
