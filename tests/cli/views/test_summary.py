"""What eep plan tells beside cells, questions and costs."""

from pathlib import Path

import small_pole
from cartpole_recordings import record

from eep.cli.views.summary import of_plan
from eep.pipeline.plan import register
from eep.pipeline.prepare import prepare


def test_a_plan_says_what_a_report_will_name(tmp_path: Path) -> None:
    """Under settings that changed since registration, the registered hash stands beside the new one, with the changes."""
    path = small_pole.write(tmp_path)
    before = prepare(path, out=tmp_path)
    register(before.plan, before.runs / "plan.json", answers=0)
    assert "registered" not in of_plan(before)
    with path.open("a", encoding="utf-8") as file:
        file.write("smallest_slope = 0.4\n")
    after = prepare(path, out=tmp_path)
    told = " ".join(of_plan(after).split())
    assert f"plan {after.plan.sha256} registered {before.plan.sha256} A report names this plan" in told
    assert "analysis.smallest_slope was 0.2 when the plan was registered and is now 0.4" in told


def test_a_plan_says_that_answers_decide_how_many_items_there_are(tmp_path: Path) -> None:
    """Where items are what teachers come to, their number is a bound; split beforehand it is exact; recorded, unknown."""
    path = small_pole.write(tmp_path)
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}\n[tasks.cute]\nnumber = 30\n", encoding="utf-8")
    told = " ".join(of_plan(prepare(path, out=tmp_path)).split())
    assert (
        "items CartPole: at most 200 to learn from and 70 held out; the answers decide how many "
        "Cute animals: 20 to learn from, 10 held out plan"
    ) in told
    record(tmp_path)
    recorded = f'"episodes"\nmodel = "m"\nrecording = "{tmp_path}"'
    play = text.replace('"simulated"\npersona_effect = 1.0', recorded).replace(
        "train_items = 200\ntest_items = 70\n", ""
    )
    path.write_text(play, encoding="utf-8")
    told = of_plan(prepare(path, out=tmp_path))
    assert "cells " in told
    assert "items " not in told
