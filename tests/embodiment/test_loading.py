"""What a run keeps of its students, and how they are found and read again."""

import json
import pickle
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import eep
from eep.data.store import Store
from eep.data.types import Item
from eep.embodiment import saved
from eep.embodiment.saved import MANIFEST
from eep.pipeline.collect import collect_stored, demonstrations
from eep.pipeline.prepare import prepare
from eep.tasks.base import Task

pytestmark = pytest.mark.slow

TASKS = ("cartpole", "cute", "encounter")


@pytest.fixture
def folder(bodies_run: eep.Run, tmp_path: Path) -> Path:
    """Return a copy of the students, to be spoiled."""
    return Path(shutil.copytree(bodies_run.folder / "students", tmp_path / "students"))


def a_file(folder: Path, suffix: str) -> Path:
    """Return the first student's file of a kind."""
    return min(folder.rglob(f"*{suffix}"))


def test_a_run_keeps_its_students(bodies_run: eep.Run) -> None:
    """There is a student for each kind and cell, and the generic control of each task; the manifest says what each one is."""
    manifest = saved.read(bodies_run.folder / "students")
    cells = (
        bodies_run.responses.filter(role="student", split="test").select("task", "agent", "persona", "wording").unique()
    )
    kept = {(one.task, one.agent, one.persona, one.wording) for one in manifest.students if one.role == "student"}
    assert kept == set(cells.iter_rows())
    assert {one.task for one in manifest.students if one.agent == "generic"} == set(TASKS)
    assert manifest.teacher.kind == "simulated"
    assert "simulated" in manifest.teacher.sentence.lower()
    assert manifest.personas["rally-driver"].wordings.keys() == {"plain", "portrait"}
    assert manifest.tasks["cartpole"].senses[0] == "cart-position"
    assert manifest.tasks["encounter"].senses[-3:] == ("distance", "velocity", "arousal")
    assert manifest.tasks["encounter"].options == ("rush back", "step back", "stay", "step closer", "rush closer")
    assert all(one.agreement is not None for one in manifest.students if one.role == "student")


def held_out(run: eep.Run, task: str) -> tuple[Task, list[Item]]:
    """Return a task of a run and the items that its students were tested on."""
    out = run.folder.parent.parent
    prepared = prepare(out / "bodies.toml", out=out)
    with Store.open(prepared.answers, read_only=True) as store:
        shown = demonstrations(prepared, collect_stored(prepared, store))
    return prepared.tasks[task], [item for item in shown[task].items if item.split == "test"]


@pytest.mark.parametrize("task", TASKS)
def test_loaded_students_answer_as_in_the_run(bodies_run: eep.Run, task: str) -> None:
    """To the held-out items a loaded student gives the answers of the responses table, bit for bit."""
    manifest, (stage, items) = saved.read(bodies_run.folder / "students"), held_out(bodies_run, task)
    x = stage.features(items)
    readout = next(iter(stage.readouts))
    weights = np.array([stage.readouts[readout].get(option, 0.0) for option in manifest.tasks[task].options])
    for one in (one for one in manifest.students if one.task == task and one.role == "student"):
        policy = eep.load_student(bodies_run.folder / "students" / one.file)
        answered = bodies_run.responses.filter(
            task=task, role="student", agent=one.agent, persona=one.persona, wording=one.wording, option=readout
        )
        rows = pl.DataFrame({"item": [item.id for item in items]}).join(answered, on="item", maintain_order="left")
        # numpy sums a row as the run did
        said = np.clip((policy.distribution(x) * weights).sum(axis=1), 0.0, 1.0)
        np.testing.assert_array_equal(said, rows["response"].to_numpy())


def test_wordings_act_as_one_or_each_alone(bodies_run: eep.Run) -> None:
    """Without a wording the probabilities of the persona's students are averaged."""
    whole: dict[str, Any] = {"task": "cartpole", "persona": "rally-driver"}
    states = np.random.default_rng(0).normal(size=(20, 4)).astype(np.float32)
    both = eep.load_student(bodies_run.folder, **whole)
    each = [eep.load_student(bodies_run.folder, wording=name, **whole) for name in ("plain", "portrait")]
    assert [len(one.students) for one in (both, *each)] == [2, 1, 1]
    np.testing.assert_allclose(both.distribution(states), np.mean([one.distribution(states) for one in each], axis=0))
    assert "rally-driver (plain, portrait)" in repr(both)
    assert set(both.manifest.personas) == {"rally-driver"}


def test_runs_folders_and_files_are_found(bodies_run: eep.Run) -> None:
    """A run's name, its folder, its students' folder, the manifest and a student's file lead to the same student."""
    chosen: dict[str, Any] = {"task": "cartpole", "persona": "rally-driver", "wording": "plain"}
    state = np.zeros(4)
    students = bodies_run.folder / "students"
    sources: list[Any] = [bodies_run.folder, str(students), students / MANIFEST]
    expected = eep.load_student("bodies", out=bodies_run.folder.parent.parent, **chosen).distribution(state)
    for source in sources:
        np.testing.assert_array_equal(eep.load_student(source, **chosen).distribution(state), expected)
    file = students / "cartpole" / "logistic" / "rally-driver.plain.npz"
    np.testing.assert_array_equal(eep.load_student(file).distribution(state), expected)


def test_a_part_of_a_name_will_do(bodies_run: eep.Run) -> None:
    """A part of one persona's id or name leads to it; a part of several names does not."""
    for part in ("rally", "Ayla", "VEGA"):
        policy = eep.load_student(bodies_run.folder, task="cartpole", persona=part)
        assert policy.persona == ("herpetologist" if part == "VEGA" else "rally-driver")
    with pytest.raises(eep.SavedStudentError, match="expected persona= one of"):
        eep.load_student(bodies_run.folder, task="cartpole", persona="er")


