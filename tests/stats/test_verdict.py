"""The rule of verdicts."""

from dataclasses import replace

import numpy as np
import pytest

from eep.stats.components import Component
from eep.stats.inheritance import InheritanceResult
from eep.stats.permutation import PValue
from eep.stats.reasons import NONE, NOTHING, TOO_SMALL, Reason, reason
from eep.stats.slope import InheritanceSlope, SlopeResult
from eep.stats.verdict import SCHEMA, Evidence, Judge, Verdict, frame

NAN = float("nan")
ZEROS = np.zeros((6, 3, 1))
CHECK = (
    "Manipulation check: the teachers themselves differ by persona beyond their wordings; by accident that would "
    "come up about once in 1,000 (p = .001)."
)
JUDGE = Judge(alpha=0.05, family=2, smallest_slope=0.2)


def _evidence(
    p: float,
    slope: tuple[float, float, float],
    *,
    minimum: float = 1 / 720,
    personas: int = 6,
    reason: str | Reason = "",
    manipulation: float = 0.001,
) -> Evidence:
    reason = reason if isinstance(reason, Reason) else Reason(reason)
    part = PValue(p, 1.0, 720, "exact (720)", minimum, reason)
    names = tuple(f"p{i}" for i in range(personas))
    why = Reason("" if np.isfinite(slope[1]) else "the teachers' own difference is not clear of zero")
    none = np.empty(0)
    return Evidence(
        task="cart",
        option="right",
        component="preference",
        student="kind",
        inheritance=InheritanceResult(part, part, part, np.eye(personas), names, (), reason),
        p_adjusted=min(2 * p, 1.0),
        slope=SlopeResult(*slope, NAN, NAN, NAN, 0.01, NAN, NAN, NAN, none, none, why),
        manipulation_p=manipulation,
    )


@pytest.mark.parametrize(
    ("evidence", "verdict"),
    [
        (_evidence(0.002, (0.6, 0.4, 0.8)), "inherited"),
        (_evidence(0.025, (0.6, 0.4, 0.8)), "inherited"),
        (_evidence(0.002, (0.6, NAN, NAN)), "inherited"),
        (_evidence(0.026, (0.6, 0.4, 0.8)), "inconclusive"),
        (_evidence(0.5, (0.05, -0.1, 0.19)), "absent"),
        (_evidence(0.5, (-0.3, -0.4, -0.2)), "absent"),
        (_evidence(0.5, (0.05, -0.1, 0.2)), "inconclusive"),
        (_evidence(0.5, (0.05, NAN, NAN)), "not testable"),
        (_evidence(0.0417, (0.6, 0.4, 0.8), minimum=1 / 24, personas=4), "not testable"),
        (_evidence(0.5, (0.05, -0.1, 0.19), minimum=1 / 24, personas=4), "not testable"),
        (_evidence(NAN, (NAN, NAN, NAN), reason="there is only 1 persona"), "not testable"),
    ],
)
def test_the_rule(evidence: Evidence, verdict: str) -> None:
    """Each verdict follows from its conditions, a reason standing beside "not testable" alone."""
    found = JUDGE(evidence)
    assert found.verdict == verdict
    assert bool(found.reason) == (verdict == "not testable")
    assert found.task == "cart"


def test_a_design_out_of_reach_is_never_rescued_by_the_last_step_of_holm() -> None:
    """Beside clearer tests of another task, four personas could pass Holm's last step; the design was refused before."""
    rescued = replace(_evidence(0.0417, (0.6, 0.4, 0.8), minimum=1 / 24, personas=4), p_adjusted=0.0417)
    assert JUDGE(rescued).verdict == "not testable"
    assert "leaves no room" in JUDGE(rescued).reason


def test_what_would_do() -> None:
    """A design out of reach is told how many personas would do, or else that more relabellings would."""
    few = JUDGE(_evidence(0.04, (0.6, 0.4, 0.8), minimum=1 / 24, personas=4)).reason
    assert few == (
        "the design is too small: with 4 personas the test can give no p-value below .042, and Holm's correction of 2 tests leaves no room: "
        "the least must reach .025; 5 personas or more would do"
    )
    draws = JUDGE(_evidence(0.04, (0.6, 0.4, 0.8), minimum=0.04, personas=8)).reason
    assert draws.endswith("more wordings or more random relabellings would do")


def test_three_personas_are_refused() -> None:
    """With three personas no p-value reaches even a single test's error rate, and the reason says that."""
    found = JUDGE(_evidence(1 / 6, (0.9, 0.8, 1.0), minimum=1 / 6, personas=3))
    assert found.verdict == "not testable"
    assert found.reason == (
        "the design is too small: with 3 personas the test can give no p-value below .17, which is above .05 however clear the data; "
        "5 personas or more would do"
    )


