"""``eep student``: the students that runs leave."""

import click

from eep.cli.options import Group
from eep.cli.student_play import play


@click.group(cls=Group)
def student() -> None:
    """Look at the students that a run left."""


student.add_command(play)
