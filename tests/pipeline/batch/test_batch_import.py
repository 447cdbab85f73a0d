"""Replies into the store: all or nothing, once, and told."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from batching import MODEL, exported, prepared, replies, reply, write
from click.testing import CliRunner, Result

from eep.cli import cli
from eep.core.errors import UnfinishedError, UserError
from eep.data.store import Record, Store
from eep.data.types import Answer, Status
from eep.pipeline.batch.imports import ImportResult, import_replies
from eep.pipeline.prepare import Prepared


@pytest.fixture
def small(tmp_path: Path) -> Prepared:
    """Return a small experiment of 162 questions."""
    return prepared(tmp_path)


def records(small: Prepared) -> list[Record]:
    """Return everything in the store."""
    if not small.answers.exists():
        return []
    with Store.open(small.answers, read_only=True) as store:
        return list(store.records())


def stored(small: Prepared) -> dict[str, Any]:
    """Return key -> status and probabilities of everything in the store."""
    return {r.answer.key.hex(): (r.answer.status.value, r.answer.probabilities) for r in records(small)}


def command(folder: Path, *arguments: str | Path) -> Result:
    """Run ``eep batch import`` on a small experiment."""
    words = ["batch", "import", str(folder / "small.toml"), *map(str, arguments), "--out", str(folder)]
    return CliRunner().invoke(cli, words)


def test_replies_become_answers(small: Prepared, tmp_path: Path) -> None:
    """Each is stored under its question's key, with all that a live answer has and where it came from; in a notebook, too."""
    lines = exported(small, tmp_path)
    path = write(tmp_path / "replies.jsonl", reversed(replies(lines, lambda line: line["options"][0])))

    async def cell() -> ImportResult:
        return import_replies(small, [path])  # in a notebook, whose loop is running already

    brought = asyncio.run(cell())
    assert (len(brought.new), brought.known, brought.missing) == (162, 0, 0)
    assert brought.statuses == {Status.OK: 162}
    assert stored(small) == {line["custom_id"]: ("ok", {"left": 1.0, "right": 0.0}) for line in lines}
    first = records(small)[0]
    assert first.answer.key.hex() == lines[0]["custom_id"]
    assert (first.about["persona"], first.about["task"], first.answer.model) == ("sir-isaac-newton", "cartpole", MODEL)
    assert first.about["imported"] == {
        "format": "plain",
        "file": "replies.jsonl",
        "line": 162,
        "provenance": "Asked by hand.",
    }


def test_importing_twice_changes_nothing(small: Prepared, tmp_path: Path) -> None:
    """Not a byte of the store's answers, whichever part comes first."""
    lines = exported(small, tmp_path)
    whole = write(tmp_path / "whole.jsonl", replies(lines))
    part = write(tmp_path / "part.jsonl", replies(lines[:50]))
    first = import_replies(small, [part])
    assert (len(first.new), first.missing) == (50, 112)
    second = import_replies(small, [whole, part])
    assert (len(second.new), second.known, second.missing, second.judged.repeated) == (112, 50, 0, 50)
    before = records(small)
    again = import_replies(small, [part, whole])
    assert (len(again.new), again.known, again.missing) == (0, 162, 0)
    assert records(small) == before


def test_the_first_answer_is_kept(small: Prepared, tmp_path: Path) -> None:
    """A second file that says otherwise changes nothing, and is told."""
    lines = exported(small, tmp_path)
    import_replies(small, [write(tmp_path / "first.jsonl", replies(lines))])
    before = stored(small)
    other = replies(lines, lambda line: "right" if line is lines[7] else "left")
    brought = import_replies(small, [write(tmp_path / "second.jsonl", other)])
    assert (len(brought.new), brought.known, [r.line.number for r in brought.other]) == (0, 161, [8])
    assert stored(small) == before


def test_a_wrong_line_stops_everything(small: Prepared, tmp_path: Path) -> None:
    """All that is wrong is told with its line, and nothing is stored; with ``partial`` the rest is."""
    lines = replies(exported(small, tmp_path))
    lines[3] = {**lines[3], "custom_id": "f" * 32}
    lines[5] = {**lines[5], "model": "somebody"}
    path = write(tmp_path / "replies.jsonl", lines)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(UserError) as caught:
        import_replies(small, [path])
    told = str(caught.value).splitlines()
    assert told[0].endswith("found 3 problems; nothing was imported")
    assert all(f"replies.jsonl:{number}:" in line for number, line in zip([4, 6, 162], told[1:4], strict=True))
    assert stored(small) == {}
    brought = import_replies(small, [path], partial=True)
    assert (len(brought.new), brought.missing) == (159, 3)
    assert len(stored(small)) == 159


