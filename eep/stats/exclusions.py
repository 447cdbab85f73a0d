"""Answers that are none: refused, unparsable and failed ones, by persona."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import polars as pl

from eep.stats.estimates import Estimate

TERMS = ("refused", "unparsable", "failed")


@dataclass(frozen=True)
class Exclusions:
    """Share and count of the teacher's rows without a valid answer, per persona of every arm.

    Personas that refuse more than others are compared on items that are no longer like the others';
    the statistics leave such items out for all cells.
    """

    def __call__(self, responses: pl.DataFrame, about: Estimate) -> list[Estimate]:
        """Return the estimates of the task that ``about`` names, personas sorted."""
        asked = responses.filter(task=about.task, role="teacher")
        counts = asked.group_by("persona").agg(
            pl.len().alias("rows"), *((pl.col("status") == term).sum().alias(term) for term in TERMS)
        )
        row = replace(about, component="response", test="exclusions")
        return list(_rows(counts.sort("persona"), row))


def _rows(counts: pl.DataFrame, row: Estimate) -> Iterator[Estimate]:
    for persona in counts.iter_rows(named=True):
        for term in TERMS:
            yield replace(
                row,
                term=term,
                contrast=persona["persona"],
                estimate=persona[term] / persona["rows"],
                n_excluded=persona[term],
                method=f"of {persona['rows']} rows",
            )
