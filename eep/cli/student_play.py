"""``eep student play``: a saved student at work, in text, as a film, or on a page."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eep.cli.options import FILE, OUT
from eep.core.errors import UserError
from eep.core.files import atomic_write

if TYPE_CHECKING:
    from eep.pipeline.showing import Shown

#: Formats, and how their files end.
FORMATS = {"terminal": "", "svg": ".svg", "gif": ".gif", "html": ".html"}


@click.command(short_help="Show students at work: as text, as a film, or on a page.")
@click.argument("run")
@click.option("--task", help="What they play; not needed where there is but one task to play.")
@click.option(
    "--persona",
    "personas",
    metavar="NAME",
    multiple=True,
    help="Whose students: an id, or a part of an id or name, such as raven. Can be repeated; all personas if not given.",
)
@click.option("--wording", help="Taught in this wording; without, the students of all wordings act as one.")
@click.option("--kind", help="Of this kind; the confirmatory one if not given.")
@click.option(
    "--animal",
    "animals",
    metavar="NAME",
    multiple=True,
    help="Whom they meet in Encounter: a species, such as spider, or an id. Can be repeated for a page.",
)
@click.option("--seed", type=click.IntRange(0, 2**31 - 21), default=0, show_default=True, help="Which episode.")
@click.option("--greedy", is_flag=True, help="Take the likeliest option each time; options are drawn otherwise.")
@click.option(
    "--format",
    "style",
    type=click.Choice(list(FORMATS)),
    help="Text, a film, or a page on which you can play too. Without, what --to ends in says it, or it is text.",
)
@click.option("--to", type=FILE, help="File to write; by default one named after the task, in this folder.")
@OUT
def play(run: str, *, style: str | None, to: Path | None, **which: Any) -> None:
    """Show students of RUN at work, in an episode of their task.

    Everybody plays the same episode, from the same start and with the same chance. The page holds 20 episodes, works without
    a network and lets you play them yourself.

    Example: eep student play quickstart --task encounter --persona herpetologist --animal spider
    """
    from eep.pipeline import showing

    style = style or next((name for name, end in FORMATS.items() if to and to.suffix == end), "terminal")
    if style == "terminal" and to is not None:
        raise click.UsageError(f"--to: expected a name that ends in .svg, .gif or .html, or --format; found {to}")
    found = showing.shown(run, **which)
    if style == "terminal":
        from eep.cli.views.student_replay import replay

        replay(found)
        return
    path = to or Path("-".join(["play", found.policies[0].task.id, *_short(found)]) + FORMATS[style])
    if path.exists():
        raise UserError(f"{path}: expected a new file; found one that exists; --to names another")
    content = _content(found, style, len(which["animals"]))
    try:
        with atomic_write(path) as partial:
            partial.write_bytes(content)
    except OSError as error:
        raise UserError(f"{path}: expected to write here; found: {error.strerror}") from error
    click.echo(f"{path}: {path.stat().st_size / 1e6:.1f} MB")


def _short(found: "Shown") -> list[str]:
    """Return what a file's name says of who plays: one persona's id, or nothing."""
    return [re.sub(r"[^a-z0-9-]", "-", found.policies[0].persona)] if len(found.policies) == 1 else []


def _content(found: "Shown", style: str, asked: int) -> bytes:
    from eep.pipeline import films, showing

    if style == "html":
        return showing.page(found, asked).encode()
    return films.svg(found).encode() if style == "svg" else films.gif(found)
