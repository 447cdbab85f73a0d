"""How often `eep audit` names somebody in simulated worlds: python -m benchmarks.audit_worlds [experiments].

Each experiment is simulated with one wording and four personas more than the suspects have: two placebos and one more persona without
effects, and a persona with effects that is nobody's suspect. Their cells of the last wording are audited, which no suspect has, and
those of the neutral persona. Prints tables for docs/audit.md: the shares that are named, and in parentheses by the test alone,
whatever the verdict on the suspects' preference; and, of a quarter as many experiments, whether the shares that are told suffice.
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from zlib import crc32

import numpy as np

from benchmarks.audit import SHARES_HEAD, row_of_shares, told_and_found
from eep.core.arrays import FloatArray
from eep.core.threads import single_thread
from eep.pipeline.audit import ALPHA
from eep.pipeline.calibration.power import WORDING_NOISE
from eep.stats.audit import Audit, Suspects, named
from eep.stats.components import preference
from eep.stats.inheritance import Inheritance
from eep.stats.panel import Panel
from eep.stats.simulation.nulls import STRONG
from eep.stats.simulation.simulate import simulate
from eep.stats.simulation.world import Design, Effects

#: Suspects and their wordings; the personas that come after the suspects.
K, W, DRAWN, RELABELLED = 8, 3, 499, 499
OUTSIDER, STRANGER, PLACEBOS = K, K + 1, (K + 2, K + 3)
DESIGN = Design(personas=K + 4, wordings=W + 1, items=120, answers="probability")
#: What each world is, by name; personas 9 and on have no effects but the wordings' whims.
WORLDS: Mapping[str, Effects] = {
    "no persona does anything": WORDING_NOISE,
    "the same, strong whims": STRONG,
    "personas differ in level": replace(WORDING_NOISE, level=0.7),
    "personas follow the generic taste differently": replace(WORDING_NOISE, scaling=1.0),
    "personas of .7": replace(WORDING_NOISE, persona=0.7),
    "personas of 1.2": replace(WORDING_NOISE, persona=1.2),
}
#: Effects that are strong enough for shares to be told.
STRONG_ENOUGH = (1.2, 2.0)
HEAD = ("world", "neutral", "without effects", "placebo", "not suspected", "a suspect, rightly", "a suspect, wrongly")


def suspects(cells: Panel) -> Suspects:
    """Return the suspects of an experiment; raises ValueError for one without neutral cells."""
    if cells.neutral is None:
        raise ValueError("expected neutral cells; found none")
    placebos = tuple(np.stack([cells.teacher[one, :W], cells.student[one, :W]]) for one in PLACEBOS)
    neutral = np.stack([part[:W] for part in cells.neutral])
    return Suspects(cells.personas[:K], cells.teacher[:K, :W], cells.student[:K, :W], neutral, placebos)


def places(audit: Audit, answers: FloatArray) -> list[int]:
    """Return whom each policy (n, N) is named as, by place; -1 for nobody."""
    return [int(one) for one in named(*audit.tested(answers), ALPHA)]


def shown(cells: Panel, seed: tuple[int, ...]) -> bool:
    """Tell whether the suspects' own students show what they favour: T2 of preference, without which nobody is named."""
    mine = replace(
        cells,
        personas=cells.personas[:K],
        wordings=cells.wordings[:W],
        teacher=cells.teacher[:K, :W],
        student=cells.student[:K, :W],
        neutral=None,
    )
    return Inheritance(RELABELLED, seed)(preference(mine), mine.personas).p_value <= ALPHA


def measured(name: str, effects: Effects, experiments: int) -> list[tuple[float, float]]:
    """Return the shares of a row of the table, of the test alone and where nobody is named without the verdict."""
    found = []
    for number in range(experiments):
        seed = (6, crc32(name.encode()), number)
        cells = simulate(DESIGN, replace(effects, bystanders=3), np.random.default_rng(seed))
        whose = suspects(cells)
        audit = Audit(whose, seed=seed, drawn=DRAWN)
        last = cells.student[:, W]
        neutral = cells.neutral[1][W] if cells.neutral is not None else last[STRANGER]
        # A placebo is audited against suspects that are not cleared of it.
        left = Audit(replace(whose, placebos=whose.placebos[1:]), seed=seed, drawn=DRAWN)
        nobody = [*places(audit, np.stack([neutral, last[STRANGER]])), *places(left, last[PLACEBOS[0]][None])]
        told = places(audit, last[: K + 1])
        right = sum(one == place for place, one in enumerate(told[:K])) / K
        wrong = sum(one not in (-1, place) for place, one in enumerate(told[:K])) / K
        alone = [*(float(one >= 0) for one in (*nobody, told[OUTSIDER])), right, wrong]
        found.append([alone, [share * shown(cells, seed) for share in alone]])
    return [(float(one), float(other)) for one, other in np.mean(found, axis=0).T]


def shares_told(effects: Effects, experiments: int) -> Iterator[tuple[float, bool]]:
    """Yield what is told of a neutral student of the last wording, and whether the suspects' students of it are named so."""
    for number in range(experiments):
        seed = (7, number)
        cells = simulate(DESIGN, replace(effects, bystanders=3), np.random.default_rng(seed))
        audit = Audit(suspects(cells), seed=seed, drawn=DRAWN)
        if cells.neutral is not None:
            yield from told_and_found(audit, cells.neutral[1][W], cells.student[:K, W])


def main() -> None:
    """Print the table."""
    experiments = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    print(f"| {' | '.join(HEAD)} |\n|---{'|---:' * (len(HEAD) - 1)}|")
    with single_thread():
        for name, effects in WORLDS.items():
            shares = measured(name, effects, experiments)
            print(f"| {name} | {' | '.join(f'{both:.3f} ({alone:.3f})' for alone, both in shares)} |", flush=True)
        print(f"{experiments} experiments each\n\n{SHARES_HEAD}")
        for size in STRONG_ENOUGH:
            found = list(shares_told(replace(WORDING_NOISE, persona=size), experiments // 4))
            print(row_of_shares(f"personas of {size}", found), flush=True)
    print(f"{experiments // 4} experiments each")


if __name__ == "__main__":
    main()
