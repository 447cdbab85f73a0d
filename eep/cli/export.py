"""``eep export``: a finished run as a dataset."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from eep.cli.options import FOLDER, OUT

if TYPE_CHECKING:
    from eep.pipeline.export import Exported, Format


@click.command(short_help="Write RUN as a dataset: Minari, a folder for the Hub, or tables.")
@click.argument("run")
@click.option("--format", "form", type=click.Choice(["minari", "hub", "csv"]), required=True, help="As what.")
@click.option("--to", "folder", type=FOLDER, required=True, help="The new folder; of Minari, where its datasets are.")
@click.option("--task", "tasks", multiple=True, help="Of this task alone; can be repeated.")
@click.option("--persona", "personas", metavar="ID", multiple=True, help="Of this persona alone; can be repeated.")
@click.option(
    "--role", "roles", type=click.Choice(["teacher", "student"]), multiple=True, help="Who plays; both if left out."
)
@click.option("--kind", default="", help="Kind of the students that play; the confirmatory one if left out.")
@click.option(
    "--episodes",
    type=click.IntRange(1, 100_000),
    default=10,
    show_default=True,
    help="Episodes of each player in each wording.",
)
@OUT
def export(run: str, form: str, folder: Path, out: Path, **selected: Any) -> None:
    """Write RUN, a finished run's name, file or folder, as a dataset. Nothing is asked.

    minari: episodes that teachers and saved students play again, a dataset for each task, persona and player. hub: parquet,
    pictures, a card and Croissant metadata. csv: tables. Minari needs the extra datasets: pip install 'eep[datasets]'.

    Example: eep export quickstart --format hub --to quickstart-dataset
    """
    from eep.pipeline.export import Selection
    from eep.pipeline.export import export as write

    done = write(run, cast("Format", form), folder, selection=Selection(**selected), out=out)
    click.echo("\n".join(_format_minari(done) if form == "minari" else _format_files(done)))


def _format_minari(done: "Exported") -> list[str]:
    return [
        f"{done.folder}: {len(done.names):,} datasets, {done.episodes:,} episodes",
        *done.names,
        f'MINARI_DATASETS_PATH={done.folder.resolve()} python -c "import minari; print(minari.load_dataset({done.names[0]!r}))"',
    ]


def _format_files(done: "Exported") -> list[str]:
    size = sum((done.folder / name).stat().st_size for name in done.names)
    return [f"{done.folder}: {len(done.names):,} files, {size / 1e6:.1f} MB", "README.md says what they hold"]
