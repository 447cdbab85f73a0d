"""What the report says of the origin of answers."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from batching import MODEL, prepared

from eep import origins
from eep.question import Answer, Status, answer_key
from eep.store import Store
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
        told = origins.stated(small, store).provenance.limits
    return told[len(small.provenance.limits) :]


@pytest.mark.parametrize("models", [[], [MODEL, MODEL], [MODEL, ""]])
def test_the_model_that_was_asked_is_no_news(tmp_path: Path, models: list[str]) -> None:
    """Where replies name the model that was asked, or none, nothing is added."""
    assert limits(tmp_path, models) == ()


def test_another_name_is_told(tmp_path: Path) -> None:
    """Providers answer by a dated name of the model: the report has it."""
    assert limits(tmp_path, ["model-1-2026-11", "model-1-2026-11"]) == (
        "The model that the replies name is model-1-2026-11.",
    )


def test_several_models_are_a_warning(tmp_path: Path) -> None:
    """Where a model was replaced during a run, the report says how many replies name which."""
    (said,) = limits(tmp_path, ["b", "a", "a\x1b[2J"])
    assert said.startswith("The replies name 3 different models: a (1); a")
    assert "\x1b" not in said
    assert "one between models" in said
