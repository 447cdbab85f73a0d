"""The command line: one call per verb, and bad input told without a traceback.

Whatever a verb needs is imported inside it, so that ``eep --help`` costs a tenth of a second.
"""

import gc
import signal
import sys
from io import TextIOWrapper
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click

from eep.cli import stats as cli_stats
from eep.cli.audit import audit
from eep.cli.batch import batch
from eep.cli.compare import compare
from eep.cli.export import export
from eep.cli.options import FOLDER, Group, Invocation, of_experiment, workers_that
from eep.cli.persona import persona
from eep.cli.recording import recording
from eep.cli.stimuli import stimuli
from eep.cli.streams import discard_output, reopen_std_streams
from eep.cli.student import student
from eep.cli.trace import trace
from eep.cli.transcript import transcript
from eep.core.errors import UserError
from eep.core.versions import __version__


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="eep")
def cli() -> None:
    """Tell whether students inherit the persona that their teacher played, or only the prompt.

    Exit codes: 0 done; 1 a fault of eep; 2 bad input or usage; 3 stopped with questions unanswered.
    """


@cli.command()
@of_experiment
@workers_that("train students")
def run(invocation: Invocation, workers: int) -> None:
    """Run EXPERIMENT from its file to its report.

    Only missing answers are asked, so the same command goes on after an interruption.

    Example: eep run experiments/quickstart.toml
    """
    from eep.cli.views import summary
    from eep.cli.views.progress import on_stderr
    from eep.pipeline import run as pipeline

    done = pipeline.run(invocation.experiment, workers=workers, progress=on_stderr(), **invocation.overrides)
    click.echo(summary.of_run(done))


@cli.command(short_help="Show what EXPERIMENT would ask and cost.")
@of_experiment
@click.option(
    "--ask",
    type=click.IntRange(1),
    metavar="N",
    help="Ask N of the questions, from all cells, to measure what answers cost; they are kept for the run.",
)
def plan(invocation: Invocation, ask: int | None) -> None:
    """Show what EXPERIMENT would ask, what that would cost and what its verdict can reach.

    Without --ask it asks nothing and writes nothing.

    Example: eep plan experiments/quickstart.toml
    """
    from eep.cli.views import summary
    from eep.cli.views.progress import on_stderr
    from eep.pipeline import run as pipeline

    if ask is not None:
        pipeline.ask(invocation.prepared, ask, again=invocation.command("plan", ask=ask), progress=on_stderr())
    click.echo(summary.of_plan(invocation.prepared))


@cli.command(short_help="Make the report of EXPERIMENT again.")
@of_experiment
def report(invocation: Invocation) -> None:
    """Make the report of EXPERIMENT again from the tables of its run.

    Example: eep report experiments/quickstart.toml
    """
    from eep.pipeline import run as pipeline

    click.echo(pipeline.report(invocation.prepared, again=invocation.command()) / "index.html")


cli.add_command(batch)
cli.add_command(transcript)
cli.add_command(trace)
cli.add_command(compare)
cli.add_command(export)
cli.add_command(student)
cli.add_command(audit)
cli_stats.add(cli)
cli.add_command(persona)
cli.add_command(recording)
cli.add_command(stimuli)


@cli.command(short_help="Write the JSON Schemas of eep's files.")
@click.argument("folder", type=FOLDER, default=Path("eep/resources/schemas"))
def schema(folder: Path) -> None:
    """Write the JSON Schemas of persona and experiment files to FOLDER, for editors that complete TOML.

    Example: eep schema schemas
    """
    from eep.config.json_schema import write

    for path in write(folder):
        click.echo(path)


def main() -> None:
    """Run the command line; bad input ends with one clear message and the exit code of its kind."""
    signal.signal(signal.SIGTERM, _interrupt)
    # Hundreds of thousands of questions and answers live to the end: looking through them for garbage takes a seventh of a run
    # that has nothing to do.
    gc.set_threshold(50_000)
    reopen_std_streams()
    _escape()
    stdout = sys.stdout
    try:
        code = _call()
        sys.stdout.flush()
    except UserError as error:
        _end(str(error), error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _end("stopped; what was finished so far is kept, and the same command goes on with the rest", 3)
    except BrokenPipeError:
        _unread()
    except SystemExit:
        # Click ends so when whoever reads our output has had enough, and puts a silent stream in its place.
        if sys.stdout is stdout:
            raise
        _unread()
    except OSError as error:
        if error.filename is None and error.errno is None:
            raise
        _end(f"{error.filename or 'output'}: expected to read or write here; {error.strerror}", 2)
    sys.exit(code if isinstance(code, int) else 0)


def _call() -> object:
    """Call the verb; an import that Ctrl-C broke off, of which native modules make an ImportError, is an interruption."""
    try:
        return cli.main(standalone_mode=False)
    except ImportError as error:
        before = error.__cause__ or error.__context__
        while before is not None and not isinstance(before, KeyboardInterrupt):
            before = before.__cause__ or before.__context__
        if before is not None:
            raise before from None
        raise


def _escape() -> None:
    """Let output have escapes for what its encoding has no way to write, such as a true minus sign on Windows."""
    if isinstance(sys.stdout, TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="backslashreplace")


def _interrupt(_: int, frame: FrameType | None) -> None:
    """Stop as Ctrl-C does, which an event loop sees to itself while it runs."""
    stop = signal.getsignal(signal.SIGINT)
    (stop if callable(stop) else signal.default_int_handler)(signal.SIGINT, frame)


def _unread() -> NoReturn:
    """End well where nobody reads on."""
    discard_output(sys.stdout)
    sys.exit(0)


def _end(message: str, code: int) -> NoReturn:
    try:
        click.echo(message, err=True)
    except BrokenPipeError:
        discard_output(sys.stderr)
    sys.exit(code)
