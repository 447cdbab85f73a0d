"""Printing a transcript: on a terminal, into a pipe, in any encoding, and without keys."""

import asyncio
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from batching import answered, experiment, prepared
from click.testing import CliRunner

from eep.cli import cli
from eep.core.errors import UserError
from eep.data.store import Store
from eep.data.types import Answer, Status
from eep.pipeline.prepare import Prepared


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """Return a small experiment with answers."""
    return answered(tmp_path_factory.mktemp("answered"))


def test_keys_are_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even if one had got into a store: neither one that the environment knows nor one that looks like one."""
    known, like = "a-local-server's-key", "sk-proj-0123456789abcdef"
    monkeypatch.setenv("MY_KEY", known)
    small = prepared(tmp_path, more='api_key_env = "MY_KEY"')
    answer = Answer(b"k" * 16, Status.REFUSED, None, f"no: {known}", like)
    with Store.open(small.runs / "answers.sqlite") as store:
        asyncio.run(store.put(answer, {"persona": "p", "request": {"body": {"messages": [{"content": known}]}}}))
    by_name = ["transcript", small.runs.name, "--out", str(tmp_path)]
    by_file = ["transcript", str(tmp_path / "small.toml"), "--out", str(tmp_path)]
    for words in (by_file, [*by_file, "--format", "jsonl"], by_name):
        told = CliRunner().invoke(cli, words, catch_exceptions=False).stdout
        assert "[redacted]" in told
        assert known not in told
        assert like not in told


def test_no_run_is_told(tmp_path: Path) -> None:
    """An experiment that was never run has no transcript; nothing is made by looking for it."""
    path = experiment(tmp_path)
    with pytest.raises(UserError, match=r"answers\.sqlite: expected an answer store, found no file"):
        CliRunner().invoke(cli, ["transcript", str(path), "--out", str(tmp_path)], catch_exceptions=False)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.slow
def test_a_terminal_gets_folded_lines_and_a_pager(small: Prepared) -> None:
    """On a terminal the text goes through the pager, folded to its width."""
    folder = small.runs.parent.parent
    ours, theirs = pty.openpty()
    words = [sys.executable, "-m", "eep", "transcript", "small.toml", "--limit", "1"]
    environment = {**os.environ, "PAGER": "cat", "COLUMNS": "60", "TERM": "dumb"}
    with subprocess.Popen(words, cwd=folder, stdin=theirs, stdout=theirs, env=environment) as running:
        os.close(theirs)
        told = b""
        try:
            while content := os.read(ours, 65536):
                told += content
        except OSError:  # the other side is closed
            pass
        assert running.wait() == 0
    os.close(ours)
    lines = told.decode().replace("\r\n", "\n").splitlines()
    assert lines[0].startswith("[1] sir-isaac-newton")
    texts = [line for line in lines if line.startswith("    ")]
    assert 50 < max(map(len, texts)) <= 60




@pytest.mark.slow
def test_outputs_of_any_encoding_can_be_written(tmp_path: Path) -> None:
    """Where the output knows ASCII only, other letters are escaped."""
    small = prepared(tmp_path)
    with Store.open(small.runs / "answers.sqlite") as store:
        asyncio.run(store.put(Answer(b"z" * 16, Status.REFUSED, None, "käse", "m"), {"task": "other"}))
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    words = [sys.executable, "-m", "eep", "transcript", "small.toml", "--task", "other"]
    done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert done.returncode == 0
    assert rb"k\xe4se" in done.stdout


def test_that_nothing_fits_is_said(small: Prepared) -> None:
    """Beside the output, which stays empty: nothing fitted out of how many, or nothing is there yet."""
    words = ["transcript", small.runs.name, "--out", str(small.runs.parent.parent), "--status", "failed"]
    done = CliRunner().invoke(cli, words, catch_exceptions=False)
    with Store.open(small.runs / "answers.sqlite", read_only=True) as store:
        stored = len(store)
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == f"none of the {stored:,} replies fits\n"


def test_that_nothing_is_there_yet_is_said(tmp_path: Path) -> None:
    """A run without a reply says so."""
    small = prepared(tmp_path)
    with Store.open(small.runs / "answers.sqlite"):
        pass
    done = CliRunner().invoke(cli, ["transcript", small.runs.name, "--out", str(tmp_path)], catch_exceptions=False)
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "there is no reply yet\n")
