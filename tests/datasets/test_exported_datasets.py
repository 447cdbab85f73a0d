"""A finished run as Minari datasets, as a folder for the Hub, and as tables."""

import hashlib
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import minari
import numpy as np
import polars as pl
import pytest
from cartpole_recordings import record
from command_line import command

import eep
from eep.config.experiment import from_settings, settings_dict
from eep.core.errors import UserError
from eep.data.agent import Agent
from eep.data.store import ANSWERS, Store
from eep.datasets.episodes import Recorder
from eep.datasets.recordings import read_episodes
from eep.pipeline.export import Exported, Format, Selection, export
from eep.tasks.cartpole import recording, words
from eep.tasks.cartpole.imported import write_recording
from eep.tasks.cartpole.settings import CartPoleSettings
from eep.tasks.cartpole.task import CartPole

pytestmark = pytest.mark.slow

EPISODES = 3


@pytest.fixture(scope="module")
def exported(bodies_run: eep.Run, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Exported]:
    """Export a run once in every format."""
    folder, selection = tmp_path_factory.mktemp("exported"), Selection(episodes=EPISODES)
    forms: tuple[Format, ...] = ("minari", "hub", "csv")
    return {form: export(bodies_run.folder, form, folder / "below" / form, selection=selection) for form in forms}


