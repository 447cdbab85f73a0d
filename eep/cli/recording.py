"""``eep recording``: recordings of play, checked by physics, and brought in from elsewhere."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, cast

import click

from eep.cli.options import PATH, Group
from eep.core.errors import UserError

if TYPE_CHECKING:
    from eep.datasets.recordings import Kind


@click.group(cls=Group)
def recording() -> None:
    """Look into recorded play, and bring some in."""


@recording.command("check")
@click.argument("folder", type=PATH)
def recording_check(folder: Path) -> None:
    """Tell how many (observation, action) pairs of a CartPole recording obey the physics.

    FOLDER holds observations.npy and actions.npy. Pairs that a recorder shifted are restored.

    Example: eep recording check FOLDER
    """
    from eep.cli.views import summary
    from eep.tasks.cartpole.recording import check

    click.echo(summary.of_recording(check(folder)))


@recording.command("import", short_help="Bring in CartPole episodes that others recorded.")
@click.argument("kind", type=click.Choice(["minari", "imitation", "npz"]))
@click.argument("source")
@click.argument("out", type=PATH)
def recording_import(kind: str, source: str, out: Path) -> None:
    """Bring the CartPole episodes of SOURCE into the new folder OUT, if they obey the physics.

    KIND is minari (a dataset's folder, or its id below MINARI_DATASETS_PATH), imitation (what that library's
    serialize.save wrote) or npz (arrays obs, acts and terminal). Nothing in the files is executed.

    Example: eep recording import npz play.npz played
    """
    from eep.cli.views import summary
    from eep.datasets.recordings import read_episodes
    from eep.tasks.cartpole.imported import write_recording

    if out.exists():
        raise UserError(f"{out}: expected a new folder; found one that exists: name another")
    episodes = read_episodes(cast("Kind", kind), source)
    out.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as unfinished:
        check = write_recording(episodes, Path(unfinished) / out.name)
        (Path(unfinished) / out.name).rename(out)
    click.echo(f"{len(episodes):,} episodes: {out}\n{summary.of_recording(check)}")
