"""How often a question's request is built: once, however many stages need its key."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from talking_experiment import MEMORY, write

import eep
from eep.data.types import Question
from eep.teachers.simulated import Simulated

pytestmark = pytest.mark.slow

CUTE = '\n\n[tasks.cute]\nstimuli = "drawn-animals-1"\nnumber = 30\ntest_share = 0.25\nstudents = ["logistic"]'
ALONE = "train_items = 60\ntest_items = 40\npool_episodes = 5"


@pytest.mark.parametrize("pole", [ALONE, MEMORY], ids=["beforehand", "in conversation"])
def test_a_first_run_builds_each_request_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pole: str) -> None:
    """From the first look into the store to the report; in play a question that comes up again is another one."""
    built: list[Question] = []
    real = Simulated.request

    def request(self: Simulated, question: Question) -> Mapping[str, Any]:
        built.append(question)
        return real(self, question)

    monkeypatch.setattr(Simulated, "request", request)
    run = eep.run(write(tmp_path, cartpole=pole + CUTE), out=tmp_path)
    assert set(run.verdicts["task"]) == {"cartpole", "cute"}
    assert len({id(question) for question in built}) == len(built)
    assert len(built) == run.asked or (pole == MEMORY and len(built) > run.asked)
