"""``eep transcript``: every question and reply of a run, readable."""

import os
import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING

import click

from eep.cli.options import BASE_URL, EXPERIMENT, OUT, SEED, TEACHER

if TYPE_CHECKING:
    from eep.cli.views.transcript import Entry

#: Columns that texts are folded to on a terminal, at most.
_WIDEST = 100


@click.command(short_help="Read the questions and replies of EXPERIMENT.")
@EXPERIMENT
@SEED
@TEACHER
@BASE_URL
@OUT
@click.option("--persona", help="Only of this persona: its id, or a part of it, such as newton.")
@click.option("--wording", help="Only in this wording.")
@click.option("--task", help="Only of this task.")
@click.option(
    "--status", type=click.Choice(["ok", "refused", "unparsable", "failed"]), help="Only replies that ended like this."
)
@click.option("--limit", type=click.IntRange(1), help="So many entries at most.")
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "jsonl"]),
    default="text",
    show_default=True,
    help="To be read, or one line of JSON per reply.",
)
def transcript(
    experiment: Path, seed: int | None, out: Path, limit: int | None, style: str, **options: str | None
) -> None:
    """Read the questions and replies of EXPERIMENT (its file, or a run's name), in the order they were stored.

    Works beside a running run. On a terminal it opens in the pager. Characters that could disturb the terminal
    are shown as escapes; --format jsonl has every reply as it came.

    Example: eep transcript quickstart --persona newton --task cartpole --limit 5
    """
    from eep.cli.views import transcript as read
    from eep.config.experiment import load_experiment
    from eep.config.overrides import named_teacher, with_overrides
    from eep.core.redact import Redactor, secrets
    from eep.data.run_tables import folder_of
    from eep.data.store import ANSWERS, Store
    from eep.data.types import Status

    named = named_teacher(options.pop("teacher"), options.pop("base_url"))
    # Which variable held the key of a run that is given by its name nobody says: all that look like it are cleared.
    name, keys = str(experiment), [each for each in os.environ if each.endswith(("_KEY", "_TOKEN"))]
    if named or seed is not None or not (folder_of(name, out) / ANSWERS).is_file():
        found = with_overrides(load_experiment(experiment), seed=seed, teacher=named).experiment
        name, keys = found.id, [str(getattr(found.teacher, "api_key_env", None))]
    status = options.pop("status")
    selection = read.EntrySelection(**options, status=Status(status) if status else None, limit=limit)
    redact = Redactor(secrets(*keys))
    with Store.open(folder_of(name, out) / ANSWERS, read_only=True) as store:
        entries = _counted(read.select(store, selection, redact), len(store))
        width = min(get_terminal_size().columns, _WIDEST) if sys.stdout.isatty() else None
        _show(read.as_json_lines(entries) if style == "jsonl" else read.as_text(entries, width))


def _counted(entries: "Iterator[Entry]", stored: int) -> "Iterator[Entry]":
    """Return the entries; where there is none, say so beside the output, which stays empty for programs."""
    first = next(entries, None)
    if first is None:
        none = f"none of the {stored:,} replies fits" if stored else "there is no reply yet"
        click.echo(none, err=True)
        return iter(())
    return chain((first,), entries)


def _show(texts: Iterable[str]) -> None:
    """Print texts, through the pager where there is somebody to turn the pages."""
    if sys.stdout.isatty():
        click.echo_via_pager(_writable(texts))
        return
    for text in _writable(texts):
        click.echo(text, nl=False)


def _writable(texts: Iterable[str]) -> Iterator[str]:
    """Yield texts without characters that the output has no way to write."""
    from eep.core.text import encodable

    for text in texts:
        yield encodable(text, sys.stdout.encoding)
