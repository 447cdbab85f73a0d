"""The public names of eep: what `import eep` hands on, of which types, and how little it costs.

mypy checks the types of this file, and pytest that the values are what the types say.
"""

import inspect
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, assert_type

import numpy as np
import polars as pl
import pytest

import eep
from eep.config.experiment import Loaded
from eep.core.arrays import FloatArray

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent


def test_every_public_name_is_there_and_listed() -> None:
    """Each name of `__all__` can be had, is documented, stands in `dir` and hides no package; others are no attributes."""
    assert sorted(set(eep.__all__)) == sorted(eep.__all__)
    assert {*eep.__all__} <= {*dir(eep)}
    assert not {path.name for path in (ROOT / "eep").iterdir() if path.is_dir()} & {*eep.__all__}
    for name in eep.__all__:
        value = getattr(eep, name)
        assert isinstance(value, str) or inspect.getdoc(value), name
    with pytest.raises(AttributeError, match="no attribute 'rum'"):
        eep.rum  # type: ignore[attr-defined]  # noqa: B018


def test_importing_eep_imports_next_to_nothing() -> None:
    """``import eep`` loads no library and none of eep but its version."""
    code = "import sys; before = set(sys.modules); import eep; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name for name in done.stdout.split() if name.split(".")[0] not in sys.stdlib_module_names}
    assert loaded == {"eep", "eep.core", "eep.core.paths", "eep.core.versions"}


def test_a_run_is_typed(small_run: eep.Run) -> None:
    """A run has six frames, a folder, a report and counts; an opened one has the frames alone; both are told in short."""
    opened = eep.open_run(small_run.folder)
    assert_type(small_run, eep.Run)
    assert_type(small_run.responses, pl.DataFrame)
    assert_type(small_run.attributes, pl.DataFrame)
    assert_type(small_run.folder, Path)
    assert_type(small_run.teacher, str)
    assert_type(small_run.asked, int)
    assert_type(small_run.teachers, tuple[str, ...])
    assert_type(opened, eep.FinishedRun)
    assert_type(opened.verdicts, pl.DataFrame)
    assert_type(opened.experiment, str)
    assert isinstance(small_run, eep.FinishedRun)
    assert small_run.asked > 0
    assert (small_run.report / "index.html").is_file()
    first, *verdicts = repr(small_run).splitlines()
    assert first == f"Run small, answered by {small_run.responses.filter(role='teacher')['agent'][0]}"
    assert [line.split(":")[0] for line in verdicts] == [
        f"  cartpole, {one}" for one in ("level", "gain", "preference")
    ]
    assert repr(opened) == "Finished" + repr(small_run)


def test_files_are_typed() -> None:
    """An experiment is read with its personas, a persona with its wordings."""
    loaded = eep.load_experiment(ROOT / "experiments" / "rehearsal.toml")
    assert_type(loaded, Loaded)
    assert_type(loaded.experiment, eep.Experiment)
    assert_type(loaded.personas, tuple[eep.Persona, ...])
    persona = eep.load_persona(ROOT / "personas" / "sir-isaac-newton.toml")
    assert_type(persona.arm, eep.Arm)
    assert_type(persona.wordings, tuple[eep.Wording, ...])
    assert persona in loaded.personas


def test_questions_and_answers_are_typed() -> None:
    """A question offers options, an answer gives each a probability."""
    persona = eep.Persona("me", "Me", eep.Arm.PERSONA, "", "", (eep.Wording("plain", "You are me."),))
    item = eep.Item("1", "1", "test", "A cat.")
    prompt = eep.Prompt("You are me.", ())
    question = eep.Question(persona, persona.wordings[0], "cute", item, prompt, ("cute", "not"), {"cute": 1.0}, 0)
    answer = eep.Answer(bytes(16), eep.Status.OK, {"cute": 0.75, "not": 0.25}, "cute", "me")
    assert_type(question.prompt, eep.Prompt)
    assert_type(question.options, tuple[str, ...])
    assert_type(answer.status, eep.Status)
    assert_type(answer.probabilities, Mapping[str, float] | None)
    assert set(answer.probabilities or ()) == set(question.options)


def test_extension_points_are_typed() -> None:
    """A registered student, task and teacher can be made and used."""
    student = eep.student_class("logistic")()
    assert_type(student, eep.Student)
    x, right = np.array([[-1.0], [1.0]], np.float32), np.array([0.2, 0.8])
    predicted = student.fit(x, np.column_stack([1 - right, right]), seed=0).predict(x)
    assert_type(predicted, FloatArray)
    assert predicted.shape == (2, 2)
    kind = eep.task_class("cartpole")
    assert_type(kind, Any)
    task: eep.Task = kind(kind.Settings())
    assert_type(task.readouts, Mapping[str, Mapping[str, float]])
    assert isinstance(task, eep.Task)
    kind = eep.teacher_class("simulated")
    teacher: eep.Teacher = kind(kind.Settings(provider="simulated"), seed=0)
    assert_type(teacher.agent, str)
    assert teacher.agent.startswith("simulated:")


def test_errors_are_typed() -> None:
    """Every error that a caller may catch is bad input; an experiment's file that is wrong says where."""
    assert issubclass(eep.UnfinishedError, eep.UserError)
    with pytest.raises(eep.TomlError) as caught:
        eep.load_persona(ROOT / "experiments" / "rehearsal.toml")
    assert_type(caught.value.lines, tuple[str, ...])
    assert caught.value.lines


def test_the_version_is_typed() -> None:
    """The version is the one that citations name."""
    assert_type(eep.__version__, str)
    assert f"\nversion: {eep.__version__}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
