"""Two personas side by side: how often their students and teachers choose alike, within a persona and across."""

from collections.abc import Sequence

import polars as pl

from eep.stats.agreement import choices
from eep.stats.panel import one_option

_CELL = ["agent", "persona", "wording", "sample"]


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
        .group_by(*_CELL, "persona_teacher", "wording_teacher")
        .agg(same.mean().alias("alike"))
        .sort(*_CELL, "persona_teacher", "wording_teacher")
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
