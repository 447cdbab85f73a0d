"""Students: small learners that sense the world directly and imitate. Adding one: a module and a line here."""

from typing import Any

from eep.core.registry import load

STUDENTS = {
    "xgboost": "eep.students.boosted:Boosted",
    "logistic": "eep.students.logistic:Logistic",
    "mlp": "eep.students.neural:Neural",
}


def student_class(name: str) -> Any:
    """Return the class of the student called ``name``; raises `eep.core.registry.UnknownNameError`."""
    return load(STUDENTS, "student", name)
