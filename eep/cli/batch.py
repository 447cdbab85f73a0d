"""``eep batch``: questions out as files, replies in."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from eep.cli.options import FILE, Group, Invocation, of_experiment
from eep.core.errors import UnfinishedError

if TYPE_CHECKING:
    from eep.pipeline.batch.imports import ImportResult
    from eep.pipeline.batch.job_store import BatchJob
    from eep.teachers.batch_api import Look

#: Reasons and lines that are told, at most.
_SHOWN = 12


MODEL = click.option(
    "--model",
    "models",
    multiple=True,
    metavar="NAME",
    help="Also take replies that name this model: the teacher's under another name.",
)
PARTIAL = click.option("--partial", is_flag=True, help="Import what is right even where lines are wrong.")


@click.group(cls=Group, short_help="Export questions, import replies.")
def batch() -> None:
    """Have the questions of an experiment answered in a provider's batches, or by any model by other means."""


@batch.command("export", short_help="Write the open questions to a file.")
@of_experiment
@click.argument("file", type=FILE)
@click.option(
    "--format",
    "form",
    type=click.Choice(["openai", "anthropic", "plain"]),
    help="A provider's own, or plain: for any model, asked in any way. The teacher's provider's by default.",
)
@click.option("--per-file", type=click.IntRange(1), help="Questions in one file at most; several are numbered.")
@click.option("--overwrite", is_flag=True, help="Replace files that are there already.")
def export(invocation: Invocation, file: Path, form: str | None, per_file: int | None, *, overwrite: bool) -> None:
    """Write every question of EXPERIMENT that has no answer yet to FILE, a line of JSON each.

    A plain line has a custom_id, the system text, the user's text and the options. Ask every line on its own, and
    bring back, for each, {"custom_id", "text", "model", "provenance"}: the id of the question, the reply as it came,
    which model gave it, and in a sentence when and how it was asked. A reply that is a refusal has "status":
    "refused" besides.

    Example: eep batch export quickstart --teacher openai:MODEL --format plain questions.jsonl
    """
    from eep.pipeline.batch.export import export as write

    done = write(invocation.prepared, file, form=form, per_file=per_file, overwrite=overwrite)
    if not done.files:
        click.echo(f"nothing to ask: all {done.stored:,} questions have their answer")
        return
    click.echo(f"{_questions(done.questions)} to ask, {done.stored:,} answered before")
    for part in done.files:
        click.echo(f"{part.path}: {_questions(part.lines)}, {part.path.stat().st_size / 1e6:.1f} MB")


@batch.command("import", short_help="Import replies, checked.")
@of_experiment
@click.argument("files", nargs=-1, required=True, type=FILE)
@MODEL
@PARTIAL
def import_(invocation: Invocation, files: tuple[Path, ...], models: tuple[str, ...], *, partial: bool) -> None:
    """Import FILES of replies to questions of EXPERIMENT, in any of the formats.

    Every line is checked, and all that is wrong is told at once. Where a line is wrong, nothing is imported unless
    you say --partial. Failures and expired requests are no answers: these questions stay open. No answer is ever
    overwritten, so that importing a file twice changes nothing. When all are there, eep run asks nothing.

    Example: eep batch import quickstart --teacher openai:MODEL replies.jsonl
    """
    from eep.cli.views.progress import on_stderr
    from eep.pipeline.batch.imports import import_replies

    result = import_replies(invocation.prepared, files, models=models, partial=partial, progress=on_stderr())
    _print(result, invocation.command())


@batch.command(short_help="Hand exported questions in at the provider.")
@of_experiment
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--again", is_flag=True, help="Submit questions that are in a pending batch already.")
def submit(invocation: Invocation, files: tuple[Path, ...], *, again: bool) -> None:
    """Hand FILES of exported questions in at the teacher's provider, one batch each. This costs money.

    The batch is remembered in the run's folder; status tells how far it is, and fetch brings the replies home.

    Example: eep batch submit quickstart --teacher openai:MODEL questions.jsonl
    """
    from eep.pipeline.batch import jobs as batch_jobs
    from eep.pipeline.elicit import spending as cost

    prepared = invocation.prepared
    for file in files:
        job = batch_jobs.submit(prepared, file, again=again)
        price = prepared.experiment.teacher.limits.price
        price_line = cost.format_cost(batch_jobs.forecast_cost(prepared, job.questions).tokens, price)
        click.echo(f"batch {job.number:03} ({job.id}): {_questions(len(job.questions))} submitted from {file}")
        click.echo(f"  about {price_line}, without any discount for batches")


