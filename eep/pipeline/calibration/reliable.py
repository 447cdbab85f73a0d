"""How reliable the profiles of an experiment's personas are, in a sentence: known from a run alone."""

import polars as pl

from eep.pipeline.calibration.design import finished_run
from eep.pipeline.prepare import Prepared
from eep.stats import panel
from eep.stats.estimates import Estimate
from eep.stats.reliability import FACETS, PROFILE
from eep.stats.reliability_rows import rows
from eep.tasks.base import analysed_readout

UNKNOWN = (
    "How reliable profiles are is not known before a run: it depends on what wordings do to this teacher's answers. Run the "
    "experiment, and ask again."
)


def reliability_sentences(prepared: Prepared) -> list[str]:
    """Return a sentence for each task on its teachers' profiles; one that a run is needed where there is none."""
    run = finished_run(prepared)
    return [UNKNOWN] if run is None else [_sentence(prepared, task, run) for task in prepared.tasks]


def _sentence(prepared: Prepared, task: str, run: pl.DataFrame) -> str:
    title, student = prepared.tasks[task].title, prepared.experiment.tasks[task].students[0]
    option = analysed_readout(prepared.tasks[task])
    cells = panel.build(run, task=task, agent=student, option=option)
    about = Estimate(task, "", "", "", "teacher")
    found = {row.term: row for row in rows(cells, about) if row.component == PROFILE}
    whole, two = found["coefficient"], found.get("two wordings")
    if whole.estimate is None or two is None or two.estimate is None:
        return f"{title}: the reliability of profiles is not known ({whole.note})."
    start = (
        f"{title}: profiles of teachers over {len(cells.wordings)} wordings have a reliability of {whole.estimate:.2f}, and two "
        f"wordings correlate by {two.estimate:.2f}, which a student that copies its teacher is expected to reach."
    )
    needed = [
        f"{wanted} needs {' or '.join(counts)}"
        for wanted in ("0.8", "0.9")
        if (
            counts := [
                f"{row.estimate:.0f} {facet if row.estimate > 1 else facet.removesuffix('s')}"
                for facet in FACETS
                if (row := found.get(f"{facet} for {wanted}")) is not None and row.estimate is not None
            ]
        )
    ]
    return (
        f"{start} A reliability of {', of '.join(needed)}." if needed else f"{start} No number of wordings makes it .8."
    )
