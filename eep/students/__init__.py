"""Students: small learners that sense the world directly and imitate. Adding one: a module and a line here."""

from typing import TYPE_CHECKING

from eep.core.registry import load

if TYPE_CHECKING:
    from eep.students.base import Student

STUDENTS = {
    "xgboost": "eep.students.boosted:Boosted",
    "logistic": "eep.students.logistic:Logistic",
    "mlp": "eep.students.neural:Neural",
}


def student_class(name: str) -> "type[Student]":
    """Return the class of the student called ``name``, made without arguments.

    Parameters
    ----------
    name
        ``"xgboost"``, ``"logistic"`` or ``"mlp"``.

    Raises
    ------
    eep.core.registry.UnknownNameError
        If there is no such student.
    """
    found: type[Student] = load(STUDENTS, "student", name)
    return found
