"""Conversations with a server that fails at some questions: such an answer moves nothing and ends its episode."""

from pathlib import Path

import pytest
from fault_asking import ENDS, PROVIDERS, leaks, said, sentinel
from fault_server import Behaviour, Fault, FaultServer, sticking
from fault_server.faults import digest_of
from talking_experiment import prepared

from eep.data.store import Store
from eep.data.types import Status
from eep.pipeline import conversations
from eep.pipeline.collect import CollectedAnswers, collect_answers
from eep.pipeline.progress import Progress
from eep.tasks.cartpole import recording
from eep.teachers.live import Live

pytestmark = pytest.mark.slow

__all__ = ["sentinel"]  # a fixture

FAULTS = [Fault.REFUSAL, Fault.WRONG_LABEL, Fault.MAX_TOKENS, Fault.ERROR, Fault.TRUNCATED_JSON]
TEACHER = """\
provider = "{provider}"
model = "model-1"
base_url = "{url}"
api_key_env = "EEP_TEST_SENTINEL"
max_attempts = 2"""
TASK = "memory = 2\nepisodes = 4\nmax_steps = 24\nfew_shot = 0\ntrain_items = 30\ntest_items = 20"


def talked(server: FaultServer, provider: str, folder: Path) -> tuple[CollectedAnswers, Live, list[Path]]:
    """Let two cells play, and answer about common moments; return what came of it, the teacher, and recordings."""
    url = server.openai_url if provider == "openai" else server.anthropic_url
    ready = prepared(folder, teacher=TEACHER.format(provider=provider, url=url), cartpole=TASK)
    assert isinstance(ready.source, Live)
    with Store.open(ready.runs / "answers.sqlite") as store:
        collected = collect_answers(ready, store, Progress())
    return collected, ready.source, conversations.record(ready, collected.conversations.played)


@pytest.mark.usefixtures("sentinel")
@pytest.mark.parametrize("provider", PROVIDERS)
def test_no_fault_pushes_the_cart(provider: str, tmp_path: Path) -> None:
    """Every answer is the server's or has the fault's status; episodes end there, and recordings obey the physics."""
    with FaultServer(Behaviour(plan=sticking(dict.fromkeys(FAULTS, 0.04)))) as server:
        collected, teacher, files = talked(server, provider, tmp_path)
    met = {seen.digest: seen.fault for seen in server.record.questions()}
    answers = (*collected.conversations.answered, *collected.answered)
    for question, answer in answers:
        body = teacher.body(question)
        fault = met[digest_of(body)]
        if fault is None:
            assert answer.probabilities is not None
            assert answer.probabilities[said(provider, body).choice()] == 1
        else:
            assert answer.status == ENDS[fault][0]
    episodes = [episode for cell in collected.conversations.played["cartpole"].values() for episode in cell]
    broken = [episode for episode in episodes if episode.status is not Status.OK]
    assert broken
    assert all((episode.ended, episode.value) == ("unanswered", None) for episode in broken)
    assert len(set(met.values())) > 3
    recorded = {file.parent for file in files}
    assert recorded
    assert all(recording.check(folder).trustworthy for folder in recorded)
    assert leaks(tmp_path) == []


@pytest.mark.usefixtures("sentinel")
@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_memory_goes_over_the_wire(provider: str, tmp_path: Path) -> None:
    """Past moments and answers come as turns that alternate, as many as the memory has, the user's last."""
    with FaultServer() as server:
        talked(server, provider, tmp_path)
    lengths = set()
    for seen in server.record.questions():
        roles = [role for role, _ in said(provider, seen.body).turns]
        assert roles == ["user", "assistant"] * (len(roles) // 2) + ["user"]
        lengths.add(len(roles))
    assert lengths == {1, 3, 5}
    assert {seen.status for seen in server.record.seen} == {200}