def test_failures_stay_open_and_may_be_answered_later(small: Prepared, tmp_path: Path) -> None:
    """Nothing is stored of them; the next export has them alone, and their answers replace what failed in a live run."""
    lines = exported(small, tmp_path)
    with Store.open(small.answers) as store:
        asyncio.run(store.put(Answer(bytes.fromhex(lines[0]["custom_id"]), Status.FAILED, None, "overloaded", ""), {}))
    came = replies(lines)
    came[:2] = [{"custom_id": line["custom_id"], "status": "expired"} for line in lines[:2]]
    brought = import_replies(small, [write(tmp_path / "replies.jsonl", came)])
    assert (brought.failures, brought.missing) == ({"expired": 2}, 2)
    rest = exported(small, tmp_path)
    assert rest == lines[:2]
    assert import_replies(small, [write(tmp_path / "rest.jsonl", replies(rest))]).missing == 0
    assert exported(small, tmp_path) == []
    assert stored(small)[lines[0]["custom_id"]] == ("ok", {"left": 1.0, "right": 0.0})


def test_a_plan_that_came_after_the_replies_says_so(small: Prepared, tmp_path: Path) -> None:
    """Replies to questions that were never exported here do not come after a plan."""
    lines = exported(small, tmp_path)
    plan = small.runs / "plan.json"
    assert json.loads(plan.read_text(encoding="utf-8"))["answers_before"] == 0
    plan.unlink()
    import_replies(small, [write(tmp_path / "replies.jsonl", replies(lines))])
    assert json.loads(plan.read_text(encoding="utf-8"))["answers_before"] == 162


def test_the_command_tells_what_came(small: Prepared, tmp_path: Path) -> None:
    """Counts by status, what was said instead of an answer and where, and what is left."""
    lines = exported(small, tmp_path)
    came = replies(lines[:10])
    came[1] = reply(lines[1], "Neither\x1b[2J")
    came[2] = reply(lines[2], "No.", status="refused")
    done = command(tmp_path, write(tmp_path / "replies.jsonl", came))
    assert done.exit_code == 0, done.output
    assert "10 answers imported (8 ok, 1 refused, 1 unparsable), 0 known before" in done.stdout
    assert r"replies.jsonl:2: unparsable: expected one of left, right" in done.stdout
    assert r"Neither\x1b[2J" in done.stdout
    assert "replies.jsonl:3: refused: No." in done.stdout
    assert done.stdout.endswith("152 questions have no answer yet\n")
    nearly = write(tmp_path / "nearly.jsonl", replies(lines[10:-1]))
    assert command(tmp_path, nearly).stdout.endswith("\n1 question has no answer yet\n")
    whole = write(tmp_path / "whole.jsonl", [*came, *replies(lines[10:])])
    assert command(tmp_path, whole).stdout.splitlines()[-1].startswith("every question has its answer: eep run ")


def test_the_command_ends_with_3_where_questions_stay_open(small: Prepared, tmp_path: Path) -> None:
    """Failures are told by reason, with the ways to go on, but not where the questions were answered elsewhere."""
    lines = exported(small, tmp_path)
    came = [{"custom_id": line["custom_id"], "status": "expired"} for line in lines[:3]]
    failures = write(tmp_path / "replies.jsonl", came)
    done = command(tmp_path, failures)
    assert isinstance(done.exception, UnfinishedError)
    assert done.exception.exit_code == 3
    assert "3 replies are failures, which are no answers:\n  3: expired\n" in str(done.exception)
    assert command(tmp_path, write(tmp_path / "all.jsonl", replies(lines))).exit_code == 0
    done = command(tmp_path, failures)
    assert done.exit_code == 0, done.output
    assert "every question has its answer" in done.stdout
    assert "are failures" not in done.output


def test_the_command_takes_only_what_is_right_when_told_so(small: Prepared, tmp_path: Path) -> None:
    """Wrong lines end it with code 2; with --partial they are listed and left out; a model may be allowed."""
    lines = exported(small, tmp_path)
    came = [reply(lines[0]), reply(lines[1], model="other"), reply(lines[2], custom_id="0" * 32)]
    path = write(tmp_path / "replies.jsonl", came)
    assert isinstance(command(tmp_path, path).exception, UserError)
    done = command(tmp_path, path, "--partial", "--model", "other")
    assert done.exit_code == 0
    assert done.stdout.startswith("left out:\n")
    assert "replies.jsonl:3: expected the custom_id of a question" in done.stdout
    assert "2 answers imported (2 ok)" in done.stdout


def test_not_all_places_are_told_but_their_number_is(small: Prepared, tmp_path: Path) -> None:
    """Of answers that are kept against other replies, twelve places are named, and how many more there are."""
    lines = exported(small, tmp_path)
    command(tmp_path, write(tmp_path / "first.jsonl", replies(lines)))
    other = write(tmp_path / "other.jsonl", replies(lines[:14], lambda _: "right"))
    told = command(tmp_path, other).stdout
    assert "14 questions had another answer already, which is kept (" in told
    assert "other.jsonl:12, and 2 more)\n" in told
