"""Experiments: one TOML file each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, SerializerFunctionWrapHandler, create_model, model_serializer

from eep.config import library
from eep.config.persona import Id, Section, Text
from eep.config.references import check_id, check_lists, check_personas, load_personas
from eep.core.errors import TomlError
from eep.core.registry import UnknownNameError, did_you_mean
from eep.core.toml.document import error_line, read
from eep.core.toml.errors import Problems
from eep.core.toml.models import one_of, validate
from eep.data.persona import Persona
from eep.tasks import TASKS, task_class
from eep.tasks.base import TaskSettings
from eep.teachers import EPISODES, TEACHERS, settings_class
from eep.teachers.base import TeacherSettings

#: Every provider that ``[teacher]`` may name.
PROVIDERS = (*TEACHERS, *EPISODES)
#: Old name -> new name of keys of ``[teacher]``.
RENAMED = {"tries": "max_attempts", "patience": "max_elapsed"}


class Play(Section):
    """Closed-loop play of every agent, in tasks that can be played."""

    episodes: int = Field(default=100, ge=1, le=100_000, description="Episodes per agent.")
    greedy: bool = Field(default=False, description="Take the likelier action instead of sampling it.")
    changed_bodies: bool = Field(
        default=False,
        description=(
            "Also play in other bodies than the one that was learned in (another pole, shyer animals), and test whether the "
            "persona shows there."
        ),
    )

    @model_serializer(mode="wrap")
    def _serialised(self, serialise: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out what is not asked for: plans without it stay what they always were."""
        values: dict[str, Any] = serialise(self)
        return {name: value for name, value in values.items() if value or name != "changed_bodies"}


class Controls(Section):
    """Controls that every run has."""

    permuted: int = Field(
        default=20, ge=20, le=10_000, description="Students trained on permuted labels, at least, in total per task."
    )


class Analysis(Section):
    """Settings of the statistics; part of the pre-registered plan."""

    alpha: float = Field(default=0.05, gt=0, lt=0.5, description="Family-wise error rate of the verdicts.")
    smallest_slope: float = Field(default=0.2, gt=0, lt=1, description="Smallest inheritance slope of interest.")
    equivalence_margin: float = Field(
        default=0.05,
        gt=0,
        lt=0.5,
        description="Differences from the neutral persona, in the probability of the option, that count as none.",
    )
    permutations: int = Field(
        default=9_999, ge=99, le=1_000_000, description="Random labellings where all are too many."
    )


class Experiment(Section):
    """An experiment as its file defines it.

    ``personas`` are ids of persona files; ``wordings`` the wording ids that every persona must have;
    ``tasks`` maps a task id to its settings.
    """

    id: Id = Field(description="Names the folders under runs/ and reports/.")
    title: Text = Field(description="The report's title.")
    question: Text = Field(description="What the experiment asks, in one sentence for a reader.")
    seed: int = Field(default=0, ge=0, le=2**31 - 1, description="Of everything random.")
    personas: tuple[str, ...] = Field(min_length=1, description="Ids of personas, controls included.")
    wordings: tuple[str, ...] = Field(min_length=1, description="Wordings to ask in; every persona has them.")
    teacher: TeacherSettings = Field(description="Who answers as the personas.")
    tasks: dict[str, TaskSettings] = Field(min_length=1, description="What the personas are played in.")
    play: Play = Play()
    controls: Controls = Controls()
    analysis: Analysis = Analysis()


def settings_dict(experiment: Experiment) -> dict[str, Any]:
    """Return every setting that can change a result, defaults included, as JSON values (for the plan)."""
    left_out = {"teacher": set(experiment.teacher.operational)}
    return experiment.model_dump(mode="json", serialize_as_any=True, exclude=left_out)


@dataclass(frozen=True)
class Loaded:
    """An experiment with its personas, in the experiment's order."""

    experiment: Experiment
    personas: tuple[Persona, ...]
    #: The experiment's file.
    path: Path
    #: SHA-256 (hex) of each file read: ``"experiment"``, ``"personas/<id>"``.
    sources: Mapping[str, str]
    #: A line for each key that the file calls by an old name.
    deprecations: tuple[str, ...] = ()


