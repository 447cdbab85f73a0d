"""Teachers with a memory, from an experiment's file to its report, undisturbed and killed."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import talking_until_killed
from command_line import command
from talking_experiment import CELLS, PERSONAS, SIMULATED, prepared, write

import eep
from eep.cli.views import summary
from eep.data.store import Store
from eep.data.types import Question
from eep.pipeline import conversations
from eep.pipeline import run as pipeline
from eep.pipeline.collect import collect_answers
from eep.pipeline.elicit.spending import Spending
from eep.pipeline.prepare import prepare
from eep.pipeline.progress import Progress
from eep.tasks.cartpole import recording, words
from eep.tasks.cartpole.conversation import PLAYED
from eep.teachers.simulated import Simulated

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def built() -> Iterator[list[Question]]:
    """Yield all questions whose request a simulated teacher has built; write no files of charts."""
    found: list[Question] = []
    real = Simulated.request

    def request(self: Simulated, question: Question) -> Mapping[str, Any]:
        found.append(question)
        return real(self, question)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Simulated, "request", request)
        patch.setattr("eep.report.publish._charts", lambda _: {})
        yield found


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory, built: list[Question]) -> tuple[Path, eep.Run]:
    """Run a small experiment in conversation once: its file, and the run; each request is built once."""
    path = write(tmp_path_factory.mktemp("talk"))
    run = eep.run(path, out=path.parent)
    # In play a question that comes up again is another one.
    assert len({id(question) for question in built}) == len(built) > run.asked
    return path, run


def recordings(run: eep.Run) -> list[Path]:
    """Return the folders of all recordings of a run."""
    return sorted(path.parent for path in run.folder.glob("recordings/*/*/*/actions.npy"))


def test_a_conversation_comes_to_a_verdict(done: tuple[Path, eep.Run]) -> None:
    """Students of every cell answer common test moments, and the planted personas arrive in them."""
    _, run = done

    teachers = run.responses.filter(role="teacher")
    per_cell = teachers.group_by("persona", "wording").agg(pl.col("item").sort().alias("items"))
    assert (per_cell.height, per_cell["items"].n_unique()) == (CELLS, 1)
    assert set(teachers["status"]) == {"ok"}
    assert set(teachers["cluster"]) <= set(words.texts())
    slope = run.estimates.filter(test="T3", term="slope", component="preference", agent="logistic")
    assert slope["estimate"].item() > 0.2


def test_teachers_returns_are_those_of_their_own_episodes(done: tuple[Path, eep.Run]) -> None:
    """As many as each cell played, of the lengths that were recorded; students and controls play besides."""
    _, run = done
    mine = run.returns.filter(role="teacher")
    assert mine.height == CELLS * 4
    assert set(mine["ended"]) <= {"terminated", "truncated"}
    for folder in recordings(run):
        index = json.loads((folder / "episodes.json").read_text(encoding="utf-8"))["episodes"]
        cell = mine.filter(persona=folder.parent.name, wording=folder.name).sort("episode")
        assert cell["value"].to_list() == [float(one["steps"]) for one in index]
        assert cell["ended"].to_list() == [one["ended"] for one in index]
    assert set(run.returns["role"]) == {"teacher", "student", "control"}
    assert set(run.policies["role"]) == {"student", "control"}


def test_every_recording_passes_the_physics(done: tuple[Path, eep.Run]) -> None:
    """Each cell's recording stands the check that any recording goes through."""
    _, run = done
    assert len(recordings(run)) == CELLS
    assert all(recording.check(folder).trustworthy for folder in recordings(run))
    told = command("recording", "check", recordings(run)[0], cwd=run.folder)
    assert "Every pair that can be checked stands beside its own action" in told.stdout
    assert "by accident" not in told.stdout


def test_the_report_says_what_students_cannot_know(done: tuple[Path, eep.Run]) -> None:
    """The limits tell of the memory that only teachers have, and there is a film of each persona's teacher."""
    _, run = done
    report = (run.report / "report.md").read_text(encoding="utf-8")
    assert "with its last 2 decisions before its eyes; a student senses the present state alone" in report
    assert len([*(run.report / "charts").glob("cartpole-teacher-*.svg")]) == len(PERSONAS)


