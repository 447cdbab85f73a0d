"""What the report says of the origin of answers."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import talking_experiment
from asking import Scripted
from batching import MODEL, prepared

from eep.data.store import Store
from eep.data.types import Answer, Question, Status, answer_key
from eep.pipeline import provenance
from eep.pipeline.collect import collect_answers, collect_stored
from eep.pipeline.progress import Progress
from eep.teachers.base import Kind
from eep.teachers.live import Live


def limits(folder: Path, models: Sequence[str]) -> tuple[str, ...]:
    """Return what is added to the teacher's limits where the first replies name these models."""
    small = prepared(folder)
    assert isinstance(small.source, Live)
    with Store.open(small.runs / "answers.sqlite") as store:
        for question, model in zip(small.questions, models, strict=False):
            key = answer_key(small.source.request(question))
            answer = Answer(key, Status.OK, {"left": 1.0, "right": 0.0}, "left", model)
            asyncio.run(store.put(answer, {}))
        told = provenance.annotate_provenance(small, store, collect_stored(small, store)).provenance.caveats
    return told[len(small.provenance.caveats) :]


@pytest.mark.parametrize("models", [[], [MODEL, MODEL], [MODEL, ""]])
def test_the_model_that_was_asked_is_no_news(tmp_path: Path, models: list[str]) -> None:
    """Where replies name the model that was asked, or none, nothing is added."""
    assert limits(tmp_path, models) == ()


@pytest.mark.parametrize(
    ("models", "told"),
    [
        (["model-1-2026-11", "model-1-2026-11"], "The model that the replies name is model-1-2026-11."),
        (["b", "a", "a\x1b[2J"], "The replies name 3 different models: a (1); a"),
    ],
)
def test_other_models_are_told(tmp_path: Path, models: list[str], told: str) -> None:
    """A dated name of the model, and how many replies name which where it was replaced during a run."""
    (said,) = limits(tmp_path, models)
    assert said.startswith(told)
    assert "\x1b" not in said


def test_replies_in_conversation_are_counted(tmp_path: Path) -> None:
    """Where teachers play in conversation, every reply counts, in play and about common moments; in a new report, too."""
    named: Counter[str] = Counter()

    def script(question: Question) -> dict[str, str]:
        name = "in-play" if len(named) < 2 and named.total() < 10 else f"later-{question.wording.id}"
        named[name] += 1
        return {"model": name}

    ready = talking_experiment.prepared(tmp_path)
    told = replace(ready.provenance, kind=Kind.LIVE, agent="openai:in-play")
    ready = replace(ready, source=Scripted(script), provenance=told)
    with Store.open(ready.runs / "answers.sqlite") as store:
        collected = collect_answers(ready, store, Progress())
        assert collected.conversations.asked
        assert collected.conversations.asked < named.total() == len(store)
        (said,) = provenance.annotate_provenance(ready, store, collected).provenance.caveats[len(told.caveats) :]
        again = collect_stored(ready, store)
        assert provenance.annotate_provenance(ready, store, again).provenance.caveats[-1] == said
    listed = "; ".join(f"{name} ({count:,})" for name, count in sorted(named.items()))
    assert said.startswith(f"The replies name 3 different models: {listed}.")
