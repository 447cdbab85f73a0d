"""The command line as a user calls it, in this process: a new interpreter would cost half a second each time."""

import io
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from subprocess import CompletedProcess
from unittest.mock import patch

import pytest

from eep.cli import main


def command(*words: str | Path, cwd: Path, env: Mapping[str, str] | None = None) -> CompletedProcess[str]:
    """Run ``eep`` in a folder, with nobody to ask and no terminal; a fault of eep, a traceback there, is raised."""
    arguments = ["eep", *map(str, words)]
    told, errors, before = io.StringIO(), io.StringIO(), signal.getsignal(signal.SIGTERM)
    try:
        with (
            chdir(cwd),
            patch.object(sys, "argv", arguments),
            patch.object(sys, "stdin", io.StringIO()),
            patch.dict(os.environ, env or {}),
            redirect_stdout(told),
            redirect_stderr(errors),
            pytest.raises(SystemExit) as ended,
        ):
            main()
    finally:
        signal.signal(signal.SIGTERM, before)
    code = ended.value.code
    assert isinstance(code, int)
    return CompletedProcess(arguments, code, told.getvalue(), errors.getvalue())
