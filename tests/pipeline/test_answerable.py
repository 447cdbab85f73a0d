"""Answers that a recording lacks are told before anything is asked or written."""

from pathlib import Path

import pytest
from command_line import command
from personas_written import ADA

from eep.cli.views.summary import of_plan
from eep.core.errors import UnfinishedError
from eep.pipeline import preflight
from eep.pipeline.prepare import prepare

PERSONAS = '["sir-isaac-newton", "goth-teen", "neutral"]'
SMALL = f"""\
id = "small"
title = "Small"
question = "Does it work?"
personas = {PERSONAS}
wordings = ["plain", "portrait", "instruction"]

[teacher]
provider = "recorded"
recording = "first-matrix"

[tasks.cartpole]
"""


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an experiment with recorded answers, beside a persona that nobody recorded."""
    (tmp_path / "personas").mkdir()
    (tmp_path / "personas" / "ada.toml").write_text(ADA, encoding="utf-8")
    (tmp_path / "small.toml").write_text(SMALL, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "small.toml"


def test_a_new_persona_has_no_recorded_answers(small: Path) -> None:
    """Which cells lack how much, why, and what to do instead; without the persona nothing is lacking."""
    preflight.require_answerable(prepare(small))
    with pytest.raises(UnfinishedError) as raised:
        preflight.require_answerable(prepare(small, personas=["ada"]))
    head, *cells, way_out = str(raised.value).splitlines()
    assert head == "not begun: 243 of 972 questions have no answer; nothing was asked"
    assert cells[0] == (
        "  cartpole: ada (plain): 81 unanswered: the recording first-matrix has no persona ada in wording plain"
    )
    assert len(cells) == 3
    assert "--teacher simulated" in way_out
    assert "as every persona anew" in way_out


def test_the_plan_says_so_too(small: Path) -> None:
    """With the same way out, and a power command that names the persona."""
    said = " ".join(of_plan(prepare(small, personas=["ada"])).split())
    assert "243 of them cannot be answered, so nothing would be run" in said
    assert "--teacher simulated rehearses without a model" in said
    assert "--persona ada measures how likely" in said


def test_the_run_stops_before_it_begins(small: Path) -> None:
    """With exit code 3, no traceback, and not a file left behind; a simulated teacher would answer."""
    done = command("run", small, "--persona", "ada", cwd=small.parent)
    assert done.returncode == 3
    assert done.stderr.startswith("not begun: 243 of 972")
    assert sorted(path.name for path in small.parent.iterdir()) == ["personas", "small.toml"]
    preflight.require_answerable(prepare(small, personas=["ada"], teacher="simulated"))
