"""``eep persona``: list, show and check persona files."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from eep.cli_options import Group
from eep.errors import UserError

if TYPE_CHECKING:
    from eep.persona import Persona


@click.group(cls=Group)
def persona() -> None:
    """List, show and check persona files."""


@persona.command("list")
def persona_list() -> None:
    """List the personas that experiments started here can name.

    Example: eep persona list
    """
    from eep import summary
    from eep.library import persona_folders, persona_paths

    found, errors = _load_all(persona_paths(persona_folders()).values())
    click.echo(summary.of_personas(found))
    if errors:
        raise UserError("\n".join(errors))


@persona.command("show")
@click.argument("name")
def persona_show(name: str) -> None:
    """Show one persona: NAME is its id, or the path of its file.

    Example: eep persona show sir-isaac-newton
    """
    from eep import summary
    from eep.library import persona_folders, persona_path
    from eep.persona import load_persona

    path = Path(name) if name.endswith(".toml") else persona_path(name, persona_folders())
    click.echo(summary.of_persona(load_persona(path)))


@persona.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def persona_check(files: tuple[Path, ...]) -> None:
    """Check persona FILES and say everything that is wrong with them, with line numbers.

    Example: eep persona check personas/*.toml
    """
    _, errors = _load_all(files)
    if errors:
        raise UserError("\n".join(errors))
    click.echo(f"{len(files)} persona file{'s' * (len(files) != 1)}: all good")


def _load_all(files: Iterable[Path]) -> tuple[list["Persona"], list[str]]:
    """Return the personas of the files that are right, and what is wrong with the others."""
    from eep.persona import load_persona

    found, errors = [], []
    for file in files:
        try:
            found.append(load_persona(file))
        except UserError as error:
            errors.append(str(error))
    return found, errors
