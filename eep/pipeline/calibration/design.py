"""From an experiment to the design that is simulated in its place."""

from dataclasses import replace
from typing import NamedTuple

import polars as pl

from eep.config.overrides import id_under_own_seed
from eep.data.persona import Arm
from eep.pipeline.prepare import Prepared
from eep.stats.components import COMPONENTS
from eep.stats.inheritance import minimum_p
from eep.stats.simulation.world import LOGISTIC, Design
from eep.stats.verdict import NOT_TESTABLE

#: Held-out items where neither a run nor the experiment tells how many there will be.
ITEMS = 200
#: Personas from which random relabellings alone limit the p-value.
ADVISED = 6


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
        return Expected(learned, int(held_out), found.held_out_clusters(seed), most=True)
    tested = [item.cluster for item in items if item.split == "test"]
    return Expected(len(items) - len(tested), len(tested), len(set(tested)), most=False) if tested else None


class Reach(NamedTuple):
    """Whether a design can come to a verdict at all, and why, in a sentence."""

    possible: bool
    sentence: str


def reach(prepared: Prepared) -> Reach:
    """Return what the verdict of an experiment can reach, whatever the answers."""
    experiment = prepared.experiment
    personas, wordings = _personas(prepared), len(experiment.wordings)
    if personas < 2 or wordings < 2:
        return Reach(
            False,
            f"The verdict will be {NOT_TESTABLE!r}: a persona shows only beside another one and in more than one "
            f"wording; found: personas {personas}, wordings {wordings}.",
        )
    family = len(COMPONENTS) * len(experiment.tasks)
    needed = experiment.analysis.alpha / family
    least = minimum_p(personas, wordings, experiment.analysis.permutations)
    start = (
        f"The least p-value this design can give is {least:.2g}; with {family} tests the first must reach {needed:.2g}"
    )
    if least > needed:
        more = (
            "personas would do; six or more are advised"
            if personas < ADVISED
            else "relabellings would do (permutations)"
        )
        return Reach(False, f"{start}: the verdict will be {NOT_TESTABLE!r}. More {more}.")
    return Reach(True, f"{start}: the verdict can be reached.")


def _personas(prepared: Prepared) -> int:
    return sum(persona.arm is Arm.PERSONA for persona in prepared.personas)


def finished_run(prepared: Prepared) -> pl.DataFrame | None:
    """Return the responses of the experiment's run, or of the one under its file's own seed; None where there is neither."""
    own = prepared.runs.with_name(id_under_own_seed(prepared.experiment, prepared.written.experiment))
    paths = [folder / "responses.parquet" for folder in (prepared.runs, own)]
    return next((pl.read_parquet(path) for path in paths if path.is_file()), None)


def designs(prepared: Prepared, student: str = LOGISTIC) -> dict[str, Design]:
    """Return the design of each task, simulated with students of one kind.

    Personas, wordings and samples are the experiment's. Items, clusters and the kind of answers are those of its
    run, if there is one, or else of the run under its file's own seed, which alone tells as much about another; else
    items are those that the task's settings ask for, and answers are taken to be yes or no unless the teacher states
    that it gives probabilities. Students sense 16 features.

    Raises ValueError if there are too few personas, wordings or items to simulate anything.
    """
    run = finished_run(prepared)
    return {task: replace(_design(prepared, task, run), student=student) for task in prepared.tasks}


def _design(prepared: Prepared, task: str, run: pl.DataFrame | None) -> Design:
    teacher, train = prepared.experiment.teacher, prepared.experiment.tasks[task].train_per_student
    if run is None:
        found = expected(prepared, task)
        items, clusters = (found.held_out, found.clusters) if found else (ITEMS, 0)
        learned = found.learned if found else len(prepared.tasks[task].stimuli())
        probabilities = getattr(teacher, "respond", "sample") == "probability"
    else:
        answered = run.filter(task=task, role="teacher")
        held_out = answered.filter(arm="persona", split="test", status="ok")
        items, clusters = held_out["item"].n_unique(), held_out["cluster"].n_unique()
        learned = answered.filter(split="train")["item"].n_unique()
        probabilities = not held_out["response"].is_in([0.0, 1.0]).all()
    return Design(
        personas=_personas(prepared),
        wordings=len(prepared.experiment.wordings),
        items=items,
        clusters=0 if clusters >= items else clusters,
        train=min(train, learned),
        samples=teacher.samples,
        answers="probability" if probabilities else "yes/no",
    )
