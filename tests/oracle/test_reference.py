"""Reference values of a small experiment (4 personas, 3 wordings, 24 items), every permutation enumerated.

They come from separate programs: a pure-Python loop, scipy.stats.permutation_test and scipy.stats.ttest_1samp.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from cells import panel, table

from eep.config.experiment import Analysis
from eep.core.arrays import FloatArray
from eep.pipeline.analyse import analyse
from eep.stats import components
from eep.stats.components import Component
from eep.stats.generic import generic_basis
from eep.stats.inheritance import Inheritance, ManipulationCheck, reference_sets
from eep.stats.panel import Panel
from eep.stats.rows import double_centred, logit
from eep.stats.similarity import across_wordings, by_student_wording, combine, p_block, p_joint, similarity
from eep.stats.slope import InheritanceSlope

HERE = Path(__file__).parent
TOLERANCE = 1e-9
SEED = (0,)
#: Every persona has every wording.
THERE = np.ones((4, 3), dtype=np.bool_)
JOINT, BLOCKS = reference_sets(personas=4, wordings=3, permutations=9_999, seed=SEED)


def _cells(role: str) -> FloatArray:
    answers = pl.read_csv(HERE / "ref_small.csv", schema_overrides={"response": pl.Float64})
    rows = answers.filter(pl.col("role") == role).sort("persona", "wording", "item")
    return rows["response"].to_numpy().reshape(4, 3, 24)


PANEL = panel(_cells("teacher"), _cells("student"))
#: The reference's preference includes gain, and its slopes are of double-centred probabilities.
PREFERENCE = components.double_centred_deviations(PANEL, components.preference_with_gain(PANEL))
REFERENCE: dict[str, Any] = json.loads((HERE / "ref_small.json").read_text())


def _near(key: str) -> Any:
    return pytest.approx(REFERENCE[key], abs=TOLERANCE)


@pytest.mark.parametrize(
    ("take", "name", "matched"),
    [(components.preference_with_gain, "pref", "matched_cos"), (components.level, "lev", "matched")],
)
def test_similarities(take: Callable[[Panel], Component], name: str, matched: str) -> None:
    """Similarities and p-values of preference and level equal the reference, all 576 and 24 relabellings listed."""
    component = take(PANEL)
    manipulation = ManipulationCheck(9_999, SEED)(component).p_value
    assert (manipulation.statistic, manipulation.value) == (_near(f"{name}_TT_{matched}"), _near(f"{name}_TT_pjoint"))
    alone = p_joint(similarity(component.student, component.student), JOINT)
    assert (alone.statistic, alone.value) == (_near(f"{name}_SS_{matched}"), _near(f"{name}_SS_pjoint"))
    found = Inheritance(permutations=9_999, seed=SEED)(component, PANEL.personas)
    assert (found.joint.method, found.block.method) == ("exact (576)", "exact (24)")
    assert found.matched == found.joint.statistic == _near(f"{name}_ST_{matched}")
    assert found.joint.value == _near(f"{name}_ST_pjoint")
    assert list(found.split) == _near(f"{name}_ST_split_p")
    if name == "pref":
        assert found.block.value == _near("pref_ST_pblock")
        assert combine(found.split) == _near("pref_ST_split_cauchy")


def test_double_centred_probabilities() -> None:
    """Joint, block and split-wording p-values of double-centred probabilities with inner products equal the reference."""
    arrays = {"T": double_centred(PANEL.teacher), "S": double_centred(PANEL.student)}
    for pair in ("TT", "SS", "ST"):
        m = similarity(arrays[pair[0]], arrays[pair[1]]) / 24
        p = p_joint(m, JOINT)
        d = across_wordings(m, THERE)
        off = ~np.eye(4, dtype=bool)
        assert p.statistic == _near(f"dc_{pair}_matched")
        assert np.diag(d).mean() - d[off].mean() == _near(f"dc_{pair}_matched_minus_mismatched")
        assert p.value == _near(f"dc_{pair}_pjoint")
    row, column = (d.sum(axis) - np.diag(d) for axis in (1, 0))
    assert p_block(d, BLOCKS).value == _near("dc_ST_pblock")
    assert list(np.diag(d) - (row + column) / 6) == _near("dc_ST_persona_d")
    split = [p_block(one, BLOCKS) for one in by_student_wording(m, THERE)]
    assert [p.value for p in split] == _near("dc_ST_split_p")
    assert [p.statistic for p in split] == [_near(f"dc_ST_split_stat_w{w}") for w in range(3)]
    assert combine([p.value for p in split]) == _near("dc_ST_split_cauchy")


def test_slope() -> None:
    """Covariances, slope, correlation, variance components and the interval equal the reference."""
    found = InheritanceSlope()(PREFERENCE)
    assert found.persona_variance_teacher == _near("C_TT")
    assert found.persona_variance_student == _near("C_SS")
    assert found.covariance == _near("C_ST")
    assert found.slope == _near("slope") == _near("T3_slope")
    assert found.correlation == _near("rho")
    assert found.wording_variance_teacher == _near("within_T")
    assert found.wording_variance_student == _near("within_S")
    assert list(found.numerator) == _near("T3_num_by_persona")
    assert list(found.denominator) == _near("T3_den_by_persona")


def test_interval() -> None:
    """The Fieller interval is unbounded here, and the linearised interval equals the reference."""
    found = InheritanceSlope()(PREFERENCE)
    assert REFERENCE["T3_fieller"] == "unbounded"
    assert np.isnan([found.conf_low, found.conf_high]).all()
    assert "has no bounds" in found.reason
    assert found.std_error == _near("T3_lin_se")
    from scipy.stats import t

    half = t.ppf(0.975, 3) * found.std_error
    assert [found.slope - half, found.slope + half] == _near("T3_lin_ci")


def test_generic_basis() -> None:
    """The generic basis is orthonormal and spans the eight curves as a QR decomposition does."""
    logits = logit(PANEL.student)
    basis = generic_basis(PANEL.teacher, logits)
    t, s = (x.mean((0, 1)) for x in (PANEL.teacher, logits))
    t, s = ((x - x.mean()) / x.std() for x in (t, s))
    q, _ = np.linalg.qr(np.stack([t**0, t, t**2, t**3, s, s**2, s**3, t * s], axis=1))
    assert np.abs(basis.T @ basis - np.eye(8)).max() < 1e-12
    assert np.abs(basis @ basis.T - q @ q.T).max() < 1e-12


def test_from_the_responses_table_on() -> None:
    """The analysis of the reference data as a responses table reports the reference values; K=4 is not testable."""
    found = analyse(
        table(PANEL), None, experiment="reference", settings=Analysis(), students={"task": ("kind",)}, seed=0
    )
    rows = found.estimates.filter(pl.col("component") == "preference")
    values = {(row["test"], row["term"]): row for row in rows.iter_rows(named=True)}
    assert values["sensitivity", "including gain"]["p_value"] == _near("ship_P_T2_pref")
    assert values["sensitivity", "double-centred slope"]["estimate"] == _near("T3_slope")
    assert values["T3", "slope"]["conf_low"] is None
    assert found.verdicts["verdict"].to_list() == ["not testable"] * 3
    assert "5 personas or more would do" in found.verdicts["reason"][0]