def test_a_rerun_asks_nothing_and_makes_what_is_lost_again(done: tuple[Path, eep.Run]) -> None:
    """Conversations are had again from the stored answers; a damaged recording and a lost report are as they were."""
    path, run = done
    files = (run.report / "report.json", *run.folder.rglob("*.parquet"), *run.folder.rglob("*.npy"))
    before = {file: file.read_bytes() for file in files}
    lost = recordings(run)[1] / "observations.npy"
    lost.write_bytes(before[lost][:100])
    again = eep.run(path, out=path.parent)
    assert (again.asked, again.stored) == (0, run.asked)
    files[0].unlink()
    pipeline.report(prepare(path, out=path.parent), again="")
    assert before == {file: file.read_bytes() for file in files}


def test_concurrency_changes_nothing(tmp_path: Path) -> None:
    """One question at a time or many at once: the same answers, items and recordings, byte for byte."""
    found = []
    for concurrency in (1, 5, 64):
        folder = tmp_path / str(concurrency)
        folder.mkdir()
        ready = prepared(folder, teacher=f"{SIMULATED}\nconcurrency = {concurrency}\nlatency = 0.001")
        with Store.open(ready.runs / "answers.sqlite") as store:
            collected = collect_answers(ready, store, Progress())
        files = conversations.record(ready, collected.conversations.played)
        found.append((collected.digest, collected.conversations.items, [file.read_bytes() for file in files]))
    assert len(found[0][2]) == 2 * 3
    assert found[0] == found[1] == found[2]


def test_the_plan_bounds_the_questions(done: tuple[Path, eep.Run]) -> None:
    """The plan tells how many questions there can be, and no run asks more."""
    path, run = done
    told = " ".join(summary.of_plan(prepare(path, out=path.parent)).split())
    assert f"in {CELLS * 80:,} questions at most (80 a cell" in told
    assert f"about 100 moments at most, in {CELLS * 100:,} questions" in told
    with Store.open(run.folder / "answers.sqlite", read_only=True) as store:
        samples = Counter(record.about["sample"] >= PLAYED for record in store.records())
    assert 0 < samples[True] <= CELLS * 80
    assert 0 < samples[False] <= CELLS * 100
    assert samples.total() == run.asked


@pytest.mark.usefixtures("without_report")
@pytest.mark.parametrize(("pool", "samples"), [(2, 1), (30, 2)])
def test_without_a_memory_episodes_cost_nothing(tmp_path: Path, built: list[Question], pool: int, samples: int) -> None:
    """Each cell is asked 81 texts a sample, however many episodes are played; each request is built once."""
    few = ["rally-driver", "neutral"]
    settings = f"train_items = 60\ntest_items = 40\npool_episodes = {pool}"
    path = write(tmp_path, settings, f"{SIMULATED}\nsamples = {samples}", few)
    path.write_text(path.read_text(encoding="utf-8").replace("episodes = 2\n", f"episodes = {pool}\n"))
    built.clear()
    assert eep.run(path, out=tmp_path).asked == len(built) == 2 * 2 * 81 * samples


@pytest.mark.usefixtures("without_report")
def test_a_killed_run_goes_on_where_it_was(tmp_path: Path) -> None:
    """Killed again and again, the conversations end as if never disturbed, and little is asked twice."""
    few = PERSONAS[:2]
    write(tmp_path, teacher=f"{SIMULATED}\nlatency = 0.01\nconcurrency = 6", personas=few)
    script = Path(talking_until_killed.__file__)
    subprocess.run([sys.executable, str(script), str(tmp_path)], check=True)
    rounds = json.loads((tmp_path / "rounds.json").read_text(encoding="utf-8"))
    assert [one["ended"] for one in rounds] == [-9] * len(rounds)
    numbers = [one["stored"] for one in rounds]
    assert all(before < after for before, after in pairwise([0, *numbers]))
    log = (tmp_path / "asked").read_bytes()
    asked = [log[start : start + 16] for start in range(0, len(log), 16)]
    assert len(asked) - len(set(asked)) <= 6 * len(rounds)
    run = eep.run(tmp_path / "talk.toml", out=tmp_path)
    assert (run.asked, run.stored) == (0, len(set(asked)))
    calm = write(tmp_path, personas=few).rename(tmp_path / "calm.toml")
    calm.write_text(calm.read_text(encoding="utf-8").replace('id = "talk"', 'id = "calm"'))
    other = prepare(calm, out=tmp_path)
    with Store.open(other.runs / "answers.sqlite") as store:
        talks = conversations.run_conversations(other, store, progress=Progress(), spending=Spending())
    returns = conversations.returns(other, "cartpole", talks.played["cartpole"])
    assert returns.equals(run.returns.filter(role="teacher"))
    assert {item.id for item in talks.items["cartpole"]} == set(run.responses.filter(role="teacher")["item"])
