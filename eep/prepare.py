"""From an experiment's file to everything a run needs: personas, tasks, teacher, questions and the plan."""

from dataclasses import dataclass
from itertools import product
from pathlib import Path

from eep import plan, prompt
from eep.errors import UserError
from eep.experiment import Experiment, load_experiment
from eep.overrides import named_teacher, with_overrides
from eep.persona import Persona
from eep.question import Item, Question
from eep.tasks import task_class
from eep.tasks.base import Task
from eep.teachers import teacher_class
from eep.teachers.base import Provenance, Teacher
from eep.teachers.episodes import EpisodesSettings, provenance


@dataclass(frozen=True)
class Prepared:
    """An experiment ready to run; nothing has been asked and nothing written.

    Attributes
    ----------
    experiment, personas, tasks
        ``tasks`` is task id to task.
    source
        The teacher that answers ``questions``, or the folder of a recording of whole episodes.
    provenance
        What the report says about the teacher first.
    questions
        All questions of all tasks; none where ``source`` is a folder.
    plan
        What is registered before anything is asked.
    runs, reports
        The experiment's own folders.
    """

    experiment: Experiment
    personas: tuple[Persona, ...]
    tasks: dict[str, Task]
    source: Teacher | Path
    provenance: Provenance
    questions: tuple[Question, ...]
    plan: plan.Plan
    runs: Path
    reports: Path


def prepare(
    path: Path,
    *,
    seed: int | None = None,
    recording: Path | None = None,
    teacher: str | None = None,
    base_url: str | None = None,
    out: Path = Path(),
) -> Prepared:
    """Read an experiment's file and its personas', and work out all questions.

    Parameters
    ----------
    seed
        Replaces the experiment's seed; its id then ends in ``-seed-N``, so that runs do not overwrite each other.
    recording
        Replaces the folder of recorded answers or episodes.
    teacher, base_url
        Another teacher, ``PROVIDER:NAME``, and the address of its server; the experiment's id then ends in its name.
    out
        The folder that ``runs/`` and ``reports/`` lie in.

    Raises
    ------
    eep.errors.UserError
        For anything wrong in the files or the set-up, all of it at once.
    """
    named = named_teacher(teacher, base_url)
    loaded = with_overrides(load_experiment(path), seed=seed, recording=recording, teacher=named)
    experiment = loaded.experiment
    tasks: dict[str, Task] = {name: task_class(name)(settings) for name, settings in experiment.tasks.items()}
    stimuli = {name: task.stimuli() for name, task in tasks.items()}
    source, told = _source(experiment, path)
    asked: tuple[Question, ...] = ()
    if not isinstance(source, Path):
        asked = tuple(
            q for name in tasks for q in questions(tasks[name], stimuli[name], loaded.personas, experiment)
        )
        source.check(asked)
    return Prepared(
        experiment=experiment,
        personas=loaded.personas,
        tasks=tasks,
        source=source,
        provenance=told,
        questions=asked,
        plan=plan.make(experiment, loaded.personas, stimuli),
        runs=out / "runs" / experiment.id,
        reports=out / "reports" / experiment.id,
    )


def _source(experiment: Experiment, path: Path) -> tuple[Teacher | Path, Provenance]:
    """Return the teacher, or the folder of the recording that stands for one; and what the report says of it."""
    settings = experiment.teacher
    if not isinstance(settings, EpisodesSettings):
        teacher: Teacher = teacher_class(settings.provider)(settings, seed=experiment.seed)
        return teacher, teacher.provenance()
    if not settings.recording:
        raise UserError(
            f"{path}: teacher.recording: expected the folder of a recording, found none; "
            f"give it with --recording FOLDER"
        )
    folder = Path(settings.recording)
    if not folder.is_dir():
        raise UserError(f"{folder}: expected the folder of a recording; found no such folder")
    return folder, provenance(settings)


def questions(
    task: Task, stimuli: tuple[Item, ...], personas: tuple[Persona, ...], experiment: Experiment
) -> list[Question]:
    """Return one question per persona, wording of the experiment, stimulus and sample, in that order."""
    parts = [
        (item, part, prompt.offered(task.options, part, seed=experiment.seed))
        for item in stimuli
        for part in [task.question(item)]
    ]
    cells = [(p, w) for p in personas for w in p.wordings if w.id in experiment.wordings]
    samples = range(experiment.teacher.samples)
    return [
        Question(
            persona,
            wording,
            task.id,
            item,
            prompt.build(wording, part, options),
            options,
            task.scored[0],
            sample,
        )
        for (persona, wording), (item, part, options), sample in product(cells, parts, samples)
    ]
