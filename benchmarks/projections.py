"""Candidates for what is taken out of preference: python -m benchmarks.projections [experiments].

Prints, for each candidate, how often P_T2 is at most .05 in worlds in which no preference is inherited, and how often it finds
one of known strength. All start from the rows that are left once curves of the generic score are taken out:

- none: nothing more is taken out (the component "preference including gain");
- both slopes: the directions in which cells differ that follow the generic score with another slope, one for teachers (slope
  on t) and one for students (slope on s);
- t, then t2, then t3: the teachers' directions alone, for their coefficients on t, which eep uses; on t and t squared; and on
  t, t squared and t cubed.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from zlib import crc32

import numpy as np

from eep.core.arrays import FloatArray
from eep.core.threads import single_thread
from eep.pipeline.calibration.power import WORDING_NOISE
from eep.stats import components, generic
from eep.stats.components import Component
from eep.stats.generic import basis_of, mean_over_cells, slope, ways_of_following
from eep.stats.panel import Panel
from eep.stats.rows import centred, logit, orthonormal, residual, unit_rows, z_score
from eep.stats.similarity import p_item
from eep.stats.simulation.nulls import NULLS
from eep.stats.simulation.simulate import simulate
from eep.stats.simulation.trial import Trial
from eep.stats.simulation.world import Design, Effects

CANDIDATES = ("none", "both slopes", "t", "t2", "t3")
WORLDS = ("N2", "N2s-W2", "N2h", "N3b", "N3cs", "N4", "N4s", "N7", "N7s", "N8", "N8t", "N9")


def candidates(panel: Panel) -> Iterator[Component]:
    """Yield the component under each of `CANDIDATES`."""
    base = components.preference_with_gain(panel)
    there, logits = panel.present, logit(panel.student)
    basis = generic.generic_basis(panel.teacher, logits, there)
    teacher, student = (centred(residual(x, basis)) for x in (panel.teacher, logits))
    t, s = (z_score(mean_over_cells(x)) for x in (panel.teacher, logits))
    slopes = [
        np.einsum("pw,pwi->i", centred(slope(x, score)[:, :, None])[:, :, 0], rows)
        for x, score, rows in ((panel.teacher, t, teacher), (logits, s, student))
    ]
    taken_out: list[FloatArray] = [orthonormal(slopes)]
    taken_out += [basis_of(ways_of_following(panel.teacher, t, teacher, there, followed)) for followed in (1, 2, 3)]
    yield base
    for directions in taken_out:
        left = (residual(rows, directions) for rows in (teacher, student))
        rows = [unit_rows(row, before) for row, before in zip(left, (panel.teacher, logits), strict=True)]
        yield replace(base, teacher=rows[0], student=rows[1])


def rates(design: Design, effects: Effects, experiments: int, name: str) -> FloatArray:
    """Return the rejection rate of each candidate."""
    trial, found = Trial(), []
    with single_thread():
        for number in range(experiments):
            seed = (3, crc32(name.encode()), number)
            panel = simulate(design, effects, np.random.default_rng(seed))
            row = []
            for one in candidates(panel):
                parts = trial.joint(one.student, one.teacher, seed), trial.block(one.student, one.teacher, seed)
                row.append(max(*parts, p_item(one).value) <= 0.05)
            found.append(row)
    return np.asarray(np.mean(found, axis=0))


def main() -> None:
    """Print the table."""
    experiments = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    print(f"{experiments} experiments each\n{'':24}" + "".join(f"{name:>12}" for name in CANDIDATES))
    worlds = {name: (NULLS[name].design(Design()), NULLS[name].effects) for name in WORLDS}
    for personas in (6, 8):
        for strength in (0.35, 0.7, 1.0):
            effects = replace(WORDING_NOISE, persona=strength)
            worlds[f"power {strength:g}, K={personas}"] = Design(personas=personas), effects
    for name, (design, effects) in worlds.items():
        print(f"{name:24}" + "".join(f"{x:12.3f}" for x in rates(design, effects, experiments, name)), flush=True)


if __name__ == "__main__":
    main()
