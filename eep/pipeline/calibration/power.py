"""How likely an experiment is to find what is there, before anything is spent on it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl

from eep.pipeline.calibration.trials import Settings, World, outcomes
from eep.pipeline.progress import Progress
from eep.stats.simulation import rates
from eep.stats.simulation.world import Design, Effects

#: Strengths of a persona effect, as standard deviations in logits of what a persona favours.
STRENGTHS: Mapping[str, float] = {"weak": 0.35, "medium": 0.7, "strong": 1.2}
#: What wordings do meanwhile.
WORDING_NOISE = Effects(wording=0.5, wording_hidden=0.3, wording_level=0.3)
#: A design is called powerful enough from here on.
ENOUGH = 0.8
THIS = "this design"
POWER = pl.Schema(
    {
        "design": pl.String(),
        "personas": pl.Int32(),
        "wordings": pl.Int32(),
        "items": pl.Int32(),
        "train": pl.Int32(),
        "samples": pl.Int32(),
        "answers": pl.String(),
        "effect": pl.String(),
        "strength": pl.Float64(),
        "alpha": pl.Float64(),
        "experiments": pl.Int32(),
        "power": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
    }
)


def neighbours(design: Design) -> dict[str, Design]:
    """Return the design and what could be changed about it, each with its name for tables."""
    more = {
        THIS: design,
        "one more wording": replace(design, wordings=design.wordings + 1),
        "one more persona": replace(design, personas=design.personas + 1),
        "300 more held-out items": replace(design, items=design.items + 300),
        "twice the items to train on": replace(design, train=2 * design.train),
    }
    if design.answers == "yes/no":
        more |= {
            "one more sample": replace(design, samples=design.samples + 1),
            "probabilities instead of yes or no": replace(design, answers="probability"),
        }
    return more


def power(
    designs: Mapping[str, Design],
    *,
    settings: Settings,
    strengths: Mapping[str, float] = STRENGTHS,
    alpha: float = 0.05,
    workers: int = 1,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Return how often T2 finds a preference that is inherited; one row per design and strength (schema `POWER`).

    ``designs`` are by name, as `neighbours` gives them; ``strengths`` are standard deviations in logits, by name.
    ``alpha`` is what the p-value must not exceed: with several tests, what Holm's first step asks for. The rest is as
    for `eep.pipeline.calibration.trials.outcomes`.
    """
    worlds = {
        (name, effect): World(f"power {effect}", design, replace(WORDING_NOISE, persona=strength))
        for name, design in designs.items()
        for effect, strength in strengths.items()
    }
    found = outcomes(list(worlds.values()), settings=settings, workers=workers, folder=folder, progress=progress)
    rows = [
        _row(name, effect, world, strengths[effect], frame["P_T2 preference"], alpha)
        for ((name, effect), world), frame in zip(worlds.items(), found, strict=True)
    ]
    return pl.DataFrame(rows, schema=POWER, orient="row")


def _row(name: str, effect: str, world: World, strength: float, p_values: pl.Series, alpha: float) -> dict[str, object]:
    rate = rates.rejections(p_values.to_numpy(), alpha=alpha)
    varied = ("personas", "wordings", "items", "train", "samples", "answers")
    return {
        "design": name,
        **{setting: getattr(world.design, setting) for setting in varied},
        "effect": effect,
        "strength": strength,
        "alpha": alpha,
        "experiments": rate.of,
        "power": rate.value,
        "low": rate.low,
        "high": rate.high,
    }


def one_line(table: pl.DataFrame) -> str:
    """Return what a plan says of a design's power, in one sentence, from `power`'s table."""
    rows = table.filter(design=THIS).sort("strength").iter_rows(named=True)
    chances = [f"{row['effect']} ({row['strength']:g}) {100 * row['power']:.0f} %" for row in rows]
    return f"Chance of finding a persona effect, by its strength in logits: {', '.join(chances)}."


def conclusive(table: pl.DataFrame, effect: str = "weak", *, enough: float = ENOUGH) -> str:
    """Return what would find an effect of this strength with enough power, in a sentence, from `power`'s table.

    Meant for inconclusive verdicts: which one change of the design reaches ``enough``, or comes nearest.
    """
    rows = table.filter(effect=effect).sort("power", descending=True, maintain_order=True)
    here = rows.filter(design=THIS)["power"].item()
    start = f"This design finds a {effect} persona effect in {100 * here:.0f} % of experiments"
    if here >= enough:
        return f"{start}; if there is one, it is smaller."
    others = rows.filter(pl.col("design") != THIS, pl.col("power") > here)
    pairs = others.select("design", "power").rows()
    if reached := [f"{name} ({100 * power:.0f} %)" for name, power in pairs if power >= enough]:
        return f"{start}; {100 * enough:.0f} % or more would be reached by {' or by '.join(reached)}."
    if not pairs:
        return f"{start}; no single change that was tried does better."
    name, best = pairs[0]
    return f"{start}; the best single change is {name} ({100 * best:.0f} %), which is not enough alone."
