"""What is in the way is told before anything is asked, and only where there is something to ask."""

import shutil
from dataclasses import replace
from pathlib import Path

import live_models
import pytest
from cartpole_recordings import record
from command_line import command
from live_models import SENTINEL
from personas_written import ADA

from eep.cli.views.summary import of_plan
from eep.core.errors import UnfinishedError, UserError
from eep.data.store import Store
from eep.pipeline import preflight
from eep.pipeline import run as pipeline
from eep.pipeline.elicit.elicit import elicit
from eep.pipeline.prepare import Prepared, prepare
from eep.pipeline.progress import Progress
from eep.teachers.limits import Limits
from eep.teachers.recorded import SHIPPED

RECORDED = 'provider = "recorded"\nrecording = "first-matrix"'


def write(folder: Path, wordings: str, teacher: str, task: str = "cartpole]") -> Path:
    """Write an experiment with three personas."""
    head = 'id = "small"\ntitle = "Small"\nquestion = "Does it work?"'
    personas = 'personas = ["sir-isaac-newton", "goth-teen", "neutral"]'
    path = folder / "small.toml"
    path.write_text(f"{head}\n{personas}\n{wordings}\n[teacher]\n{teacher}\n[tasks.{task}\n", encoding="utf-8")
    return path


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
    write(tmp_path, 'wordings = ["plain"]', 'provider = "simulated"', task="cute]\nnumber = 12")
    ended = command("run", "small.toml", cwd=tmp_path)
    assert ended.returncode == 2
    (line,) = ended.stderr.splitlines()
    assert "blocked/eep/features.sqlite: expected a feature cache that can be read and written" in line
    assert "set XDG_CACHE_HOME to a folder that can be written" in line
    assert not (tmp_path / "runs").exists()


def test_where_nobody_can_be_asked_nothing_is_registered(tmp_path: Path) -> None:
    """Asking a recording of episodes for some answers is bad input, which leaves no store and no plan behind."""
    record(tmp_path)
    made = prepare("newton-2023", recording=tmp_path, out=tmp_path / "out")
    with pytest.raises(UserError, match="found a recording of episodes"):
        pipeline.ask(made, 3, again="", progress=Progress())
    assert not (tmp_path / "out").exists()


def test_a_folder_without_a_recording_is_told_before_the_run(tmp_path: Path) -> None:
    """A plan fails as the run would: with the file that is missing."""
    for verb in ("plan", "run"):
        ended = command(verb, "newton-2023", "--recording", tmp_path, cwd=tmp_path)
        assert ended.returncode == 2
        assert ended.stderr == f"{tmp_path / 'observations.npy'}: expected a NumPy array; found no such file\n"


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an experiment with recorded answers, beside a persona that nobody recorded."""
    (tmp_path / "personas").mkdir()
    (tmp_path / "personas" / "ada.toml").write_text(ADA, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return write(tmp_path, 'wordings = ["plain", "portrait", "instruction"]', RECORDED)


def test_a_new_persona_has_no_recorded_answers(small: Path) -> None:
    """Which cells lack how much, why, and what to do instead, in the plan too; without the persona nothing is lacking."""
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

    said = " ".join(of_plan(prepare(small, personas=["ada"])).split())
    assert "243 of them cannot be answered, so nothing would be run" in said
    assert "--teacher simulated rehearses without a model" in said
    assert "Power: none; so small a design can give no verdict." in said


def test_the_run_stops_before_it_begins(small: Path) -> None:
    """With exit code 3 and not a file left behind; a simulated teacher would answer."""
    done = command("run", small, "--persona", "ada", cwd=small.parent)
    assert done.returncode == 3
    assert done.stderr.startswith("not begun: 243 of 972")
    assert sorted(path.name for path in small.parent.iterdir()) == ["personas", "small.toml"]
    preflight.require_answerable(prepare(small, personas=["ada"], teacher="simulated"))


def test_a_grid_of_another_task_is_told_by_plan_and_run(tmp_path: Path) -> None:
    """Both fail with the file and what is wrong in it, and nothing is begun."""
    recording = tmp_path / "recording"
    shutil.copytree(SHIPPED / "first-matrix", recording)
    grid = recording / "encounter-grid.json"
    grid.write_text(grid.read_text(encoding="utf-8").replace("rush back", "run away"), encoding="utf-8")
    write(tmp_path, 'wordings = ["plain"]', 'provider = "recorded"\nrecording = "recording"', "encounter]\nnumber = 12")
    for verb in ("plan", "run"):
        ended = command(verb, "small.toml", cwd=tmp_path)
        assert ended.returncode == 2
        (line,) = ended.stderr.splitlines()
        assert "recording/encounter-grid.json: options: expected some of the task's (rush back, rush closer, " in line
        assert line.endswith("found run away")
    assert not (tmp_path / "runs").exists()


def test_one_question_without_an_answer_is_one(small: Path) -> None:
    """In number, too."""
    made = prepare(small, personas=["ada"])
    (lacking,) = [question for question in made.questions if question.persona.id == "ada"][:1]
    with pytest.raises(UnfinishedError, match=r"^not begun: 1 of 1 question has no answer; nothing was asked"):
        preflight.require_answerable(replace(made, questions=(lacking,)))
