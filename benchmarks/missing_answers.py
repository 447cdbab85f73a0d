"""What missing answers cost, and whether they deceive: python -m benchmarks.missing_answers [experiments].

Prints, for each pattern of missing answers, how often P_T2 of preference is at most .05 where nothing is inherited (whims of
wordings alone, N2) and where a weak persona is (.35): on the items that every cell answered (listwise), and on what each
cell answered (available cases, which eep uses).
"""

import sys
from collections.abc import Callable
from dataclasses import replace
from zlib import crc32

import numpy as np

from eep.core.arrays import BoolArray, FloatArray
from eep.core.threads import single_thread
from eep.pipeline.calibration.power import WORDING_NOISE
from eep.stats.components import preference
from eep.stats.panel import LEAST, Panel
from eep.stats.similarity import p_item
from eep.stats.simulation.nulls import WORDINGS
from eep.stats.simulation.simulate import simulate
from eep.stats.simulation.trial import Trial
from eep.stats.simulation.world import Design, Effects

DESIGN = Design(personas=7)
WORLDS = {"nothing inherited": WORDINGS, "weak persona": replace(WORDING_NOISE, persona=0.35)}
Pattern = Callable[[FloatArray, np.random.Generator], BoolArray]


def at_random(answers: FloatArray, rng: np.random.Generator) -> BoolArray:
    """Leave out 8 % of all answers."""
    return np.asarray(rng.random(answers.shape) < 0.08)


def by_persona(answers: FloatArray, rng: np.random.Generator) -> BoolArray:
    """Leave out 2 % of most personas' answers and 30 % of one's."""
    share = np.where(np.arange(len(answers)) == 0, 0.3, 0.02)[:, None, None]
    return np.asarray(rng.random(answers.shape) < share)


def by_answer(answers: FloatArray, rng: np.random.Generator) -> BoolArray:
    """Leave out 15 % of the answers "no" and none of the others."""
    return np.asarray((answers < 0.5) & (rng.random(answers.shape) < 0.15))


def by_cell(answers: FloatArray, rng: np.random.Generator) -> BoolArray:
    """Leave out a share of each cell's answers that is its own, up to 20 %."""
    return np.asarray(rng.random(answers.shape) < rng.uniform(0.0, 0.2, size=(*answers.shape[:2], 1)))


def two_refusers(answers: FloatArray, rng: np.random.Generator) -> BoolArray:
    """Leave out half of two personas' answers "no"."""
    refuses = (np.arange(len(answers)) < 2)[:, None, None]
    return np.asarray(refuses & (answers < 0.5) & (rng.random(answers.shape) < 0.5))


PATTERNS: tuple[Pattern, ...] = (at_random, by_persona, by_answer, by_cell, two_refusers)


def with_gaps(panel: Panel, pattern: Pattern, rng: np.random.Generator) -> Panel:
    """Return the panel without the answers that a pattern leaves out, on the items that are left."""
    teacher = np.where(pattern(panel.teacher, rng), np.nan, panel.teacher)
    return replace(panel, teacher=teacher).only(np.isfinite(teacher).mean(axis=(0, 1)) >= LEAST)


def p_value(panel: Panel, trial: Trial, seed: tuple[int, ...]) -> float:
    """Return P_T2 of preference; 1 where it cannot be tested."""
    component = preference(panel)
    if component.reason:
        return 1.0
    rows = component.student, component.teacher
    return max(trial.joint(*rows, seed), trial.block(*rows, seed), p_item(component).value)


def measure(effects: Effects, pattern: Pattern, experiments: int) -> tuple[float, float, float, float]:
    """Return rejection rates listwise and of available cases, and the shares of items that both keep."""
    trial, found = Trial(), []
    with single_thread():
        for number in range(experiments):
            seed = (2, crc32(pattern.__name__.encode()), number)
            rng = np.random.default_rng(seed)
            panel = with_gaps(simulate(DESIGN, effects, rng), pattern, rng)
            both = panel.listwise, panel
            found.append([*(p_value(one, trial, seed) <= 0.05 for one in both), *(len(one.items) for one in both)])
    listwise, available, *items = np.mean(found, axis=0).tolist()
    return listwise, available, items[0] / DESIGN.items, items[1] / DESIGN.items


def main() -> None:
    """Print the table."""
    experiments = int(sys.argv[1]) if len(sys.argv) > 1 else 600
    print(
        f"{experiments} experiments each, {DESIGN.personas} personas, {DESIGN.wordings} wordings, {DESIGN.items} items"
    )
    for name, effects in WORLDS.items():
        for pattern in PATTERNS:
            listwise, available, kept, usable = measure(effects, pattern, experiments)
            print(
                f"{name}, {pattern.__name__.replace('_', ' ')}: listwise {listwise:.3f} on {kept:.0%} of the items, "
                f"available cases {available:.3f} on {usable:.0%}",
                flush=True,
            )


if __name__ == "__main__":
    main()
