"""The persona verbs on the command line."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import personas_written
import polars as pl
import pytest
from cells import panel, table
from command_line import command
from on_a_terminal import play

from eep.cli.persona_new import ARMS
from eep.config.persona import load_persona
from eep.core import paths
from eep.data.persona import Arm

ADA = ("--name", "Ada Lovelace", "--about", "A poet of numbers. She bets on horses, and loses.")


def test_flags_make_a_file_without_asking(tmp_path: Path) -> None:
    """With name and description nothing is asked; a second time nothing is changed."""
    more = ("--source", "Her letters.", "--wording", "plain=You are Ada.")
    done = command("persona", "new", "ada", *ADA, *more, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    path = tmp_path / "personas" / "ada.toml"
    persona = load_persona(path)
    assert (persona.name, persona.source, persona.arm) == ("Ada Lovelace", "Her letters.", Arm.PERSONA)
    assert persona.wordings[0].text == "You are Ada."
    assert all(section.weights for section in persona.simulated.values())
    before = path.read_bytes()
    again = command("persona", "new", "ada", *ADA, cwd=tmp_path)
    assert again.returncode == 2
    assert "(personas/ada.toml); choose another id" in again.stderr
    assert path.read_bytes() == before


def test_nobody_to_ask_is_told_which_flags_are_missing(tmp_path: Path) -> None:
    """Exit code 2, the flags with what they are for, and the command; nothing is written."""
    done = command("persona", "new", "ada", "--name", "Ada", cwd=tmp_path)
    assert done.returncode == 2
    assert "  --about: who this is" in done.stderr
    assert "--name:" not in done.stderr
    assert done.stderr.endswith('eep persona new ada --about "..."\n')
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("new", "Ada", *ADA), "try ada"),
        (("new", "ada", *ADA, "--wording", "plain"), "--wording: expected WORDING=TEXT"),
        (("new", "ada", *ADA, "--wording", "a=x", "--wording", "a=y"), "--wording: expected each wording once"),
        (("new", "ada", *ADA, "--arm", "placebo", "--simulated", "drawn"), "expected zero, as in every control"),
        (("new", "ada", *ADA, "--out", "file"), "is a file"),
        (("compare", "neutral", "nobody"), "found 'nobody'"),
        (("compare", "neutral", "goth-teen", "--run", "x"), "--run: expected the name or folder of a finished run"),
        (("show", "neutral", "--task", "cart"), "--task: expected one of"),
    ],
)
def test_mistakes_end_with_two(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    """What was expected, without a traceback and without a file."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = command("persona", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert told in done.stderr
    assert done.stdout == ""
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.slow
def test_a_terminal_is_asked(tmp_path: Path) -> None:
    """Name, description, source, arm, weights and each wording; Enter takes what is proposed."""
    played = play(
        ["persona", "new", "ada"],
        [
            ("Name [Ada]: ", "Ada Lovelace\n"),
            ("\n: ", "A poet of numbers. She bets on horses, and loses.\n"),
            ("if from anywhere: ", "\n"),
            ("[persona]: ", "nobody\n"),
            ("[persona]: ", "\n"),
            ("[drawn]: ", "zero\n"),
            ("\n> ", "\n"),
            ("\n> ", "You speak as Ada, who writes letters to a machine.\n"),
            ("\n> ", "\n"),
        ],
        cwd=tmp_path,
        env={"TERM": "dumb", "COLUMNS": "30"},
    )
    assert played.code == 0, played.shown
    assert "is not one of 'persona', 'neutral', 'placebo'" in played.shown
    persona = load_persona(tmp_path / "personas" / "ada.toml")
    assert [wording.text for wording in persona.wordings] == [
        "You are Ada Lovelace, and you take every question as Ada Lovelace takes it.",
        "You speak as Ada, who writes letters to a machine.",
        "Answer exactly as Ada Lovelace would. Draw on what is known of Ada Lovelace, not on what most people would say.",
    ]
    assert not any(section.weights for section in persona.simulated.values())


@pytest.mark.slow
@pytest.mark.parametrize("key", ["\x03", "\x04"], ids=["Ctrl-C", "Ctrl-D"])
def test_stopping_leaves_nothing(tmp_path: Path, key: str) -> None:
    """At the last question, too, nothing is written, and that is said."""
    flags = ["--name", "Ada", "--source", "", "--arm", "persona", "--simulated", "drawn"]
    played = play(["persona", "new", "ada", *flags], [("\n: ", "A poet.\n"), ("\n> ", key)], cwd=tmp_path)
    assert played.code == 3
    assert "stopped; nothing was written" in played.shown
    assert list(tmp_path.iterdir()) == []


