"""``eep persona``: write, list, show, check and compare persona files."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from eep.cli.options import FOLDER, PATH, Group
from eep.cli.persona_new import persona_new
from eep.core.errors import UserError

if TYPE_CHECKING:
    from eep.config.authoring.lint import Checked
    from eep.data.persona import Persona


@click.group(cls=Group)
def persona() -> None:
    """Write, list, show, check and compare persona files."""


persona.add_command(persona_new)


@persona.command("list")
def persona_list() -> None:
    """List the personas that experiments started here can name.

    Example: eep persona list
    """
    from eep.cli.views import summary
    from eep.config.library import persona_folders, persona_paths

    found, errors = _load_all(persona_paths(persona_folders()).values())
    click.echo(summary.of_personas(one.persona for one in found))
    if errors:
        raise UserError("\n".join(errors))


@persona.command("show")
@click.argument("name")
@click.option("--task", "tasks", metavar="TASK", multiple=True, help="Only this task; can be repeated.")
@click.option("--wording", "wordings", metavar="ID", multiple=True, help="Only this wording; can be repeated.")
def persona_show(name: str, tasks: tuple[str, ...], wordings: tuple[str, ...]) -> None:
    """Show a persona, and word by word what a model is sent in every task and wording.

    NAME is its id, or the path of its file.

    Example: eep persona show sir-isaac-newton --task cartpole --wording plain
    """
    from eep.cli.views import persona_shown

    found = _named(name)
    click.echo(persona_shown.format_prompts(found, persona_shown.rendered(found, tasks=tasks, wordings=wordings)))


@persona.command("check")
@click.argument("files", nargs=-1, required=True, type=PATH)
@click.option("--strict", is_flag=True, help="End with exit code 2 on warnings too.")
@click.option(
    "--experiment", type=PATH, metavar="EXPERIMENT", help="Compare with its personas, not with the shipped ones."
)
@click.option("--out", type=FOLDER, default=Path(), show_default="here", help="Folder that runs/ lies in.")
def persona_check(files: tuple[Path, ...], *, strict: bool, experiment: Path | None, out: Path) -> None:
    """Check persona FILES: everything that is wrong with them, and what would spoil a comparison.

    What is wrong ends with exit code 2. Wordings that are nearly the same or very different in length, that say how to
    answer, and controls that are none are warnings, each with its reason and the way out.

    Then the words that wordings share and the lengths of prompts, beside the shipped personas or an experiment's; if that
    has a run, also how lengths go with the teachers' level.

    Example: eep persona check personas/*.toml
    """
    from eep.cli.views.persona_balance import format_balance
    from eep.config.authoring import lint

    found, errors = _load_all(files)
    warnings = lint.warnings(found)
    if errors or (warnings and strict):
        raise UserError("\n".join([*errors, *warnings]))
    for warning in warnings:
        click.echo(warning)
    if found:
        click.echo(format_balance([one.persona for one in found], experiment, out))
    verdict = "right, but see the warnings" if warnings else "all good"
    click.echo(f"{len(files)} persona file{'s' * (len(files) != 1)}: {verdict}")


@persona.command("compare")
@click.argument("one")
@click.argument("other")
@click.option("--run", metavar="RUN", help="Name or folder of a finished run: how alike the two answered in it.")
@click.option("--out", type=FOLDER, default=Path(), show_default="here", help="Folder that runs/ lies in.")
def persona_compare(one: str, other: str, run: str | None, out: Path) -> None:
    """Show two personas side by side: wordings, lengths, shared words, simulated weights.

    ONE and OTHER are ids, or paths of files. With --run, also how alike their teachers and students answered.

    Example: eep persona compare sir-isaac-newton goth-teen
    """
    from eep.cli.views import persona_compare

    left, right = _named(one), _named(other)
    folder = None if run is None else persona_compare.folder_of(run, out)
    played = [] if folder is None else [persona_compare.format_comparison_in_run(folder, left, right)]
    click.echo("\n".join([persona_compare.format_comparison(left, right), *played]))


def _named(name: str) -> "Persona":
    from eep.config.library import persona_folders, persona_path
    from eep.config.persona import load_persona

    return load_persona(Path(name) if name.endswith(".toml") else persona_path(name, persona_folders()))


def _load_all(files: Iterable[Path]) -> tuple[list["Checked"], list[str]]:
    """Return the personas of the files that are right, and what is wrong with the others."""
    from eep.config.authoring import lint

    found, errors = [], []
    for file in files:
        try:
            found.append(lint.check(file))
        except UserError as error:
            errors.append(str(error))
    return found, errors
