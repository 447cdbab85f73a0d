"""The rule of verdicts, and numbers in words."""

from dataclasses import replace

import numpy as np
import pytest

from eep.stats import sentences
from eep.stats.components import Component
from eep.stats.inheritance import InheritanceResult
from eep.stats.permutation import PValue
from eep.stats.reasons import NONE, NOTHING, TOO_SMALL, Reason, reason
from eep.stats.slope import InheritanceSlope, SlopeResult
from eep.stats.verdict import SCHEMA, Evidence, Judge, frame

NAN = float("nan")
ZEROS = np.zeros((6, 3, 1))
INHERITED = (
    "On average the students resemble their own persona, whatever the wording, in which items they choose “right” for: a match as "
    "close would come up about 2 times in 1,000 if personas made no difference (p = .002; adjusted for 2 tests, "
    "p = .004). The teachers' personas differ in this by 10 percentage points (standard deviation); the students show an "
    "estimated 60 % of that difference (95 % interval from 40 % to 80 %). Manipulation check: the teachers themselves "
    "differ by persona beyond their wordings; by accident that would come up about once in 1,000 (p = .001)."
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


@pytest.mark.parametrize(
    ("minimum", "personas", "family", "said"),
    [
        (1 / 24, 4, 2, "Holm's correction of 2 tests leaves no room: the least must reach .025; 5 personas or more"),
        (1 / 24, 4, 4, "leaves no room: the least must reach .0125; 5 personas or more"),
        (0.04, 8, 2, "leaves no room: the least must reach .025; more wordings or more random relabellings"),
        (1 / 6, 3, 2, "below .17, which is above .05 however clear the data; 5 personas or more"),
    ],
)
def test_a_design_out_of_reach(minimum: float, personas: int, family: int, said: str) -> None:
    """Not even Holm's last step, beside clearer tests of another task, rescues it; the reason says what would do."""
    evidence = _evidence(minimum, (0.6, 0.4, 0.8), minimum=minimum, personas=personas)
    found = Judge(0.05, family, 0.2)(replace(evidence, p_adjusted=minimum))
    assert found.verdict == "not testable"
    assert found.reason.startswith(f"the design is too small: with {personas} personas the test can give no p-value ")
    assert found.reason.endswith(f"{said} would do")


def test_a_larger_design_has_room() -> None:
    """Five personas have room among four tests."""
    evidence = _evidence(1 / 120, (0.6, 0.4, 0.8), minimum=1 / 120, personas=5)
    assert Judge(0.05, 4, 0.2)(evidence).verdict == "inherited"


def test_a_small_design_is_told_from_nothing_to_inherit() -> None:
    """The sentence says which of the two it is, and what would help: more of the same, or other personas."""
    small = JUDGE(_evidence(1 / 6, (0.9, 0.8, 1.0), minimum=1 / 6, personas=3))
    assert "cannot be tested here, as the design is too small: with 3 personas" in small.sentence
    assert (small.kind, "5 personas or more would do." in small.sentence) == (TOO_SMALL, True)
    why = reason(NOTHING, "the teachers of all personas choose the option equally often")
    flat = InheritanceSlope()(Component("level", ZEROS, ZEROS, ZEROS, ZEROS, np.empty(0, dtype=np.intp), 0.0, NONE))
    for evidence in (
        _evidence(NAN, (NAN, NAN, NAN), reason=why),
        replace(_evidence(0.5, (0.05, NAN, NAN)), slope=flat),
    ):
        found = JUDGE(evidence)
        assert (found.verdict, found.kind) == ("not testable", NOTHING)
        assert "cannot be tested here, as nothing to inherit was found: the teachers" in found.sentence
        assert "personas that are less alike, or wordings that tell them more strongly, would" in found.sentence


@pytest.mark.parametrize(
    ("evidence", "words"),
    [
        (_evidence(0.002, (0.6, 0.4, 0.8)), INHERITED),
        (_evidence(0.002, (0.6, NAN, NAN)), "of that difference, but the data put no bounds on that share."),
        (_evidence(0.002, (0.1, 0.05, 0.15)), "That is real, but less than the smallest share of interest, 20 %."),
        (_evidence(0.002, (0.6, -2.59, 1.05)), "as it includes 0 %, the data do not bound here how much arrives."),
        (_evidence(0.5, (0.05, -0.1, 0.19)), "The students do not take over the persona"),
        (_evidence(0.5, (0.05, -0.1, 0.19)), "That is less than the smallest share of interest, 20 %."),
        (_evidence(0.5, (-0.3, -0.45, -0.12)), "(95 % interval from \N{MINUS SIGN}45 % to \N{MINUS SIGN}12 %)."),
        (_evidence(0.5, (0.3, -0.1, 0.8)), "That does not rule out the smallest share of interest, 20 %."),
        (_evidence(0.5, (0.3, NAN, NAN)), "cannot be tested here, as the teachers' own difference is not clear of"),
        (
            _evidence(0.5, (0.3, NAN, NAN)),
            "50 times in 100 if personas made no difference (p = .50; adjusted for 2 tests, p = 1.00).",
        ),
        (_evidence(0.5, (0.3, -0.1, 0.8), manipulation=0.4), "so there may be little to inherit"),
    ],
)
def test_sentences(evidence: Evidence, words: str) -> None:
    """Each verdict's sentence says what it means: p-values as frequencies, shares with a true minus sign, the check."""
    assert words in JUDGE(evidence).sentence


@pytest.mark.parametrize(
    ("p", "words"),
    [
        (1.0, "practically every time"),
        (0.23, "about 23 times in 100"),
        (0.012, "about once in 100"),
        (0.0042, "about 4 times in 1,000"),
        (0.0001, "about once in 10,000"),
        (0.00002, "less than once in 10,000"),
    ],
)
def test_odds(p: float, words: str) -> None:
    """A p-value reads as a frequency."""
    assert sentences.odds(p) == words


def test_what() -> None:
    """Components are named by the option, if it is known."""
    assert sentences.what("level", "cute") == "how often they choose “cute”"
    assert sentences.what("preference", "") == "which items they choose the option for"


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
