"""Exported personas: graphs that say what students say, scripts that need no eep, and a card."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from PIL import Image
from two_options import two

import eep
from eep.core.arrays import FeatureArray, FloatArray
from eep.core.errors import UserError
from eep.embodiment import graphs
from eep.students import STUDENTS, student_class

pytestmark = pytest.mark.slow

#: Runs a script where there is no eep, as somebody would who has the folder alone.
WITHOUT_EEP = "import sys, runpy; sys.modules['eep'] = None; sys.argv = sys.argv[1:]; sys.path.insert(0, sys.argv[0].rsplit('/', 1)[0]); runpy.run_path(sys.argv[0])"


def states(n: int, d: int, seed: int) -> FeatureArray:
    """Return random states."""
    return np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32)


def says(x: FeatureArray, options: int) -> FloatArray:
    """Return what a teacher says of so many options."""
    if options == 2:
        return two(1 / (1 + np.exp(-3.0 * x[:, 0])))
    odds = np.exp(np.outer(2 * x[:, 0] + x[:, 1], np.linspace(-1, 1, options)))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def session(model: Any) -> Any:
    """Return what runs a graph."""
    return onnxruntime.InferenceSession(model.SerializeToString())


@pytest.mark.parametrize("options", [2, 5])
@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("kind", sorted(STUDENTS))
def test_a_graph_says_what_its_students_say(kind: str, options: int, number: int) -> None:
    """The graph's probabilities are the mean of its students' within a millionth, and nearly all actions are the same."""
    x = states(400, 6, 0)
    students = [student_class(kind)().fit(x, says(x + 0.3 * place, options), seed=0) for place in range(number)]
    unseen = 2 * states(3000, 6, 1)
    found = session(graphs.policy_model(students, {"persona": "x"})).run(None, {graphs.OBSERVATION: unseen})[0]
    expected = np.mean([student.predict(unseen) for student in students], axis=0)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert (found.argmax(axis=1) == expected.argmax(axis=1)).mean() >= 0.999


@pytest.mark.parametrize("kind", sorted(STUDENTS))
def test_a_student_that_learned_but_the_mean_is_a_graph_too(kind: str) -> None:
    """A student of a teacher that always says the same becomes a graph that does."""
    x = states(60, 3, 0)
    student = student_class(kind)().fit(x, np.tile([0.2, 0.3, 0.5], (60, 1)), seed=0)
    found = session(graphs.policy_model([student], {})).run(None, {graphs.OBSERVATION: x})[0]
    np.testing.assert_allclose(found, student.predict(x), atol=1e-6)


def exported(run: eep.Run, folder: Path, task: str, **which: Any) -> Path:
    """Export the herpetologist of a task."""
    run.export(folder / task, task=task, persona="herpetologist", **which)
    return folder / task


def printed(folder: Path, *arguments: str) -> str:
    """Return what an exported folder's script prints where there is no eep."""
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_EEP, str(folder / "run.py"), *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.mark.parametrize("seed", [0, 3])
def test_the_pole_is_balanced_without_eep(bodies_run: eep.Run, tmp_path: Path, seed: int) -> None:
    """The script of a CartPole body plays the episode that the body plays in eep."""
    folder = exported(bodies_run, tmp_path, "cartpole")
    policy, rng = eep.load_student(folder), np.random.default_rng(seed)
    env, total, over = policy.environment(), 0.0, False
    state, _ = env.reset(seed=seed)
    while not over:
        state, reward, fell, ended, _ = env.step(policy.act(state, rng))
        total, over = total + float(reward), fell or ended
    assert printed(folder, str(seed)) == f"seed {seed}: {total:.0f} steps\n"


def test_animals_are_met_without_eep(bodies_run: eep.Run, tmp_path: Path) -> None:
    """The script of an Encounter body meets the animal, and does what the body does in eep, turn by turn."""
    folder = exported(bodies_run, tmp_path, "encounter")
    first, *turns = printed(folder, "4").splitlines()
    names = np.load(folder / "animals.npz")["names"].tolist()
    policy, rng = eep.load_student(folder), np.random.default_rng(4)
    env = policy.environment()
    state, info = env.reset(seed=4)
    assert first == names[info["animal"]]
    done: list[str] = []
    for _ in range(20):
        move = policy.act(state, rng)
        far = state[-3]
        state, _, _, _, after = env.step(move)
        bitten = " and is bitten" if after["bites"] > info["bites"] else ""
        done.append(f"{far:.1f} m away: {policy.options[move]}{bitten}")
        info = after
    assert turns == done


