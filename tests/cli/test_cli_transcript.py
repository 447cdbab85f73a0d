"""Reading what was asked and what came back: on a terminal, into a file, in any encoding, and without keys."""

import asyncio
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import asking
import pytest
from batching import answered, experiment, prepared
from click.testing import CliRunner, Result

from eep.cli import cli
from eep.cli.views import transcript
from eep.cli.views.transcript import EntrySelection, prompt_turns, select
from eep.core.errors import UserError
from eep.core.redact import Redactor
from eep.data.store import Store
from eep.data.types import Answer, Status
from eep.pipeline.elicit.elicit import elicit
from eep.pipeline.prepare import Prepared
from eep.teachers.limits import Limits


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """Return a small experiment with answers."""
    return answered(tmp_path_factory.mktemp("answered"))


def invoke(folder: Path, name: str | Path, *options: str, charset: str = "utf-8") -> Result:
    """Run ``eep transcript`` on what lies in a folder; it must end well."""
    words = ["transcript", str(name), "--out", str(folder), *options]
    done = CliRunner(charset=charset).invoke(cli, words, catch_exceptions=False)
    assert done.exit_code == 0
    return done


def shown(small: Prepared, *options: str) -> str:
    """Return what ``eep transcript`` prints of a run that is named by its experiment's file."""
    folder = small.runs.parent.parent
    return invoke(folder, folder / "small.toml", *options).stdout


def entries(text: str) -> list[str]:
    """Return the entries of a transcript."""
    return [each for each in text.split("\n\n[") if each.strip()]


def test_every_question_and_reply_is_there(small: Prepared) -> None:
    """One entry for each: whose it is, who answered, the prompt, the reply, and what it was taken for."""
    told = entries(shown(small))
    assert len(told) == 162
    question = small.questions[5]
    assert told[5].splitlines()[0] == "6] sir-isaac-newton, plain, cartpole, text-05, sample 0: ok"
    assert question.prompt.messages[0].content in told[5]
    assert "  reply\n    left\n  taken as\n    left 1, right 0" in told[5]
    assert "openai:model-1, 0.0 s" in told[5]
    assert '"provenance": "Asked by hand."' in told[5]


def test_a_shared_text_is_told_once(small: Prepared) -> None:
    """The persona's prompt stands in its first entry; later ones refer to it by the entry's number."""
    told = shown(small)
    system = small.questions[0].prompt.system.splitlines()[0]
    assert told.count(f"    {system}\n") == 1
    assert told.count("  system, as in [1]\n") == 80
    # Whatever is selected, what is referred to is on the page.
    late = shown(small, "--persona", "neutral", "--limit", "2")
    assert late.startswith("[82] neutral")
    assert "  system, as in [82]\n" in late


@pytest.mark.parametrize(
    ("options", "number"),
    [
        (["--persona", "newton"], 81),
        (["--persona", "NEUTRAL", "--task", "cart", "--wording", "plain"], 81),
        (["--status", "refused"], 1),
        (["--status", "failed"], 0),
        (["--limit", "7"], 7),
        (["--persona", "newton", "--status", "ok", "--limit", "100"], 79),
    ],
)
def test_entries_are_selected(small: Prepared, options: list[str], number: int) -> None:
    """By a part of a name, by status, and so many at most."""
    assert len(entries(shown(small, *options))) == number
    assert len(shown(small, *options, "--format", "jsonl").splitlines()) == number


@pytest.mark.parametrize(
    ("option", "part", "problem"),
    [
        ("--persona", "e", "out of neutral, sir-isaac-newton; found 'e'"),
        ("--persona", "newtn", "out of neutral, sir-isaac-newton; found 'newtn' (did you mean 'newton'?)"),
        ("--task", "cute", "out of cartpole; found 'cute'"),
        ("--wording", "\x1b[2J", r"out of plain; found '\x1b[2J'"),
    ],
)
def test_names_fit_one_thing(small: Prepared, option: str, part: str, problem: str) -> None:
    """A part that fits nothing, or several names, is told with the names there are."""
    with pytest.raises(UserError) as caught:
        shown(small, option, part)
    assert str(caught.value).endswith(problem)


def test_what_a_model_says_steers_nothing(small: Prepared) -> None:
    """Escapes, marks of direction and halves of characters are shown, not sent; its lines stay within the entry."""
    told = shown(small, "--limit", "1")
    assert all(line.isprintable() for line in told.split("\n"))
    assert r"Neither\x1b[2J\u202eright" in told
    assert "\n    of\\rthem\\ud800\n" in told
    (line,) = shown(small, "--limit", "1", "--format", "jsonl").splitlines()
    assert line.isascii()
    assert line.isprintable()
    assert "Neither\x1b[2J\u202eright" in json.loads(line)["reply"]


def test_json_lines_have_everything(small: Prepared) -> None:
    """Number, key, status, prompt, reply, probabilities and the whole request."""
    lines = [json.loads(line) for line in shown(small, "--format", "jsonl").splitlines()]
    assert [line["number"] for line in lines] == list(range(1, 163))
    third, prompt = lines[2], small.questions[2].prompt
    assert (third["status"], third["reply"], third["probabilities"]) == ("ok", "left", {"left": 1.0, "right": 0.0})
    assert (third["persona"], third["wording"], third["item"]) == ("sir-isaac-newton", "plain", "text-02")
    asked = [("system", prompt.system), ("user", prompt.messages[0].content)]
    assert [(turn["role"], turn["text"]) for turn in third["asked"]] == asked
    assert third["request"]["body"]["model"] == "model-1"


