"""Arguments and options that several verbs share, and groups of verbs in the order of a user's way."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

EXPERIMENT = click.argument("experiment", type=click.Path(path_type=Path))
SEED = click.option(
    "--seed", type=click.IntRange(0, 2**31 - 1), help="Use another seed; the run's id then ends in -seed-N."
)
RECORDING = click.option(
    "--recording",
    type=click.Path(path_type=Path),
    help="Folder of recorded answers or episodes to use instead.",
)
TEACHER = click.option(
    "--teacher",
    metavar="PROVIDER:MODEL",
    help="Ask another teacher, as in openai:MODEL; the run's id then ends in its name.",
)
BASE_URL = click.option(
    "--base-url",
    metavar="URL",
    help="Ask a server of your own that speaks the provider's protocol; no key is sent to it.",
)
PERSONAS = click.option(
    "--persona",
    "personas",
    metavar="ID",
    multiple=True,
    help="Add a persona of yours, by id or file; can be repeated. The run's id then ends in -with-ID.",
)
OUT = click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="Folder for runs/ and reports/; the current one by default.",
)


def of_experiment(command: F) -> F:
    """Add the experiment and the options that say which run of it is meant; they are keywords of `eep.pipeline.prepare.prepare`."""
    for option in (OUT, PERSONAS, BASE_URL, TEACHER, RECORDING, SEED, EXPERIMENT):
        command = option(command)
    return command


class Group(click.Group):
    """Commands in the order of a user's way, not of the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order they were added."""
        del ctx
        return list(self.commands)