def test_a_picture_is_judged_without_eep(bodies_run: eep.Run, tmp_path: Path) -> None:
    """The script of a body that looks at pictures gives the probabilities that the body gives in eep."""
    noise = np.random.default_rng(0).integers(0, 255, (90, 70, 3), dtype=np.uint8)
    Image.fromarray(noise).resize((300, 400)).save(tmp_path / "animal.png")
    folder = exported(bodies_run, tmp_path, "cute")
    expected = eep.load_student(folder).judge(tmp_path / "animal.png")
    found = eval(printed(folder, str(tmp_path / "animal.png")))  # noqa: S307 - a dictionary that our own script printed
    assert found == pytest.approx(expected, abs=2e-3)
    for arguments in ((), ("missing.png",)):
        script = [sys.executable, "-c", WITHOUT_EEP, str(folder / "run.py"), *arguments]
        refused = subprocess.run(script, capture_output=True, text=True, check=False)
        assert refused.returncode == 1
        assert refused.stderr == "expected a picture file: python run.py PICTURE\n"


def test_an_exported_folder_holds_the_students(bodies_run: eep.Run, tmp_path: Path) -> None:
    """An exported persona is loaded like a run's, and predicts the same; the graph says whose it is."""
    folder = exported(bodies_run, tmp_path, "encounter", wording="plain")
    there = eep.load_student(bodies_run, task="encounter", persona="herpetologist", wording="plain")
    x = states(50, 35, 0)
    np.testing.assert_array_equal(eep.load_student(folder).distribution(x), there.distribution(x))
    known = onnxruntime.InferenceSession(folder / "policy.onnx").get_modelmeta().custom_metadata_map
    assert known["persona"] == "herpetologist"
    assert known["options"].split("\n") == list(there.options)


def test_the_card_says_what_it_is(bodies_run: eep.Run, tmp_path: Path) -> None:
    """The card begins with the Hub's header and tells the teacher, its words, the verdicts of the run with a link, and limits."""
    bodies_run.export(tmp_path / "body", task="encounter", persona="herpetologist", link="https://example.org/report")
    card = (tmp_path / "body" / "README.md").read_text(encoding="utf-8")
    _, header, rest = card.split("---\n", 2)
    entries = dict(line.split(": ", 1) for line in header.splitlines())
    assert json.loads(entries["license"]) == "mit"
    assert json.loads(entries["pipeline_tag"]) == "reinforcement-learning"
    manifest = json.loads((tmp_path / "body" / "students.json").read_text())
    for words in manifest["personas"]["herpetologist"]["wordings"].values():
        assert words in rest
    assert "simulated" in rest
    assert "[the report of its run](https://example.org/report)" in rest
    assert "All personas, preference: not testable" in rest
    assert "no model of a real person" in rest


def test_nothing_is_overwritten(bodies_run: eep.Run, tmp_path: Path) -> None:
    """A folder that is there already is refused and left as it is."""
    (tmp_path / "cartpole").mkdir()
    with pytest.raises(UserError, match="expected a new folder"):
        exported(bodies_run, tmp_path, "cartpole")
    assert list((tmp_path / "cartpole").iterdir()) == []


def test_without_onnx_the_way_out_is_told(bodies_run: eep.Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where onnx is not installed nothing is written, and the error says how to get it."""
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(UserError, match=r"pip install 'eep\[onnx\]'"):
        exported(bodies_run, tmp_path, "cartpole")
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_export_leaves_nothing(
    bodies_run: eep.Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever stops an export in the middle, no folder is left that looks like a body."""

    def stop(*_: object, **__: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("eep.embodiment.export.card", stop)
    with pytest.raises(KeyboardInterrupt):
        exported(bodies_run, tmp_path, "cartpole")
    assert list(tmp_path.iterdir()) == []