def test_a_small_design_is_told_from_nothing_to_inherit() -> None:
    """The sentence says which of the two it is, and what would help: more of the same, or other personas."""
    small = JUDGE(_evidence(1 / 6, (0.9, 0.8, 1.0), minimum=1 / 6, personas=3))
    why = reason(NOTHING, "the teachers of all personas choose the option equally often")
    alike = JUDGE(_evidence(NAN, (NAN, NAN, NAN), reason=why))
    flat = InheritanceSlope()(Component("level", ZEROS, ZEROS, ZEROS, ZEROS, np.empty(0, dtype=np.intp), 0.0, NONE))
    wide = JUDGE(replace(_evidence(0.5, (0.05, NAN, NAN)), slope=flat))
    assert {small.verdict, alike.verdict, wide.verdict} == {"not testable"}
    assert "cannot be tested here, as the design is too small: with 3 personas" in small.sentence
    assert "5 personas or more would do." in small.sentence
    for found in (alike, wide):
        assert "cannot be tested here, as nothing to inherit was found: the teachers" in found.sentence
        assert "personas that are less alike, or wordings that tell them more strongly, would" in found.sentence
    assert (small.kind, alike.kind, wide.kind) == (TOO_SMALL, NOTHING, NOTHING)
    assert small.reason.startswith("the design is too small: ")
    assert alike.reason.startswith("nothing to inherit was found: ")


def test_a_larger_family_asks_for_more() -> None:
    """With two tasks four personas have no room, and five still do."""
    assert "5 personas" in Judge(0.05, 4, 0.2)(_evidence(0.04, (0.6, 0.4, 0.8), minimum=1 / 24, personas=4)).reason
    assert Judge(0.05, 4, 0.2)(_evidence(1 / 120, (0.6, 0.4, 0.8), minimum=1 / 120, personas=5)).verdict == "inherited"


def test_the_sentence_of_an_inheritance() -> None:
    """The sentence holds what was inherited, the p-value in words, the size with interval, and the check."""
    assert JUDGE(_evidence(0.002, (0.6, 0.4, 0.8))).sentence == (
        "The students resemble their own persona, whatever the wording, in which items they choose “right” for: "
        "a match as close would come up about 2 times in 1,000 if personas made no difference (p = .002; adjusted for "
        "2 tests, p = .004). "
        "The teachers' personas differ in this by 10 percentage points (standard deviation); the students show an "
        "estimated 60 % of that difference (95 % interval from 40 % to 80 %). Manipulation check: the teachers "
        "themselves differ by persona beyond their wordings; by accident that would come up about once in 1,000 "
        "(p = .001)."
    )


@pytest.mark.parametrize(
    ("evidence", "words"),
    [
        (_evidence(0.002, (0.1, 0.05, 0.15)), "That is real, but less than the smallest share of interest, 20 %."),
        (_evidence(0.5, (0.05, -0.1, 0.19)), "The students do not take over the persona"),
        (_evidence(0.5, (0.05, -0.1, 0.19)), "That is less than the smallest share of interest, 20 %."),
        (_evidence(0.5, (0.3, -0.1, 0.8)), "That does not rule out the smallest share of interest, 20 %."),
        (
            _evidence(0.5, (0.3, NAN, NAN)),
            "cannot be tested here, as the teachers' own difference is not clear of zero.",
        ),
        (
            _evidence(0.5, (0.3, NAN, NAN)),
            "come up about 50 times in 100 if personas made no difference (p = .50; adjusted for 2 tests, p = 1.00).",
        ),
        (_evidence(0.5, (0.3, -0.1, 0.8), manipulation=0.4), "so there may be little to inherit"),
    ],
)
def test_other_sentences(evidence: Evidence, words: str) -> None:
    """Each verdict's sentence says what it means."""
    assert words in JUDGE(evidence).sentence


def test_missing_numbers_are_null() -> None:
    """What could not be computed is null in the table, not NaN, and the sentence stands without it."""
    found = JUDGE(_evidence(NAN, (NAN, NAN, NAN), reason="there is only 1 persona", manipulation=NAN))
    assert found.sentence == (
        "Whether the students take over the persona in which items they choose “right” for cannot be tested here, "
        "as there is only 1 persona."
    )
    table = frame([found])
    assert table.schema == SCHEMA
    assert table.select("p_value", "p_adjusted", "slope", "slope_low", "manipulation_p").row(0) == (None,) * 5


def test_columns_are_fields() -> None:
    """The table's columns are the fields of a verdict."""
    assert tuple(SCHEMA) == tuple(Verdict.__dataclass_fields__)
