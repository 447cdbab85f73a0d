"""Panels and responses tables made from arrays, for the tests of the statistics."""

from dataclasses import replace

import numpy as np
import polars as pl

from eep.core.arrays import FloatArray
from eep.data import responses
from eep.stats.cells_present import present
from eep.stats.panel import Panel


def names(letter: str, count: int) -> tuple[str, ...]:
    """Return ``count`` names that sort in order."""
    return tuple(f"{letter}{i:03d}" for i in range(count))


def panel(teacher: FloatArray, student: FloatArray, *, clusters: int | None = None) -> Panel:
    """Return a panel of (K, W, N) arrays, items in ``clusters`` clusters (one each by default)."""
    k, w, n = teacher.shape
    return Panel(
        task="task",
        agent="kind",
        option="yes",
        personas=names("p", k),
        wordings=names("w", w),
        items=names("i", n),
        clusters=tuple(f"c{i % (clusters or n)}" for i in range(n)),
        teacher=teacher,
        student=student,
    )


def random_panel(
    k: int,
    w: int,
    n: int,
    *,
    seed: int,
    effect: float = 1.0,
    clusters: int | None = None,
    absent: tuple[tuple[int, int], ...] = (),
) -> Panel:
    """Return probabilities with a generic part, a persona effect in both roles, idiosyncrasies and noise."""
    rng = np.random.default_rng([k, w, n, seed])
    shared = rng.normal(size=n) + effect * rng.normal(size=(k, 1, n)) + 0.5 * rng.normal(size=(k, w, n))
    teacher, student = (1 / (1 + np.exp(-shared - 0.3 * rng.normal(size=(k, w, n)))) for _ in range(2))
    there = present(k, w, absent)[:, :, None]
    return replace(panel(teacher * there, student * there, clusters=clusters), absent=absent)


def row(role: str, persona: str, wording: str, item: str, response: float | None, **other: object) -> dict[str, object]:
    """Return one row of a responses table; a response of None is a refusal unless ``status`` says otherwise."""
    return {
        "task": "task",
        "role": role,
        "agent": "simulated:planted" if role == "teacher" else "kind",
        "persona": persona,
        "arm": "persona",
        "wording": wording,
        "sample": 0,
        "item": item,
        "cluster": item,
        "split": "test",
        "option": "yes",
        "response": response,
        "status": "refused" if response is None else "ok",
        **other,
    }


def table(cells: Panel) -> pl.DataFrame:
    """Return the responses table of a panel."""
    return responses.build(
        row(role, p, w, i, float(x[a, b, c]), cluster=cells.clusters[c])
        for role, x in (("teacher", cells.teacher), ("student", cells.student))
        for a, p in enumerate(cells.personas)
        for b, w in enumerate(cells.wordings)
        for c, i in enumerate(cells.items)
    )
