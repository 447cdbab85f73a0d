"""The same experiment asked live, as a batch, and by hand: the same answers, the same tables."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openai
import pytest
from batching import experiment, exported, reply, write
from fault_server import Behaviour, Fault, FaultServer, Seen

import eep
from eep.pipeline.batch.fetch import fetch
from eep.pipeline.batch.imports import import_replies
from eep.pipeline.batch.jobs import submit
from eep.pipeline.prepare import Prepared, prepare

pytestmark = pytest.mark.slow

TABLES = ("responses", "returns", "policies", "estimates", "verdicts")
#: What becomes of some questions, always of the same ones: a refusal, and words that are no option.
FAULTS = {0: Fault.REFUSAL, 1: Fault.WRONG_LABEL, 2: Fault.CONTENT_FILTER}


def some(asked: Seen) -> Fault | None:
    """Fail at some questions, whoever asks them and when."""
    return FAULTS.get(int(asked.digest[:4], 16) % 11)


def plain_reply(client: openai.OpenAI, line: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a person brings back who has the model asked by other means."""
    completion = client.chat.completions.create(**body)
    (choice,) = completion.choices
    changes = {"model": completion.model, "provenance": "Asked one by one on a local server."}
    if choice.message.refusal or choice.finish_reason == "content_filter":
        return reply(line, choice.message.refusal or "filtered", status="refused", **changes)
    # People copy what they see: the bare word as well as the form that was asked for.
    text = str(choice.message.content)
    bare = int(line["custom_id"][0], 16) % 2 == 0
    return reply(line, json.loads(text)["answer"].capitalize() + "." if bare else text, **changes)


def by_hand(small: Prepared, folder: Path, server: FaultServer) -> None:
    """Export plain lines, have each answered, and import the replies."""
    bodies = {line["custom_id"]: line["body"] for line in exported(small, folder, "openai")}
    lines = exported(small, folder)
    for line in lines:
        messages = bodies[line["custom_id"]]["messages"]
        assert [line["system"], line["user"]] == [message["content"] for message in messages]
    with openai.OpenAI(api_key="none", base_url=server.openai_url) as client:
        came = [plain_reply(client, line, bodies[line["custom_id"]]) for line in reversed(lines)]
    brought = import_replies(small, [write(folder / "replies.jsonl", came)])
    assert brought.missing == 0


def as_batch(small: Prepared, folder: Path, server: FaultServer) -> None:
    """Export the provider's own lines, submit them, and fetch what comes."""
    del server
    path = write(folder / "questions.jsonl", exported(small, folder, "openai"))
    submit(small, path)
    brought = fetch(small).imported
    assert brought is not None
    assert brought.missing == 0


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, eep.Run]:
    """Run one small experiment live, and after its questions were answered in two other ways, without charts."""
    found = {}
    with FaultServer(Behaviour(plan=some)) as server, pytest.MonkeyPatch.context() as patch:
        patch.setattr("eep.report.publish._charts", lambda _: {})
        for way, answered in {"live": None, "plain": by_hand, "batch": as_batch}.items():
            folder = tmp_path_factory.mktemp(way)
            path = experiment(folder, server.openai_url)
            if answered is not None:
                answered(prepare(path, out=folder), folder, server)
            before = len(server.record.questions())
            found[way] = eep.run(path, out=folder)
            asked = 162 if answered is None else 0
            assert (found[way].asked, len(server.record.questions()) - before) == (asked, asked)
    return found


@pytest.mark.parametrize("way", ["plain", "batch"])
def test_tables_are_those_of_a_live_run(runs: dict[str, eep.Run], way: str) -> None:
    """To the byte, with refusals and unparsable replies among the answers."""
    assert {"ok", "refused", "unparsable"} == set(runs["live"].responses.filter(role="teacher")["status"])
    for name in TABLES:
        table = f"{name}.parquet"
        assert (runs[way].folder / table).read_bytes() == (runs["live"].folder / table).read_bytes(), name


def test_the_report_tells_what_came_as_words(runs: dict[str, eep.Run]) -> None:
    """An answer that somebody brought is not passed off as the interface's; one of a batch came over it."""
    told = {way: json.loads((run.report / "report.json").read_bytes()) for way, run in runs.items()}
    limits = {way: report["teacher"]["limits"] for way, report in told.items()}
    assert limits["live"] == limits["batch"] == limits["plain"][:-1]
    assert limits["plain"][-1] == (
        "162 of 162 answers did not come over the teacher's interface: somebody had them given elsewhere and imported "
        "them as words. What is stated of their origin: Asked one by one on a local server (162)."
    )
    assert limits["plain"][-1].split(":")[0] in (runs["plain"].report / "report.md").read_text(encoding="utf-8")
