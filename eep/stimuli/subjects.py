"""The pictures of an experiment and what is said of them: drawn animals, or photographs that somebody brings."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from PIL import Image

from eep.core.errors import UserError
from eep.core.hashing import canonical_json
from eep.core.paths import RESOURCES
from eep.core.registry import did_you_mean
from eep.stimuli import animals, picture
from eep.stimuli.animals import Animal, traits
from eep.stimuli.captioned import CaptionChoice
from eep.stimuli.imports import read_images
from eep.stimuli.picture import Picture

#: Recordings that come with eep; those of drawn animals have a file of what they were drawn from, by task.
_RECORDINGS = RESOURCES / "recordings"
_TASK = "cute"


class PictureSelection(Protocol):
    """Which pictures an experiment uses: settings of a task that shows pictures."""

    @property
    def stimuli(self) -> str:
        """The name of a set, or the path of photographs."""

    @property
    def number(self) -> int | None:
        """Only the first so many; None for all."""

    @property
    def captions(self) -> CaptionChoice:
        """Which captions are read where a photograph has several."""

    @property
    def caption_seed(self) -> int:
        """Chooses the caption."""


@dataclass(frozen=True)
class DrawnAnimal:
    """A drawn animal; it is drawn as large as it is to be looked at, never enlarged or reduced."""

    id: str
    captions: tuple[str, ...]
    animal: Animal

    @property
    def traits(self) -> Mapping[str, float]:
        """See `eep.stimuli.animals.traits`."""
        return traits.traits(self.animal.attributes())

    @property
    def generic(self) -> float:
        """See `eep.stimuli.animals.traits`."""
        return traits.generic(self.traits)

    def picture(self, size: int) -> Picture:
        """Return the drawing for an encoder that looks at ``size`` x ``size`` pixels, known by its attributes, its size and the code that draws."""
        recipe = canonical_json([_drawing_code(), self.animal.attributes(), size])
        content = hashlib.sha256(recipe.encode()).hexdigest()
        return Picture(self.id, content, partial(animals.draw, self.animal, size))


@dataclass(frozen=True)
class Photograph:
    """A photograph; nobody knows its traits, so that no simulated teacher can judge it."""

    id: str
    captions: tuple[str, ...]
    path: Path
    traits: Mapping[str, float] = field(default_factory=dict)
    generic: float = 0.0

    def picture(self, size: int) -> Picture:
        """Return the picture as it is in its file."""
        del size
        return picture.read(self.path)


#: A picture of a set, of an id that is unique within it, with at least one caption; traits are for simulated teachers.
Subject: TypeAlias = DrawnAnimal | Photograph


def subjects(selection: PictureSelection) -> tuple[Subject, ...]:
    """Return the pictures that an experiment names, in their order.

    Raises `eep.core.errors.UserError` if there is no such set, it is too small, or something is wrong with the
    photographs: all of it at once.
    """
    found = tuple(_subjects(selection))
    if selection.number is not None and selection.number > len(found):
        raise UserError(
            f"tasks.cute.number: expected at most {len(found)}, the pictures of {selection.stimuli}; found "
            f"{selection.number}"
        )
    return found[: selection.number]


def drawn(selection: PictureSelection) -> bool:
    """Tell whether the pictures are drawn from attributes, and their captions made of known words."""
    return selection.stimuli == animals.DEFAULT.name or selection.stimuli in recorded_sets(_TASK)


def _subjects(selection: PictureSelection) -> Iterator[Subject]:
    if selection.stimuli == animals.DEFAULT.name:
        yield from (DrawnAnimal(one.id, (one.text,), one.animal) for one in animals.DEFAULT.stimuli())
    elif drawn(selection):
        yield from recorded_animals(selection.stimuli, _TASK)
    else:
        yield from _photographs(selection)


def recorded_sets(task: str) -> list[str]:
    """Return the recordings that come with eep and have animals of a task."""
    return sorted(path.parent.name for path in _RECORDINGS.glob(f"*/{task}-items.jsonl"))


def recorded_animals(recording: str, task: str) -> Iterator[DrawnAnimal]:
    """Yield a task's animals of one of `recorded_sets` under their recorded captions, letter for letter."""
    path = _RECORDINGS / recording / f"{task}-items.jsonl"
    for line in path.read_text(encoding="utf-8").splitlines():
        row: dict[str, Any] = json.loads(line)
        yield DrawnAnimal(row["item"], (row["text"],), Animal.from_attributes(row["attributes"]))


def _photographs(selection: PictureSelection) -> Iterator[Photograph]:
    source = _path(selection.stimuli)
    if not source.exists():
        sets = [animals.DEFAULT.name, *recorded_sets(_TASK)]
        raise UserError(
            f"tasks.cute.stimuli: expected {', '.join(sets)}, or the path of photographs (from the current "
            f"folder); found {selection.stimuli!r}{did_you_mean(selection.stimuli, sets)}"
        )
    read = read_images(source, captions=selection.captions, seed=selection.caption_seed)
    yield from (Photograph(image.id, image.captions, image.path) for image in read.images)


def _path(text: str) -> Path:
    """Return the path that a text names; ``~nobody`` is a name like any other where there is no such user."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        return Path(text)


@cache
def _drawing_code() -> str:
    """Return a hash of the code that draws: another drawing is another picture."""
    digest = hashlib.sha256()
    for path in sorted(Path(animals.__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def thumbnail(shown: Picture, size: int) -> Image.Image:
    """Return a picture for a reader, upright, at most ``size`` pixels wide and high, without metadata."""
    image = picture.upright_rgb(shown.load(), shown.name)
    image.thumbnail((size, size))
    image.info = {}
    return image
