"""A key is asked for only where there is something to ask."""

from dataclasses import replace
from pathlib import Path

import live_models
import pytest
from live_models import SENTINEL

from eep import ready
from eep.costs.limits import Limits
from eep.elicit import elicit
from eep.errors import UserError
from eep.prepare import Prepared, prepare
from eep.store import Store


def prepared(out: Path) -> Prepared:
    """Return an experiment on a live teacher, cut to three questions."""
    found = prepare(Path("newton-2023"), teacher="openai:model-1", out=out)
    teacher = live_models.live("openai", live_models.leaning)
    return replace(found, source=teacher, questions=found.questions[:3])


def test_stored_answers_need_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a key nothing starts, unless every answer is there: then the run is computed from them."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    made = prepared(tmp_path)
    with pytest.raises(UserError, match="expected an API key in the environment variable OPENAI_API_KEY"):
        ready.check(made)
    assert not made.answers.exists()
    monkeypatch.setenv("OPENAI_API_KEY", SENTINEL)
    ready.check(made)
    with Store.open(made.answers) as store:
        elicit(made.questions[:2], made.source, store, limits=Limits())
    monkeypatch.delenv("OPENAI_API_KEY")
    with pytest.raises(UserError, match="expected an API key"):
        ready.check(made)
    ready.check(replace(made, questions=made.questions[:2]))
