"""Names of tasks, teachers and students, and the classes behind them.

A registry maps a name to ``"module:Class"``; the module is imported only when the name is used, so that a
run with an XGBoost student never pays for the import of another student's library.
"""

from difflib import get_close_matches
from importlib import import_module
from typing import Any


class UnknownNameError(KeyError):
    """A name that no registry entry carries; the text says which exist and which was probably meant."""

    def __str__(self) -> str:
        return str(self.args[0])


def did_you_mean(found: str, known: list[str]) -> str:
    """Return ``" (did you mean 'x'?)"`` for a near miss, else an empty string."""
    close = get_close_matches(found, known, n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""


def load(registry: dict[str, str], kind: str, name: str) -> Any:
    """Import and return the class that ``registry`` names ``name``.

    Raises UnknownNameError if the name is not registered.
    """
    if name not in registry:
        known = sorted(registry)
        raise UnknownNameError(
            f"expected a {kind} out of {', '.join(known)}; found {name!r}{did_you_mean(name, known)}"
        )
    module, _, attribute = registry[name].partition(":")
    return getattr(import_module(module), attribute)
