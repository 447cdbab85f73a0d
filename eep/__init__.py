"""eep, Embodied Emulated Personas: whether a student inherits the persona that its teacher played."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from eep.core.versions import __version__

if TYPE_CHECKING:
    from eep.config.experiment import Experiment, load_experiment
    from eep.config.persona import load_persona
    from eep.core.errors import TomlError, UnfinishedError, UserError
    from eep.data.persona import Arm, Persona, Wording
    from eep.data.types import Answer, Item, Prompt, Question, Status
    from eep.embodiment.loading import load_student
    from eep.embodiment.policy import StudentPolicy
    from eep.embodiment.saved import SavedStudentError
    from eep.pipeline.finished import FinishedRun, open_run
    from eep.pipeline.run import Run, run
    from eep.students import student_class
    from eep.students.base import Student
    from eep.tasks import task_class
    from eep.tasks.base import Task
    from eep.teachers import teacher_class
    from eep.teachers.base import Teacher

__all__ = [
    "Answer",
    "Arm",
    "Experiment",
    "FinishedRun",
    "Item",
    "Persona",
    "Prompt",
    "Question",
    "Run",
    "SavedStudentError",
    "Status",
    "Student",
    "StudentPolicy",
    "Task",
    "Teacher",
    "TomlError",
    "UnfinishedError",
    "UserError",
    "Wording",
    "__version__",
    "load_experiment",
    "load_persona",
    "load_student",
    "open_run",
    "run",
    "student_class",
    "task_class",
    "teacher_class",
]

#: Module to the public names that it holds.
_HOMES = {
    "eep.config.experiment": ("Experiment", "load_experiment"),
    "eep.config.persona": ("load_persona",),
    "eep.core.errors": ("TomlError", "UnfinishedError", "UserError"),
    "eep.data.persona": ("Arm", "Persona", "Wording"),
    "eep.data.types": ("Answer", "Item", "Prompt", "Question", "Status"),
    "eep.embodiment.loading": ("load_student",),
    "eep.embodiment.policy": ("StudentPolicy",),
    "eep.embodiment.saved": ("SavedStudentError",),
    "eep.pipeline.finished": ("FinishedRun", "open_run"),
    "eep.pipeline.run": ("Run", "run"),
    "eep.students": ("student_class",),
    "eep.students.base": ("Student",),
    "eep.tasks": ("task_class",),
    "eep.tasks.base": ("Task",),
    "eep.teachers": ("teacher_class",),
    "eep.teachers.base": ("Teacher",),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}


if not TYPE_CHECKING:  # a type checker would take every misspelled name for one of Any

    def __getattr__(name: str) -> Any:
        """Import a public name when it is used: ``eep --help`` needs none of them."""
        if name in _HOME:
            return getattr(import_module(_HOME[name]), name)
        raise AttributeError(f"module 'eep' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
