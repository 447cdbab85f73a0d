"""Counts of answers that are none."""

from cells import row

from eep.data import responses
from eep.stats.estimates import Estimate
from eep.stats.missing_answers import Exclusions


def test_each_kind_is_counted_per_persona() -> None:
    """Refused, unparsable and failed rows are counted per persona, train and test, teachers only."""
    rows = [
        row("teacher", "p", "w", "a", 0.5),
        row("teacher", "p", "w", "b", None, split="train"),
        row("teacher", "p", "w", "c", None),
        row("teacher", "p", "w", "d", None, status="failed"),
        row("teacher", "neutral", "w", "a", 0.5, arm="neutral"),
        row("student", "p", "w", "c", None, status="unparsable"),
    ]
    found = Exclusions()(responses.build(rows), Estimate(task="task", component="", test="", term=""))
    counts = {(one.contrast, one.term): (one.estimate, one.n_excluded) for one in found}
    assert counts == {
        ("p", "refused"): (0.5, 2),
        ("p", "unparsable"): (0.0, 0),
        ("p", "failed"): (0.25, 1),
        **{("neutral", term): (0.0, 0) for term in ("refused", "unparsable", "failed")},
    }
    assert {one.method for one in found} == {"of 4 rows", "of 1 rows"}
