"""The cute-animals task."""

import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field

from eep.core.arrays import FeatureArray
from eep.data.phrases import PreferencePhrases
from eep.data.types import Illustration, Item
from eep.stimuli import subjects
from eep.stimuli.animals.described import THINGS, described
from eep.stimuli.animals.traits import TOPIC, TRAITS
from eep.stimuli.encoders.cache import check_room, default_cache, features
from eep.stimuli.encoders.encoder import Encoder, Pixels, principal
from eep.stimuli.encoders.models import EncoderName, encoder_of_setting, text_encoder
from eep.stimuli.encoders.text import TextEncoder
from eep.stimuli.picture import Picture
from eep.tasks.base import AnswerTables, StudentKinds, Task, TaskQuestion, TaskSettings
from eep.tasks.cute import split

_INSTRUCTIONS = """\
You are shown pictures of animals, one at a time. All you get of each is its caption, which says what can be seen. \
Picture the animal, and say whether you, being who you are, find it cute. There is no right answer; it is your own \
heart that is asked. Two answers are possible, "cute" and "not cute", offered in an order that means nothing. Answer \
with one of the two and nothing else."""

#: Side of the pictures in a report, in pixels.
_SHOWN = 224
#: What the pixel student sees: the side in pixels, and the side of the drawing that is reduced to it.
_PIXELS, _REDUCED = 16, 64
#: Principal components that the pixel student gets, at most.
_COMPONENTS = 64


class CuteSettings(TaskSettings):
    """Which pictures are judged, and through which encoder the student sees them."""

    students: StudentKinds = ("logistic", "xgboost")
    stimuli: str = Field(
        default="drawn-animals-1",
        min_length=1,
        description=(
            "Which pictures: drawn-animals-1 (a fixed set of 1,000 drawn animals), first-matrix (the 360 drawn "
            "animals of that recording), or the path of photographs with captions: an image folder, COCO data, or a "
            "table of captions."
        ),
    )
    number: int | None = Field(default=None, ge=2, description="Judge only so many, the first ones; all if not given.")
    captions: Literal["one", "all"] = Field(
        default="one",
        description=(
            "Where a photograph has several captions, let the teacher read one of them, chosen by caption_seed, or "
            "each of them."
        ),
    )
    caption_seed: int = Field(
        default=0, ge=0, le=2**31 - 1, description="Chooses the caption where a photograph has several."
    )
    encoder: EncoderName = "mini-clip"
    test_share: float = Field(
        default=1 / 3, gt=0, lt=1, description="Share of the pictures that is held out, drawn by the seed."
    )


