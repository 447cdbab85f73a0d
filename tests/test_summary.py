"""What eep plan tells beside cells, questions and costs."""

from pathlib import Path

from eep.plan import register
from eep.prepare import prepare
from eep.summary import of_plan

EXPERIMENT = """\
id = "small"
title = "Small"
question = "Is it?"
personas = ["sir-isaac-newton", "herpetologist"]
wordings = ["plain", "portrait"]

[teacher]
provider = "simulated"

[tasks.cartpole]
students = ["logistic"]
"""


def test_a_plan_says_what_a_report_will_name(tmp_path: Path) -> None:
    """Under settings that changed since registration, the registered hash stands beside the new one, with the changes."""
    path = tmp_path / "small.toml"
    path.write_text(EXPERIMENT, encoding="utf-8")
    before = prepare(path, out=tmp_path)
    register(before.plan, before.runs / "plan.json", answers=0)
    assert "registered" not in of_plan(before)
    path.write_text(f"{EXPERIMENT}\n[analysis]\nsmallest_slope = 0.4\n", encoding="utf-8")
    after = prepare(path, out=tmp_path)
    told = " ".join(of_plan(after).split())
    assert f"plan {after.plan.sha256} registered {before.plan.sha256} A report names this plan" in told
    assert "analysis.smallest_slope was 0.2 when the plan was registered and is now 0.4" in told
