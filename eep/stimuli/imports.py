"""Pictures that people bring: any kind of source, read or copied into an image folder."""

from pathlib import Path
from typing import Literal

from eep.core.errors import UserError
from eep.stimuli.captioned import CaptionChoice, Imported, choose_captions, without_copies
from eep.stimuli.coco import find_coco, read_coco
from eep.stimuli.imagefolder import METADATA, metadata_below, read_imagefolder, write_imagefolder
from eep.stimuli.rows import read_captions_csv

Kind = Literal["imagefolder", "coco", "csv"]


def read_images(
    source: Path, *, captions: CaptionChoice = "one", seed: int = 0, part: str | None = None, kind: Kind | None = None
) -> Imported:
    """Read the pictures of a source of any kind; copies of the same picture are left out and reported.

    Parameters
    ----------
    source
        A folder with ``metadata.jsonl`` or ``metadata.csv`` (`eep.stimuli.imagefolder`), a folder with
        ``annotations/captions_*.json`` (`eep.stimuli.coco`), or a CSV file (`eep.stimuli.rows`).
    captions
        Where a picture has several: ``"one"`` of them, drawn by ``seed`` for each picture, or ``"all"``.
    part
        Of a COCO data set with several parts, the one to read ("val2017").
    kind
        What the source is; found out from what is there if not given.

    Raises
    ------
    UserError
        If the source is of none of these kinds.
    StimulusProblemsError
        With everything that is wrong with it.
    """
    kind = kind or _kind_of(source)
    if part is not None and kind != "coco":
        raise UserError(f"{source}: expected a part ({part!r}) of COCO data only; found {kind}: leave the part out")
    if kind == "coco":
        images = read_coco(find_coco(source, part))
    else:
        images = read_captions_csv(source) if kind == "csv" else read_imagefolder(source)
    kept, copies = without_copies(images)
    return Imported(choose_captions(kept, captions, seed), copies)


def import_into(
    source: Path,
    out: Path,
    *,
    captions: CaptionChoice = "one",
    seed: int = 0,
    part: str | None = None,
    kind: Kind | None = None,
) -> Imported:
    """Copy the pictures of a source into a new image folder; see `read_images` and `write_imagefolder`.

    Nothing is written unless everything is right, nor into an image folder, which would hold unlisted pictures then.

    Raises
    ------
    eep.core.errors.UserError
        As these two do, and if ``out`` lies in the source.
    """
    kind = kind or _kind_of(source)
    read = read_images(source, captions=captions, seed=seed, part=part, kind=kind)
    if kind == "imagefolder" and source.resolve() in out.resolve().parents:
        raise UserError(f"{out}: expected a new folder outside of {source}; found one inside: name another")
    return Imported(write_imagefolder(read.images, out).images, read.copies)


def _kind_of(source: Path) -> Kind:
    """Return what a source is; raises UserError if it is nothing that can be read."""
    if source.is_file() and source.suffix.lower() == ".csv":
        return "csv"
    if any((source / name).exists() for name in METADATA):
        return "imagefolder"
    if (source / "annotations").is_dir():
        return "coco"
    raise UserError(
        f"{source}: expected a folder with {' or '.join(METADATA)}, a folder with annotations/captions_*.json "
        f"(COCO), or a .csv file; found {_found(source)}"
    )


def _found(path: Path) -> str:
    if path.is_dir():
        return f"a folder without{metadata_below(path)}"
    return "another file" if path.exists() else "nothing there"
