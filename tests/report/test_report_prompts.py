"""The prompts as a threat."""

from dataclasses import replace

import polars as pl
import pytest
from report_builder import build

from eep.data.balance import Balance, Length, Overlap
from eep.report import Findings
from eep.report.markdown import block
from eep.report.methods import design
from eep.report.prompts import content
from eep.stats.estimates import Estimate, frame

BALANCE = Balance(
    Overlap(0.12, 0.1, 0.02, 0.021, 0.019),
    (
        Length("clockmaker", "plain", 20, 111),
        Length("juggler", "plain", 42, 222),
        Length("clockmaker", "portrait", 30, 150),
        Length("juggler", "portrait", 33, 170),
    ),
)


@pytest.fixture
def findings() -> Findings:
    """Return findings with prompts, and a correlation of their lengths."""
    found = build(prompts=BALANCE)
    row = Estimate("balance", "level", "prompts", "correlation words", "teacher", 0.46, "all", conf_low=-0.36)
    rows = [replace(row, conf_high=0.88), replace(row, estimate=0.5, contrast="plain")]
    return replace(found, estimates=pl.concat([found.estimates, frame(rows, experiment="invented")]))


def test_threats_have_their_size(findings: Findings) -> None:
    """Shared words in percent, the widest ratio of lengths, and how lengths go with level, in plain words."""
    words = "\n".join(map(block, design(findings)))
    assert (
        "Two wordings of one persona share 12 % of their content words (10 % without the words of its name), wordings of "
        "two personas 2 %: part of what looks like a persona may be a shared word."
    ) in words
    assert "most in the wording plain: the longest has 2.1 times the words of the shortest (42 against 20)" in words
    assert "correlates with the teachers' level by 0.46 (\N{MINUS SIGN}0.36 to 0.88)." in words
    assert (
        "| plain | 20 words, 111 characters: The clockmaker | 42 words, 222 characters: A juggler | 2.1 | 0.50 |"
        in words
    )


def test_programs_read_the_same(findings: Findings) -> None:
    """The record has overlap, lengths and correlations."""
    found = content(findings)
    assert found is not None
    assert found["overlap"]["within"] == 0.12
    assert found["lengths"][1] == {"persona": "juggler", "wording": "plain", "words": 42, "characters": 222}
    assert [row["wording"] for row in found["correlations"]] == ["all", "plain"]


def test_unknown_prompts_are_not_told() -> None:
    """Where nothing is known of the prompts the design says nothing of them."""
    assert "threat" not in "\n".join(map(block, design(build())))
    assert content(build()) is None
