"""The quickstart that the README begins with, and the report of it that is committed."""

import json
import shutil
from pathlib import Path

import pytest
from same_report import assert_same

import eep

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
COMMITTED = ROOT / "reports" / "examples" / "quickstart"


@pytest.fixture(scope="module")
def quickstart(tmp_path_factory: pytest.TempPathFactory) -> eep.Run:
    """Run the quickstart once."""
    return eep.run(ROOT / "experiments" / "quickstart.toml", out=tmp_path_factory.mktemp("quickstart"))


def test_the_committed_report_is_current(quickstart: eep.Run) -> None:
    """The committed report has the files, verdicts, words and numbers that its command makes now.

    Another kind of processor rounds differently in the last digits, so numbers are compared to a millionth.
    """
    assert_same(quickstart.report, COMMITTED)


def test_the_first_matrix_carries_over(quickstart: eep.Run) -> None:
    """On real answers gain is inherited at the pole, where nobody favours anything, and preference before animals."""
    verdicts = {(row["task"], row["component"]): row for row in quickstart.verdicts.iter_rows(named=True)}
    assert verdicts["cartpole", "gain"]["verdict"] == verdicts["cute", "preference"]["verdict"] == "inherited"
    assert verdicts["cartpole", "gain"]["p_value"] == pytest.approx(0.0156, abs=3e-3)
    assert verdicts["cartpole", "preference"]["verdict"] == "not testable"
    assert verdicts["cartpole", "preference"]["manipulation_p"] > 0.3
    shares = quickstart.estimates.filter(task="cartpole", test="shares")
    share = dict(shares.select("term", "estimate").iter_rows())
    assert share["generic"] == pytest.approx(0.968, abs=0.005)
    assert share["preference"] == pytest.approx(0.018, abs=0.005)


def test_the_network_keeps_up(quickstart: eep.Run) -> None:
    """On texts that no student met all kinds agree with their teachers, as the generic student does: that is no inheritance."""
    found = quickstart.estimates.filter(task="cartpole", test="agreement", contrast="all")
    agreement = dict(found.select("agent", "estimate").iter_rows())
    assert agreement["mlp"] > agreement["xgboost"] - 0.03 > 0.9
    assert agreement["generic"] > 0.95
    assert agreement["permuted"] == pytest.approx(0.5, abs=0.08)


def test_the_first_matrix_hangs_on_one_persona(quickstart: eep.Run) -> None:
    """At the pole the five-year-old alone is inherited by himself, and Newton in nothing; without the child nothing is left."""
    pole = quickstart.estimates.filter(task="cartpole", agent="xgboost")
    single = pole.filter(test="T7", term="maximum")
    alone = single.filter(verdict="inherited").select("component", "contrast").rows()
    assert alone == [("gain", "five-year-old")]
    assert single.filter(contrast="sir-isaac-newton")["p_adjusted"].to_list() == [1.0, 1.0, 1.0]
    without = pole.filter(test="sensitivity", component="gain", term="without", contrast="five-year-old")
    assert without["p_adjusted"][0] > 0.2


def test_returns_beside_permuted_labels(quickstart: eep.Run) -> None:
    """Students balance about as long as their teachers, and several times as long as students of shuffled labels."""
    found = quickstart.estimates.filter(test="T6", task="cartpole")
    means = dict(found.filter(term="iqm").select("agent", "estimate").iter_rows())
    assert means["xgboost"] > 5 * means["permuted"]
    (own,) = found.filter(agent="xgboost", contrast="student-teacher").iter_rows(named=True)
    assert own["conf_low"] < 0 < own["conf_high"]


def test_the_comparison_finds_what_differs(tmp_path: Path) -> None:
    """A number that moved by more than a millionth, another word, a lost row or file: each makes another report."""
    text = (COMMITTED / "report.json").read_text("utf-8")
    verdict = json.loads(text)["verdicts"][0]
    slope = repr(verdict["slope"]["estimate"])
    edits = {
        "report.json": [
            (text.replace(slope, repr(float(slope) + 1e-8)), True),
            (text.replace(slope, repr(float(slope) + 1e-5)), False),
            (text.replace(f'"{verdict["verdict"]}"', '"absent"'), False),
        ],
        "tables/verdicts.csv": [("", False)],
    }
    for number, (file, changed, same) in enumerate(
        (file, *edit) for file, several in edits.items() for edit in several
    ):
        copy = shutil.copytree(COMMITTED, tmp_path / str(number))
        (copy / file).write_text(changed, encoding="utf-8")
        if same:
            assert_same(copy, COMMITTED)
        else:
            with pytest.raises(AssertionError):
                assert_same(copy, COMMITTED)
