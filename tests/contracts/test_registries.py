"""What tasks and students there are: learning that is cheap, and a wrong name is told the right one."""

import subprocess
import sys
from collections.abc import Callable

import pytest

from eep.core.registry import UnknownNameError
from eep.students import STUDENTS, student_class
from eep.tasks import TASKS, task_class


@pytest.mark.parametrize(
    ("find", "name", "meant"), [(task_class, "cartpol", "cartpole"), (student_class, "logistics", "logistic")]
)
def test_an_unknown_name_is_refused(find: Callable[[str], object], name: str, meant: str) -> None:
    """With the one that was probably meant."""
    with pytest.raises(UnknownNameError, match=f"did you mean '{meant}'"):
        find(name)


@pytest.mark.parametrize(
    "make",
    [
        *(f"from eep.tasks import task_class; c = task_class({name!r}); c(c.Settings())" for name in sorted(TASKS)),
        *(f"from eep.students import student_class; student_class({name!r})()" for name in sorted(STUDENTS)),
    ],
)
def test_importing_is_light(make: str) -> None:
    """Importing a task or a student and making it loads no heavy package."""
    heavy = "{'gymnasium', 'xgboost', 'sklearn', 'scipy', 'statsmodels', 'altair', 'onnxruntime', 'pandas'}"
    code = f"import sys; {make}; print(*sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