def load_experiment(given: str | Path) -> Loaded:
    """Read an experiment's file and the files of its personas.

    What is returned has the experiment as ``.experiment`` and its personas, in its order, as ``.personas``.

    Parameters
    ----------
    given
        A path, or a bare name such as ``"quickstart"``: looked for in ``experiments/`` of the current folder, then
        among the experiments that ship with eep.

    Raises `eep.core.errors.TomlError` if anything is wrong with any of the files; lists everything that is, in all of
    them; `eep.core.errors.UserError` if there is no experiment of that name.
    """
    path = library.experiment_path(given)
    document = read(path)
    problems = Problems(document)
    deprecations = _rename_keys(problems)
    found = validate(problems, experiment_model(teacher_model(problems)), document.data)
    check_id(problems)
    check_lists(problems)
    personas, sources, others = load_personas(problems, path)
    check_personas(problems, personas)
    if lines := [*problems.lines(), *others]:
        raise TomlError(lines)
    if found is None:  # then there were problems
        raise AssertionError(f"expected problems in {path}; found none")
    sources = {"experiment": document.sha256, **sources}
    return Loaded(_experiment(found, document.data["tasks"]), tuple(personas.values()), path, sources, deprecations)


def _rename_keys(problems: Problems) -> tuple[str, ...]:
    """Give keys of ``[teacher]`` with an old name their new one; return a line for each, with its place."""
    document = problems.document
    table = document.value(("teacher",))
    provider = document.value(("teacher", "provider"))
    if not isinstance(table, dict) or provider not in PROVIDERS:
        return ()
    fields, lines = settings_class(provider).model_fields, []
    for old, new in RENAMED.items():
        if old not in table or new not in fields:
            continue
        location = document.locations["teacher", old]
        if new in table:
            problems.add_key(("teacher", old), f"{new} alone, which is its new name")
        else:
            table[new], document.locations["teacher", new] = table[old], location
            sentence = f"is called {new} now; the old name is read until version 0.3"
            lines.append(error_line(document.path, location.key, f"teacher.{old}", sentence))
        del table[old]
    return tuple(lines)


def experiment_model(teacher: Any) -> type[BaseModel]:
    """Return the model of an experiment's file: every registered task may have a table, and none other.

    ``teacher`` is the annotation of ``[teacher]``.
    """
    tables: dict[str, Any] = {name: (task_class(name).Settings | None, None) for name in TASKS}
    tasks = create_model("Tasks", __base__=Section, **tables)
    fields: dict[str, Any] = {
        name: (annotation, Field(description=Experiment.model_fields[name].description))
        for name, annotation in (("teacher", teacher), ("tasks", tasks))
    }
    return create_model("ExperimentFile", __base__=Experiment, __doc__=Experiment.__doc__, **fields)


def teacher_model(problems: Problems) -> Any:
    """Return the class of a teacher's settings, or any table after noting that there is no such provider."""
    table = problems.document.value(("teacher",))
    if not isinstance(table, dict):
        return dict[str, Any]
    provider = table.get("provider")
    if provider in PROVIDERS:
        return settings_class(provider)
    problems.add(("teacher", "provider"), one_of(PROVIDERS), known=PROVIDERS, absence="provider" not in table)
    for key in table:
        if "provider" not in table and did_you_mean(key, ["provider"]):
            problems.add_unknown(("teacher", key), ["provider"])
    return dict[str, Any]


def from_settings(settings: Mapping[str, Any]) -> Experiment:
    """Return the experiment that `settings_dict` says all about; what changes no answer is as if it were left out.

    Raises ValueError if the settings are none, or of another version of eep.
    """
    try:
        teacher = settings_class(settings["teacher"]["provider"])
        return _experiment(experiment_model(teacher).model_validate(settings), settings["tasks"])
    except (KeyError, TypeError, UnknownNameError) as error:
        raise ValueError(str(error)) from error


def _experiment(found: BaseModel, tasks: Iterable[str]) -> Experiment:
    values = {name: getattr(found, name) for name in Experiment.model_fields}
    values["tasks"] = {task: getattr(values["tasks"], task) for task in tasks}
    return Experiment(**values)