@pytest.fixture
def datasets(exported: dict[str, Exported], monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Load every Minari dataset as anybody would."""
    monkeypatch.setenv("MINARI_DATASETS_PATH", str(exported["minari"].folder))
    return [minari.load_dataset(name) for name in exported["minari"].names]


@cache
def stored(run: eep.Run, task: str) -> dict[tuple[str, str, str], dict[str, float]]:
    """Return what the store has: persona, wording and text to the probabilities of options, one sample each."""
    with Store.open(run.folder / ANSWERS, read_only=True) as store:
        records = [one for one in store.records() if one.about["task"] == task]
    return {
        (one.about["persona"], one.about["wording"], one.about["request"]["text"]): dict(one.answer.probabilities or {})
        for one in records
    }


@cache
def student(run: eep.Run, task: str, persona: str, wording: str) -> eep.StudentPolicy:
    """Load a student once."""
    return eep.load_student(run.folder, task=task, persona=persona, wording=wording)


def test_minari_finds_a_dataset_for_each_task_persona_and_player(
    exported: dict[str, Exported], datasets: list[Any]
) -> None:
    """Minari lists what was exported under names of its own kind, with every episode of every wording."""
    assert set(minari.list_local_datasets()) == set(exported["minari"].names)
    assert sum(one.total_episodes for one in datasets) == exported["minari"].episodes
    about = [one.storage.metadata["eep"] for one in datasets]
    assert {(one["task"], one["role"]) for one in about} == {
        (task, role) for task in ("cartpole", "encounter") for role in ("teacher", "student")
    }
    assert len({(one["task"], one["role"], one["persona"]["id"]) for one in about}) == len(datasets)
    for dataset, one in zip(datasets, about, strict=True):
        told = list(dataset.storage.get_episode_metadata(range(dataset.total_episodes)))
        assert [each["wording"] for each in told] == [name for name in one["wordings"] for _ in range(EPISODES)]


def test_simulated_datasets_say_so(datasets: list[Any], exported: dict[str, Exported]) -> None:
    """Where no model was asked, every dataset and every card says it first."""
    for one in datasets:
        assert one.storage.metadata["description"].startswith("SIMULATED. ")
        assert one.storage.metadata["eep"]["simulated"] is True
    for form in ("hub", "csv"):
        assert "**The answers are simulated" in (exported[form].folder / "README.md").read_text(encoding="utf-8")


def test_the_recovered_environment_plays_every_episode_again(datasets: list[Any]) -> None:
    """From its seed and options, the environment that Minari recovers leads through the same observations and rewards."""
    for dataset in datasets:
        environment, told = dataset.recover_environment(), dataset.storage.get_episode_metadata([0])
        (about,) = told
        options = {name: int(value) for name, value in about.get("options", {}).items()}
        episode = dataset[0]
        observation, _ = environment.reset(seed=about["seed"], options=options or None)
        np.testing.assert_array_equal(observation, episode.observations[0])
        for step, action in enumerate(episode.actions):
            observation, reward, terminated, truncated, _ = environment.step(action)
            np.testing.assert_array_equal(observation, episode.observations[step + 1])
            ended = (reward, terminated, truncated)
            assert ended == (episode.rewards[step], episode.terminations[step], episode.truncations[step])
        assert terminated or truncated


def test_infos_hold_what_was_read_and_how_likely_actions_were(bodies_run: eep.Run, datasets: list[Any]) -> None:
    """A teacher's probabilities are its stored answers to the texts beside them; a student's are those of the student."""
    for dataset in datasets:
        about = dataset.storage.metadata["eep"]
        answers = stored(bodies_run, about["task"])
        for number, episode in enumerate(dataset):
            wording = next(iter(dataset.storage.get_episode_metadata([number])))["wording"]
            found = episode.infos["probabilities"]
            assert found.shape == (len(episode.actions) + 1, len(about["actions"]))
            texts = [text.decode() for text in episode.infos["text"]]
            if about["task"] == "cartpole":
                assert texts == [words.text(cell) for cell in words.cells(episode.observations)]
            if about["role"] == "teacher":
                said = [answers[about["persona"]["id"], wording, text] for text in texts]
                expected = [[one[option] for option in about["actions"]] for one in said]
            else:
                who = {"task": about["task"], "persona": about["persona"]["id"], "wording": wording}
                expected = student(bodies_run, **who).distribution(episode.observations).tolist()
            np.testing.assert_allclose(found, expected, atol=1e-12)


def test_everybody_begins_in_the_same_states(datasets: list[Any]) -> None:
    """Episodes of one number begin alike, whoever plays, and those of different numbers do not."""
    for task in ("cartpole", "encounter"):
        firsts = [
            [dataset[number].observations[0] for number in range(EPISODES)]
            for dataset in datasets
            if dataset.storage.metadata["eep"]["task"] == task
        ]
        assert len(np.unique(np.array(firsts)[0], axis=0)) == EPISODES
        for other in firsts[1:]:
            np.testing.assert_array_equal(other, firsts[0])


def test_what_was_exported_is_imported_with_the_same_decisions(
    exported: dict[str, Exported], datasets: list[Any], tmp_path: Path
) -> None:
    """A CartPole dataset passes the physics check, and its decisions are those that were exported."""
    for name, dataset in zip(exported["minari"].names, datasets, strict=True):
        episodes = read_episodes("minari", exported["minari"].folder / name)
        for mine, theirs in zip(episodes, dataset, strict=True):
            np.testing.assert_array_equal(mine.observations, theirs.observations)
            np.testing.assert_array_equal(mine.actions, theirs.actions)
        about = dataset.storage.metadata["eep"]
        if about["task"] != "cartpole":
            with pytest.raises(UserError, match="expected actions and CartPole's observations"):
                write_recording(episodes, tmp_path / "encounter")
            continue
        made = tmp_path / f"{about['role']}-{about['persona']['id']}"
        assert write_recording(episodes, made).trustworthy
        restored = recording.restore(recording.read(made), hold=recording.held(made))
        for number, episode in enumerate(dataset):
            mine_too = restored.decided & (restored.episode == number)
            found = restored.actions[mine_too]
            assert len(episode.actions) - 1 <= len(found)
            np.testing.assert_array_equal(found, episode.actions[: len(found)])
            np.testing.assert_array_equal(restored.observations[mine_too], episode.observations[: len(found)])


def test_tables_hold_the_stored_answers(bodies_run: eep.Run, exported: dict[str, Exported]) -> None:
    """Every stored answer is a row, with its text, its split and the probability of each option."""
    for task, options in (("cute", ("cute", "not cute")), ("encounter", ("rush back", "step closer"))):
        rows = pl.read_csv(exported["csv"].folder / f"{task}-answers.csv")
        answers = stored(bodies_run, task)
        assert rows.height == len(answers)
        for row in rows.iter_rows(named=True):
            expected = answers[row["persona"], row["wording"], row["text"]]
            assert [row["p_" + one.replace(" ", "_")] for one in options] == [expected[one] for one in options]
        of_items = pl.read_csv(exported["csv"].folder / f"{task}-items.csv").select("text", "split").unique()
        assert rows.join(of_items, on=["text", "split"], how="anti").height == 0


def test_episodes_of_tables_are_those_of_minari(exported: dict[str, Exported], datasets: list[Any]) -> None:
    """Both formats hold the same play."""
    for dataset in datasets:
        about = dataset.storage.metadata["eep"]
        who = {"role": about["role"], "persona": about["persona"]["id"], "episode": 0}
        rows = pl.read_csv(exported["csv"].folder / f"{about['task']}-episodes.csv").filter(**who)
        rows = rows.filter(wording=next(iter(about["wordings"])))
        assert rows["action"].to_list() == [about["actions"][one] for one in dataset[0].actions]
        assert rows["text"].to_list() == [one.decode() for one in dataset[0].infos["text"][:-1]]
        assert rows["terminated"].to_list() == dataset[0].terminations.tolist()


def test_the_hubs_folder_holds_the_same_tables(exported: dict[str, Exported]) -> None:
    """The parquet files of a table have its rows, each in the part that it belongs to."""
    hub, tables = exported["hub"].folder, exported["csv"].folder
    for folder in (hub / "data").iterdir():
        parts = {path.stem: pl.read_parquet(path) for path in folder.iterdir()}
        rows = pl.concat(parts.values()).height
        assert rows == pl.read_csv(tables / f"{folder.name}.csv", infer_schema=False).height
        for part, frame in parts.items():
            column = next((name for name in ("split", "role") if name in frame.columns), None)
            assert column is None or set(frame[column]) == {part}


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_croissant_metadata_is_valid_and_true(exported: dict[str, Exported]) -> None:
    """Mlcroissant finds no error and nothing to warn of, and every file has the hash that is told of it."""
    folder = exported["hub"].folder
    import mlcroissant

    found = mlcroissant.Dataset(str(folder / "croissant.json")).metadata
    assert not found.ctx.issues.errors
    assert not found.ctx.issues.warnings
    about = json.loads((folder / "croissant.json").read_text(encoding="utf-8"))
    assert about["conformsTo"] == "http://mlcommons.org/croissant/1.1"
    hashes = {one["contentUrl"]: one["sha256"] for one in about["distribution"] if one["@type"] == "cr:FileObject"}
    described = {
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.suffix in (".parquet", ".jsonl")
    }
    assert set(hashes) == described
    for path, sha256 in hashes.items():
        assert hashlib.sha256((folder / path).read_bytes()).hexdigest() == sha256
    columns = {one["@id"]: {field["name"] for field in one["field"]} for one in about["recordSet"]}
    for path in (path for path in hashes if path.endswith(".parquet")):
        name = path.removeprefix("data/").removesuffix(".parquet")
        assert columns[name] == set(pl.read_parquet(folder / path).columns)


def test_the_validator_passes_without_a_network(exported: dict[str, Exported]) -> None:
    """``mlcroissant validate`` ends with 0 and asks nobody."""
    closed = "import socket, sys\ndef no(*_, **__): raise OSError('no network')\nsocket.socket.connect = no\n"
    run = "from mlcroissant.scripts.cli import main\nsys.argv = ['mlcroissant', 'validate', '--jsonld', 'croissant.json']\nmain()"
    done = subprocess.run(
        [sys.executable, "-c", closed + run], cwd=exported["hub"].folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "warning" not in done.stderr.lower()
    assert "Done." in done.stderr


def test_pictures_are_an_image_folder(exported: dict[str, Exported]) -> None:
    """Every drawn picture has a line with its file, text and hash, and items name the file."""
    folder = exported["hub"].folder
    for task in ("cute", "encounter"):
        lines = (folder / "images" / task / "metadata.jsonl").read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines]
        files = {path.name for path in (folder / "images" / task).glob("*.png")}
        assert {row["file_name"] for row in rows} == files
        for row in rows:
            assert (
                hashlib.sha256((folder / "images" / task / row["file_name"]).read_bytes()).hexdigest() == row["sha256"]
            )
        items = pl.concat(pl.read_parquet(path) for path in (folder / "data" / f"{task}-items").iterdir())
        assert {f"images/{task}/{name}" for name in files} == set(items["picture"])


@pytest.mark.parametrize("form", ["hub", "csv"])
def test_the_same_run_gives_the_same_bytes(bodies_run: eep.Run, tmp_path: Path, form: Format) -> None:
    """A second export is the first one, file by file and byte by byte, and nothing unfinished stays."""
    selection = Selection(tasks=("encounter",), episodes=1)
    one, two = (export(bodies_run.folder, form, tmp_path / name, selection=selection) for name in ("one", "two"))
    assert one.names == two.names
    assert all((one.folder / name).read_bytes() == (two.folder / name).read_bytes() for name in one.names)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]


def test_a_part_of_a_run_is_exported_as_it_is_in_the_whole(
    bodies_run: eep.Run, exported: dict[str, Exported], tmp_path: Path
) -> None:
    """Whoever is left out changes nothing in the episodes of the others."""
    persona = json.loads((bodies_run.folder / "plan.json").read_text(encoding="utf-8"))["plan"]["experiment"][
        "personas"
    ][1]
    words = (
        "export",
        bodies_run.folder,
        "--format",
        "csv",
        "--to",
        "part",
        "--task",
        "cartpole",
        "--episodes",
        EPISODES,
    )
    done = command(*map(str, (*words, "--persona", persona, "--role", "student")), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    whole = pl.read_csv(exported["csv"].folder / "cartpole-episodes.csv").filter(role="student", persona=persona)
    assert pl.read_csv(tmp_path / "part" / "cartpole-episodes.csv").equals(whole)
    assert not list((tmp_path / "part").glob("encounter*"))


def test_places_that_are_taken_are_left_alone(bodies_run: eep.Run, exported: dict[str, Exported]) -> None:
    """A folder that exists, and a dataset that Minari has already, are not written over."""
    for name, form in (("csv", "csv"), ("hub", "hub"), ("minari", "minari")):
        folder = exported[name].folder
        before = sorted(folder.rglob("*"))
        done = command("export", bodies_run.folder, "--format", form, "--to", folder, "--task", "cartpole", cwd=folder)
        assert done.returncode == 2
        assert "found one" in done.stderr
        assert sorted(folder.rglob("*")) == before


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (("--task", "cartpol"), "did you mean 'cartpole'"),
        (("--persona", "nobody"), "expected a persona of the run"),
        (("--task", "cartpole", "--kind", "forest"), "expected a kind of student of cartpole"),
        (("--task", "cute"), "expected a task that can be played"),
    ],
)
def test_what_a_run_has_not_is_named(bodies_run: eep.Run, tmp_path: Path, options: tuple[str, ...], found: str) -> None:
    """A task, persona or kind that the run has not, and a task that nobody plays, end with a message and nothing else."""
    done = command("export", bodies_run.folder, "--format", "minari", "--to", "new", *options, cwd=tmp_path)
    assert done.returncode == 2
    assert found in done.stderr
    assert not (tmp_path / "new").exists()


def test_a_run_without_students_says_so(bodies_run: eep.Run, tmp_path: Path) -> None:
    """Where a run left no students, teachers can be exported alone, and the message says how."""
    copy = tmp_path / "runs" / bodies_run.folder.name
    shutil.copytree(bodies_run.folder, copy)
    stamp = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    stamp["files"] = {file: sha256 for file, sha256 in stamp["files"].items() if not file.startswith("students/")}
    (copy / "manifest.json").write_text(json.dumps(stamp), encoding="utf-8")
    shutil.rmtree(copy / "students")
    one = Selection(tasks=("cartpole",), episodes=1)
    with pytest.raises(UserError, match="export what the role teacher does alone"):
        export(copy, "csv", tmp_path / "new", selection=one)
    export(copy, "csv", tmp_path / "new", selection=replace(one, roles=("teacher",)))
    assert set(pl.read_csv(tmp_path / "new" / "cartpole-episodes.csv")["role"]) == {"teacher"}


def test_a_recording_of_play_is_exported_with_its_students(tmp_path: Path, without_report: None) -> None:
    """Nobody was asked then: there are no answers, but items, students and what these do."""
    del without_report
    (tmp_path / "played").mkdir()
    record(tmp_path / "played", frames=3000)
    eep.run("newton-2023", recording=tmp_path / "played", out=tmp_path)
    run = tmp_path / "runs" / "newton-2023"
    done = export(run, "hub", tmp_path / "hub", selection=Selection(episodes=1))
    assert not any("answers" in name for name in done.names)
    steps = pl.read_parquet(tmp_path / "hub" / "data" / "cartpole-episodes" / "student.parquet")
    assert set(steps["persona"]) == {"sir-isaac-newton"}
    about = json.loads((tmp_path / "hub" / "croissant.json").read_text(encoding="utf-8"))
    assert "gpt-3.5-turbo" in about["license"]
    assert date.fromisoformat(about["datePublished"]).year > 2023
    assert "license: other\nlicense_name:" in (tmp_path / "hub" / "README.md").read_text(encoding="utf-8")
    ids = export(run, "minari", tmp_path / "minari", selection=Selection(episodes=1)).names
    assert ids == ("eep/newton-2023-cartpole-sir-isaac-newton-xgboost-v0",)


def test_an_episode_ends_where_its_teacher_has_no_answer() -> None:
    """A text without an answer truncates the episode there; one that begins with it is left out, and nobody is pushed."""
    task = CartPole(CartPoleSettings(max_steps=100))
    who = Agent("cartpole", "teacher", "simulated:some", "somebody", "persona", "plain")
    recorder = Recorder(task, episodes=6, greedy=False, seed=3)
    table = {text: {"left": 0.5, "right": 0.5} for text in words.texts() if "pole-angle: right" not in text}
    found = recorder.play(who, task.table_policy(table))
    assert 0 < len(found) < 6
    for one in found:
        answered = ~np.isnan(one.probabilities[:, 0])
        assert answered[:-1].all()
        assert len(one.actions) == len(one.rewards) == len(one.texts) - 1 == len(one.observations) - 1
        assert one.truncated != one.terminated
        assert answered[-1] == ("pole-angle: right" not in one.texts[-1])
    assert any(one.truncated for one in found)
    again = recorder.play(who, task.table_policy(table))
    assert [one.actions.tolist() for one in again] == [one.actions.tolist() for one in found]


def test_settings_of_a_plan_are_the_experiments(bodies_run: eep.Run) -> None:
    """What a plan says of an experiment makes the experiment again."""
    content = json.loads((bodies_run.folder / "plan.json").read_text(encoding="utf-8"))["plan"]
    settings = {**content["experiment"], "analysis": content["analysis"]}
    made = from_settings(settings)
    assert settings_dict(made) == settings
    with pytest.raises(ValueError, match="provider"):
        from_settings({**settings, "teacher": {}})
    with pytest.raises(ValueError, match="no-such-key"):
        from_settings({**settings, "no-such-key": 1})


def test_tables_of_other_answers_are_not_exported(bodies_run: eep.Run, tmp_path: Path) -> None:
    """Where the answers in the store are not those of the tables, nothing is written: they would contradict each other."""
    import sqlite3

    copy = tmp_path / "runs" / bodies_run.folder.name
    shutil.copytree(bodies_run.folder, copy)
    with sqlite3.connect(copy / ANSWERS) as database:
        database.execute("DELETE FROM answers WHERE rowid = 1")
    database.close()
    with pytest.raises(UserError, match="expected the answers and items that its tables were made from"):
        export(copy, "csv", tmp_path / "new", selection=Selection())
    assert not (tmp_path / "new").exists()
