"""Which function draws which species."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from eep.stimuli.animals.drawing.amphibians import frog
from eep.stimuli.animals.drawing.arachnids import spider
from eep.stimuli.animals.drawing.birds import bird
from eep.stimuli.animals.drawing.brush import Brush, Pose
from eep.stimuli.animals.drawing.fishes import fish
from eep.stimuli.animals.drawing.lizards import lizard
from eep.stimuli.animals.drawing.mammals import mammal
from eep.stimuli.animals.drawing.snakes import snake
from eep.stimuli.animals.drawing.turtles import turtle

ANATOMY: Mapping[str, Callable[[Brush], Pose]] = MappingProxyType(
    {
        "cat": mammal, "dog": mammal, "rabbit": mammal, "bear": mammal,
        "mouse": mammal, "fox": mammal, "hedgehog": mammal,
        "chick": bird, "owl": bird, "penguin": bird,
        "fish": fish, "shark": fish,
        "snake": snake, "lizard": lizard, "crocodile": lizard, "turtle": turtle,
        "frog": frog, "spider": spider,
    }
)  # fmt: skip
