"""Folders of pictures beside a ``metadata.jsonl`` or ``metadata.csv``, as image data sets are published."""

import json
import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from eep.core.errors import UserError
from eep.stimuli import captioned
from eep.stimuli.captioned import CaptionedImage, Claim, Imported, SourceProblem, checked
from eep.stimuli.picture import SUFFIXES
from eep.stimuli.rows import csv_claims, row_of

#: What the metadata may be called, the first being what is written.
METADATA = ("metadata.jsonl", "metadata.csv")


def read_imagefolder(folder: Path) -> tuple[CaptionedImage, ...]:
    """Read a folder of pictures and its metadata, in the order of the metadata.

    Each row has ``file_name`` (below the folder) and the caption in ``text`` or ``caption``; several captions may
    be a list in ``captions``. ``id`` names the picture (without it, its file name does), ``attributes`` and all
    other columns are kept as attributes.

    Raises
    ------
    StimulusProblemsError
        With everything that is wrong: rows that cannot be read, pictures that are missing, broken, outside the
        folder or not in the metadata, empty captions, names that occur twice.
    """
    present = [folder / name for name in METADATA if (folder / name).is_file()]
    if len(present) != 1:
        raise captioned.StimulusProblemsError(folder, [SourceProblem(str(folder), _no_metadata(folder, present))])
    problems: list[SourceProblem] = []
    read = _jsonl_claims if present[0].suffix == ".jsonl" else csv_claims
    claims = read(present[0], problems)
    problems += _unlisted(folder, claims)
    return checked(claims, folder, folder, problems)


def write_imagefolder(images: Sequence[CaptionedImage], out: Path) -> Imported:
    """Copy pictures into a new folder with a ``metadata.jsonl``; copies of the same file are left out.

    The folder appears complete or not at all: it is filled under a hidden name beside ``out`` and then renamed.
    Pictures are named by their hash, which the metadata keep as well: a picture that changes later is noticed.

    Returns
    -------
    Imported
        The pictures as they lie in ``out``.

    Raises `UserError` if ``out`` exists, cannot be written, or a picture changed since it was read.
    """
    if out.exists() or out.is_symlink():
        raise UserError(f"{out}: expected a folder that is not there yet; found one. Name another or remove it")
    kept, copies = captioned.without_copies(images)
    filling = out.with_name(f".{out.name}.{os.getpid()}.partial")
    try:
        (filling / "images").mkdir(parents=True)
        placed = [_copy(image, filling) for image in kept]
        lines = "".join(_line(image, filling) for image in placed)
        (filling / METADATA[0]).write_text(lines, encoding="utf-8")
        filling.rename(out)
    except OSError as error:
        raise UserError(f"{out}: expected to fill a new folder; found: {error.strerror or error}") from error
    finally:
        shutil.rmtree(filling, ignore_errors=True)
    return Imported(tuple(replace(i, path=out / i.path.relative_to(filling)) for i in placed), copies)


def _no_metadata(folder: Path, present: Sequence[Path]) -> str:
    """Return why a folder is not an image folder, and where one may be."""
    expected = f"expected one of {' and '.join(METADATA)}"
    if present:
        return f"{expected}; found both"
    if not folder.is_dir():
        return f"{expected} in a folder; found no such folder"
    return f"{expected}; found none{metadata_below(folder)}"


def metadata_below(folder: Path) -> str:
    """Return ``", but one in train, test: name that folder"`` where metadata lie one folder further down."""
    below = sorted({path.parent.name for name in METADATA for path in folder.glob(f"*/{name}")})
    return f", but one in {', '.join(below)}: name that folder" if below else ""


def _jsonl_claims(path: Path, problems: list[SourceProblem]) -> list[Claim]:
    """Return what the lines of a ``metadata.jsonl`` say; empty lines say nothing."""
    try:
        lines = path.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n")
    except OSError as error:
        problems.append(SourceProblem(str(path), f"expected a readable file; found: {error.strerror or error}"))
        return []
    claims = (row_of(f"{path}:{number}", line, problems) for number, line in enumerate(lines, 1) if line.strip())
    return [claim for claim in claims if claim is not None]


def _unlisted(folder: Path, claims: Iterable[Claim]) -> list[SourceProblem]:
    """Return a problem for each picture that the metadata do not name; hidden files are no pictures."""
    listed = {PurePosixPath(claim.file) for claim in claims}
    problems = []
    for path in sorted(folder.rglob("*")):
        below = PurePosixPath(path.relative_to(folder).as_posix())
        hidden = any(part.startswith(".") for part in below.parts)
        if path.suffix.lower() in SUFFIXES and not hidden and below not in listed and path.is_file():
            problems.append(SourceProblem(str(path), "expected a row with its caption in the metadata; found none"))
    return problems


def _copy(image: CaptionedImage, folder: Path) -> CaptionedImage:
    """Copy a picture into a folder under its hash, unless it is no longer what it was."""
    suffix = image.path.suffix.lower()
    path = folder / "images" / f"{image.sha256[:20]}{suffix if suffix in SUFFIXES else ''}"
    shutil.copyfile(image.path, path)
    copied = replace(image, path=path)
    checked([_claim(copied, folder)], folder, image.path)
    return copied


def _claim(image: CaptionedImage, folder: Path) -> Claim:
    file = image.path.relative_to(folder).as_posix()
    return Claim(str(image.path), image.id, file, image.captions, image.attributes, image.sha256)


def _line(image: CaptionedImage, folder: Path) -> str:
    """Return a picture's line of metadata; ``text`` is where other readers look for the caption."""
    row = {
        "file_name": image.path.relative_to(folder).as_posix(),
        "text": image.captions[0],
        "captions": image.captions,
        "id": image.id,
        "sha256": image.sha256,
        "attributes": image.attributes,
    }
    return json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n"
