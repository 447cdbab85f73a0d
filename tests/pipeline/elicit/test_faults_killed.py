"""A process that asks a server may be killed at any moment: no answer is lost, and little is asked twice."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from asking_until_killed import CONCURRENCY, QUESTIONS, questions, teacher
from fault_server import Behaviour, FaultServer
from fault_server.faults import digest_of
from until_killed import KEY

from eep.data.store import Store
from eep.data.types import Status, answer_key

pytestmark = pytest.mark.slow

KILLS = 20
SCRIPT = Path(__file__).resolve().parents[2] / "support" / "asking_until_killed.py"


def test_kills_lose_nothing_and_repeat_only_what_was_under_way(tmp_path: Path) -> None:
    """Each acknowledged answer is kept and never asked for again; a kill repeats at most what was under way."""
    with FaultServer(Behaviour(latency=0.04, jitter=0.5)) as server:
        words = [sys.executable, str(SCRIPT), str(tmp_path), str(server.port), str(KILLS)]
        ended = subprocess.run(words, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    rounds = json.loads((tmp_path / "rounds.json").read_text())
    assert [each["ended"] for each in rounds] == [-signal.SIGKILL] * KILLS
    asked = teacher(server.port)
    keys = {digest_of(asked.body(each)): answer_key(asked.request(each)) for each in questions()}
    log = (tmp_path / "acknowledged").read_bytes()
    acknowledged = [log[start : start + KEY] for start in range(0, len(log), KEY)]
    with Store.open(tmp_path / "answers.sqlite", read_only=True) as store:
        stored = [record.answer for record in store.records()]
    assert sorted(answer.key for answer in stored) == sorted(keys.values())
    assert {answer.status for answer in stored} == {Status.OK}
    assert len(set(acknowledged)) == len(acknowledged)
    _check_what_the_server_saw(server, rounds, keys, acknowledged)


def _check_what_the_server_saw(
    server: FaultServer, rounds: list[dict[str, float]], keys: dict[str, bytes], acknowledged: list[bytes]
) -> None:
    """Check each kill: nothing acknowledged before it is asked after it, and few questions are asked again."""
    first, *others = server.record.questions()
    assert first.digest not in keys
    seen = [(each.at, keys[each.digest]) for each in others]
    again, hit, begun = 0, 0, 0.0
    for each in rounds:
        before = {key for at, key in seen if begun < at <= each["at"]}
        after = {key for at, key in seen if at > each["at"]}
        assert not after & set(acknowledged[: int(each["acknowledged"]) // KEY])
        assert len(before & after) <= CONCURRENCY
        again += len(before & after)
        hit += bool(before)
        begun = each["at"]
    assert len(seen) == QUESTIONS + again
    # Else the kills came before or after the asking, and showed nothing.
    assert hit > 0.8 * KILLS
    assert again > 2 * KILLS
