"""Pictures with captions, as every kind of import gives them, and the checks they all go through."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any, Literal, NamedTuple

import numpy as np

from eep.core.errors import UserError
from eep.stimuli.picture import PictureError, decode, upright_rgb

CaptionChoice = Literal["one", "all"]


@dataclass(frozen=True)
class CaptionedImage:
    """A picture that was read whole, and what is said of it."""

    id: str  #: Unique within its source; never a number.
    path: Path  #: Of the picture file.
    #: At least one, without line breaks or spaces at the ends; what the teacher reads.
    captions: tuple[str, ...]
    sha256: str  #: Of the file's bytes, in hexadecimal digits.
    #: What else the source says, as JSON values; for the analyst, never for teacher or student.
    attributes: Mapping[str, Any] = field(default_factory=dict)


class SourceProblem(NamedTuple):
    """What is wrong with a source: where it says so, and what."""

    where: str
    what: str


class StimulusProblemsError(UserError):
    """Everything that is wrong with a source of pictures, at once."""

    def __init__(self, source: Path, problems: Iterable[SourceProblem]) -> None:
        self.source = source
        self.problems = tuple(problems)
        count = f"{len(self.problems)} problem{'s' if len(self.problems) > 1 else ''}"
        lines = (f"  {where}: {what}" for where, what in self.problems)
        super().__init__(f"{source}: expected pictures with captions; found {count}:\n" + "\n".join(lines))


@dataclass(frozen=True)
class Imported:
    """What an import gave."""

    images: tuple[CaptionedImage, ...]  #: In the order of the source.
    #: (id, id of the picture kept) of each picture that was left out because it is the same file.
    copies: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Claim:
    """What a source says of a picture, before any of it is checked.

    ``file`` is relative to the source's folder; ``sha256`` is None unless an earlier import wrote it down.
    """

    where: str
    id: str
    file: str
    captions: tuple[str, ...]
    attributes: Mapping[str, Any] = field(default_factory=dict)
    sha256: str | None = None


def checked(
    claims: Sequence[Claim], root: Path, source: Path, problems: Iterable[SourceProblem] = ()
) -> tuple[CaptionedImage, ...]:
    """Return the pictures claimed, all read to the end; the problems found before are told with those found here.

    Parameters
    ----------
    root
        The folder that the claims' files are relative to, and that none may lead out of.
    source
        What to call it all in the message.

    Raises `StimulusProblemsError` if there is any problem at all: then no picture is returned.
    """
    found = [*problems, *_repeated(claims, "id", lambda claim: claim.id)]
    found += _repeated(claims, "file", lambda claim: PurePosixPath(claim.file).as_posix())
    images = []
    for claim in claims:
        wrong = [SourceProblem(claim.where, text) for text in _captions_wrong(claim)]
        try:
            path, digest = _read(claim, root)
        except PictureError as error:
            wrong.append(SourceProblem(claim.where, str(error)))
        else:
            images.append(CaptionedImage(claim.id, path, _tidy(claim), digest, claim.attributes))
        found += wrong
    if not claims and not found:
        found.append(SourceProblem(str(source), "expected at least one picture; found none"))
    if found:
        raise StimulusProblemsError(source, found)
    return tuple(images)


def choose_captions(images: Sequence[CaptionedImage], choice: CaptionChoice, seed: int) -> tuple[CaptionedImage, ...]:
    """Return the pictures with all their captions, or each with one, drawn by ``seed``.

    Which one is drawn depends on the seed and the picture's id alone, not on the other pictures.
    """
    if choice == "all":
        return tuple(images)
    return tuple(replace(image, captions=(_one(image, seed),)) for image in images)


def without_copies(images: Sequence[CaptionedImage]) -> tuple[tuple[CaptionedImage, ...], tuple[tuple[str, str], ...]]:
    """Return the pictures without copies of earlier ones, and (copy's id, earlier picture's id) of those left out.

    A copy in the test set of a picture in the training set would be no test. The earlier picture keeps its own
    captions.
    """
    first: dict[str, CaptionedImage] = {}
    for image in images:
        first.setdefault(image.sha256, image)
    copies = [(i.id, first[i.sha256].id) for i in images if first[i.sha256] is not i]
    return tuple(first.values()), tuple(copies)


def _one(image: CaptionedImage, seed: int) -> str:
    number = int.from_bytes(hashlib.sha256(image.id.encode()).digest()[:8])
    return image.captions[np.random.default_rng([seed, number]).integers(len(image.captions))]


def _repeated(claims: Sequence[Claim], what: str, of: Callable[[Claim], str]) -> list[SourceProblem]:
    """Return a problem for each value that more than one claim has."""
    places = defaultdict(list)
    for claim in claims:
        places[of(claim)].append(claim.where)
    return [
        SourceProblem(where[0], f"expected each {what} once; found {value!r} also at {', '.join(where[1:])}")
        for value, where in places.items()
        if len(where) > 1
    ]


def _tidy(claim: Claim) -> tuple[str, ...]:
    return tuple(" ".join(caption.split()) for caption in claim.captions)


def _captions_wrong(claim: Claim) -> list[str]:
    if not claim.captions:
        return [f"expected a caption of {claim.file!r}; found none"]
    empty = [f"caption {i + 1} of {claim.file!r} is empty" for i, text in enumerate(_tidy(claim)) if not text]
    return [f"expected a caption; {text}" for text in empty]


def _read(claim: Claim, root: Path) -> tuple[Path, str]:
    """Return a picture's path and hash, once it is known that the picture can be used.

    A picture whose hash was written down by an earlier import was looked at then.

    Raises `PictureError` if the path leads out of the folder, or the file is missing, changed or no whole
    picture.
    """
    path = _inside(claim.file, root)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PictureError(f"{claim.file}: expected a picture file; found: {error.strerror or error}") from error
    digest = hashlib.sha256(data).hexdigest()
    if claim.sha256 is None:
        upright_rgb(decode(data, claim.file), claim.file)
    elif claim.sha256 != digest:
        raise PictureError(
            f"{claim.file}: expected the picture that was imported (SHA-256 {claim.sha256:.12}...); found another "
            f"({digest:.12}...). Import it anew, or take sha256 out of the metadata"
        )
    return path, digest


def _inside(file: str, root: Path) -> Path:
    """Return the path of a file in a folder.

    Raises `PictureError` if the path is not relative, or it or a link on the way leads out of the folder.
    """
    pure = PurePosixPath(file)
    if pure.is_absolute() or ".." in pure.parts or "\\" in file or file[1:2] == ":" or "\0" in file:
        raise PictureError(f"expected a path below {root}, parted by slashes; found {file!r}")
    path = root / pure
    try:
        leads_out = not path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError) as error:  # a circle of links is a RuntimeError
        raise PictureError(f"{file}: expected a picture file; found: {error}") from error
    if leads_out:
        raise PictureError(f"{file}: expected a file below {root}; found a link to {path.resolve()}")
    return path
