"""``eep student``: the personas that a run has left as bodies that act."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from eep.cli.options import FOLDER, OUT, Group
from eep.cli.student_play import play

F = TypeVar("F", bound=Callable[..., Any])

_CHOICES = (
    click.option("--task", help="Of this task; not needed where there is but one."),
    click.option("--persona", metavar="ID", help="Of this persona."),
    click.option("--wording", help="Taught in this wording; without, the students of all wordings act as one."),
    click.option("--kind", help="Of this kind; the confirmatory one if not given. generic is the control."),
)


def chosen(command: F) -> F:
    """Add the options that tell students apart."""
    for option in reversed(_CHOICES):
        command = option(command)
    return command


@click.group(cls=Group, short_help="Put the students of a run to work, or publish them.")
def student() -> None:
    """Put the students of a run to work, or publish them.

    RUN is the name of a run in runs/, or the path of its folder or of an exported student's.
    """


@student.command("list", short_help="List the students of RUN.")
@click.argument("run")
@click.option("--task", help="Of this task alone.")
@click.option("--persona", metavar="ID", help="Of this persona alone.")
@OUT
def list_students(run: str, out: Path, **only: str | None) -> None:
    """List the students of RUN, and how they agree with their own teachers on items that they had not met.

    Example: eep student list quickstart --task encounter
    """
    from eep.cli.views import students
    from eep.embodiment import saved
    from eep.embodiment.loading import find

    click.echo(students.of_folder(saved.read(find(run, out)[0]), only))


@student.command(short_help="Tell what a student is.")
@click.argument("run")
@chosen
@OUT
def show(run: str, out: Path, **which: Any) -> None:
    """Tell what a persona of RUN learned from, what it senses and what it can do.

    Example: eep student show quickstart --task encounter --persona herpetologist
    """
    from eep.cli.views import students
    from eep.embodiment.loading import load_student

    click.echo(students.of_policy(load_student(run, out=out, **which)))


@student.command(short_help="Write a student to a folder to publish.")
@click.argument("run")
@chosen
@click.option("--to", "folder", type=FOLDER, required=True, help="The new folder.")
@click.option("--link", metavar="URL", default="", help="Address of the run's report, for the card.")
@OUT
def export(run: str, folder: Path, link: str, out: Path, **which: str | None) -> None:
    """Write a persona of RUN to a new folder: its files, an ONNX graph, a script that needs no eep, and a card.

    Needs the extra onnx: pip install 'eep[onnx]'.

    Example: eep student export quickstart --task encounter --persona herpetologist --to herpetologist
    """
    from eep.pipeline.finished import open_run

    files = open_run(run, out=out).export(folder, link=link, **which)
    click.echo(f"{folder}: {len(files)} files, {sum(file.stat().st_size for file in files) / 1e6:.1f} MB")
    click.echo("README.md is its card" + ("; python run.py puts it to work" if folder / "run.py" in files else ""))


student.add_command(play)
