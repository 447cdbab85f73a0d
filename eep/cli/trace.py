"""``eep trace``: the rows behind a number of a report."""

import sys
from collections.abc import Callable, Mapping
from itertools import islice
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

import click

from eep.cli.options import OUT
from eep.core.errors import UserError

if TYPE_CHECKING:
    import polars as pl

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
        command = click.option(f"--{name}", is_flag=True, help=f"Rows of the {name} instead: {held}.")(command)
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
def trace(experiment: str, mean: str, form: str, out: Path, **given: Any) -> None:
    """Print the rows of the estimates of EXPERIMENT that fit: a run's name, the path of its file, or that of its folder.

    Every chart and every section of a report names the command that prints its numbers. Tables are read from
    runs/EXPERIMENT, as the run left them.

    Example: eep trace quickstart --test T2 --task cartpole
    """
    from eep.cli.views.listing import lines
    from eep.data.query import query
    from eep.pipeline.finished import open_run

    wanted = query(_table(given), mean=mean, **{name: given[name] or None for name in FILTERS})
    frame: pl.DataFrame = getattr(open_run(experiment, out=out), wanted.table)
    width = get_terminal_size().columns if sys.stdout.isatty() else None
    printed = lines(wanted.rows(frame), form, width)
    while some := list(islice(printed, 1000)):
        click.echo("\n".join(some))


def _table(given: Mapping[str, Any]) -> str:
    """Return the table that was asked for; raises UserError if it is more than one."""
    named = [name for name in OTHERS if given[name]]
    if len(named) > 1:
        raise UserError(
            f"expected the rows of one table; found {' and '.join(f'--{name}' for name in named)}: name one of them"
        )
    return next(iter(named), "estimates")
