"""Folders of finished runs made from arrays, for tests of what reads them."""

from pathlib import Path

import polars as pl
from cells import table

from eep.core.hashing import sha256
from eep.data import run_tables
from eep.data.returns import POLICIES, RETURNS
from eep.data.run_tables import MANIFEST, Tables
from eep.pipeline.plan import PLAN, Plan, register
from eep.stats import estimates, verdict
from eep.stats.components import COMPONENTS
from eep.stats.panel import Panel
from eep.stats.profile import ATTRIBUTES
from eep.stats.verdict import Verdict


def rows(cells: Panel, *, teacher: str = "simulated:planted", also: Panel | None = None) -> pl.DataFrame:
    """Return the responses of a panel; ``also`` has students of another kind, called "other"."""
    found = table(cells)
    if also is not None:
        others = table(also).filter(role="student").with_columns(agent=pl.lit("other"))
        found = pl.concat([found, others])
    return found.with_columns(agent=pl.when(role="teacher").then(pl.lit(teacher)).otherwise("agent"))


def write(  # noqa: PLR0913 - keywords that all have defaults
    out: Path,
    name: str,
    responses: pl.DataFrame,
    *,
    seed: int = 1,
    stimuli: str = "the same",
    words: dict[tuple[str, str], str] | None = None,
    strength: float = 1.0,
    task: str = "task",
    number: int | None = None,
) -> Path:
    """Write ``out/runs/name`` as a run leaves it, without its estimates; ``words`` are those of a persona in a wording, where they are unlike others.

    All is of one ``task``, whose settings have a ``number`` and nothing else.
    """
    responses = responses.with_columns(task=pl.lit(task))
    folder = out / "runs" / name
    student = min(responses.filter(role="student")["agent"])
    none = dict.fromkeys(("p_value", "p_adjusted", "minimum_p", "slope", "slope_low", "slope_high", "manipulation_p"))
    verdicts = [
        Verdict(task, component, student, "inconclusive", sentence="", kind="", reason="", **none)
        for component in COMPONENTS
    ]
    tables = Tables(
        responses=responses,
        returns=pl.DataFrame(schema=RETURNS),
        policies=pl.DataFrame(schema=POLICIES),
        estimates=estimates.frame([], experiment=name),
        verdicts=verdict.frame(verdicts),
        attributes=pl.DataFrame(schema=ATTRIBUTES),
        animations={},
        kernels={},
    )
    run_tables.stamp(folder / MANIFEST, "made by a test", folder, run_tables.write(tables, folder))
    personas: dict[str, dict[str, dict[str, str]]] = {}
    for persona, wording in responses.select("persona", "wording").unique().sort("persona", "wording").iter_rows():
        said = (words or {}).get((persona, wording), f"You are {persona}, {wording}.")
        personas.setdefault(persona, {"wordings": {}})["wordings"][wording] = said
    content = {
        "experiment": {"seed": seed, "teacher": {"persona_effect": strength}, "tasks": {task: {"number": number}}},
        "personas": personas,
        "stimuli": {task: stimuli},
    }
    register(Plan(content, sha256(content)), folder / PLAN, answers=0)
    return folder
