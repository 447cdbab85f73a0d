"""What conversations with teachers come to, whatever the teachers answer."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from asking import Scripted, ending
from talking_experiment import CELLS, prepared, write

import eep
from eep.cli.views import summary
from eep.core.errors import UnfinishedError, UserError
from eep.data.store import Store
from eep.data.types import Question, Status
from eep.pipeline import conversations, resume
from eep.pipeline.collect import collect_answers, collect_some, collect_stored, demonstrations
from eep.pipeline.elicit.spending import Spending
from eep.pipeline.preflight import require_ready
from eep.pipeline.prepare import prepare
from eep.pipeline.progress import Progress
from eep.tasks.cartpole import conversation_text as text


def test_refusals_end_episodes_and_have_rows(tmp_path: Path) -> None:
    """A refusal in play ends its episode; asked about common moments, refusals are rows with their status."""

    def script(question: Question) -> dict[str, object]:
        leans_left = question.item.traits["pole-angle"] < 0
        if leans_left and question.wording.id == "plain":
            return ending(Status.REFUSED, "I would rather not.")
        return {}

    ready = replace(prepared(tmp_path), source=Scripted(script))
    with Store.open(ready.runs / "answers.sqlite") as store:
        collected = collect_answers(ready, store, Progress())
    played = collected.conversations.played["cartpole"]
    plain, portrait = (played[cell] for cell in sorted(played))
    refused = [episode for episode in plain if episode.status is Status.REFUSED]
    assert refused
    assert all(episode.ended == "unanswered" and episode.value is None for episode in refused)
    assert all(moment.traits["pole-angle"] >= 0 for episode in plain for moment in episode.moments)
    assert {episode.status for episode in portrait} == {Status.OK}
    (shown,) = demonstrations(ready, collected).values()
    rows = shown.responses.group_by("wording", "status").agg(pl.col("response").null_count(), pl.len())
    found = {(wording, status): (nulls, count) for wording, status, nulls, count in rows.iter_rows()}
    assert found["plain", "refused"][0] == found["plain", "refused"][1] > 0
    assert found["portrait", "ok"] == (0, sum(count for (w, _), (_, count) in found.items() if w == "plain"))
    returns = conversations.returns(ready, "cartpole", played)
    assert returns.filter(ended="unanswered")["value"].null_count() == len(refused)


def test_failures_end_episodes_and_are_asked_again(tmp_path: Path) -> None:
    """A failed answer ends its episode; the next run asks again and plays on from there."""
    failing = {"moment"}

    def script(question: Question) -> dict[str, object]:
        failed = failing and question.item.traits["pole-angle"] < 0 and question.wording.id == "plain"
        return ending(Status.FAILED, "overloaded") if failed else {}

    ready = replace(prepared(tmp_path), source=Scripted(script))
    digests = set()
    with Store.open(ready.answers) as store:
        for expected in ({Status.OK, Status.FAILED}, {Status.OK}):
            collected = collect_answers(ready, store, Progress())
            played = collected.conversations.played["cartpole"]
            assert {episode.status for cell in played.values() for episode in cell} == expected
            assert bool(conversations.conversation_progress(ready, store).there.missing) is bool(failing)
            assert collect_stored(ready, store).digest == collected.digest
            digests.add(collected.digest)
            failing.clear()
    assert len(digests) == 2


def test_where_everything_failed_the_run_is_unfinished(tmp_path: Path) -> None:
    """Nothing can be drawn from conversations that all failed; they are asked again, so that nobody need change a file."""
    ready = replace(prepared(tmp_path), source=Scripted(lambda _: ending(Status.FAILED, "overloaded")))
    with Store.open(ready.runs / "answers.sqlite") as store:
        collected = collect_answers(ready, store, Progress())
    with pytest.raises(UnfinishedError, match="unanswered: overloaded"):
        resume.require_complete(collected, ready, "eep run talk.toml")


def test_costs_of_a_conversation_are_bounded_and_then_known(tmp_path: Path) -> None:
    """At first a plan tells the most that conversations can cost; measured answers make it an extrapolation."""
    usage = {"input": 500, "output": 5}
    ready = replace(prepared(tmp_path), source=Scripted(lambda _: {"usage": usage}))
    path = ready.runs / "answers.sqlite"
    with Store.open(path) as store:
        some = collect_some(ready, store, 2, Progress())
    assert (some.asked, some.conversations.asked) == (2, 0)
    told = " ".join(summary.of_plan(ready).split())
    assert "2 answers so far: 1,000 tokens in, 10 out" in told
    most = 2 * (80 + 100)
    assert f"in conversation, from its beginning: at most {most} questions: about" in told
    assert f"{5 * most:,} out; extrapolated from the 2 answers so far" in told
    with Store.open(path) as store:
        all_of_it = collect_answers(ready, store, Progress())
    assert all_of_it.stored == 2
    told = " ".join(summary.of_plan(ready).split())
    assert f"{2 + all_of_it.asked:,} answers so far" in told
    assert "at most 360 questions: about" not in told


def test_what_a_model_is_sent(tmp_path: Path) -> None:
    """Every prompt has the example, then the past with the model's own answers, and the persona in its system text alone."""
    ready = prepared(tmp_path)
    sent: list[Question] = []

    def script(question: Question) -> dict[str, object]:
        sent.append(question)
        return {}

    with Store.open(ready.runs / "answers.sqlite") as store:
        collect_answers(replace(ready, source=Scripted(script)), store, Progress())
    wordings = {wording.id: wording.text for wording in ready.personas[0].wordings}
    example = text.messages(text.example(7, "words"))
    for question in sent:
        prompt, (past, present) = question.prompt, text.parse(question.item.text)
        assert prompt.system.startswith(wordings[question.wording.id] + "\n\n")
        assert prompt.messages[:14] == example
        assert prompt.messages[14:-1] == text.messages(past)
        assert prompt.messages[-1].content == present
        assert len(past) <= 2
        assert [message.role for message in prompt.messages] == ["user", "assistant"] * (7 + len(past)) + ["user"]
    assert {len(question.prompt.messages) for question in sent} == {15, 17, 19}