class Cute(Task):
    """Is this animal cute? The teacher reads a caption, the student sees the picture, never the caption."""

    Settings = CuteSettings
    id = "cute"
    title = "Cute animals"
    options: tuple[str, ...] = ("cute", "not cute")
    readouts: Mapping[str, Mapping[str, float]] = {"cute": {"cute": 1.0}}
    traits = TRAITS
    phrases = PreferencePhrases(
        more="finds {thing} {points} cuter", less="finds {thing} {points} less cute", things=THINGS
    )
    fixed_split = True
    topic = TOPIC

    def __init__(self, settings: CuteSettings) -> None:
        self.settings = settings
        self.own_pictures = subjects.drawn(settings)

    @cached_property
    def _subjects(self) -> Mapping[str, subjects.Subject]:
        return {subject.id: subject for subject in subjects.subjects(self.settings)}

    @cached_property
    def encoder(self) -> Encoder:
        """What students see through."""
        return encoder_of_setting(self.settings.encoder, "tasks.cute.encoder")

    @cached_property
    def _text_encoder(self) -> TextEncoder | None:
        """What reads the captions for the caption student: the encoder's own text tower, else mini-CLIP's.

        Both know the words of drawn animals only, so that photographs have no caption student.
        """
        folder = Path(self.settings.encoder)
        if not subjects.drawn(self.settings):
            return None
        return text_encoder(folder if (folder / "text.onnx").is_file() else None)

    @cached_property
    def _items(self) -> tuple[Item, ...]:
        """One item for each caption of each picture, before they are split."""
        return tuple(
            Item(
                id=subject.id if len(subject.captions) == 1 else f"{subject.id}#{number}",
                cluster=cluster,
                split="train",
                text=caption,
                image=subject.id,
                traits=subject.traits,
                generic=subject.generic,
            )
            for subject, cluster in split.clusters(self._subjects.values())
            for number, caption in enumerate(subject.captions)
        )

    def stimuli(self) -> tuple[Item, ...]:
        """Return an item for each caption; where pictures share one, only the first has it.

        Raises `eep.core.errors.UserError` if the pictures cannot be used, or the encoder is not there: nobody should
        be asked anything then.
        """
        first: dict[str, Item] = {}
        for item in self._items:
            first.setdefault(item.text, item)
        _ = self.encoder, self._text_encoder
        return tuple(first.values())

    def question(self, item: Item) -> TaskQuestion:
        """Return the situation, the caption, and the offer of the two answers."""
        return TaskQuestion(_INSTRUCTIONS, item.text, offer="Is it {} or {}?")

    def items(self, answers: AnswerTables, seed: int) -> tuple[Item, ...]:
        """Return an item for each caption of each picture, split by picture; the answers change nothing."""
        del answers
        return split.split(self._items, self.settings.test_share, seed)

    def check_split(self, seed: int) -> None:
        """Raise `eep.core.errors.UserError` if all pictures would be held out; see `eep.tasks.cute.split`."""
        split.split(self._items, self.settings.test_share, seed)

    def features(self, items: Sequence[Item]) -> FeatureArray:
        """Return what the encoder makes of the items' pictures, (n, width) float32, rows of length 1."""
        return features(self._pictures(items), self.encoder, default_cache())

    def control_features(
        self, train: Sequence[Item], test: Sequence[Item]
    ) -> Mapping[str, tuple[FeatureArray, FeatureArray]]:
        """Return what the caption student reads (of drawn animals) and what the pixel student sees."""
        seen = [features(self._pictures(items, _REDUCED), Pixels(_PIXELS), default_cache()) for items in (train, test)]
        found = {"pixels": principal(seen[0], seen[1], _COMPONENTS)}
        if (reader := self._text_encoder) is not None:
            texts = [reader.encode([item.text for item in items]) for items in (train, test)]
            found["caption"] = (texts[0], texts[1])
        return dict(sorted(found.items()))

    def content(self) -> str:
        """Return a hash of the pictures and of the encoders' files."""
        size = self.encoder.preprocessing.short_side
        contents = (subject.picture(size).content for subject in self._subjects.values())
        parts = [self.encoder.identity, *contents]
        if self._text_encoder is not None:
            parts.append(self._text_encoder.network.digest)
        return hashlib.sha256(" ".join(parts).encode()).hexdigest()

    def check_cache(self) -> None:
        """Raise `eep.core.errors.UserError` if what students see could not be kept; see `eep.stimuli.encoders.cache`."""
        check_room(self._pictures(self._items), self.encoder, default_cache())
        check_room(self._pictures(self._items, _REDUCED), Pixels(_PIXELS), default_cache())

    def illustrate(self, items: Sequence[str]) -> Mapping[str, Illustration]:
        """Return item id -> its caption and its picture."""
        known = {item.id: item for item in self._items}
        return {name: self._illustration(known[name]) for name in items}

    def attributes(self, items: Sequence[Item]) -> Mapping[str, Mapping[str, str]]:
        """Return what the animals were drawn from; nobody knows that of photographs."""
        return {
            item.id: described(subject.animal.attributes())
            for item in items
            if isinstance(subject := self._subjects[item.image or ""], subjects.DrawnAnimal)
        }

    def _illustration(self, item: Item) -> Illustration:
        (shown,) = self._pictures([item], _SHOWN)
        content = io.BytesIO()
        subjects.thumbnail(shown, _SHOWN).save(content, "PNG", optimize=True)
        return Illustration(item.text, content.getvalue())

    def _pictures(self, items: Sequence[Item], size: int | None = None) -> Iterator[Picture]:
        """Yield the pictures of items, by default of the encoder's size; raises ValueError for an item without one."""
        size = size or self.encoder.preprocessing.short_side
        for item in items:
            subject = self._subjects.get(item.image or "")
            if subject is None:
                raise ValueError(f"expected the name of one of the task's pictures; found {item.image!r}")
            yield subject.picture(size)
