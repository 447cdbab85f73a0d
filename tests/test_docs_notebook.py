"""The notebook of the documentation, run as a script."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import eep

pytestmark = pytest.mark.slow

NOTEBOOK = Path(__file__).resolve().parent.parent / "docs" / "notebook.py"


def test_the_notebook_runs_as_a_script(bodies_run: eep.Run, tmp_path: Path) -> None:
    """Every cell runs after a run of its own, prints numbers, and leaves a folder that acts."""
    shutil.copytree(bodies_run.folder, tmp_path / "runs" / "quickstart")
    done = subprocess.run(
        [sys.executable, "-W", "error", NOTEBOOK], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert len(re.findall(r"animal \d: \d+\.\d m and \d+\.\d m", done.stdout)) == 3
    assert re.search(r"total variation .*: 0\.\d\d", done.stdout)
    assert eep.load_student(tmp_path / "herpetologist-body").persona == "herpetologist"
