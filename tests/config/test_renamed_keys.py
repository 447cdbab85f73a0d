"""Keys that got another name are read under the old one, with a warning, for one version."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from eep.cli import cli
from eep.config.experiment import Loaded, load_experiment, settings_dict
from eep.core.errors import TomlError, UserError
from eep.data.types import answer_key
from eep.pipeline.prepare import prepare
from eep.pipeline.progress import Progress
from eep.pipeline.run import run

EXPERIMENT = """\
id = "mine"
title = "Mine"
question = "What?"
personas = ["sir-isaac-newton", "rally-driver", "neutral"]
wordings = ["plain"]

[teacher]
provider = "openai"
model = "m"
{caps}

[tasks.cartpole]
"""
OLD, NEW = "tries = 2\npatience = 30", "max_attempts = 2\nmax_elapsed = 30.0"
WARNINGS = (
    "mine.toml:10:1: teacher.tries: is called max_attempts now; the old name is read until version 0.3",
    "mine.toml:11:1: teacher.patience: is called max_elapsed now; the old name is read until version 0.3",
)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


def load(caps: str) -> Loaded:
    """Return an experiment with some caps, from its file."""
    path = Path("mine.toml")
    path.write_text(EXPERIMENT.format(caps=caps), encoding="utf-8")
    return load_experiment(path)


def test_the_old_names_are_read_with_a_warning() -> None:
    """Old and new names make the same settings; only the old ones leave a line each, with its place."""
    old, new = load(OLD), load(NEW)
    limits = old.experiment.teacher.limits
    assert (limits.max_attempts, limits.max_elapsed) == (2, 30.0)
    assert old.experiment == new.experiment
    assert (old.deprecations, new.deprecations) == (WARNINGS, ())


def test_neither_plan_nor_answers_depend_on_the_caps() -> None:
    """A cap may be raised and the run go on: plan and answer keys are the same, but not with another max_tokens."""
    prepared = {}
    for caps in ("", OLD, NEW, "max_requests = 3\ntimeout = 5\nconcurrency = 2", "max_tokens = 900"):
        loaded = load(caps)
        made = prepare(Path("mine.toml"))
        keys = [answer_key(made.source.request(question)) for question in made.questions[:50]]
        prepared[caps] = (settings_dict(loaded.experiment), made.plan, keys)
    other = prepared.pop("max_tokens = 900")
    assert all(each == prepared[""] for each in prepared.values())
    assert all(one != another for one, another in zip(other, prepared[""], strict=True))


@pytest.mark.parametrize(
    ("caps", "line"),
    [
        ("tries = 2\nmax_attempts = 2", "10:1: teacher.tries: expected max_attempts alone, which is its new name, found 'tries'"),
        ("tries = 0", "10:9: teacher.max_attempts: expected a number of at least 1, found 0"),
        ("patience = false", "10:12: teacher.max_elapsed: expected a number, found false"),
    ],
)  # fmt: skip
def test_mistakes_stand_at_the_line_of_the_old_name(caps: str, line: str) -> None:
    """Both names at once are an error, and a wrong value is told at its own place."""
    with pytest.raises(TomlError) as error:
        load(caps)
    assert error.value.lines == (f"mine.toml:{line}",)


def test_a_teacher_without_such_a_setting_has_no_old_name_for_it() -> None:
    """What the simulated teacher never had is an unknown key, as it was."""
    text = EXPERIMENT.format(caps="tries = 2").replace('"openai"\nmodel = "m"', '"simulated"')
    Path("mine.toml").write_text(text, encoding="utf-8")
    with pytest.raises(TomlError, match=r"mine\.toml:9:1: teacher\.tries: expected one of the keys"):
        load_experiment(Path("mine.toml"))


def test_warnings_reach_the_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands print them on stderr, and a run hands them to its progress before anything is asked."""
    load(OLD)
    done = CliRunner().invoke(cli, ["plan", "mine.toml"], catch_exceptions=False)
    assert tuple(done.stderr.splitlines()[:2]) == WARNINGS
    lines: list[str] = []
    monkeypatch.setattr(Progress, "say", lambda _, line: lines.append(line))
    with pytest.raises(UserError, match="OPENAI_API_KEY"):  # there is no key
        run(Path("mine.toml"), progress=Progress())
    assert tuple(lines) == WARNINGS
