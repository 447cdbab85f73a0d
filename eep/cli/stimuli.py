"""``eep stimuli``: draw animals, look at them, and import photographs."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from eep.cli.options import FILE, PATH, workers_that
from eep.core.errors import UnfinishedError, UserError

if TYPE_CHECKING:
    from eep.stimuli.captioned import Imported

NEW_FOLDER = click.argument("out", type=PATH)


@click.group()
def stimuli() -> None:
    """Draw animals with captions, or import photographs."""


@stimuli.command()
@click.option("--n", "number", type=click.IntRange(1, 1_000_000), required=True, help="How many animals.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Which animals.")
@click.option("--size", type=click.IntRange(16, 2048), default=224, show_default=True, help="Pixels, both ways.")
@workers_that("draw")
@NEW_FOLDER
def draw(number: int, seed: int, size: int, workers: int, out: Path) -> None:
    """Draw animals into the new folder OUT: pictures, and metadata.jsonl with captions and attributes.

    The same numbers give the same bytes, whatever the number of workers.

    Example: eep stimuli draw --n 100 --seed 7 animals
    """
    from eep.stimuli.animals import draw_imagefolder

    try:
        with _all_or_nothing():
            metadata = draw_imagefolder(number, seed, out, workers=workers, size=size)
    except OSError as error:
        why = f"{out}: expected to draw into a new folder; found: {error.strerror}"
        raise UserError(why if error.errno else str(error)) from error
    click.echo(f"{_counted(number, 'animal')}: {metadata}")


@stimuli.command()
@click.option("--n", "number", type=click.IntRange(1, 1_000), default=36, show_default=True, help="How many.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Which animals.")
@click.option("--columns", type=click.IntRange(1, 50), default=6, show_default=True, help="Animals in a row.")
@click.option("--captions/--no-captions", default=True, show_default=True, help="With captions below.")
@click.argument("out", type=FILE)
def sheet(number: int, seed: int, columns: int, captions: bool, out: Path) -> None:  # noqa: FBT001 - click passes flags so
    """Draw a contact sheet of animals into the picture file OUT.

    Example: eep stimuli sheet animals.png
    """
    from eep.stimuli.animals import contact_sheet, sample, save_page, seeds

    try:
        with _all_or_nothing():
            page = contact_sheet([sample(one) for one in seeds(seed, number)], columns, captions=captions)
            save_page(page, out)
    except (OSError, ValueError) as error:
        # An OSError of the system names the unfinished file beside it.
        why = error.strerror or error if isinstance(error, OSError) else error
        raise UserError(f"{out}: expected to write a picture (.png, .webp, .jpg); found: {why}") from error
    click.echo(out)


@stimuli.command("import")
@click.argument("kind", type=click.Choice(["imagefolder", "coco", "csv"]))
@click.argument("source", type=PATH)
@NEW_FOLDER
@click.option(
    "--captions",
    type=click.Choice(["one", "all"]),
    default="one",
    show_default=True,
    help="Where a picture has several captions: one, drawn by the seed, or all.",
)
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True, help="Chooses captions.")
@click.option("--part", help="Of COCO data with several parts, the one to import, such as val2017.")
def import_photographs(
    kind: Literal["imagefolder", "coco", "csv"],
    source: Path,
    out: Path,
    captions: Literal["one", "all"],
    seed: int,
    part: str | None,
) -> None:
    """Copy the pictures of SOURCE, with captions, into the new image folder OUT, checked and without copies.

    KIND is imagefolder (metadata.jsonl or metadata.csv), coco (annotations/captions_*.json and instances_*.json;
    animals only) or csv (a table of files and captions). If anything is wrong, all of it is told and nothing written.

    Example: eep stimuli import coco coco2017 animals --part val2017
    """
    from eep.stimuli.imports import import_into

    with _all_or_nothing():
        imported = import_into(source, out, captions=captions, seed=seed, part=part, kind=kind)
    click.echo(_format_imported(imported, out))


def _format_imported(imported: "Imported", out: Path) -> str:
    texts = sum(len(image.captions) for image in imported.images)
    lines = [f"{_counted(len(imported.images), 'picture')} with {_counted(texts, 'caption')}: {out}"]
    if imported.copies:
        lines.append(f"{len(imported.copies):,} left out, as copies of others:")
        lines += [f"  {copy} is the same file as {kept}" for copy, kept in imported.copies]
    return "\n".join(lines)


def _counted(number: int, thing: str) -> str:
    """Return "1 picture", "1,500 pictures"."""
    return f"{number:,} {thing}{'s' if number != 1 else ''}"


@contextmanager
def _all_or_nothing() -> Iterator[None]:
    """Tell after an interruption that nothing is left of it; other verbs keep answers and go on with the rest."""
    try:
        yield
    except KeyboardInterrupt:
        raise UnfinishedError("stopped; nothing was written, and the same command begins anew") from None
