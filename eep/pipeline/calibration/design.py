"""From an experiment to the design that is simulated in its place."""

from dataclasses import replace
from typing import NamedTuple

import polars as pl

from eep.config.overrides import id_under_own_seed
from eep.data.persona import Arm
from eep.pipeline.prepare import Prepared
from eep.stats.simulation.world import LOGISTIC, Design

#: Held-out items where neither a run nor the experiment tells how many there will be.
ITEMS = 200


class Expected(NamedTuple):
    """Items that a task will have, as its files tell: to learn from, held out, and clusters of the latter.

    ``most`` if a run may come to fewer, since the answers decide.
    """

    learned: int
    held_out: int
    clusters: int
    most: bool


def expected(prepared: Prepared, task: str) -> Expected | None:
    """Return how many items a task will have, or None where nothing but a run tells."""
    found, settings = prepared.tasks[task], prepared.experiment.tasks[task]
    seed = prepared.experiment.seed
    items = found.items({}, seed) if found.fixed_split else found.stimuli()
    if (held_out := getattr(settings, "test_items", None)) is not None:
        learned = int(getattr(settings, "train_items", len(items)))
        return Expected(learned, int(held_out), len({item.cluster for item in items}), most=True)
    tested = [item.cluster for item in items if item.split == "test"]
    return Expected(len(items) - len(tested), len(tested), len(set(tested)), most=False) if tested else None


def designs(prepared: Prepared, student: str = LOGISTIC) -> dict[str, Design]:
    """Return the design of each task, simulated with students of one kind.

    Personas, wordings and samples are the experiment's. Items, clusters and the kind of answers are those of its
    run, if there is one, or else of the run under its file's own seed, which alone tells as much about another; else
    items are those that the task's settings ask for, and answers are taken to be yes or no unless the teacher states
    that it gives probabilities. Students sense 16 features.

    Raises ValueError if there are too few personas, wordings or items to simulate anything.
    """
    run = _run(prepared)
    return {task: replace(_design(prepared, task, run), student=student) for task in prepared.tasks}


def _run(prepared: Prepared) -> pl.DataFrame | None:
    """Return the responses of the experiment's run, or of the one under its file's own seed."""
    own = prepared.runs.with_name(id_under_own_seed(prepared.experiment, prepared.written.experiment))
    for folder in (prepared.runs, own):
        if (path := folder / "responses.parquet").is_file():
            return pl.read_parquet(path)
    return None


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
    found = expected(prepared, task)
    probabilities = getattr(prepared.experiment.teacher, "respond", "sample") == "probability"
    return (ITEMS, 0, probabilities) if found is None else (found.held_out, found.clusters, probabilities)


def _found(run: pl.DataFrame, task: str) -> tuple[int, int, bool]:
    """Return the same from a run's responses."""
    held_out = run.filter(task=task, role="teacher", arm="persona", split="test", status="ok")
    answers = held_out["response"]
    certain = bool(answers.is_in([0.0, 1.0]).all())
    return held_out["item"].n_unique(), held_out["cluster"].n_unique(), not certain


def _train(prepared: Prepared, task: str, run: pl.DataFrame | None, most: int) -> int:
    if run is not None:
        return min(most, run.filter(task=task, role="teacher", split="train")["item"].n_unique())
    found = expected(prepared, task)
    return min(most, len(prepared.tasks[task].stimuli()) if found is None else found.learned)
