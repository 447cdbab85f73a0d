"""The tasks a persona is played in. Adding one: a module and a line here; the contract tests do the rest."""

from typing import Any

from eep.core.registry import load

TASKS = {
    "cartpole": "eep.tasks.cartpole.task:CartPole",
    "cute": "eep.tasks.cute.task:Cute",
    "encounter": "eep.tasks.encounter.task:Encounter",
}


def task_class(name: str) -> Any:
    """Return the class of the task called ``name``, made with the class's own ``Settings``: ``cls(cls.Settings())``.

    Its instances are tasks, see `eep.tasks.base.Task`. Raises `eep.core.registry.UnknownNameError` unless ``name`` is one
    of `TASKS`.
    """
    return load(TASKS, "task", name)