def test_the_generic_control_can_be_loaded(bodies_run: eep.Run) -> None:
    """The control that learned from nobody in particular is there to be compared with."""
    policy = eep.load_student(bodies_run.folder, task="encounter", kind="generic")
    assert policy.records[0].role == "control"
    assert policy.distribution(np.zeros(35)).shape == (5,)


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        ({}, "expected task= one of"),
        ({"task": "cartpole"}, "expected persona= one of"),
        ({"task": "cartpole", "persona": "rally-drivr"}, "did you mean 'rally-driver'"),
        (
            {"task": "cartpole", "persona": "rally-driver", "wording": "poem"},
            "wording= one of plain, portrait; found 'poem'",
        ),
        ({"task": "cartpole", "persona": "rally-driver", "kind": "mlp"}, "expected kind= one of logistic"),
        ({"task": "chess", "persona": "rally-driver"}, "expected task= one of"),
    ],
)
def test_who_is_meant_must_be_there(bodies_run: eep.Run, chosen: dict[str, Any], says: str) -> None:
    """What does not tell one persona's students from all others, or names nobody, is refused with those that there are."""
    with pytest.raises(eep.SavedStudentError, match=says):
        eep.load_student(bodies_run.folder, **chosen)


def test_a_place_without_students_is_refused(tmp_path: Path) -> None:
    """A folder without students, a stray file and an unknown run are refused, each in words of its own."""
    (tmp_path / "stray.npz").write_bytes(b"x")
    with pytest.raises(eep.SavedStudentError, match="expected a run, or a folder of students"):
        eep.load_student(tmp_path)
    with pytest.raises(eep.SavedStudentError, match="found none in the folders above"):
        eep.load_student(tmp_path / "stray.npz")
    with pytest.raises(eep.UserError, match="expected a run with saved students"):
        eep.load_student("nowhere", out=tmp_path)


@pytest.mark.parametrize("suffix", [".ubj", ".npz"])
@pytest.mark.parametrize("damage", ["truncated", "renamed", "pickled", "missing", "another kind's"])
def test_spoiled_files_are_refused(folder: Path, suffix: str, damage: str) -> None:
    """A truncated, renamed, pickled, missing or foreign file is refused by its hash, and nothing in it is executed."""
    path = a_file(folder, suffix)
    content = path.read_bytes()
    other = next(one for one in sorted(folder.rglob("*")) if one.suffix == suffix and one.read_bytes() != content)
    spoiled = {
        "truncated": content[: len(content) // 2],
        "renamed": other.read_bytes(),
        "pickled": pickle.dumps({"weights": [1.0]}),
        "another kind's": a_file(folder, {".ubj": ".npz", ".npz": ".ubj"}[suffix]).read_bytes(),
    }
    path.unlink()
    if damage in spoiled:
        path.write_bytes(spoiled[damage])
    with pytest.raises(eep.SavedStudentError, match=r"expected (the|a saved) student"):
        load_file(folder, path)


@pytest.mark.parametrize("suffix", [".ubj", ".npz"])
def test_a_hash_that_was_forged_does_not_help(folder: Path, suffix: str) -> None:
    """A pickle whose hash the manifest was made to name is refused by what reads the student."""
    path = a_file(folder, suffix)
    path.write_bytes(pickle.dumps({"weights": [1.0]}))
    manifest = json.loads((folder / MANIFEST).read_text())
    for one in manifest["students"]:
        if folder / one["file"] == path:
            one["sha256"] = saved.digest(path.read_bytes())
    (folder / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(eep.SavedStudentError, match=r"expected (trees|arrays)"):
        load_file(folder, path)


def load_file(folder: Path, path: Path) -> eep.StudentPolicy:
    """Load the student of a file that may be missing, by what tells it apart."""
    one = next(one for one in saved.read(folder).students if folder / one.file == path)
    return eep.load_student(folder, task=one.task, persona=one.persona, wording=one.wording, kind=one.agent)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"format": 2}, "format"),
        ({"surprise": 1}, "surprise"),
        ({"students": [{"file": "../../secret"}]}, r"students\.0"),
        ({"students": [{"file": "a\0b"}]}, r"students\.0"),
        ({"tasks": {}}, "expected a student of the tasks listed"),
    ],
)
def test_spoiled_manifests_are_refused(folder: Path, change: dict[str, Any], says: str) -> None:
    """A manifest of another format, with unknown entries, or with files outside of its folder is refused."""
    path = folder / MANIFEST
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(eep.SavedStudentError, match=says):
        eep.load_student(folder, task="cartpole", persona="rally-driver")
    path.write_text("{")
    with pytest.raises(eep.SavedStudentError, match="expected the manifest"):
        eep.load_student(folder)


def test_students_are_part_of_the_run(small_run: eep.Run, tmp_path: Path, without_report: None) -> None:
    """A run whose student was changed is no finished run, and the next `eep.run` makes its students anew."""
    del without_report
    out = Path(shutil.copytree(small_run.folder.parent.parent, tmp_path / "copy"))
    run = out / "runs" / "small"
    path = a_file(run / "students", ".npz")
    before = path.read_bytes()
    (run / "students" / "leftover.npz").write_bytes(b"of an earlier set-up")
    path.write_bytes(b"spoiled")
    with pytest.raises(eep.UserError, match=r"students/.*\.npz"):
        eep.open_run(run)
    eep.run(out / "small.toml", out=out)
    assert path.read_bytes() == before
    assert not (run / "students" / "leftover.npz").exists()
