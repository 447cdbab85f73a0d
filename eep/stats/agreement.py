"""How often students choose as their teachers do: easy to read, and no evidence of inheritance by itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from eep.data.means import cell_means
from eep.data.responses import one_option
from eep.stats.estimates import Estimate

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


_AGENT = ("agent", "persona", "wording", "sample")


def chosen_alike(
    responses: pl.DataFrame, personas: Sequence[str], *, task: str, option: str | None = None
) -> pl.DataFrame:
    """Return how often agents choose as the teachers of the same persona, or another, *in another wording*.

    The teachers' wording is always another one than the agent's, as in T2: within one wording, teacher and student
    share its accidents. Descriptive, with no test: most of any agreement is what everybody would do.

    Parameters
    ----------
    responses
        A responses table.
    personas
        Whose agents and teachers are compared, in the order of the result.
    task
        One task of the table.
    option
        Which option is analysed; not needed where the task scores one.

    Returns
    -------
    One row per agent (``teacher`` or a kind of student), its persona and the teacher's persona: ``agent, persona,
    teacher, alike`` (share of held-out items, averaged over pairs of cells; an even choice counts one half) and
    ``pairs``, the number of pairs of cells. No row where there is no such pair.
    """
    rows = responses.filter(pl.col("task") == task, pl.col("split") == "test", pl.col("persona").is_in(list(personas)))
    made = one_option(rows.filter(pl.col("role") != "control"), option)
    teachers = choices(made.filter(role="teacher")).with_columns(agent=pl.lit("teacher"))
    students = choices(made.filter(role="student"))
    pairs = pl.concat([teachers, students]).join(teachers.drop("agent", "arm", "sample"), on="item", suffix="_teacher")
    same = pl.col("chosen") * pl.col("chosen_teacher") + (1 - pl.col("chosen")) * (1 - pl.col("chosen_teacher"))
    cells = (
        pairs.filter(pl.col("wording") != pl.col("wording_teacher"))
        .group_by(*_AGENT, "persona_teacher", "wording_teacher")
        .agg(same.mean().alias("alike"))
        .sort(*_AGENT, "persona_teacher", "wording_teacher")
    )
    order = {persona: place for place, persona in enumerate(personas)}
    return (
        cells.group_by("agent", "persona", pl.col("persona_teacher").alias("teacher"), maintain_order=True)
        .agg(pl.col("alike").mean(), pl.len().alias("pairs"))
        .sort(
            pl.col("agent") != "teacher",
            "agent",
            pl.col("persona").replace_strict(order, return_dtype=pl.Int32),
            pl.col("teacher").replace_strict(order, return_dtype=pl.Int32),
        )
    )
