"""Teachers: whatever answers as a persona. Adding one: a module and a line here."""

from typing import Any

from eep.core.registry import load

TEACHERS = {
    "simulated": "eep.teachers.simulated:Simulated",
    "recorded": "eep.teachers.recorded:Recorded",
    "anthropic": "eep.teachers.anthropic:Anthropic",
    "openai": "eep.teachers.openai:OpenAI",
}
#: Providers whose decisions come as whole recorded episodes: nothing can be asked of them.
EPISODES = {"episodes": "eep.teachers.episodes:Episodes"}


def teacher_class(name: str) -> Any:
    """Return the class of the teacher called ``name``, made with the class's own ``Settings`` and a seed: ``cls(settings, seed=0)``.

    Its instances are teachers, see `eep.teachers.base.Teacher`. Raises `eep.core.registry.UnknownNameError` unless
    ``name`` is ``"simulated"``, ``"recorded"``, ``"anthropic"`` or ``"openai"``.
    """
    return load(TEACHERS, "teacher", name)


def settings_class(provider: str) -> Any:
    """Return the class of a provider's settings; raises `eep.core.registry.UnknownNameError`."""
    return load({**TEACHERS, **EPISODES}, "teacher", provider).Settings
