"""What is in the way is told before anything is asked, and only where there is something to ask."""

from dataclasses import replace
from pathlib import Path

import live_models
import pytest
from command_line import command
from live_models import SENTINEL

from eep.core.errors import UserError
from eep.data.store import Store
from eep.pipeline import preflight
from eep.pipeline import run as pipeline
from eep.pipeline.elicit.elicit import elicit
from eep.pipeline.prepare import Prepared, prepare
from eep.pipeline.progress import Progress
from eep.teachers.limits import Limits


def prepared(out: Path) -> Prepared:
    """Return an experiment on a live teacher, cut to three questions."""
    found = prepare(Path("newton-2023"), teacher="openai:model-1", out=out)
    teacher = live_models.live("openai", live_models.leaning)
    return replace(found, source=teacher, questions=found.questions[:3])


def test_stored_answers_need_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a key nothing starts, unless every answer is there: then the run is computed from them."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    made = prepared(tmp_path)
    with pytest.raises(UserError, match="expected an API key in the environment variable OPENAI_API_KEY"):
        preflight.require_ready(made)
    assert not made.answers.exists()
    monkeypatch.setenv("OPENAI_API_KEY", SENTINEL)
    preflight.require_ready(made)
    with Store.open(made.answers) as store:
        elicit(made.questions[:2], made.source, store, limits=Limits())
    monkeypatch.delenv("OPENAI_API_KEY")
    with pytest.raises(UserError, match="expected an API key"):
        preflight.require_ready(made)
    preflight.require_ready(replace(made, questions=made.questions[:2]))


@pytest.mark.parametrize("blocked", ["reports", "reports/newton-2023-openai-model-1", "runs"])
def test_folders_are_tried_before_anything_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, blocked: str
) -> None:
    """Where the tables or the report could not be written nothing starts, unless every answer is there."""
    monkeypatch.setenv("OPENAI_API_KEY", SENTINEL)
    made = prepared(tmp_path / "out")
    preflight.require_ready(made)
    assert not (tmp_path / "out").exists()
    obstacle = tmp_path / "out" / blocked
    obstacle.parent.mkdir(parents=True)
    obstacle.touch()
    with pytest.raises(UserError) as raised:
        preflight.require_ready(made)
    (line,) = str(raised.value).splitlines()
    assert line.startswith(str(obstacle))
    assert "expected a folder that can be written, found" in line
    assert line.endswith("Not a directory; --out FOLDER names another place")
    done = replace(made, runs=tmp_path / "elsewhere")
    with Store.open(done.answers) as store:
        elicit(done.questions, done.source, store, limits=Limits())
    preflight.require_ready(done)


def test_everything_in_the_way_is_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing key and a blocked folder are one error of two lines."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    (tmp_path / "reports").touch()
    with pytest.raises(UserError) as raised:
        preflight.require_ready(prepared(tmp_path))
    key, folder = str(raised.value).splitlines()
    assert "OPENAI_API_KEY" in key
    assert folder.startswith(f"{tmp_path / 'reports'}: expected a folder")


def test_a_cache_that_cannot_be_written_is_told_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Features that could not be kept stop a run before its first question, with code 2 and nothing written."""
    (tmp_path / "blocked").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "blocked"))
    file = """\
id = "seen"
title = "Seen"
question = "Is it kept?"
personas = ["five-year-old", "neutral"]
wordings = ["plain"]

[teacher]
provider = "simulated"

[tasks.cute]
number = 12
"""
    (tmp_path / "seen.toml").write_text(file, encoding="utf-8")
    ended = command("run", "seen.toml", cwd=tmp_path)
    assert ended.returncode == 2
    (line,) = ended.stderr.splitlines()
    assert "blocked/eep/features.sqlite: expected a feature cache that can be read and written" in line
    assert "set XDG_CACHE_HOME to a folder that can be written" in line
    assert not (tmp_path / "runs").exists()


def test_where_nobody_can_be_asked_nothing_is_registered(tmp_path: Path) -> None:
    """Asking a recording of episodes for some answers is bad input, which leaves no store and no plan behind."""
    made = prepare("newton-2023", recording=tmp_path, out=tmp_path / "out")
    with pytest.raises(UserError, match="found a recording of episodes"):
        pipeline.ask(made, 3, again="", progress=Progress())
    assert not (tmp_path / "out").exists()
