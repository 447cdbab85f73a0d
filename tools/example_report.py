"""Remake the committed example of a report, ``reports/examples/quickstart``: python -m tools.example_report [workers]."""

import shutil
import sys
import tempfile
from pathlib import Path

import eep
from eep.cli.views.progress import on_stderr

ROOT = Path(__file__).resolve().parent.parent
EXPERIMENT = ROOT / "experiments" / "quickstart.toml"
EXAMPLE = ROOT / "reports" / "examples" / "quickstart"


def main() -> None:
    """Run the quickstart in a temporary folder and replace the example by its report."""
    workers = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    with tempfile.TemporaryDirectory() as folder:
        made = eep.run(EXPERIMENT, out=folder, workers=workers, progress=on_stderr())
        shutil.rmtree(EXAMPLE, ignore_errors=True)
        shutil.copytree(made.report, EXAMPLE)


if __name__ == "__main__":
    main()
