"""How often students choose as their teachers do: easy to read, and no evidence of inheritance by itself."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from eep.data.means import cell_means
from eep.stats.estimates import Estimate
from eep.stats.panel import one_option

CELL = ("persona", "wording")


@dataclass(frozen=True)
class OwnTeacherAgreement:
    """Share of held-out items on which a student chooses the same as its own teacher cell.

    Each is taken to choose what it gives more than .5; at exactly .5 it tosses a coin, so such an item counts
    one half. Agents without a teacher of their own (the generic student, the fair coin) are compared with
    every teacher cell: what they reach there, every prompt would have taught. The unit is the cell: shares
    over items are averaged over cells, per persona and, as ``"all"``, over the persona arm.

    Agreement mixes what all personas share, how often the option is chosen, the wording and the persona;
    T2 takes them apart.

    Parameters
    ----------
    option
        Which option is analysed; not needed where the task scores one.
    """

    option: str | None = None

    def __call__(self, responses: pl.DataFrame, about: Estimate) -> list[Estimate]:
        """Return the estimates of the task that ``about`` names, agents and personas sorted."""
        held_out = one_option(responses.filter(task=about.task, split="test"), self.option)
        teachers = choices(held_out.filter(role="teacher")).drop("agent", "sample")
        others = choices(held_out.filter(pl.col("role") != "teacher")).drop("arm")
        own = others.join(teachers, on=[*CELL, "item"], suffix="_teacher")
        strangers = others.join(teachers, on=list(CELL), how="anti").drop("persona", "wording")
        pairs = pl.concat(
            [
                own.select("agent", "persona", "arm", "wording", "sample", "item", *_CHOSEN),
                strangers.join(teachers, on="item", suffix="_teacher").select(
                    "agent", "persona", "arm", "wording", "sample", "item", *_CHOSEN
                ),
            ]
        )
        row = replace(about, component="response", test="agreement", term="own-teacher")
        return list(_summaries(_cells(pairs), row))


_CHOSEN = ("chosen", "chosen_teacher")


def choices(rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row per agent, cell and item: ``chosen`` is 1, 0, or .5 for a tie, of the mean answer.

    Teachers' samples are averaged first; a student's or control's ``sample`` is a repeat of its own.
    """
    repeat = pl.when(pl.col("role") == "teacher").then(0).otherwise(pl.col("sample")).alias("sample")
    keys = ["agent", "persona", "arm", "wording", "sample", "item"]
    mean = pl.col("response")
    chosen = pl.when(mean == 0.5).then(0.5).when(mean > 0.5).then(1.0).otherwise(0.0)
    return cell_means(rows.sort("sample").with_columns(repeat), keys).select(*keys, chosen.alias("chosen"))


def _cells(pairs: pl.DataFrame) -> pl.DataFrame:
    """Return the share of items with the same choice, one row per agent, cell and repeat, sorted."""
    one, other = pl.col("chosen"), pl.col("chosen_teacher")
    keys = ["agent", "persona", "arm", "wording", "sample"]
    same = (one * other + (1 - one) * (1 - other)).alias("same")
    return pairs.with_columns(same).group_by(keys).agg(pl.col("same").mean(), pl.len().alias("items")).sort(keys)


def _summaries(cells: pl.DataFrame, row: Estimate) -> Iterator[Estimate]:
    for (agent,), mine in cells.group_by("agent", maintain_order=True):
        row = replace(row, agent=str(agent))
        for (persona,), some in mine.group_by("persona", maintain_order=True):
            yield _mean(some, replace(row, contrast=str(persona)))
        everyone = mine.filter(arm="persona")
        if everyone.height:
            yield _mean(everyone, replace(row, contrast="all"))


def _mean(cells: pl.DataFrame, row: Estimate) -> Estimate:
    return replace(
        row,
        estimate=float(np.mean(cells["same"].to_numpy())),
        n_personas=cells["persona"].n_unique(),
        n_wordings=cells["wording"].n_unique(),
        n_items=int(cells["items"].max()),  # type: ignore[arg-type] # a count, whatever polars' annotation allows
        method=f"mean over {cells.height} cells",
    )