@batch.command(short_help="Tell how far batches are.")
@of_experiment
def status(invocation: Invocation) -> None:
    """Tell how far the batches of EXPERIMENT are that have not been fetched.

    Example: eep batch status quickstart --teacher openai:MODEL
    """
    from eep.pipeline.batch.fetch import status as look

    looks = look(invocation.prepared)
    click.echo("\n".join(_line(*each) for each in looks) or "no batch is on its way")


@batch.command(short_help="Import the replies of batches that have ended.")
@of_experiment
@MODEL
@PARTIAL
def fetch(invocation: Invocation, models: tuple[str, ...], *, partial: bool) -> None:
    """Get the replies of the batches of EXPERIMENT that have ended, and import them as eep batch import does.

    Example: eep batch fetch quickstart --teacher openai:MODEL
    """
    from eep.cli.views.progress import on_stderr
    from eep.pipeline.batch.fetch import fetch as get

    fetched = get(invocation.prepared, models=models, partial=partial, progress=on_stderr())
    click.echo("\n".join(_line(*each) for each in fetched.looks) or "no batch is on its way")
    if fetched.imported is not None:
        _print(fetched.imported, invocation.command())
    if fetched.without_results:
        raise UnfinishedError("a batch ended without replies: its questions are open again")
    if fetched.waiting:
        raise UnfinishedError(f"{fetched.waiting} not ended yet; the same command fetches what has ended by then")


def _line(job: "BatchJob", look: "Look | None") -> str:
    state = "the submission was not confirmed: look whether the provider has it"
    if look is not None:
        state = f"{job.id}: {look.progress}"
    return f"batch {job.number:03}, {_questions(len(job.questions))} of {job.submitted_at}: {state}"


def _print(result: "ImportResult", on: str) -> None:
    """Tell what came of importing, and the command that goes ``on``; raises UnfinishedError for failures."""
    from eep.pipeline.batch.lines import listed

    if result.judged.problems:
        click.echo("left out:")
        click.echo("\n".join(f"  {problem}" for problem in listed(result.judged.problems)))
    statuses = ", ".join(f"{count:,} {status.value}" for status, count in sorted(result.statuses.items()))
    click.echo(
        f"{len(result.new):,} answers imported{f' ({statuses})' if statuses else ''}, {result.known:,} known before"
    )
    remarks = [f"  {reply.location}: {reply.remark}" for reply in result.new if reply.remark]
    more = [f"  and {len(remarks) - _SHOWN:,} more"] if len(remarks) > _SHOWN else []
    for line in [*remarks[:_SHOWN], *more]:
        click.echo(line)
    if result.other:
        left_out = len(result.other) - _SHOWN
        places = ", ".join(reply.location for reply in result.other[:_SHOWN])
        places += f", and {left_out:,} more" if left_out > 0 else ""
        click.echo(f"{_questions(len(result.other))} had another answer already, which is kept ({places})")
    left = f"{_questions(result.missing)} {'has' if result.missing == 1 else 'have'} no answer yet"
    click.echo(left if result.missing else f"every question has its answer: {on}")
    if failures := result.failures:
        reasons = [f"  {count:,}: {reason}" for reason, count in failures.most_common(_SHOWN)]
        raise UnfinishedError(
            "\n".join(
                [
                    f"{sum(failures.values()):,} replies are failures, which are no answers:",
                    *reasons,
                    f"these questions stay open: eep batch export writes them out again, and {on} asks them",
                ]
            )
        )


def _questions(number: int) -> str:
    return f"{number:,} question{'s' * (number != 1)}"
