"""From an experiment's file to everything a run needs: personas, tasks, teacher, questions and the plan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path

from eep.config.authoring.balance import balance
from eep.config.experiment import Experiment, Loaded, load_experiment
from eep.config.overrides import named_teacher, with_overrides
from eep.core.errors import UserError
from eep.data import run_tables
from eep.data.agent import Agent
from eep.data.balance import Balance
from eep.data.persona import Arm, Persona, Wording
from eep.data.store import ANSWERS
from eep.data.types import Cell, Item, Question
from eep.pipeline import plan
from eep.tasks import prompt, task_class
from eep.tasks.base import Task, analysed
from eep.tasks.conversing import Conversation
from eep.teachers import teacher_class
from eep.teachers.base import Provenance, Teacher
from eep.teachers.episodes import Episodes, EpisodesSettings


@dataclass(frozen=True)
class Prepared:
    """An experiment ready to run; nothing has been asked and nothing written."""

    #: ``tasks`` is task id to task.
    experiment: Experiment
    personas: tuple[Persona, ...]
    tasks: dict[str, Task]
    #: The teacher: it answers ``questions``, or is a recording of whole episodes, which nobody can ask.
    source: Teacher
    #: What the report says about the teacher first.
    provenance: Provenance
    #: All questions that are known beforehand, of all tasks; none where ``source`` is a recording of episodes.
    questions: tuple[Question, ...]
    #: What is registered before anything is asked.
    plan: plan.Plan
    #: The experiment's own folders.
    runs: Path
    reports: Path
    #: The experiment as its file has it.
    written: Loaded
    #: What commands say besides the file to mean this experiment: another teacher, personas that were added.
    options: tuple[str, ...]
    #: Task id to how its teachers play in conversation; their questions depend on their answers.
    conversations: Mapping[str, Conversation] = field(default_factory=dict)
    #: Questions such as conversations will ask: what a coin would be asked if it played, put to every cell. Nobody is
    #: asked them.
    dry_run_questions: tuple[Question, ...] = ()

    @property
    def answers(self) -> Path:
        """The store of the answers, which may not exist yet."""
        return self.runs / ANSWERS

    @property
    def prompts(self) -> Balance:
        """How alike and how long the prompts of the compared personas are."""
        return balance([one for one in self.personas if one.arm is Arm.PERSONA], self.experiment.wordings)

    def agent(self, task: str, cell: Cell) -> Agent:
        """Return who a teacher cell is in the tables."""
        (arm,) = (persona.arm.value for persona in self.personas if persona.id == cell.persona)
        return Agent(task, "teacher", self.provenance.agent, cell.persona, arm, cell.wording)


def prepare(
    path: str | Path,
    *,
    seed: int | None = None,
    recording: str | Path | None = None,
    teacher: str | None = None,
    base_url: str | None = None,
    personas: Sequence[str | Path] = (),
    out: str | Path = ".",
) -> Prepared:
    """Read an experiment's file and its personas', and work out all questions.

    The arguments are those of `eep.run`. Raises UserError for anything wrong in the files or the set-up, all of it at once.
    """
    written, loaded = load(path, seed=seed, recording=recording, teacher=teacher, base_url=base_url, personas=personas)
    options = _options(written, loaded, teacher, base_url)
    return prepare_loaded(loaded, written=written, options=options, out=out)


def load(
    path: str | Path,
    *,
    seed: int | None = None,
    recording: str | Path | None = None,
    teacher: str | None = None,
    base_url: str | None = None,
    personas: Sequence[str | Path] = (),
) -> tuple[Loaded, Loaded]:
    """Read an experiment as its file has it, and as the arguments make it; raises as `prepare` does of files."""
    another = named_teacher(teacher, base_url)
    written = load_experiment(path)
    return written, with_overrides(written, seed=seed, recording=recording, teacher=another, personas=personas)


def prepare_loaded(
    loaded: Loaded, *, written: Loaded | None = None, options: tuple[str, ...] = (), out: str | Path = "."
) -> Prepared:
    """Work out all questions of an experiment that is there already; raises as `prepare` does.

    ``written`` is the experiment as its file has it, if that is another, and ``options`` what made this one of it.
    """
    experiment = loaded.experiment
    tasks: dict[str, Task] = {name: task_class(name)(settings) for name, settings in experiment.tasks.items()}
    stimuli = {name: task.stimuli() for name, task in tasks.items()}
    for task in tasks.values():
        task.check_split(experiment.seed)
    source = _teacher(experiment, loaded.path)
    provenance = source.provenance()
    conversations = _conversations(tasks, source)
    if isinstance(source, Episodes):
        _check_episodes(tasks, source, experiment.seed)
    asked = tuple(
        question
        for name in tasks
        if name not in conversations and not isinstance(source, Episodes)
        for question in questions(tasks[name], stimuli[name], loaded.personas, experiment)
    )
    dry_run_questions = tuple(
        question
        for name, conversation in conversations.items()
        for question in questions(
            tasks[name], conversation.rehearsal(experiment.seed), loaded.personas, experiment, samples=1
        )
    )
    source.check((*asked, *dry_run_questions))
    return Prepared(
        experiment=experiment,
        personas=loaded.personas,
        tasks=tasks,
        source=source,
        provenance=replace(
            provenance,
            caveats=(*provenance.caveats, *(limit for one in conversations.values() for limit in one.limits)),
        ),
        questions=asked,
        plan=plan.make(experiment, loaded.personas, stimuli),
        runs=run_tables.folder_of(experiment.id, Path(out)),
        reports=Path(out) / "reports" / experiment.id,
        written=written or loaded,
        options=options,
        conversations=conversations,
        dry_run_questions=dry_run_questions,
    )


def _options(written: Loaded, loaded: Loaded, teacher: str | None, base_url: str | None) -> tuple[str, ...]:
    """Return the options that made of an experiment, as its file says it, what became of it, but for the seed."""
    added = [persona.id for persona in loaded.personas[len(written.personas) :]]
    named = (*(("--persona", name) for name in added), ("--teacher", teacher), ("--base-url", base_url))
    return tuple(word for option, value in named if value is not None for word in (option, value))


def _conversations(tasks: Mapping[str, Task], source: Teacher) -> dict[str, Conversation]:
    """Return how teachers play, by task, where they play in conversation; raises UserError if nobody can be asked."""
    found = {name: one for name, task in tasks.items() if (one := task.conversation()) is not None}
    if found and isinstance(source, Episodes):
        raise UserError(
            f"tasks.{next(iter(found))}: expected a teacher that answers questions, to play in conversation; found a "
            f"recording of whole episodes; leave the memory out, or ask another teacher"
        )
    return found


def _check_episodes(tasks: Mapping[str, Task], source: Episodes, seed: int) -> None:
    """Raise UserError if a task cannot be learned from the recording, or its folder holds none."""
    for task in tasks.values():
        task.episodes(source.folder, seed=seed)


def _teacher(experiment: Experiment, path: Path) -> Teacher:
    settings = experiment.teacher
    if not isinstance(settings, EpisodesSettings):
        teacher: Teacher = teacher_class(settings.provider)(settings, seed=experiment.seed)
        return teacher
    if not settings.recording:
        raise UserError(
            f"{path}: teacher.recording: expected the folder of a recording, found none; "
            f"give it with --recording FOLDER"
        )
    return Episodes(settings)


def cells(personas: tuple[Persona, ...], experiment: Experiment) -> list[tuple[Persona, Wording]]:
    """Return every persona in every wording of the experiment."""
    return [(p, w) for p in personas for w in p.wordings if w.id in experiment.wordings]


def question(
    task: Task, item: Item, persona: Persona, wording: Wording, sample: int, experiment: Experiment
) -> Question:
    """Return the question to one persona in one wording about one item."""
    return _questions(task, (item,), [(persona, wording)], [sample], experiment)[0]


def questions(
    task: Task,
    stimuli: tuple[Item, ...],
    personas: tuple[Persona, ...],
    experiment: Experiment,
    *,
    samples: int | None = None,
) -> list[Question]:
    """Return one question per persona, wording of the experiment, stimulus and sample, in that order.

    ``samples`` are those of the experiment unless given.
    """
    draws = range(experiment.teacher.samples if samples is None else samples)
    return _questions(task, stimuli, cells(personas, experiment), draws, experiment)


def _questions(
    task: Task,
    stimuli: Sequence[Item],
    asked: Sequence[tuple[Persona, Wording]],
    samples: Sequence[int],
    experiment: Experiment,
) -> list[Question]:
    """Return one question per cell, item and sample; everybody is offered an item's options in one order."""
    parts = [
        (item, part := task.question(item), prompt.offered(task.options, part, seed=experiment.seed))
        for item in stimuli
    ]
    readout, name = analysed(task), task.id
    return [
        Question(who, wording, name, item, prompt.build(wording, part, options), options, readout, sample)
        for (who, wording), (item, part, options), sample in product(asked, parts, samples)
    ]
