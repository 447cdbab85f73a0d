"""Teachers with a memory, from an experiment's file to its report."""

import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
import talking_until_killed
from asking import Scripted, ending

import eep
from eep import conversations, pipeline, summary, unfinished
from eep.errors import UnfinishedError, UserError
from eep.gather import answers_digest, demonstrations, gather, gather_some
from eep.prepare import Prepared, prepare
from eep.progress import Progress
from eep.question import Question, Status
from eep.ready import check
from eep.spending import Spending
from eep.store import Store
from eep.tasks.cartpole import conversation_text as text
from eep.tasks.cartpole import recording, words
from eep.tasks.cartpole.conversation_play import PLAYED

PERSONAS = ["five-year-old", "rally-driver", "sir-isaac-newton", "brother-anselm", "kitten-foster", "neutral"]
CELLS = 2 * len(PERSONAS)
EXPERIMENT = """\
id = "talk"
title = "Talk"
question = "Does it hold?"
seed = 3
personas = {personas}
wordings = ["plain", "portrait"]

[teacher]
{teacher}

[tasks.cartpole]
students = ["logistic"]
{cartpole}

[play]
episodes = 2

[analysis]
permutations = 99
"""
MEMORY = "memory = 2\nepisodes = 4\nmax_steps = 40\ntrain_items = 60\ntest_items = 40"
SIMULATED = 'provider = "simulated"\npersona_effect = 2.0\nwording_effect = 0.2\nnoise = 0.1'


def write(
    folder: Path,
    cartpole: str = MEMORY,
    teacher: str = SIMULATED,
    personas: list[str] = PERSONAS,
) -> Path:
    """Write the experiment's file."""
    path = folder / "talk.toml"
    told = EXPERIMENT.format(personas=json.dumps(personas), cartpole=cartpole, teacher=teacher)
    path.write_text(told, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, eep.Run]:
    """Run a small experiment in conversation once: its file, and the run."""
    path = write(tmp_path_factory.mktemp("talk"))
    return path, eep.run(path, out=path.parent)


def recordings(run: eep.Run) -> list[Path]:
    """Return the folders of all recordings of a run."""
    return sorted(path.parent for path in run.folder.glob("recordings/*/*/*/actions.npy"))


def test_a_conversation_comes_to_a_verdict(done: tuple[Path, eep.Run]) -> None:
    """Students of every cell answer common test moments, and the planted personas arrive in them."""
    _, run = done
    assert run.verdicts["component"].to_list() == ["level", "preference"]
    teachers = run.responses.filter(role="teacher")
    per_cell = teachers.group_by("persona", "wording").agg(pl.col("item").sort().alias("items"))
    assert per_cell.height == CELLS
    assert per_cell["items"].n_unique() == 1
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
        assert cell["return"].to_list() == [float(one["steps"]) for one in index]
        assert cell["ended"].to_list() == [one["ended"] for one in index]
    assert set(run.returns["role"]) == {"teacher", "student", "control"}
    assert set(run.policies["role"]) == {"student", "control"}


