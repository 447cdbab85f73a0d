"""Another teacher or server named at run time: what it stands for, what it drops, and the name of its run."""

import re
from pathlib import Path
from typing import Any

import pytest
from command_line import command

from eep.config.experiment import Loaded, load_experiment
from eep.config.overrides import named_teacher, with_overrides
from eep.core.errors import UserError
from eep.core.toml.models import ID_PATTERN
from eep.teachers.openai import OpenAISettings

LOCAL = "http://127.0.0.1:11434/v1"
PRICED = {"price": {"input": 1.0, "output": 2.0}, "max_cost": 5.0}


def null() -> Loaded:
    """Return an experiment with a simulated teacher."""
    return load_experiment("null")


def named(loaded: Loaded, teacher: str | None, base_url: str | None = None, **more: Any) -> Loaded:
    """Return an experiment with the teacher that is named as on the command line."""
    return with_overrides(loaded, teacher=named_teacher(teacher, base_url), **more)


@pytest.mark.parametrize(
    ("teacher", "base_url", "identity"),
    [
        ("openai:gpt-9", None, "null-openai-gpt-9"),
        ("anthropic:Claude_X.5", None, "null-anthropic-claude-x-5"),
        ("openai:org/Model:8b", LOCAL, "null-openai-org-model-8b-127-0-0-1-11434"),
        ("recorded:first-matrix", None, "null-recorded-first-matrix"),
        ("simulated", None, "null"),
        (None, None, "null"),
    ],
)
def test_a_named_teacher_gives_the_run_its_own_name(teacher: str | None, base_url: str | None, identity: str) -> None:
    """Unless it is the file's own; with a seed of its own, both are named."""
    loaded = null()
    experiment = named(loaded, teacher, base_url).experiment
    assert experiment.id == identity
    assert re.fullmatch(ID_PATTERN, experiment.id)
    assert named(loaded, teacher, base_url, seed=7).experiment.id == f"{identity}-seed-7"


def test_a_price_belongs_to_its_model() -> None:
    """Another model or server has no price until one is given, and no cap on money without a price."""
    loaded = named(null(), "openai:a")
    priced = with_overrides(loaded, teacher={**PRICED, "temperature": 1.0, "api_key_env": "MINE"})
    assert isinstance(priced.experiment.teacher, OpenAISettings)
    with pytest.raises(UserError, match=r"teacher\.max_cost: expected a table \[teacher\.price\]"):
        named(priced, "openai:b")
    uncapped = with_overrides(priced, teacher={"max_cost": None})
    moved = named(uncapped, "openai:b").experiment.teacher
    assert moved == OpenAISettings(model="b", temperature=1.0, api_key_env="MINE")
    assert named(uncapped, "openai:a").experiment.teacher.limits.price is not None


def test_a_key_is_not_taken_along_to_another_server() -> None:
    """The variable that holds it was named for the first one."""
    loaded = with_overrides(named(null(), "openai:a"), teacher={"api_key_env": "MINE"})
    moved = named(loaded, None, LOCAL).experiment.teacher
    assert moved == OpenAISettings(model="a", base_url=LOCAL)
    assert moved.key_env == ""


@pytest.mark.parametrize(
    ("teacher", "base_url", "told"),
    [
        ("opnai:x", None, r"--teacher: expected one of 'simulated', .* found 'opnai' \(did you mean 'openai'\?\)"),
        ("openai", None, "--teacher: expected openai:MODEL, found 'openai'"),
        ("openai:", None, "--teacher: expected openai:MODEL, found 'openai:'"),
        ("recorded", None, "--teacher: expected recorded:RECORDING, found 'recorded'"),
        ("simulated:x", None, "--teacher: expected simulated alone"),
        (None, LOCAL, "--base-url: expected a teacher that is asked over the network, found 'simulated'"),
        ("openai:x", "localhost", r"teacher\.base_url: expected an address such as http"),
    ],
)
def test_what_names_no_teacher_is_told(teacher: str | None, base_url: str | None, told: str) -> None:
    """In one line, with what was meant."""
    with pytest.raises(UserError, match=told) as raised:
        named(null(), teacher, base_url)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("teacher", ["anthropic:X", "openai:X"])
def test_without_a_key_nothing_starts(teacher: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One clear line, exit code 2, and nothing written."""
    variable = f"{teacher.partition(':')[0].upper()}_API_KEY"
    monkeypatch.delenv(variable, raising=False)
    done = command("run", "newton-2023", "--teacher", teacher, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert f"expected an API key in the environment variable {variable}, found none" in done.stderr
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    "named", ["sk-proj-0123456789abcdef", "s3cret-of-no-known-shape", "simulated:sk-proj-0123456789"]
)
def test_a_key_in_the_place_of_a_teacher_is_not_shown(named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it looks like, where the environment says that it is one."""
    monkeypatch.setenv("OPENAI_API_KEY", "s3cret-of-no-known-shape")
    with pytest.raises(UserError, match=r"--teacher: expected .*found '.*\[redacted\]'") as raised:
        named_teacher(named)
    assert "cret" not in str(raised.value)
    assert "sk-" not in str(raised.value)
