"""``eep audit``: whose a body is."""

from typing import Any

import click

from eep.cli.options import OUT


@click.command(short_help="Tell which persona of a run a policy is, or that it is none.")
@click.argument("policy")
@click.option("--suspects", metavar="RUN", required=True, help="The run whose personas it may be.")
@click.option("--task", help="In this task; not needed where the run has but one.")
@click.option("--persona", metavar="ID", help="Where POLICY is a run: the student of this persona.")
@click.option("--wording", help="Taught in this wording.")
@click.option("--kind", help="Of this kind; the confirmatory one if not given.")
@click.option(
    "--seed",
    type=click.IntRange(0, 2**31 - 1),
    default=0,
    show_default=True,
    help="Of the policies it is compared with.",
)
@OUT
def audit(policy: str, suspects: str, **options: Any) -> None:
    """Tell which persona of RUN a policy is, or that it is none of them.

    POLICY is a saved student (its file, an exported folder, or a run's name), an ONNX file that takes what students sense and
    gives the options' probabilities, or a table of answers to the held-out items (csv, parquet or jsonl: item, and a column for each
    option or response). Where the run's own students do not show what its personas favour, nobody is named. docs/audit.md has the
    measured error rates.

    Example: eep audit policy.onnx --suspects quickstart --task encounter
    """
    from eep.cli.views import audited
    from eep.pipeline.audit import audit as test

    click.echo(audited.of_report(test(policy, suspects, **options)))