SHIPPED = sorted(map(str, paths.shipped("personas").glob("*.toml")))


def test_the_shipped_personas_pass_strictly(tmp_path: Path) -> None:
    """Without a warning; what they share and how long they are stands before the verdict."""
    done = command("persona", "check", "--strict", *SHIPPED, cwd=tmp_path, env={"COLUMNS": "110"})
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[0] == "PROMPTS beside the 8 personas that ship with eep"
    assert lines[-1] == "11 persona files: all good"
    assert "sir-isaac-newton             14 %          0 %   5 (0.3)  41 (1.0)     28 (0.9)" in lines
    assert "over those 8 they are 14 % and 2 %" in done.stdout.replace("\n", " ")


def test_a_persona_stands_beside_an_experiments(tmp_path: Path) -> None:
    """With --experiment beside its personas; without a run the correlation with level is not known, and that is said."""
    done = command("persona", "check", SHIPPED[0], "--experiment", "quickstart", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "PROMPTS beside the 8 personas of quickstart" in done.stdout
    assert "is not known before a run: there is no runs/quickstart/responses.parquet" in done.stdout.replace("\n", " ")


SMALL = """\
id = "small"
title = "Small"
question = "Is it?"
personas = ["sir-isaac-newton", "herpetologist", "goth-teen", "hill-farmer", "neutral"]
wordings = ["plain", "portrait"]

[teacher]
provider = "simulated"

[tasks.cartpole]
students = ["logistic"]
"""


def test_a_run_tells_how_lengths_go_with_level(tmp_path: Path) -> None:
    """Beside an experiment with a run, each task has the correlation of prompts' length with the teachers' level."""
    (tmp_path / "small.toml").write_text(SMALL, encoding="utf-8")
    personas, wordings = ("goth-teen", "herpetologist", "hill-farmer", "sir-isaac-newton"), ("plain", "portrait")
    words = {"goth-teen": 26.5, "herpetologist": 26.5, "hill-farmer": 33.5, "sir-isaac-newton": 23.0}
    level = np.array([words[name] / 50 for name in personas])[:, None, None] * np.ones((4, 2, 3))
    rows = table(replace(panel(level, level), personas=personas, wordings=wordings))
    run = tmp_path / "runs" / "small"
    run.mkdir(parents=True)
    rows.with_columns(task=pl.lit("cartpole"), option=pl.lit("right")).write_parquet(run / "responses.parquet")
    done = command("persona", "check", SHIPPED[0], "--experiment", "small.toml", cwd=tmp_path, env={"COLUMNS": "200"})
    assert done.returncode == 0, done.stderr
    told = " ".join(done.stdout.split())
    assert (
        "cartpole: over the 4 personas of its run, the words of prompts correlate with the teachers' level by 1.00"
        in told
    )
    assert "the characters of prompts correlate" in told


def test_warnings_end_well_unless_strict(tmp_path: Path) -> None:
    """A warning is told and lets pass; with --strict it ends with 2; an error always does, beside the warnings."""
    command("persona", "new", "ada", *ADA, "--wording", "plain=You are {name}.", cwd=tmp_path)
    file = "personas/ada.toml"
    lenient = command("persona", "check", file, cwd=tmp_path)
    assert lenient.returncode == 0
    assert "wordings.plain: warning: holds '{name}'" in lenient.stdout
    assert lenient.stdout.endswith("1 persona file: right, but see the warnings\n")
    strict = command("persona", "check", "--strict", file, cwd=tmp_path)
    assert strict.returncode == 2
    assert strict.stderr == lenient.stdout[: lenient.stdout.index("PROMPTS beside")]
    both = command("persona", "check", file, "nowhere.toml", cwd=tmp_path)
    assert both.returncode == 2
    assert "nowhere.toml:1:1: file: expected a TOML file" in both.stderr


def test_lists_are_plain_lines(tmp_path: Path) -> None:
    """A name cannot steer the terminal, and takes one line."""
    new = command("persona", "new", "evil", "--name", "E\x1b[31mvil\n!", "--about", "Nobody.", cwd=tmp_path)
    assert new.returncode == 2  # as the wordings have the name in them
    (tmp_path / "personas").mkdir()
    evil = personas_written.ADA.replace("ada", "evil").replace('"Ada"', '"E\\u001b[31mvil\\n!"')
    (tmp_path / "personas" / "evil.toml").write_text(evil, encoding="utf-8")
    done = command("persona", "list", cwd=tmp_path)
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert len(done.stdout.splitlines()) == 12


def test_arms_on_the_command_line_are_those_that_exist() -> None:
    """The help lists them without importing them."""
    assert tuple(arm.value for arm in Arm) == ARMS
