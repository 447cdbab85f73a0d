"""Who plays in an experiment that never was, and how they fare."""

from collections.abc import Iterable
from itertools import product
from typing import Any

import numpy as np
import polars as pl

from eep.data.returns import POLICIES, RETURNS

WORDINGS = ("plain", "portrait")
STUDENTS = ("xgboost", "logistic", "mlp")
FEATURES = ("gain position", "gain velocity", "gain angle", "gain turning", "side bias", "switching rate")
PERSONAS = {
    "clockmaker": ("The clockmaker", "persona"),
    "ferryman": ("Old ferryman", "persona"),
    "juggler": ("A juggler", "persona"),
    "beekeeper": ("Beekeeper Odile", "persona"),
    "nobody": ("Nobody in particular", "neutral"),
    "tea-drinker": ("Somebody who drinks tea", "placebo"),
}


def cell_names() -> list[dict[str, Any]]:
    """Return persona, arm, wording and sample of every cell."""
    return [
        {"persona": persona, "arm": arm, "wording": wording, "sample": 0}
        for (persona, (_, arm)), wording in product(PERSONAS.items(), WORDINGS)
    ]


def players() -> list[dict[str, Any]]:
    """Return every agent that plays: teachers, students, permuted students, the generic student and a fair coin."""
    each = cell_names()
    teachers = [cell | {"role": "teacher", "agent": "simulated:weights"} for cell in each]
    students = [cell | {"role": "student", "agent": kind} for kind, cell in product(STUDENTS, each)]
    permuted = [
        cell | {"role": "control", "agent": "permuted", "sample": repeat}
        for repeat, cell in product(range(3), each)
        if cell["arm"] == "persona"
    ]
    control = {"role": "control", "arm": "neutral", "sample": 0}
    generic = control | {"agent": "generic", "persona": "nobody", "wording": "pooled"}
    coin = control | {"agent": "random", "persona": "none", "wording": "none"}
    return [*teachers, *students, *permuted, generic, coin]


def played(tasks: Iterable[str], rng: np.random.Generator) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the returns and policies tables: trained agents last longer than permuted ones and the coin."""
    skill = {persona: 60 + 90 * rng.random() for persona in PERSONAS}
    returns, policies = [], []
    for task, player in product(tasks, players()):
        good = player["agent"] not in ("permuted", "random")
        mean = skill.get(player["persona"], 80.0) * rng.uniform(0.85, 1.15) if good else rng.uniform(17, 30)
        for episode in range(5):
            length = float(round(mean * rng.uniform(0.7, 1.3)))
            returns.append(
                player | {"task": task, "episode": episode, "measure": "return", "value": length, "ended": "terminated"}
            )
        policies += [player | {"task": task, "feature": name, "value": rng.normal()} for name in FEATURES]
    return pl.DataFrame(returns, schema=RETURNS, orient="row"), pl.DataFrame(policies, schema=POLICIES, orient="row")
