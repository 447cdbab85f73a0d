"""A comparison of runs in sentences: of each component of each task, and of each pair of runs."""

from collections.abc import Iterator, Mapping
from math import sqrt
from typing import Any

import polars as pl

from eep.core.numbers import interval, number, p_equals, percent, significant

ALPHA = 0.05
#: What a note says where both runs have the same teachers, as `eep.stats.comparison_rows.SAME` does.
SAME = "the teachers' answers are the same in both"
Row = Mapping[str, Any]


def pairs(rows: pl.DataFrame) -> list[tuple[str, str]]:
    """Return the pairs of runs, in the order of the rows."""
    found = rows.filter(pl.col("other") != "").select("run", "other").unique(maintain_order=True)
    return [(str(run), str(other)) for run, other in found.iter_rows()]


def pick(rows: pl.DataFrame, **where: str) -> Row:
    """Return the one row whose columns equal ``where``."""
    return rows.filter(**where).row(0, named=True)


def sentences(rows: pl.DataFrame, run: str, other: str, *, on_scale: bool = False) -> Iterator[str]:
    """Yield the answers to the three questions about a pair, of the rows of one task and component."""
    yield differ(rows, run, other, on_scale=on_scale)
    yield arrive(rows, run, other)
    yield agree(rows, run, other)


def spread(variance: float | None, *, on_scale: bool = False) -> str:
    """Return the standard deviation between personas in points, "nothing measurable" where there is none."""
    if variance is None or variance <= 0:
        return "nothing measurable"
    return _points(significant(100 * sqrt(variance), 2), on_scale=on_scale)


def differ(rows: pl.DataFrame, run: str, other: str, *, on_scale: bool = False) -> str:
    """Say whose teachers' personas differ more."""
    found = pick(rows, run=run, other=other, test="differ", term="difference")
    one, two = (
        spread(_of_one(rows, name, "differ", "persona_variance_teacher")["estimate"], on_scale=on_scale)
        for name in (run, other)
    )
    if found["note"] == SAME:
        return f"The teachers' answers are the same in both; their personas differ by {one} (standard deviation)."
    if found["p_value"] is None:
        return f"Whose personas differ more cannot be told: {found['note']}."
    by = f"{one} in {run} and {two} in {other} (standard deviations)"
    if _found(found):
        return f"The teachers' personas differ more in {run if found['estimate'] > 0 else other}: by {by}; {_p(found)}."
    return f"The teachers' personas differ by {by}; the two cannot be told apart ({_p(found)})."


def arrive(rows: pl.DataFrame, run: str, other: str) -> str:
    """Say in whose students more of the personas arrives."""
    found = pick(rows, run=run, other=other, test="arrive", term="difference")
    share = {name: _of_one(rows, name, "arrive", "slope")["estimate"] for name in (run, other)}
    shares = " and ".join(f"{percent(slope)} in the students of {name}" for name, slope in share.items())
    if found["p_value"] is None:
        known = "" if None in share.values() else f"Share that arrives: an estimated {shares}. "
        return f"{known}Where more arrives cannot be told: {found['note']}."
    more, least = (run, other) if found["estimate"] >= 0 else (other, run)
    low, high = sorted(100 * found[bound] * (1 if more == run else -1) for bound in ("conf_low", "conf_high"))
    by = f"{_points(number(abs(100 * found['estimate']), 0))} more, 95 % interval {interval(low, high, 0)}; {_p(found)}"
    if _found(found):
        return (
            f"More arrives in the students of {more}: {percent(share[more])}, against {percent(share[least])} in those of "
            f"{least} ({by})."
        )
    return f"Share that arrives: {shares}; the two cannot be told apart ({more}: {by})."


def _points(number: str, *, on_scale: bool = False) -> str:
    noun = f"point{'' if number == '1' else 's'}"
    return f"{number} {noun} on a scale of 100" if on_scale else f"{number} percentage {noun}"


def agree(rows: pl.DataFrame, run: str, other: str) -> str:
    """Say whether both runs agree on who is who."""
    said = [
        _agree(pick(rows, run=run, other=other, test="agree", role=role, term="maximum"), f"{role}s")
        for role in ("teacher", "student")
    ]
    return f"Who is who: {'; '.join(filter(None, said))}."


def _agree(found: Row, who: str) -> str:
    if found["note"] == SAME:
        return ""
    if found["p_value"] is None:
        return f"of the {who} it cannot be told ({found['note']})"
    return f"{who} {'agree across wordings' if _found(found) else 'are not seen to agree'} ({_p(found)})"


def wrong(rows: pl.DataFrame, run: str, other: str) -> str:
    """Say what two wrong ways would have found, labelled as wrong."""
    mine = rows.filter(run=run, other=other, test="wrong")
    items = mine.filter(term="items as the unit")
    verdicts = f"“one is inherited, the other not” {claims(pick(mine, term='one inherited, the other not'))}"
    over_items = f"items as the unit would give {p_equals(items['p_value'].item())}; " if items.height else ""
    return f"WRONG, not to be used: {over_items}{verdicts}."


def claims(row: Row) -> str:
    """Say what comparing two verdicts would claim."""
    return {"differ": "would claim a difference", "alike": "would claim none", "": "has no verdicts to compare"}[
        row["verdict"]
    ]


def _of_one(rows: pl.DataFrame, run: str, test: str, term: str) -> Row:
    return pick(rows, run=run, other="", test=test, term=term)


def _found(row: Row) -> bool:
    return row["p_adjusted"] is not None and row["p_adjusted"] <= ALPHA


def _p(row: Row) -> str:
    return f"{p_equals(row['p_value'])}, adjusted {p_equals(row['p_adjusted']).removeprefix('p = ')}"
