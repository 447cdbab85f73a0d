"""From an experiment to the design that is simulated in its place."""

from dataclasses import replace

import polars as pl

from eep.persona import Arm
from eep.prepare import Prepared
from eep.stats.world import LOGISTIC, Design

#: Held-out items where neither a run nor the experiment tells how many there will be.
ITEMS = 200


def designs(prepared: Prepared, student: str = LOGISTIC) -> dict[str, Design]:
    """Return the design of each task, simulated with students of one kind.

    Personas, wordings and samples are the experiment's. Items, clusters and the kind of answers are those of its
    run, if there is one; else items are those that the task's settings ask for, and answers are taken to be
    yes or no unless the teacher states that it gives probabilities. Students sense 16 features.

    Raises
    ------
    ValueError
        If there are too few personas, wordings or items to simulate anything.
    """
    path = prepared.runs / "responses.parquet"
    run = pl.read_parquet(path) if path.is_file() else None
    return {task: replace(_design(prepared, task, run), student=student) for task in prepared.tasks}


def _design(prepared: Prepared, task: str, run: pl.DataFrame | None) -> Design:
    items, clusters, probabilities = _planned(prepared, task) if run is None else _found(run, task)
    settings = prepared.experiment.tasks[task]
    return Design(
        personas=sum(persona.arm is Arm.PERSONA for persona in prepared.personas),
        wordings=len(prepared.experiment.wordings),
        items=items,
        clusters=0 if clusters >= items else clusters,
        train=_train(prepared, task, run, settings.train_per_student),
        samples=prepared.experiment.teacher.samples,
        answers="probability" if probabilities else "yes/no",
    )


def _planned(prepared: Prepared, task: str) -> tuple[int, int, bool]:
    """Return held-out items, their clusters, and whether answers are probabilities, from the files alone."""
    stimuli = prepared.tasks[task].stimuli()
    held_out = [item for item in stimuli if item.split == "test"]
    settings = prepared.experiment.tasks[task]
    items = len(held_out) or int(getattr(settings, "test_items", ITEMS))
    clusters = len({item.cluster for item in held_out or stimuli})
    teacher = prepared.experiment.teacher
    return items, clusters, getattr(teacher, "respond", "sample") == "probability"


def _found(run: pl.DataFrame, task: str) -> tuple[int, int, bool]:
    """Return the same from a run's responses."""
    held_out = run.filter(task=task, role="teacher", arm="persona", split="test", status="ok")
    answers = held_out["response"]
    certain = bool(answers.is_in([0.0, 1.0]).all())
    return held_out["item"].n_unique(), held_out["cluster"].n_unique(), not certain


def _train(prepared: Prepared, task: str, run: pl.DataFrame | None, most: int) -> int:
    if run is not None:
        return min(most, run.filter(task=task, role="teacher", split="train")["item"].n_unique())
    learned = sum(item.split == "train" for item in prepared.tasks[task].stimuli())
    return min(most, int(getattr(prepared.experiment.tasks[task], "train_items", learned)))
