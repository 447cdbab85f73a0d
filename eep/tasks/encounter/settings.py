"""What can be set of the task."""

from pydantic import Field

from eep.stimuli.encoders.models import EncoderName
from eep.tasks.base import StudentKinds, TaskSettings

#: Of fewer animals, no species has the two of which the usual share holds one out.
FEWEST = 8


class EncounterSettings(TaskSettings):
    """Which animals are met, and through which encoder the student sees them."""

    students: StudentKinds = ("xgboost", "logistic", "mlp")
    stimuli: str = Field(
        default="first-matrix",
        min_length=1,
        description="Which animals are met: first-matrix, the 144 drawn animals of that recording.",
    )
    number: int | None = Field(
        default=None,
        ge=FEWEST,
        description=f"Meet only so many animals, the first ones; all if not given. Of {FEWEST} one is held out.",
    )
    encoder: EncoderName = "mini-clip"
    test_share: float = Field(
        default=1 / 3,
        gt=0,
        lt=1,
        description=(
            "Share of each species' animals that is held out, drawn by the seed. It is rounded for each species, so that "
            "of few animals more or fewer are held out: at a third, one of two or three of a species, and none of a "
            "single one."
        ),
    )
