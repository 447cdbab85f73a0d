"""What a rule finds in a persona's file: nothing that stops eep, something that spoils a comparison."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from eep.core.toml.positions import TomlPath
from eep.data.persona import Persona


@dataclass(frozen=True)
class Finding:
    """One finding.

    Attributes
    ----------
    path
        Where in the file.
    found
        What was found, in a sentence without its full stop.
    why
        What it does to the statistics.
    fix
        The way out.
    """

    path: TomlPath
    found: str
    why: str
    fix: str


Rule = Callable[[Persona], Iterator[Finding]]
