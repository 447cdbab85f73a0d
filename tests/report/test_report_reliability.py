"""How reliable a persona's answers are, as the report tells it."""

from dataclasses import replace

import polars as pl
from invented_play import STUDENTS
from report_builder import build

from eep.core.numbers import MISSING
from eep.report import Findings
from eep.report.markdown import block
from eep.report.reliability import section
from eep.stats.estimates import Estimate, frame

KIND = STUDENTS[0]
ABOUT = Estimate("balance", "profile", "reliability", "", "teacher", note="descriptive")


def told(*rows: Estimate) -> str:
    """Return the section on these estimates."""
    found = build()
    more = frame(rows, experiment="invented")
    findings: Findings = replace(found, estimates=pl.concat([found.estimates, more]))
    return "\n".join(map(block, section(findings)))


def test_a_profile_is_told_with_what_it_needs() -> None:
    """Coefficient and two wordings with their errors, what reaches .8 and .9, and what students reach of the ceiling."""
    words = told(
        replace(ABOUT, term="coefficient", estimate=0.8, std_error=0.1),
        replace(ABOUT, term="two wordings", estimate=0.6, std_error=0.2),
        replace(ABOUT, term="wordings for 0.8", estimate=3.0),
        replace(ABOUT, term="wordings for 0.9", estimate=7.0),
        replace(ABOUT, term="samples for 0.8", estimate=1.0),
        replace(ABOUT, term="samples for 0.9"),
        replace(ABOUT, term="coefficient", agent=KIND, estimate=0.7),
        replace(ABOUT, term="two wordings", agent=KIND, estimate=0.5),
        replace(ABOUT, term="agreement", agent=KIND, estimate=0.45),
        replace(ABOUT, term="disattenuated", agent=KIND, estimate=0.9),
    )
    row = "| Profile, teacher | 0.80 (0.10) | 0.60 (0.20) | 3 wordings or 1 sample | 7 wordings |"
    assert f"{row} {MISSING} | {MISSING} |" in words
    assert (
        "two wordings of one teacher correlate by 0.60, and the mean of all of them has a reliability of 0.80" in words
    )
    assert "by 0.45; without both sides' noise the correlation would be 0.90." in words


def test_what_does_not_survive_is_said() -> None:
    """A coefficient of zero is told in words, and what could not be estimated with its reason."""
    zero = told(replace(ABOUT, component="preference", term="coefficient", estimate=0.0))
    assert "of the teachers' preference nothing survives a change of wording." in zero
    unknown = told(replace(ABOUT, term="coefficient", note="descriptive; there is only 1 wording"))
    assert "Balancing a pole: descriptive; there is only 1 wording." in unknown
    assert told() == ""
