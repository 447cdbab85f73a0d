"""Processor seconds of the statistics, of one thread: python -m benchmarks.inference [experiments].

10,000 joint relabellings of six personas in three wordings, on average; and simulated
experiments of the null N2, each with eighteen students really fitted and all of T1, T2 and T3.
"""

import sys
import time
from collections.abc import Callable

import numpy as np

from eep.core.threads import single_thread
from eep.stats.components import preference
from eep.stats.permutation import Relabellings
from eep.stats.similarity import p_joint, similarity
from eep.stats.simulation.nulls import NULLS
from eep.stats.simulation.simulate import simulate
from eep.stats.simulation.trial import Trial
from eep.stats.simulation.world import Design

ROUNDS = 50


def seconds(work: Callable[[], object]) -> float:
    """Return the processor seconds of one call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    """Time both and print them."""
    experiments = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    design, effects, trial = Design(), NULLS["N2"].effects, Trial()
    component = preference(simulate(design, effects, np.random.default_rng(0)))
    relabellings = Relabellings(design.personas, design.wordings - 1, 1, 9_999, (0,))

    def joint() -> None:
        for _ in range(ROUNDS):
            p_joint(similarity(component.student, component.teacher), relabellings)

    def simulated() -> None:
        for number in range(experiments):
            trial(simulate(design, effects, np.random.default_rng([0, number])), (0, number))

    with single_thread():
        print(f"10,000 joint relabellings: {seconds(joint) / ROUNDS:.4f} CPU s")
        print(f"{experiments:,} experiments of N2, students fitted: {seconds(simulated):.1f} CPU s")


if __name__ == "__main__":
    main()
