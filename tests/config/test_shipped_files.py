"""The personas and experiments that ship with eep."""

import json
import math
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from eep.config.experiment import load_experiment
from eep.config.persona import load_persona
from eep.core.arrays import FloatArray
from eep.data.persona import Arm, Persona
from eep.stimuli.subjects import subjects
from eep.tasks import TASKS, task_class
from eep.tasks.base import Task, analysed

ROOT = Path(__file__).resolve().parents[2]
PERSONAS = {path.stem: load_persona(path) for path in sorted((ROOT / "personas").glob("*.toml"))}
EXPERIMENTS = sorted(path.stem for path in (ROOT / "experiments").glob("*.toml"))
RECORDED = json.loads((ROOT / "eep/resources/recordings/first-matrix/personas.json").read_text(encoding="utf-8"))
PLAYED = [persona for persona in PERSONAS.values() if persona.arm is Arm.PERSONA]


def weights(persona: Persona, task: str = "cartpole") -> list[float]:
    """Return the simulated weights in a task, in the order of the traits."""
    return [persona.simulated[task].weights.get(trait, 0.0) for trait in task_class(task).traits]


def test_wordings_are_those_that_were_recorded() -> None:
    """Byte for byte and in the same order, so that the recorded answers belong to these personas."""
    assert set(RECORDED) <= set(PERSONAS)
    for name, recorded in RECORDED.items():
        shipped = PERSONAS[name]
        assert shipped.arm == recorded["arm"]
        assert [(w.id, w.text) for w in shipped.wordings] == [*recorded["wordings"].items()]


@pytest.mark.parametrize("persona", PERSONAS.values(), ids=PERSONAS)
def test_every_persona_is_told_to_the_reader_and_can_be_simulated(persona: Persona) -> None:
    """An ``about`` of some sentences, and explicit weights for every task, none for controls."""
    assert len(persona.about) > 80
    assert set(persona.simulated) == set(TASKS)
    if persona.arm is not Arm.PERSONA:
        assert all(section.level == 0 and not section.weights for section in persona.simulated.values())


def test_planted_personas_are_balanced_and_distinct() -> None:
    """They shift the logits of the 81 texts by a standard deviation of .7 to 1.2, share nothing, and differ."""
    rows = np.array([weights(persona) for persona in PLAYED])
    spreads = math.sqrt(2 / 3) * np.linalg.norm(rows, axis=1)
    assert 0.7 <= spreads.min() <= spreads.max() <= 1.2
    assert np.abs(rows.mean(axis=0)).max() < 0.05
    levels = [persona.simulated["cartpole"].level for persona in PLAYED]
    assert abs(sum(levels)) < 0.05
    assert len(set(levels)) == len(levels)
    units = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    assert max(float(one @ other) for one, other in combinations(units, 2)) < 0.7


def test_planted_tastes_are_medium_to_strong_and_distinct() -> None:
    """A persona_effect of 1 shifts the logits of the drawn animals by a standard deviation of .7 to 1.2."""
    cute = task_class("cute")
    present = np.array([[animal.traits[trait] for trait in cute.traits] for animal in subjects(cute.Settings())])
    tastes = np.array([weights(persona, "cute") for persona in PLAYED]) @ present.T
    assert 0.7 <= tastes.std(axis=1).min() <= tastes.std(axis=1).max() <= 1.2
    alike = np.corrcoef(tastes) - np.eye(len(tastes))
    assert alike.max() < 0.7


def test_planted_dealings_with_animals_are_balanced_and_distinct() -> None:
    """They shift the approach in the 2,880 items by a standard deviation of .15 to .22, favour no trait, and differ."""
    task = task_class("encounter")(task_class("encounter").Settings())
    items = task.stimuli()
    rows = np.array([weights(persona, "encounter") for persona in PLAYED])
    levels = np.array([persona.simulated["encounter"].level for persona in PLAYED])
    planted = rows @ np.array([[item.traits[trait] for trait in task.traits] for item in items]).T
    generic = np.array([item.generic for item in items])
    shifts = (approach(task, generic + levels[:, None] + planted) - approach(task, generic)).std(axis=1)
    assert 0.15 <= shifts.min() <= shifts.max() <= 0.22
    assert np.abs(rows.mean(axis=0)).max() < 0.25
    assert abs(levels.mean()) < 0.05
    units = planted / np.linalg.norm(planted, axis=1, keepdims=True)
    assert max(float(one @ other) for one, other in combinations(units, 2)) < 0.7


def approach(task: Task, logits: FloatArray) -> FloatArray:
    """Return the analysed readout of the simulated teacher without whims and noise at logits (..., n)."""
    scale = np.array([analysed(task).get(option, 0.0) for option in task.options])
    odds = np.exp(logits[..., None] * scale)
    return np.asarray(odds @ scale / odds.sum(axis=-1))


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_experiment_loads_and_is_called_as_its_file(name: str) -> None:
    """With all its personas, and a question for the reader that ends as one."""
    loaded = load_experiment(name)
    assert loaded.experiment.id == name
    assert len(loaded.personas) == len(loaded.experiment.personas)
    assert loaded.experiment.question.endswith("?")


def test_experiments_with_a_verdict_have_every_arm_and_three_wordings() -> None:
    """Eight personas in three wordings, and all controls."""
    for name in ("quickstart", "planted", "null"):
        loaded = load_experiment(name)
        arms = [persona.arm for persona in loaded.personas]
        assert [arms.count(arm) for arm in Arm] == [8, 1, 2]
        assert loaded.experiment.wordings == ("plain", "portrait", "instruction")
