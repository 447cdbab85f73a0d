"""``eep trace``: the rows behind a number of a report."""

import sys
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING

import click

from eep.cli.options import OUT
from eep.core.errors import UserError

if TYPE_CHECKING:
    import polars as pl

    from eep.data.query import Query

#: The columns that rows are found by, as `eep.data.query.COLUMNS` has them; that module is imported when it is used.
FILTERS = (
    *("task", "component", "agent", "test", "term", "contrast", "role", "persona", "arm", "wording"),
    *("item", "cluster", "split", "option", "status", "measure", "feature", "attribute", "value"),
)
#: Tables besides the estimates.
OTHERS = {
    "responses": "answers of teachers, students and controls",
    "returns": "episodes of those that played",
    "policies": "numbers about how they played",
    "attributes": "what the items are like",
}


def _options(command: Callable[..., None]) -> Callable[..., None]:
    """Add an option for each table and for each column."""
    for name in reversed(FILTERS):
        command = click.option(
            f"--{name}", multiple=True, metavar=name.upper(), help=f"Rows of this {name}; may be repeated."
        )(command)
    for name, held in reversed(OTHERS.items()):
        command = click.option(f"--{name}", "table", flag_value=name, help=f"Rows of the {name} instead: {held}.")(
            command
        )
    return command


@click.command(short_help="Print the rows behind the numbers of a report.")
@click.argument("experiment")
@_options
@click.option(
    "--mean", default="", metavar="LEVEL", help="Average the rows of each persona (or of each cell or agent: returns)."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "jsonl"]),
    default="table",
    show_default=True,
    help="For people, or for programs.",
)
@OUT
def trace(experiment: str, table: str | None, mean: str, form: str, out: Path, **filters: tuple[str, ...]) -> None:
    """Print the rows of the estimates of EXPERIMENT that fit: a run's name, or the path of its file.

    Every chart and every section of a report names the command that prints its numbers. Tables are read from
    runs/EXPERIMENT, as the run left them.

    Example: eep trace quickstart --test T2 --task cartpole
    """
    from eep.cli.views.listing import lines
    from eep.data.query import query

    wanted = query(table or "estimates", mean=mean, **{name: values or None for name, values in filters.items()})
    width = get_terminal_size().columns if sys.stdout.isatty() else None
    printed = lines(_found(wanted, experiment, out), form, width)
    while some := list(islice(printed, 1000)):
        click.echo("\n".join(some))


def _found(wanted: "Query", experiment: str, out: Path) -> "pl.DataFrame":
    import polars as pl

    folder = _folder(experiment, out)
    path = folder / f"{wanted.table}.parquet"
    try:
        frame = pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise UserError(
            f"{path}: expected the table of a finished run, found none or a damaged one ({_first(error)}); "
            "eep run makes it: no question is asked twice"
        ) from error
    return wanted.rows(frame)


def _first(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]


def _folder(experiment: str, out: Path) -> Path:
    """Return the folder of a run, given by its name or by its experiment's file."""
    from eep.data import run_tables

    name = experiment
    if experiment.endswith(".toml") or Path(experiment).name != experiment:
        from eep.config.experiment import load_experiment

        name = load_experiment(Path(experiment)).experiment.id
    return run_tables.find(name, out)
