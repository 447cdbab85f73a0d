"""``eep student play``: a saved student at work, in text, as a film, or in a page."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from eep.cli.options import FILE

if TYPE_CHECKING:
    from eep.pipeline.showing import Shown

#: Formats, and how their files end.
FORMATS = {"terminal": "", "svg": ".svg", "gif": ".gif", "html": ".html"}


@click.command(short_help="Show students of RUN at work.")
@click.argument("run")
@click.option("--task", metavar="TASK", help="What they play; may be left out where there is but one to play.")
@click.option(
    "--persona",
    "personas",
    metavar="NAME",
    multiple=True,
    help="Whose students: an id, or a part of an id or name, such as raven; can be repeated. All personas by default.",
)
@click.option("--wording", metavar="ID", help="Only the student of this wording; all wordings act as one by default.")
@click.option(
    "--animal",
    "animals",
    metavar="NAME",
    multiple=True,
    help="Whom they meet in Encounter: a kind, such as spider, or an id; can be repeated for a page.",
)
@click.option("--seed", type=click.IntRange(0, 2**31 - 21), default=0, show_default=True, help="Which episode.")
@click.option("--greedy", is_flag=True, help="Take the likeliest option each time; they are drawn otherwise.")
@click.option(
    "--format",
    "style",
    type=click.Choice(list(FORMATS)),
    help="Text, a film, or a page on which you can play as well; by default what --out ends in, or text.",
)
@click.option("--out", type=FILE, help="File to write; by default one named after the task, here.")
def play(  # noqa: PLR0913 - options of a command
    run: str,
    *,
    task: str | None,
    personas: tuple[str, ...],
    wording: str | None,
    animals: tuple[str, ...],
    seed: int,
    greedy: bool,
    style: str | None,
    out: Path | None,
) -> None:
    """Show students of RUN at work: a run's name or folder, or a folder of exported students.

    Everybody plays the same episode: the same start, and the same chance. The page plays 20 episodes, works without a network,
    and lets you take the stick.

    Example: eep student play quickstart --task encounter --persona raven --animal spider
    """
    from eep.pipeline import showing

    style = style or next((name for name, end in FORMATS.items() if out and out.suffix == end), "terminal")
    found = showing.shown(
        run, task=task, personas=personas, wording=wording, animals=animals, seed=seed, greedy=greedy
    )
    if style == "terminal":
        from eep.cli.views.student_replay import replay

        replay(found)
        return
    path = out or Path(f"{'-'.join(['play', found.policies[0].task.id, *_short(found)])}{FORMATS[style]}")
    content = _content(found, style, len(animals))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    click.echo(path)


def _short(found: "Shown") -> list[str]:
    """Return what a file's name says of who plays: one persona's id, or nothing."""
    return [re.sub(r"[^a-z0-9-]", "-", found.policies[0].persona)] if len(found.policies) == 1 else []


def _content(found: "Shown", style: str, asked: int) -> bytes:
    from eep.pipeline import films, showing

    if style == "html":
        return showing.page(found, asked).encode()
    return films.svg(found).encode() if style == "svg" else films.gif(found)
