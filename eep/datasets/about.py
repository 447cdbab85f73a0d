"""What a dataset says of itself, whatever its format."""

from dataclasses import dataclass

from eep.core.versions import __version__
from eep.data.persona import Persona
from eep.teachers.base import Kind, Provenance


@dataclass(frozen=True)
class About:
    """Where the rows and episodes come from, and what must not be made of them.

    ``licence`` is an identifier as the Hub has them, ``"mit"`` or ``"other"``; ``plan`` the hash of the run's plan, and
    ``date``, in ISO 8601, the day of the last answer.
    """

    run: str
    title: str
    question: str
    teacher: Provenance
    licence: str
    licence_note: str
    limits: tuple[str, ...]
    personas: tuple[Persona, ...]
    wordings: tuple[str, ...]
    seed: int
    plan: str
    date: str

    @property
    def simulated(self) -> bool:
        """Whether no model was asked at all."""
        return self.teacher.kind is Kind.SIMULATED

    @property
    def name(self) -> str:
        """The dataset's name for a reader."""
        said = not self.simulated or "simulated" in self.title.lower()
        return self.title if said else f"{self.title} (simulated answers)"

    @property
    def made_by(self) -> str:
        """In a sentence, what made it."""
        return f"Exported by eep {__version__} from its run {self.run}, seed {self.seed}, plan {self.plan[:12]}."

    @property
    def caveats(self) -> tuple[str, ...]:
        """What cannot be concluded from it, in sentences."""
        return (*self.teacher.caveats, *self.limits)