def test_prompts_of_every_kind_of_teacher_are_read(tmp_path: Path) -> None:
    """Anthropic's blocks, a dialogue's turns, and teachers that are sent no prompt at all."""
    claude = answered(tmp_path, provider="anthropic")
    with Store.open(claude.runs / "answers.sqlite", read_only=True) as store:
        about = next(store.records()).about
    prompt = claude.questions[0].prompt
    assert prompt_turns(about) == (("system", prompt.system), ("user", prompt.messages[0].content))
    turns = [{"role": "assistant", "content": "left"}, {"role": "user", "content": [{"type": "image"}]}, 7]
    read = (("assistant", "left"), ("user", '{"type": "image"}'), ("unknown", "7"))
    assert prompt_turns({"request": {"body": {"messages": turns}}}) == read
    simulated = {"text": "a cat", "wording_text": "Be Newton."}
    assert prompt_turns({"request": simulated}) == (("wording", "Be Newton."), ("item", "a cat"))
    assert prompt_turns({}) == ()


def test_whatever_else_is_on_record_is_shown(tmp_path: Path) -> None:
    """A record of another kind, with names of its own, is readable, too."""
    with Store.open(tmp_path / "answers.sqlite") as store:
        answer = Answer(b"k" * 16, Status.FAILED, None, "failed after 2 attempts: overloaded", "", {"input": 0}, 1.25)
        asyncio.run(store.put(answer, {"episode": 3, "note": "by\x1bhand"}))
        (text,) = transcript.as_text(select(store, EntrySelection(), Redactor()))
    assert text.splitlines()[0] == "[1] ?, ?, ?, ?, sample ?: failed"
    assert "  episode: 3\n  note: by\\x1bhand\n  reply: failed\n    failed after 2 attempts: overloaded\n" in text


def test_a_running_run_is_not_disturbed(tmp_path: Path) -> None:
    """While a store is written, what is in it can be read, and the writing goes on."""
    with Store.open(tmp_path / "answers.sqlite") as store:
        elicit(asking.questions(3), asking.Scripted(), store, limits=Limits(concurrency=2))
        with Store.open(tmp_path / "answers.sqlite", read_only=True) as beside:
            reading = transcript.as_text(select(beside, EntrySelection(), Redactor()))
            assert next(reading).startswith("[1] sir-isaac-newton")
            elicit(asking.questions(5), asking.Scripted(), store, limits=Limits(concurrency=2))
        with Store.open(tmp_path / "answers.sqlite", read_only=True) as later:
            assert len(list(select(later, EntrySelection(), Redactor()))) == 5


def test_keys_are_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even if one had got into a store: neither one that the environment knows nor one that looks like one."""
    known, like = "a-local-server's-key", "sk-proj-0123456789abcdef"
    monkeypatch.setenv("MY_KEY", known)
    small = prepared(tmp_path, more='api_key_env = "MY_KEY"')
    answer = Answer(b"k" * 16, Status.REFUSED, None, f"no: {known}", like)
    with Store.open(small.runs / "answers.sqlite") as store:
        asyncio.run(store.put(answer, {"persona": "p", "request": {"body": {"messages": [{"content": known}]}}}))
    for told in (shown(small), shown(small, "--format", "jsonl"), invoke(tmp_path, small.runs.name).stdout):
        assert "[redacted]" in told
        assert known not in told
        assert like not in told


def test_no_run_is_told(tmp_path: Path) -> None:
    """An experiment that was never run has no transcript; nothing is made by looking for it."""
    path = experiment(tmp_path)
    with pytest.raises(UserError, match=r"answers\.sqlite: expected an answer store, found no file"):
        invoke(tmp_path, path)
    assert list(tmp_path.iterdir()) == [path]


def test_that_nothing_is_shown_is_said(small: Prepared, tmp_path: Path) -> None:
    """Beside the output, which stays empty: nothing fitted out of how many, or nothing is there yet."""
    none = invoke(small.runs.parent.parent, small.runs.name, "--status", "failed")
    assert (none.stdout, none.stderr) == ("", "none of the 162 replies fits\n")
    empty = prepared(tmp_path)
    with Store.open(empty.runs / "answers.sqlite"):
        pass
    yet = invoke(tmp_path, empty.runs.name)
    assert (yet.stdout, yet.stderr) == ("", "there is no reply yet\n")


def test_outputs_of_any_encoding_can_be_written(tmp_path: Path) -> None:
    """Where the output knows ASCII only, other letters are escaped."""
    small = prepared(tmp_path)
    with Store.open(small.runs / "answers.sqlite") as store:
        asyncio.run(store.put(Answer(b"z" * 16, Status.REFUSED, None, "käse", "m"), {"task": "other"}))
    assert r"k\xe4se" in invoke(tmp_path, small.runs.name, "--task", "other", charset="ascii").stdout


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
