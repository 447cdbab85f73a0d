"""The pre-registered plan: what was decided before the first question, and what has changed since.

The plan is written once, before anything is asked. A later run under other settings keeps it and says in the
report what is different; to register anew, choose another id for the experiment or delete its folder in runs/.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from eep.config.experiment import Experiment, settings_dict
from eep.core.errors import UserError
from eep.core.files import atomic_write
from eep.core.hashing import canonical_json, sha256
from eep.core.text import escape_control_chars
from eep.core.versions import __version__
from eep.data.persona import Persona
from eep.data.types import Item

#: The registered plan's name in a run's folder.
PLAN = "plan.json"


@dataclass(frozen=True)
class Plan:
    """A plan's content and its SHA-256 (hex) over the canonical JSON of the content."""

    content: Mapping[str, Any]
    sha256: str


def make(experiment: Experiment, personas: Sequence[Persona], stimuli: Mapping[str, Sequence[Item]]) -> Plan:
    """Return the plan of an experiment: settings, personas' texts, stimuli and code version, all hashed."""
    settings = settings_dict(experiment)
    content = {
        "experiment": {name: value for name, value in settings.items() if name != "analysis"},
        "analysis": settings["analysis"],
        "personas": {persona.id: _persona(persona) for persona in personas},
        "stimuli": {task: sha256([[item.id, item.text] for item in items]) for task, items in stimuli.items()},
        "code": __version__,
    }
    return Plan(content, sha256(content))


def _persona(persona: Persona) -> dict[str, Any]:
    wordings = {wording.id: wording.text for wording in persona.wordings}
    simulated = {task: {"level": part.level, "weights": dict(part.weights)} for task, part in persona.simulated.items()}
    return {"arm": persona.arm.value, "wordings": wordings, "simulated": simulated}


@dataclass(frozen=True)
class Registration:
    """A plan as it was registered."""

    #: The registered plan.
    plan: Plan
    #: Answers that were stored before it was registered; only 0 makes it a plan made beforehand.
    answers: int
    #: What has changed since, in sentences.
    changes: tuple[str, ...]

    def changed(self) -> str:
        """Return in one line what has changed, the first of it in full; nothing where nothing has."""
        if not self.changes:
            return ""
        first, more = self.changes[0], len(self.changes) - 1
        rest = f", and {more} more: the report lists all" if more else ""
        return escape_control_chars(f"changed since the plan was registered: {first}{rest}")


def register(plan: Plan, path: Path, *, answers: int) -> Registration:
    """Write the plan if there is none yet, and return the registered one; ``answers`` are stored by now.

    Raises UserError as `registered` does.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        document = {"plan_sha256": plan.sha256, "answers_before": answers, "plan": plan.content}
        with atomic_write(path) as new:
            new.write_text(json.dumps(document, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return registered(plan, path)


def registered(plan: Plan, path: Path) -> Registration:
    """Return the registered plan, and how ``plan`` differs from it; raises UserError as `read` does."""
    found = read(path)
    return replace(found, changes=tuple(_changes(found.plan.content, plan.content, ())))


def read(path: Path) -> Registration:
    """Return the registered plan as it was.

    Raises UserError if there is none, the file is none, or its hash does not fit (changed by hand).
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        found = Plan(document["plan"], document["plan_sha256"])
        answers = int(document["answers_before"])
    except FileNotFoundError:
        raise UserError(f"{path}: expected a registered plan, found none; run the experiment first") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(
            f"{path}: expected a plan written by eep, found something else ({error}); restore it, or give the experiment "
            "another id to register anew"
        ) from error
    if sha256(found.content) != found.sha256:
        raise UserError(
            f"{path}: expected a plan as it was registered, found one changed by hand (its hash does not fit); "
            "restore it, or give the experiment another id to register anew"
        )
    return Registration(found, answers, ())


def _changes(before: Any, now: Any, where: tuple[str, ...]) -> list[str]:
    """Return one sentence per differing leaf, in the order of the keys."""
    if before == now:
        return []
    if isinstance(before, dict) and isinstance(now, dict):
        names = sorted({*before, *now})
        return [text for name in names for text in _changes(before.get(name), now.get(name), (*where, name))]
    return [f"{'.'.join(where)} was {_short(before)} when the plan was registered and is now {_short(now)}"]


def _short(value: Any) -> str:
    """Return a value as one readable line of at most 80 characters."""
    text = "absent" if value is None else canonical_json(value)
    return text if len(text) <= 80 else text[:77] + "..."
