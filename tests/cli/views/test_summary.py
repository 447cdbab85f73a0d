"""What eep plan tells beside cells, questions and costs."""

from pathlib import Path

from eep.cli.views.summary import of_plan
from eep.pipeline.plan import register
from eep.pipeline.prepare import prepare

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


def test_a_plan_says_that_answers_decide_how_many_items_there_are(tmp_path: Path) -> None:
    """Where items are what teachers come to, their number is a bound; where they are split beforehand it is exact."""
    path = tmp_path / "small.toml"
    settings = "train_items = 60\ntest_items = 40\n\n[tasks.cute]\nnumber = 30"
    path.write_text(f"{EXPERIMENT}{settings}\n", encoding="utf-8")
    told = " ".join(of_plan(prepare(path, out=tmp_path)).split())
    assert (
        "items CartPole: at most 60 to learn from and 40 held out; the answers decide how many "
        "Cute animals: 20 to learn from, 10 held out plan"
    ) in told


def test_a_plan_knows_no_items_of_a_recording(tmp_path: Path) -> None:
    """What a recording of episodes holds is not known from the settings, and nothing is said of it."""
    path = tmp_path / "small.toml"
    recorded = EXPERIMENT.replace('"simulated"', f'"episodes"\nmodel = "m"\nrecording = "{tmp_path}"')
    path.write_text(recorded, encoding="utf-8")
    told = of_plan(prepare(path, out=tmp_path))
    assert "cells " in told
    assert "items " not in told
