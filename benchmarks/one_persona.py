"""How often T7 finds a persona that is inherited: python -m benchmarks.one_persona [experiments].

Prints, for designs and strengths, the share of personas with an effect of their own that are called inherited in preference
(adjusted over personas, .05), and in how many experiments any persona without one is.
"""

import sys
from dataclasses import replace
from zlib import crc32

import numpy as np

from eep.core.threads import single_thread
from eep.pipeline.calibration.power import WORDING_NOISE
from eep.stats.components import PREFERENCE, against_neutral
from eep.stats.holm import holm
from eep.stats.one_persona import OnePersona
from eep.stats.simulation.simulate import simulate
from eep.stats.simulation.world import Design

ALPHA, PERMUTATIONS = 0.05, 999
#: Name to design, strength in logits, and personas without an effect.
WORLDS = {
    "one of eight, 1.2": (Design(personas=8), 1.2, 7),
    "one of eight, 1.2, stated probabilities": (Design(personas=8, answers="probability"), 1.2, 7),
    "all of six, .7": (Design(), 0.7, 0),
    "all of eight, .7": (Design(personas=8), 0.7, 0),
    "all of eight, .7, four wordings": (Design(personas=8, wordings=4), 0.7, 0),
    "all of eight, .7, stated probabilities": (Design(personas=8, answers="probability"), 0.7, 0),
    "half of eight, 1.2": (Design(personas=8), 1.2, 4),
    "all of eight, 1.2": (Design(personas=8), 1.2, 0),
}


def found(design: Design, strength: float, bystanders: int, experiments: int, name: str) -> tuple[float, float]:
    """Return the share of active personas that are found, and of experiments that find one of the others."""
    effects = replace(WORDING_NOISE, persona=strength, bystanders=bystanders)
    active = design.personas - bystanders
    true, false = [], []
    with single_thread():
        for number in range(experiments):
            seed = (4, crc32(name.encode()), number)
            panel = simulate(design, effects, np.random.default_rng(seed))
            one = OnePersona(PERMUTATIONS, seed)(against_neutral(panel, PREFERENCE), panel.personas)
            inherited = np.asarray(holm(one.p_values)) <= ALPHA
            true.append(inherited[:active].mean())
            false.append(inherited[active:].any())
    return float(np.mean(true)), float(np.mean(false))


def main() -> None:
    """Print the table."""
    experiments = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    print(f"{experiments} experiments each")
    for name, (design, strength, bystanders) in WORLDS.items():
        true, false = found(design, strength, bystanders, experiments, name)
        print(f"{name:42} found {true:.2f}, found without an effect {false:.3f}", flush=True)


if __name__ == "__main__":
    main()
