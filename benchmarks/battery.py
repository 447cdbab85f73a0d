"""How long the whole battery of statistics takes on a finished run: python -m benchmarks.battery [RUN FOLDER].

The run is the quickstart's by default (``eep run experiments/quickstart.toml`` makes it): every test, interval,
cross-check and sensitivity analysis of three kinds of students, 8 personas in 3 wordings. Processor time of one
process after everything is imported, the best of several rounds; the target is 1 second.
"""

import sys
import time
from pathlib import Path

from eep.config.experiment import Experiment, load_experiment
from eep.data import run_tables
from eep.pipeline.analyse import analyse

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 5


def seconds(folder: Path, experiment: Experiment) -> float:
    """Return the processor seconds of the fastest analysis of the tables in ``folder``."""
    tables = run_tables.read(folder)
    students = {name: settings.students for name, settings in experiment.tasks.items()}
    taken = []
    for _ in range(ROUNDS):
        start = time.process_time()
        analyse(
            tables.responses,
            tables.returns,
            experiment=experiment.id,
            settings=experiment.analysis,
            students=students,
            seed=experiment.seed,
        )
        taken.append(time.process_time() - start)
    return min(taken)


def main() -> None:
    """Measure and print."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "runs" / "quickstart"
    experiment = load_experiment(ROOT / "experiments" / "quickstart.toml").experiment
    print(f"the battery on {folder.name}: {seconds(folder, experiment):.2f} CPU s")


if __name__ == "__main__":
    main()
