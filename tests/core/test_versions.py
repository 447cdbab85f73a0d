"""What tables are bound to: the code that makes them, however indirectly, and no words about it."""

from importlib import import_module
from pathlib import Path

import pytest
from edited_code import edited

from eep.core import versions

TABLES, REPORT = "eep.pipeline.compute", "eep.pipeline.report"
DOCSTRING = '"""Return the '


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("stats/permutation.py", DOCSTRING, '"""Give the '),
        ("stats/permutation.py", "\n\n\ndef ", "\n\n\n# A comment.\ndef "),
        ("report/numbers.py", " return ", " return not "),
        ("report/html/template/page.html", "</body>", "</body><!-- other -->"),
        ("cli/trace.py", "import ", "import os, "),
        ("pipeline/report.py", "ITEMS, MISSED = 3, 6", "ITEMS, MISSED = 4, 6"),
    ],
)
def test_words_and_the_report_remake_no_tables(tmp_path: Path, file: str, old: str, new: str) -> None:
    """Docstrings, comments, the report and the command line are not what tables are made by."""
    package = edited(tmp_path, file, old, new)
    assert versions.code_sha256(TABLES, package=package) == versions.code_sha256(TABLES)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("stats/permutation.py", "2", "3"),
        ("students/neural.py", " return ", " return not "),
        ("tasks/cute/task.py", " return ", " return not "),
        ("tasks/__init__.py", "cute.task:Cute", "cute.task:Other"),
        ("core/threads.py", " return ", " return not "),
        ("stimuli/__init__.py", '"""\n', '"""\nEDITED = 1\n'),
    ],
)
def test_other_code_remakes_tables(tmp_path: Path, file: str, old: str, new: str) -> None:
    """A number, a module that only a registry names, a package on the way: tables of other code are made again."""
    package = edited(tmp_path, file, old, new)
    assert versions.code_sha256(TABLES, package=package) != versions.code_sha256(TABLES)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("report/numbers.py", " return ", " return not "),
        ("report/html/template/page.html", "</body>", "</body><!-- other -->"),
        ("pipeline/report.py", "ITEMS, MISSED = 3, 6", "ITEMS, MISSED = 4, 6"),
    ],
)
def test_other_report_code_remakes_reports(tmp_path: Path, file: str, old: str, new: str) -> None:
    """A report is bound to its own code, templates included."""
    package = edited(tmp_path, file, old, new)
    assert versions.code_sha256(REPORT, package=package) != versions.code_sha256(REPORT)


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
