"""Teachers: whatever answers as a persona. Adding one: a module and a line here."""

from typing import Any

from eep.registry import load

TEACHERS = {
    "simulated": "eep.teachers.simulated:Simulated",
    "recorded": "eep.teachers.recorded:Recorded",
}


def teacher_class(name: str) -> Any:
    """Return the class of the teacher called ``name``; raises `eep.registry.UnknownNameError`."""
    return load(TEACHERS, "teacher", name)
