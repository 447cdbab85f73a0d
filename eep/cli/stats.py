"""Verbs about the tests themselves: how often they are fooled, and what they can find."""

import shlex
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eep.cli.options import BASE_URL, PERSONAS, TEACHER, Asked
from eep.errors import UserError

if TYPE_CHECKING:
    import polars as pl

    from eep.prepare import Prepared
    from eep.stats.world import Design

EXPERIMENT = click.argument("experiment", type=click.Path(path_type=Path))
EXPERIMENTS = click.option(
    "--experiments",
    type=click.IntRange(20, 100_000),
    default=200,
    show_default=True,
    help="Simulated experiments of each kind.",
)
WORKERS = click.option(
    "--workers", type=click.IntRange(1, 256), default=1, show_default=True, help="Processes that simulate."
)
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
OUT = click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    show_default="here",
    help="Folder for runs/ and reports/.",
)


def add(cli: click.Group) -> None:
    """Add the verbs to the command line."""
    cli.add_command(calibrate)
    cli.add_command(power)


@click.command()
@EXPERIMENT
@EXPERIMENTS
@click.option("--nulls", help="Names of worlds, as N2,N4; all by default.", metavar="NAMES")
@click.option("--broken", is_flag=True, help="Measure procedures that eep does not use, and why it does not.")
@STUDENT
@SEED
@WORKERS
@PERSONAS
@TEACHER
@BASE_URL
@OUT
def calibrate(  # noqa: PLR0913 - one for each option
    experiment: Path,
    experiments: int,
    nulls: str | None,
    student: str,
    seed: int,
    workers: int,
    personas: tuple[str, ...],
    out: Path,
    *,
    teacher: str | None,
    base_url: str | None,
    broken: bool,
) -> None:
    """Measure how often the tests of EXPERIMENT find what is not there.

    Simulates experiments of its size in worlds where nothing is inherited, with students that are really
    fitted, and writes reports/<experiment>/calibration.md. The same command goes on after an interruption.

    Example: eep calibrate experiments/quickstart.toml --experiments 40 --nulls N2,N4
    """
    from eep.calibration.coverage import coverage
    from eep.calibration.rates import calibrate as rates
    from eep.calibration.returns import calibrate_returns
    from eep.calibration.trials import Settings
    from eep.progress import on_stderr
    from eep.stats.nulls import NULLS

    chosen = _names(nulls, tuple(NULLS))
    settings = Settings(experiments=experiments, seed=seed)

    def measure(design: "Design", folder: Path) -> dict[str, "pl.DataFrame"]:
        given: dict[str, Any] = {
            "settings": settings,
            "workers": workers,
            "folder": folder,
            "progress": on_stderr(),
        }
        frames = {
            "rates": rates(design, chosen, broken=broken, **given),
            "coverage": coverage(design, **given),
        }
        if broken:
            frames["rates"] = frames["rates"].vstack(calibrate_returns(design.wordings, **given))
        return frames

    asked = Asked(experiment, personas, out, teacher, base_url)
    said = ["eep", "calibrate", *asked.said(), "--experiments", str(experiments), "--seed", str(seed)]
    said += ["--student", student] * (student != "logistic")
    said += ["--nulls", ",".join(chosen)] * (nulls is not None) + ["--broken"] * broken
    title = "How often the tests find what is not there"
    _write(
        asked,
        student,
        measure,
        name="calibration",
        title=title,
        command=shlex.join(said),
        alpha=0.05,
    )


@click.command()
@EXPERIMENT
@EXPERIMENTS
@STUDENT
@SEED
@WORKERS
@PERSONAS
@TEACHER
@BASE_URL
@OUT
def power(  # noqa: PLR0913 - one for each option
    experiment: Path,
    experiments: int,
    student: str,
    seed: int,
    workers: int,
    personas: tuple[str, ...],
    out: Path,
    *,
    teacher: str | None,
    base_url: str | None,
) -> None:
    """Measure how likely EXPERIMENT finds a persona effect, and what would make it likelier.

    Simulates experiments of its size, and of neighbouring ones, in which a persona effect of known strength is
    inherited, and writes reports/<experiment>/power.md.

    Example: eep power experiments/quickstart.toml --experiments 40
    """
    from eep.calibration.power import conclusive, neighbours, one_line
    from eep.calibration.power import power as chances
    from eep.calibration.trials import Settings
    from eep.progress import on_stderr
    from eep.summary import COMPONENTS

    asked = Asked(experiment, personas, out, teacher, base_url)
    settings = asked.prepared().experiment
    alpha = settings.analysis.alpha / (len(COMPONENTS) * len(settings.tasks))

    def measure(design: "Design", folder: Path) -> dict[str, "pl.DataFrame"]:
        table = chances(
            neighbours(design),
            settings=Settings(experiments=experiments, seed=seed),
            alpha=alpha,
            workers=workers,
            folder=folder,
            progress=on_stderr(),
        )
        click.echo(one_line(table))
        click.echo(conclusive(table))
        return {"power": table}

    said = ["eep", "power", *asked.said(), "--experiments", str(experiments), "--seed", str(seed)]
    said += ["--student", student] * (student != "logistic")
    title = "What the experiment can find"
    _write(asked, student, measure, name="power", title=title, command=shlex.join(said), alpha=alpha)


def _names(given: str | None, known: tuple[str, ...]) -> tuple[str, ...]:
    """Return the worlds that were asked for, in the order of all."""
    if given is None:
        return known
    asked = [name.strip() for name in given.split(",") if name.strip()]
    unknown = [name for name in asked if name not in known]
    if unknown or not asked:
        raise UserError(
            f"--nulls: expected names out of {', '.join(known)}; found {', '.join(unknown) or 'none'}"
        )
    return tuple(name for name in known if name in asked)


def _write(
    asked: Asked,
    student: str,
    measure: Callable[["Design", Path], dict[str, "pl.DataFrame"]],
    *,
    name: str,
    title: str,
    command: str,
    alpha: float,
) -> None:
    """Measure every task's design and write the tables; say where they lie."""
    from eep.calibration.design import designs
    from eep.registry import UnknownNameError
    from eep.report.calibration import Measured, write
    from eep.students import student_class

    prepared = asked.prepared()
    try:
        student_class(student)
        found = designs(prepared, student)
    except UnknownNameError as error:
        raise UserError(f"--student: {error}") from error
    except ValueError as error:
        raise UserError(f"{asked.experiment}: {error}") from error
    measured = [
        Measured(prepared.tasks[task].title, asdict(design), measure(design, _folder(prepared)))
        for task, design in found.items()
    ]
    heading = f"{title}: {prepared.experiment.title}"
    click.echo(write(measured, prepared.reports, name=name, title=heading, command=command, alpha=alpha))
    if (prepared.reports / "report.md").is_file():
        click.echo(_shown(asked))


def _shown(asked: Asked) -> str:
    """Make the experiment's report again, now with what was measured; return where, or why it cannot be."""
    from eep import pipeline

    try:
        return str(pipeline.report(**asked._asdict()) / "index.html")
    except UserError as error:
        return f"the report does not show it yet: {error}"


def _folder(prepared: "Prepared") -> Path:
    """Return the folder of finished simulations; their file names tell designs apart."""
    return prepared.runs / "calibration"
