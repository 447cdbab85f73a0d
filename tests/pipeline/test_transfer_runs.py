"""Runs that also play in other bodies."""

from pathlib import Path

import pytest
import small_pole

import eep

pytestmark = pytest.mark.slow


def test_a_run_plays_in_other_bodies_when_asked(tmp_path: Path, without_charts: None) -> None:
    """With changed_bodies a run has estimates of each body, and its report a section that shows them; the play itself stays."""
    del without_charts
    path = small_pole.write(tmp_path)
    plain = eep.run(path, out=tmp_path)
    path.write_text(
        path.read_text().replace("episodes = 2\n", "episodes = 2\nchanged_bodies = true\n"), encoding="utf-8"
    )
    run = eep.run(path, out=tmp_path)
    found = run.estimates.filter(test="T8")
    bodies = {"own body", "pole twice as long", "pole half as long", "half the force", "noisy senses"}
    assert set(found["term"]) == bodies
    assert set(found["component"]) == {"level", "gain", "preference", "return"}
    assert found.filter(component="return", contrast="order").height == 4
    page = (run.report / "report.md").read_text(encoding="utf-8")
    assert "## In other bodies" in page
    assert all(f"| {body} |" in page for body in bodies)
    assert run.returns.equals(plain.returns)
    assert plain.estimates.filter(test="T8").is_empty()
