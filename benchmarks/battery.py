"""How long the whole battery of statistics takes on a finished run: python -m benchmarks.battery [RUN FOLDER].

The run is the quickstart's by default (``eep run experiments/quickstart.toml`` makes it): every test, interval,
cross-check and sensitivity analysis of three kinds of students, 8 personas in 3 wordings. Processor time of one
process after everything is imported, the best of several rounds; the target is 1 second.
"""

import sys
import time
from collections.abc import Collection
from pathlib import Path

import polars as pl

from eep.config.experiment import Experiment, load_experiment
from eep.data import run_tables
from eep.pipeline.analyse import analyse
from eep.tasks import task_class
from eep.tasks.base import analysed_readout

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 5


def seconds(folder: Path, experiment: Experiment, tasks: Collection[str]) -> float:
    """Return the processor seconds of the fastest analysis of some tasks of the tables in ``folder``."""
    tables = run_tables.read(folder)
    responses, returns, attributes = (
        frame.filter(pl.col("task").is_in(list(tasks)))
        for frame in (tables.responses, tables.returns, tables.attributes)
    )
    students = {name: settings.students for name, settings in experiment.tasks.items() if name in tasks}
    taken = []
    for _ in range(ROUNDS):
        start = time.process_time()
        analyse(
            responses,
            returns,
            experiment=experiment.id,
            settings=experiment.analysis,
            students=students,
            seed=experiment.seed,
            options={name: analysed_readout(task_class(name)) for name in students},
            attributes=attributes,
        )
        taken.append(time.process_time() - start)
    return min(taken)


def main() -> None:
    """Measure and print, each task by itself and all together."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "runs" / "quickstart"
    experiment = load_experiment(ROOT / "experiments" / "quickstart.toml").experiment
    for tasks in (*((name,) for name in experiment.tasks), tuple(experiment.tasks)):
        print(f"the battery on {' and '.join(tasks)}: {seconds(folder, experiment, tasks):.2f} CPU s", flush=True)


if __name__ == "__main__":
    main()
