"""Verbs about the tests themselves: how often they are fooled, and what they can find."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eep.cli.options import BASE_URL, EXPERIMENT, OUT, PERSONAS, TEACHER, F, Invocation, workers_that
from eep.core.errors import UserError

if TYPE_CHECKING:
    import polars as pl

    from eep.pipeline.prepare import Prepared
    from eep.stats.simulation.world import Design

SIMULATIONS = click.option(
    "--experiments",
    type=click.IntRange(20, 100_000),
    default=200,
    show_default=True,
    help="Simulated experiments of each kind.",
)
WORKERS = workers_that("simulate")
STUDENT = click.option(
    "--student",
    metavar="KIND",
    default="logistic",
    show_default=True,
    help="Kind of simulated students. Logistic ones are fitted many at once; others take a hundred times as long.",
)
SEED = click.option(
    "--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True, help="Of the simulations."
)


def of_simulations(command: F) -> F:
    """Add the experiment and the options that say how it is simulated; they are the fields of `Simulations`."""
    for option in (OUT, BASE_URL, TEACHER, PERSONAS, WORKERS, SEED, STUDENT, SIMULATIONS, EXPERIMENT):
        command = option(command)
    return command


@dataclass(frozen=True)
class Simulations:
    """Which experiment is simulated, and how: how often, with what students, from what seed, on how many processes."""

    experiment: Path
    experiments: int
    student: str
    seed: int
    workers: int
    personas: tuple[str, ...]
    teacher: str | None
    base_url: str | None
    out: Path

    @cached_property
    def invocation(self) -> Invocation:
        """The experiment with what differs from its file."""
        overrides = {"personas": self.personas, "teacher": self.teacher, "base_url": self.base_url, "out": self.out}
        return Invocation(self.experiment, overrides)

    @property
    def prepared(self) -> "Prepared":
        """The experiment, ready to run."""
        return self.invocation.prepared

    def command(self, verb: str, **more: object) -> str:
        """Return the command line, without what no number depends on."""
        student = None if self.student == "logistic" else self.student
        counted = {"experiments": self.experiments, "seed": self.seed, "student": student}
        return self.invocation.command(verb, out=None, **counted, **more)

    def report(self) -> Path:
        """Make the experiment's report again; return its folder."""
        from eep.pipeline import run as pipeline

        return pipeline.report(self.prepared, again=self.invocation.command())

    def settings(self) -> dict[str, Any]:
        """Return what everything that simulates is told; finished simulations tell designs apart by their files' names."""
        from eep.cli.views.progress import on_stderr
        from eep.pipeline.calibration.trials import Settings

        return {
            "settings": Settings(experiments=self.experiments, seed=self.seed),
            "workers": self.workers,
            "folder": self.prepared.runs / "calibration",
            "progress": on_stderr(),
        }


def add(cli: click.Group) -> None:
    """Add the verbs to the command line."""
    cli.add_command(calibrate)
    cli.add_command(power)


@click.command()
@of_simulations
@click.option("--nulls", help="Names of worlds, as N2,N4; all by default.", metavar="NAMES")
def calibrate(nulls: str | None, **options: Any) -> None:
    """Measure how often the tests of EXPERIMENT find what is not there.

    Simulates experiments of its size in worlds where nothing is inherited, with students that are really
    fitted, and writes reports/<experiment>/calibration.md. The same command goes on after an interruption.

    Example: eep calibrate experiments/quickstart.toml --experiments 40 --nulls N2,N4
    """
    from eep.pipeline.calibration.coverage import coverage
    from eep.pipeline.calibration.rates import calibrate as rates
    from eep.stats.simulation.nulls import NULLS

    simulations = Simulations(**options)
    chosen = _names(nulls, tuple(NULLS))

    def measure(design: "Design") -> dict[str, "pl.DataFrame"]:
        given = simulations.settings()
        return {"rates": rates(design, chosen, **given), "coverage": coverage(design, **given)}

    command = simulations.command("calibrate", nulls=None if nulls is None else ",".join(chosen))
    title = "How often the tests find what is not there"
    _write(simulations, measure, name="calibration", title=title, command=command, alpha=0.05)


@click.command()
@of_simulations
def power(**options: Any) -> None:
    """Measure how likely EXPERIMENT finds a persona effect, and what would make it likelier.

    Simulates experiments of its size, and of neighbouring ones, in which a persona effect of known strength is
    inherited, and writes reports/<experiment>/power.md. Of an experiment that has a run, also tells how reliable its
    personas' profiles are, and what would make them more so.

    Example: eep power experiments/quickstart.toml --experiments 40
    """
    from eep.pipeline.calibration.design import reach
    from eep.pipeline.calibration.power import conclusive, neighbours, one_line
    from eep.pipeline.calibration.power import power as chances
    from eep.pipeline.calibration.reliable import reliability_sentences
    from eep.stats.components import COMPONENTS

    simulations = Simulations(**options)
    if not (found := reach(simulations.prepared)).possible:
        raise UserError(
            f"{simulations.experiment}: expected a design that can come to a verdict; found none. {found.sentence}"
        )
    experiment = simulations.prepared.experiment
    alpha = experiment.analysis.alpha / (len(COMPONENTS) * len(experiment.tasks))

    def measure(design: "Design") -> dict[str, "pl.DataFrame"]:
        table = chances(neighbours(design), alpha=alpha, **simulations.settings())
        click.echo(one_line(table))
        click.echo(conclusive(table))
        return {"power": table}

    for sentence in reliability_sentences(simulations.prepared):
        click.echo(sentence)
    command = simulations.command("power")
    _write(simulations, measure, name="power", title="What the experiment can find", command=command, alpha=alpha)


def _names(given: str | None, known: tuple[str, ...]) -> tuple[str, ...]:
    """Return the worlds that were asked for, in the order of all."""
    if given is None:
        return known
    chosen = [name.strip() for name in given.split(",") if name.strip()]
    unknown = [name for name in chosen if name not in known]
    if unknown or not chosen:
        raise UserError(f"--nulls: expected names out of {', '.join(known)}; found {', '.join(unknown) or 'none'}")
    return tuple(name for name in known if name in chosen)


def _write(
    simulations: Simulations,
    measure: Callable[["Design"], dict[str, "pl.DataFrame"]],
    *,
    name: str,
    title: str,
    command: str,
    alpha: float,
) -> None:
    """Measure every task's design and write the tables; say where they lie."""
    from eep.core.registry import UnknownNameError
    from eep.pipeline.calibration.design import designs
    from eep.report.calibration import MeasuredDesign, write
    from eep.students import student_class

    prepared = simulations.prepared
    try:
        student_class(simulations.student)
        found = designs(prepared, simulations.student)
    except UnknownNameError as error:
        raise UserError(f"--student: {error}") from error
    except ValueError as error:
        raise UserError(f"{simulations.experiment}: {error}") from error
    measured = [
        MeasuredDesign(prepared.tasks[task].title, asdict(design), measure(design)) for task, design in found.items()
    ]
    heading = f"{title}: {prepared.experiment.title}"
    click.echo(write(measured, prepared.reports, name=name, title=heading, command=command, alpha=alpha))
    if (prepared.reports / "report.md").is_file():
        click.echo(_format_command(simulations))


def _format_command(simulations: Simulations) -> str:
    """Make the experiment's report again, now with what was measured; return where, or why it cannot be."""
    try:
        return str(simulations.report() / "index.html")
    except UserError as error:
        return f"the report does not show it yet: {error}"