def test_every_recording_passes_the_physics(done: tuple[Path, eep.Run]) -> None:
    """Each cell's recording stands the check that any recording goes through."""
    _, run = done
    assert len(recordings(run)) == CELLS
    assert all(recording.check(folder).trustworthy for folder in recordings(run))
    told = subprocess.run(
        [sys.executable, "-m", "eep", "recording", "check", str(recordings(run)[0])],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Every pair that can be checked stands beside its own action" in told.stdout
    assert "by accident" not in told.stdout


def test_the_report_says_what_students_cannot_know(done: tuple[Path, eep.Run]) -> None:
    """The limits tell of the memory that only teachers have, and there is a film of each persona's teacher."""
    _, run = done
    report = (run.report / "report.md").read_text(encoding="utf-8")
    assert "with its last 2 decisions before its eyes; a student senses the present state alone" in report
    films = {path.name for path in (run.report / "charts").glob("cartpole-teacher-*.svg")}
    assert len(films) == len(PERSONAS)


def test_a_rerun_asks_nothing_and_the_report_can_be_made_again(done: tuple[Path, eep.Run]) -> None:
    """Conversations are had again from the stored answers; every file stays as it is."""
    path, run = done
    files = (*run.folder.rglob("*.parquet"), *run.folder.rglob("*.npy"))
    before = {file: file.stat().st_mtime_ns for file in files}
    again = eep.run(path, out=path.parent)
    assert (again.asked, again.stored) == (0, run.asked)
    report = (run.report / "report.json").read_bytes()
    (run.report / "report.json").unlink()
    pipeline.report(path, out=path.parent)
    assert (run.report / "report.json").read_bytes() == report
    assert before == {file: file.stat().st_mtime_ns for file in files}


def test_a_lost_recording_is_made_again(done: tuple[Path, eep.Run]) -> None:
    """A damaged file in the recordings is mended by the next run, byte for byte."""
    path, run = done
    lost = recordings(run)[1] / "observations.npy"
    whole = lost.read_bytes()
    lost.write_bytes(whole[:100])
    assert eep.run(path, out=path.parent).asked == 0
    assert lost.read_bytes() == whole


def test_concurrency_changes_nothing(tmp_path: Path) -> None:
    """One question at a time or many at once: the same answers, items and recordings, byte for byte."""
    found = []
    for concurrency in (1, 5, 64):
        folder = tmp_path / str(concurrency)
        folder.mkdir()
        ready = prepared(folder, teacher=f"{SIMULATED}\nconcurrency = {concurrency}\nlatency = 0.001")
        with Store.open(ready.runs / "answers.sqlite") as store:
            gathered = gather(ready, store, Progress())
        files = conversations.record(ready, gathered.talks.played)
        found.append((gathered.digest, gathered.talks.items, [file.read_bytes() for file in files]))
    assert len(found[0][2]) == 2 * 3
    assert found[0] == found[1] == found[2]


def test_the_plan_bounds_the_questions(done: tuple[Path, eep.Run]) -> None:
    """The plan tells how many questions there can be, and no run asks more."""
    path, run = done
    told = " ".join(summary.of_plan(prepare(path, out=path.parent)).split())
    assert f"{CELLS} cells play 4 episodes each, in {CELLS * 80:,} questions at most (80 a cell" in told
    assert f"about 100 moments at most, in {CELLS * 100:,} questions" in told
    assert f"{run.asked:,} answered already, 0 to ask" in told
    with Store.open(run.folder / "answers.sqlite", read_only=True) as store:
        samples = Counter(record.about["sample"] >= PLAYED for record in store.records())
    assert 0 < samples[True] <= CELLS * 80
    assert 0 < samples[False] <= CELLS * 100
    assert samples.total() == run.asked


@pytest.mark.parametrize(("pool", "samples"), [(2, 1), (30, 2)])
def test_without_a_memory_episodes_cost_nothing(tmp_path: Path, pool: int, samples: int) -> None:
    """A teacher without a memory is asked 81 texts per cell and sample, however many episodes are played."""
    few = ["rally-driver", "neutral"]
    settings = f"train_items = 60\ntest_items = 40\npool_episodes = {pool}"
    path = write(tmp_path, settings, f"{SIMULATED}\nsamples = {samples}", few)
    path.write_text(path.read_text(encoding="utf-8").replace("episodes = 2\n", f"episodes = {pool}\n"))
    assert eep.run(path, out=tmp_path).asked == 2 * 2 * 81 * samples


def prepared(folder: Path, **teacher: str) -> Prepared:
    """Return a small experiment of two cells, ready to run."""
    return prepare(write(folder, personas=["rally-driver"], **teacher), out=folder)


def test_refusals_end_episodes_and_have_rows(tmp_path: Path) -> None:
    """A refusal in play ends its episode; asked about common moments, refusals are rows with their status."""

    def script(question: Question) -> dict[str, object]:
        leans_left = question.item.traits["pole-angle"] < 0
        if leans_left and question.wording.id == "plain":
            return ending(Status.REFUSED, "I would rather not.")
        return {}

    ready = replace(prepared(tmp_path), source=Scripted(script))
    with Store.open(ready.runs / "answers.sqlite") as store:
        gathered = gather(ready, store, Progress())
    played = gathered.talks.played["cartpole"]
    plain, portrait = (played[cell] for cell in sorted(played))
    refused = [episode for episode in plain if episode.status is Status.REFUSED]
    assert refused
    assert all(episode.ended == "unanswered" and episode.value is None for episode in refused)
    assert all(moment.traits["pole-angle"] >= 0 for episode in plain for moment in episode.moments)
    assert {episode.status for episode in portrait} == {Status.OK}
    (shown,) = demonstrations(ready, gathered).values()
    rows = shown.responses.group_by("wording", "status").agg(pl.col("response").null_count(), pl.len())
    found = {(wording, status): (nulls, count) for wording, status, nulls, count in rows.iter_rows()}
    assert found["plain", "refused"][0] == found["plain", "refused"][1] > 0
    assert found["portrait", "ok"] == (0, sum(count for (w, _), (_, count) in found.items() if w == "plain"))
    returns = conversations.returns(ready, "cartpole", played)
    assert returns.filter(ended="unanswered")["return"].null_count() == len(refused)


def test_failures_end_episodes_and_are_asked_again(tmp_path: Path) -> None:
    """A failed answer ends its episode; the next run asks again and plays on from there."""
    failing = {"moment"}

    def script(question: Question) -> dict[str, object]:
        failed = failing and question.item.traits["pole-angle"] < 0 and question.wording.id == "plain"
        return ending(Status.FAILED, "overloaded") if failed else {}

    ready = replace(prepared(tmp_path), source=Scripted(script))
    with Store.open(ready.runs / "answers.sqlite") as store:
        first = gather(ready, store, Progress())
        statuses = {e.status for one in first.talks.played["cartpole"].values() for e in one}
        assert statuses == {Status.OK, Status.FAILED}
        assert not isinstance(ready.source, Path)
        assert conversations.begun(ready, ready.source, store).there.missing
        assert answers_digest(ready, store) == first.digest
        failing.clear()
        second = gather(ready, store, Progress())
        assert {e.status for one in second.talks.played["cartpole"].values() for e in one} == {Status.OK}
        assert not conversations.begun(ready, ready.source, store).there.missing
        assert answers_digest(ready, store) == second.digest != first.digest


def test_where_everything_failed_the_run_is_unfinished(tmp_path: Path) -> None:
    """Nothing can be drawn from conversations that all failed; they are asked again, so that nobody need change a file."""
    ready = replace(prepared(tmp_path), source=Scripted(lambda _: ending(Status.FAILED, "overloaded")))
    with Store.open(ready.runs / "answers.sqlite") as store:
        gathered = gather(ready, store, Progress())
    with pytest.raises(UnfinishedError, match="unanswered: overloaded"):
        unfinished.check(gathered, ready, ready.runs, "eep run talk.toml")


def test_costs_of_a_conversation_are_bounded_and_then_known(tmp_path: Path) -> None:
    """At first a plan tells the most that conversations can cost; measured answers make it an extrapolation."""
    usage = {"input": 500, "output": 5}
    ready = replace(prepared(tmp_path), source=Scripted(lambda _: {"usage": usage}))
    path = ready.runs / "answers.sqlite"
    with Store.open(path) as store:
        some = gather_some(ready, store, 2, Progress())
    assert (some.asked, some.talks.asked) == (2, 0)
    told = " ".join(summary.of_plan(ready).split())
    assert "2 answers so far: 1,000 tokens in, 10 out" in told
    most = 2 * (80 + 100)
    assert f"in conversation, from its beginning: at most {most} questions: about" in told
    assert f"{5 * most:,} out; extrapolated from the 2 answers so far" in told
    with Store.open(path) as store:
        all_of_it = gather(ready, store, Progress())
    assert all_of_it.stored == 2
    told = " ".join(summary.of_plan(ready).split())
    assert f"{2 + all_of_it.asked:,} answers so far" in told
    assert "at most 360 questions: about" not in told


def test_what_a_model_is_sent(tmp_path: Path) -> None:
    """Every prompt has the example, then the past with the model's own answers, and the persona in its system text alone."""
    ready = prepared(tmp_path)
    sent: list[Question] = []

    def script(question: Question) -> dict[str, object]:
        sent.append(question)
        return {}

    with Store.open(ready.runs / "answers.sqlite") as store:
        gather(replace(ready, source=Scripted(script)), store, Progress())
    wordings = {wording.id: wording.text for wording in ready.personas[0].wordings}
    example = text.messages(text.example(7, "words"))
    for question in sent:
        prompt, (past, present) = question.prompt, text.parse(question.item.text)
        assert prompt.system.startswith(wordings[question.wording.id] + "\n\n")
        assert prompt.messages[:14] == example
        assert prompt.messages[14:-1] == text.messages(past)
        assert prompt.messages[-1].content == present
        assert len(past) <= 2
        assert [message.role for message in prompt.messages] == ["user", "assistant"] * (7 + len(past)) + [
            "user"
        ]
    assert {len(question.prompt.messages) for question in sent} == {15, 17, 19}


def test_an_unanswered_moment_breaks_the_conversation_off(tmp_path: Path) -> None:
    """A recording has no answers to conversations: the plan says so, and the run stops and makes nothing up."""
    path = write(tmp_path, teacher='provider = "recorded"\nrecording = "first-matrix"')
    assert "what is said in conversation cannot be answered" in " ".join(
        summary.of_plan(prepare(path, out=tmp_path)).split()
    )
    with pytest.raises(UnfinishedError, match=f"{CELLS} of them broke off conversations"):
        eep.run(path, out=tmp_path)
    assert not (tmp_path / "runs" / "talk" / "recordings").exists()


def test_a_teacher_that_cannot_be_asked_is_told_first(tmp_path: Path) -> None:
    """Without a key nothing begins while any moment is open; once all are answered none is needed."""

    class Keyless(Scripted):
        def unready(self) -> str:
            return "no key"

    ready = replace(prepared(tmp_path), source=Keyless())
    answers = ready.runs / "answers.sqlite"
    with pytest.raises(UserError, match="no key"):
        check(ready, answers)
    with Store.open(answers) as store:
        talks = conversations.hold(ready, Scripted(), store, progress=Progress(), spending=Spending())
    assert talks.asked
    with pytest.raises(UserError, match="no key"):
        check(ready, answers)
    with Store.open(answers) as store:
        assert not gather(ready, store, Progress()).unanswered
    check(ready, answers)


def test_a_recording_of_episodes_cannot_talk(tmp_path: Path) -> None:
    """Where nobody can be asked, a memory is refused before anything begins."""
    path = write(tmp_path, teacher='provider = "episodes"\nmodel = "gpt"\nrecording = "."')
    with pytest.raises(UserError, match="expected a teacher that answers questions, to play in conversation"):
        prepare(path, out=tmp_path)


@pytest.mark.parametrize(
    ("cartpole", "told"),
    [
        ("episodes = 4", "expected a memory of at least 1 with episodes, found memory 0"),
        ("few_shot = 1\nepisodes = 4", "expected a memory of at least 1 with episodes and few_shot"),
        ("memory = 1\npool_episodes = 9", "expected episodes in place of pool_episodes"),
    ],
)
def test_settings_without_effect_are_refused(tmp_path: Path, cartpole: str, told: str) -> None:
    """A setting that the memory, or its absence, leaves idle is told at its table."""
    with pytest.raises(UserError, match=r"talk\.toml:14:8: tasks\.cartpole: expected") as error:
        prepare(write(tmp_path, cartpole), out=tmp_path)
    assert told in str(error.value)


def test_one_mistake_is_told_once(tmp_path: Path) -> None:
    """A wrong memory does not make other keys look wrong."""
    with pytest.raises(UserError) as error:
        prepare(write(tmp_path, "memory = -1"), out=tmp_path)
    assert str(error.value).count("\n") == 0
    assert "tasks.cartpole.memory: expected a number of at least 0, found -1" in str(error.value)


def test_a_killed_run_goes_on_where_it_was(tmp_path: Path) -> None:
    """Killed again and again, the conversations end as if never disturbed, and little is asked twice."""
    three = PERSONAS[:3]
    write(tmp_path, teacher=f"{SIMULATED}\nlatency = 0.01\nconcurrency = 6", personas=three)
    script = Path(talking_until_killed.__file__)
    subprocess.run([sys.executable, str(script), str(tmp_path)], check=True, timeout=100)
    rounds = json.loads((tmp_path / "rounds.json").read_text(encoding="utf-8"))
    assert [one["ended"] for one in rounds] == [-9] * len(rounds)
    numbers = [one["stored"] for one in rounds]
    assert numbers == sorted(numbers)
    assert len(set(numbers)) > len(numbers) / 2
    log = (tmp_path / "asked").read_bytes()
    asked = [log[start : start + 16] for start in range(0, len(log), 16)]
    assert len(asked) - len(set(asked)) <= 6 * len(rounds)
    run = eep.run(tmp_path / "talk.toml", out=tmp_path)
    assert (run.asked, run.stored) == (0, len(set(asked)))
    calm = write(tmp_path, personas=three).rename(tmp_path / "calm.toml")
    calm.write_text(calm.read_text(encoding="utf-8").replace('id = "talk"', 'id = "calm"'))
    other = prepare(calm, out=tmp_path)
    assert not isinstance(other.source, Path)
    with Store.open(other.runs / "answers.sqlite") as store:
        talks = conversations.hold(other, other.source, store, progress=Progress(), spending=Spending())
    returns = conversations.returns(other, "cartpole", talks.played["cartpole"])
    assert returns.equals(run.returns.filter(role="teacher"))
    assert {item.id for item in talks.items["cartpole"]} == set(run.responses.filter(role="teacher")["item"])
