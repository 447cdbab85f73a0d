"""Reading what was asked and what came back."""

import asyncio
import json
from pathlib import Path

import asking
import pytest
from batching import answered
from click.testing import CliRunner

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


def shown(small: Prepared, *options: str) -> str:
    """Return what ``eep transcript`` prints."""
    folder = small.runs.parent.parent
    done = CliRunner().invoke(
        cli,
        ["transcript", str(folder / "small.toml"), "--out", str(folder), *options],
        catch_exceptions=False,
    )
    assert done.exit_code == 0
    return done.stdout


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


def test_a_run_is_found_by_its_name(small: Prepared) -> None:
    """A run's name will do, as with added personas or another seed no file has it."""
    folder = small.runs.parent.parent
    done = CliRunner().invoke(cli, ["transcript", small.runs.name, "--out", str(folder)], catch_exceptions=False)
    assert done.stdout == shown(small)


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
    third = lines[2]
    assert (third["status"], third["reply"], third["probabilities"]) == (
        "ok",
        "left",
        {"left": 1.0, "right": 0.0},
    )
    assert (third["persona"], third["wording"], third["item"]) == ("sir-isaac-newton", "plain", "text-02")
    prompt = small.questions[2].prompt
    assert [(turn["role"], turn["text"]) for turn in third["asked"]] == [
        ("system", prompt.system),
        ("user", prompt.messages[0].content),
    ]
    assert third["request"]["body"]["model"] == "model-1"


def test_prompts_of_every_kind_of_teacher_are_read(tmp_path: Path) -> None:
    """Anthropic's blocks, a dialogue's turns, and teachers that are sent no prompt at all."""
    claude = answered(tmp_path, provider="anthropic")
    with Store.open(claude.runs / "answers.sqlite", read_only=True) as store:
        about = next(store.records()).about
    prompt = claude.questions[0].prompt
    assert prompt_turns(about) == (("system", prompt.system), ("user", prompt.messages[0].content))
    turns = [{"role": "assistant", "content": "left"}, {"role": "user", "content": [{"type": "image"}]}, 7]
    assert prompt_turns({"request": {"body": {"messages": turns}}}) == (
        ("assistant", "left"),
        ("user", '{"type": "image"}'),
        ("unknown", "7"),
    )
    assert prompt_turns({"request": {"text": "a cat", "wording_text": "Be Newton."}}) == (
        ("wording", "Be Newton."),
        ("item", "a cat"),
    )
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
