"""What tables are bound to: the code that makes them, however indirectly, and no words about it."""

from importlib import import_module
from pathlib import Path

import pytest
from edited_code import edited

from eep.core import versions

TABLES, REPORT = "eep.pipeline.compute", "eep.pipeline.report"
DOCSTRING = '"""Return the '


@pytest.mark.parametrize(
    ("file", "old", "new", "remade"),
    [
        ("stats/permutation.py", DOCSTRING, '"""Give the ', ()),
        ("stats/permutation.py", "\n\n\ndef ", "\n\n\n# A comment.\ndef ", ()),
        ("cli/trace.py", "import ", "import os, ", ()),
        ("report/numbers.py", " return ", " return not ", (REPORT,)),
        ("report/html/template/page.html", "</body>", "</body><!-- other -->", (REPORT,)),
        ("pipeline/report.py", "ITEMS, MISSED = 3, 6", "ITEMS, MISSED = 4, 6", (REPORT,)),
        ("stats/permutation.py", "2", "3", (TABLES,)),
        ("students/neural.py", " return ", " return not ", (TABLES,)),
        ("tasks/cute/task.py", " return ", " return not ", (TABLES,)),
        ("tasks/__init__.py", "cute.task:Cute", "cute.task:Other", (TABLES,)),
        ("core/threads.py", " return ", " return not ", (TABLES,)),
        ("stimuli/__init__.py", '"""\n', '"""\nEDITED = 1\n', (TABLES,)),
    ],
)
def test_what_is_remade(tmp_path: Path, file: str, old: str, new: str, remade: tuple[str, ...]) -> None:
    """Words and the command line make nothing; tables are bound to the code they come from, however indirectly."""
    package = edited(tmp_path, file, old, new)
    for made in (REPORT, TABLES) if REPORT in remade else (TABLES,):
        assert (versions.code_sha256(made, package=package) != versions.code_sha256(made)) == (made in remade)


def test_an_import_that_cannot_be_followed_is_refused(tmp_path: Path) -> None:
    """A relative import or a module that is not there is an error: nothing is left out silently."""
    package = edited(tmp_path, "stats/permutation.py", "\nimport ", "\nfrom . import panel\nimport ")
    with pytest.raises(ValueError, match="expected imports by full names only"):
        versions.code_sha256(TABLES, package=package)
    with pytest.raises(ModuleNotFoundError, match=r"found 'eep\.pipeline\.computing'"):
        versions.code_sha256("eep.pipeline.computing")


def test_kernels_name_what_the_processor_computes_with() -> None:
    """They are the same whatever libraries were imported meanwhile."""
    before = versions.kernels()
    import_module("scipy.linalg")
    assert before == versions.kernels()
    assert set(before) == {"linear algebra", "NumPy dispatch"}
    assert all(before.values())
