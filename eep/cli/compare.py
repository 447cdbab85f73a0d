"""``eep compare``: finished runs side by side."""

import shlex
from pathlib import Path

import click

from eep.cli.options import OUT


@click.command(short_help="Compare finished runs: two teachers, students or seeds.")
@click.argument("runs", nargs=-1, required=True, metavar="RUN RUN [RUN]...")
@click.option(
    "--seed",
    type=click.IntRange(0, 2**31 - 1),
    default=0,
    show_default=True,
    help="Of the random relabellings.",
)
@OUT
def compare(runs: tuple[str, ...], seed: int, out: Path) -> None:
    """Compare finished runs that share personas, wordings and items.

    RUN is the name of a run in runs/, or the path of its folder. RUN@KIND compares its students of that kind, as in
    quickstart@logistic; without, those of the confirmatory kind. Runs of two teachers, two seeds or two kinds of students
    are compared on what all of them share: whose personas differ more, whose arrive more, and whether they agree on
    who is who. Nothing is asked or trained. Writes reports/compare-<names>/.

    Example: eep compare quickstart@xgboost quickstart@logistic
    """
    from eep.cli.views import comparison
    from eep.pipeline.comparison import compare_runs

    words = ["eep", "compare", *runs, *(["--seed", str(seed)] if seed else [])]
    done = compare_runs(runs, out=out, seed=seed, command=shlex.join(words))
    click.echo(comparison.of_comparison(done))
