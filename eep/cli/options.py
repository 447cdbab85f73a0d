"""Arguments and options that several verbs share, and groups of verbs in the order of a user's way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from eep.pipeline.prepare import Prepared

F = TypeVar("F", bound=Callable[..., Any])

PATH, FILE = click.Path(path_type=Path), click.Path(dir_okay=False, path_type=Path)
FOLDER, PROCESSES = click.Path(file_okay=False, path_type=Path), click.IntRange(1, 256)

EXPERIMENT = click.argument("experiment", type=PATH)
SEED = click.option(
    "--seed", type=click.IntRange(0, 2**31 - 1), help="Use another seed; the run's id then ends in -seed-N."
)
RECORDING = click.option("--recording", type=PATH, help="Folder of recorded answers or episodes to use instead.")
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
    "--out", type=FOLDER, default=Path(), help="Folder for runs/ and reports/; the current one by default."
)

_OVERRIDES = ("seed", "recording", "teacher", "base_url", "personas", "out")


@dataclass(frozen=True)
class Invocation:
    """The experiment that a verb is about; ``overrides`` are keywords of `eep.pipeline.prepare.prepare`."""

    experiment: Path
    overrides: Mapping[str, Any]

    @cached_property
    def prepared(self) -> "Prepared":
        """The experiment, ready to run."""
        from eep.pipeline.prepare import prepare

        prepared = prepare(self.experiment, **self.overrides)
        for line in prepared.written.deprecations:
            click.echo(line, err=True)
        return prepared

    def command(self, verb: str = "run", **more: object) -> str:
        """Return the command line that does ``verb`` with the same run."""
        from eep.pipeline.resume import command

        return command(verb, self.experiment, **{**self.overrides, **more})


def of_experiment(command: Callable[..., None]) -> Callable[..., None]:
    """Add the experiment and the options that say which run of it is meant; the command gets them as one `Asked`."""

    @wraps(command)
    def wrapped(experiment: Path, **given: Any) -> None:
        overrides = {name: given.pop(name) for name in list(given) if name in _OVERRIDES}
        command(Invocation(experiment, overrides), **given)

    for option in (OUT, PERSONAS, BASE_URL, TEACHER, RECORDING, SEED, EXPERIMENT):
        wrapped = option(wrapped)
    return wrapped


def workers_that(do: str) -> Callable[[F], F]:
    """Return the option of how many processes do something."""
    return click.option("--workers", type=PROCESSES, default=1, show_default=True, help=f"Processes that {do}.")


class Group(click.Group):
    """Commands in the order of a user's way, not of the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order they were added."""
        del ctx
        return list(self.commands)
