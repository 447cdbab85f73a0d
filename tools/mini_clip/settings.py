"""Everything that decides what a training run gives."""

from dataclasses import dataclass
from typing import Final

from eep.stimuli.animals import seeds
from eep.stimuli.encoders.preprocess import Preprocessing

#: Seeds of animals, for `eep.stimuli.animals.seeds`: far from those of stimulus sets (1) and recordings (0).
TRAINING: Final = 900
GATES: Final = 901
PROMPTS: Final = 902
GROUP: Final = 8


@dataclass(frozen=True)
class Settings:
    """The settings of one training run; the defaults are those of the towers that come with the package."""

    seed: int = 0  #: Of weights, batches and augmentation. Animals have seeds of their own.
    #: Pictures of unrelated animals, and groups of eight near twins.
    singles: int = 16_000
    groups: int = 2_000
    side: int = 96  #: Of a picture, in pixels.
    #: Passes over the pictures, and pictures in a batch: half of them twins.
    epochs: int = 14
    batch: int = 128
    #: Of the image tower's four stages, each at half the resolution of the one before; residual layers in the last
    #: three.
    channels: tuple[int, int, int, int] = (16, 32, 64, 128)
    depths: tuple[int, int, int] = (1, 2, 2)
    width: int = 256  #: Of an embedding, image or text.
    words: int = 160  #: Width of a word's embedding in the text tower.
    rate: float = 4e-3  #: The highest learning rate.
    word_loss: float = 0.1  #: Weight of the loss of the caption's words beside the contrastive loss.
    #: Whether the image tower is trained in bfloat16: half as long again on processors that have it, slower on others.
    #: The towers are float32 in any case.
    half_precision: bool = True

    def __post_init__(self) -> None:
        half = self.batch // 2
        if self.batch % (2 * GROUP) or self.singles % half or self.singles != self.groups * GROUP:
            raise ValueError(
                f"expected a batch of whole groups of {GROUP} in one half and as many singles in the other, and as "
                f"many singles as twins; found batch {self.batch}, singles {self.singles}, groups {self.groups}"
            )

    @property
    def pictures(self) -> int:
        """The number of training pictures."""
        return self.singles + self.groups * GROUP

    @property
    def animal_seeds(self) -> tuple[range, range]:
        """The seeds of the single animals and those of the groups: ranges without an overlap."""
        both = seeds(TRAINING, self.singles + self.groups)
        return both[: self.singles], both[self.singles :]

    @property
    def preprocessing(self) -> Preprocessing:
        """What the image tower takes: 0 to 255 becomes about -2 to 1.5."""
        third, spread = (0.6, 0.6, 0.6), (0.28, 0.28, 0.28)
        return Preprocessing(self.side, self.side, "box", 255.0, third, spread)