def test_an_unanswered_moment_breaks_the_conversation_off(tmp_path: Path) -> None:
    """A recording has no answers to conversations: the plan says so, and the run stops and makes nothing up."""
    path = write(tmp_path, teacher='provider = "recorded"\nrecording = "first-matrix"')
    told = " ".join(summary.of_plan(prepare(path, out=tmp_path)).split())
    assert "what is said in conversation cannot be answered" in told
    with pytest.raises(UnfinishedError, match=f"{CELLS} of them broke off conversations"):
        eep.run(path, out=tmp_path)
    assert not (tmp_path / "runs" / "talk" / "recordings").exists()


def test_a_teacher_that_cannot_be_asked_is_told_first(tmp_path: Path) -> None:
    """Without a key nothing begins while any moment is open; once all are answered none is needed."""

    class Keyless(Scripted):
        def not_ready_reason(self) -> str:
            return "no key"

    ready = replace(prepared(tmp_path), source=Keyless())
    with pytest.raises(UserError, match="no key"):
        require_ready(ready)
    with Store.open(ready.answers) as store:
        talks = conversations.run_conversations(ready, store, progress=Progress(), spending=Spending())
    assert talks.asked
    with pytest.raises(UserError, match="no key"):
        require_ready(ready)
    with Store.open(ready.answers) as store:
        assert not collect_answers(ready, store, Progress()).unanswered
    require_ready(ready)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"cartpole": "episodes = 4"}, "14:8: tasks.cartpole: expected a memory of at least 1 with episodes, found memory 0"),
        ({"cartpole": "few_shot = 1\nepisodes = 4"}, "14:8: tasks.cartpole: expected a memory of at least 1 with episodes and few_shot"),
        ({"cartpole": "memory = 1\npool_episodes = 9"}, "14:8: tasks.cartpole: expected episodes in place of pool_episodes"),
        ({"cartpole": "memory = -1"}, "tasks.cartpole.memory: expected a number of at least 0, found -1"),
        ({"teacher": 'provider = "episodes"\nmodel = "m"\nrecording = "."'}, "expected a teacher that answers questions, to play in conversation"),
    ],
)  # fmt: skip
def test_a_memory_that_cannot_be_is_told(tmp_path: Path, settings: dict[str, Any], told: str) -> None:
    """A setting that it, or its absence, leaves idle, a wrong one, and a teacher whom nobody can ask: in one line."""
    with pytest.raises(UserError, match=re.escape(told)) as error:
        prepare(write(tmp_path, **settings), out=tmp_path)
    assert str(error.value).count("\n") == 0
