"""A finished run opened with its answers: what its tables were made from, as far as it is still the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from eep.config.experiment import Loaded, from_settings
from eep.core.errors import UserError
from eep.data import responses
from eep.data.persona import Arm, Persona, SimulatedWeights, Wording
from eep.data.store import ANSWERS, Store
from eep.embodiment import saved
from eep.embodiment.saved import MANIFEST, STUDENTS
from eep.pipeline.collect import CollectedAnswers, Demonstrations, collect_stored, demonstrations
from eep.pipeline.finished import FinishedRun, open_run
from eep.pipeline.plan import PLAN, read
from eep.pipeline.prepare import Prepared, prepare, prepare_loaded
from eep.pipeline.provenance import annotate_provenance


@dataclass(frozen=True)
class AnsweredRun:
    """A finished run with the answers that its tables were made from.

    ``date`` is the day of the last answer, or, where nobody was asked, that of the plan, in ISO 8601.
    """

    run: FinishedRun
    prepared: Prepared
    collected: CollectedAnswers
    shown: Mapping[str, Demonstrations]
    date: str


def open_answered(run: str | Path, *, out: str | Path = ".") -> AnsweredRun:
    """Open a run, as of `eep.open_run`, and read its answers again.

    The file of an experiment means its settings as they are now, a run those of its plan. Raises UserError as `open_run`
    does, and unless the answers make the teachers' rows of the run's tables.
    """
    finished = open_run(run, out=out)
    named = Path(run).suffix == ".toml"
    prepared = prepare(run, out=out) if named else prepare_loaded(_registered(finished), out=out)
    with Store.open(finished.folder / ANSWERS, read_only=True) as store:
        collected = collect_stored(prepared, store)
        prepared, last = annotate_provenance(prepared, store, collected), store.last_stored()
    registered = datetime.fromtimestamp((finished.folder / PLAN).stat().st_mtime, UTC).isoformat()
    shown = demonstrations(prepared, collected)
    mine = responses.concat(one.responses for one in shown.values())
    if not mine.equals(finished.responses.filter(role="teacher").sort(responses.KEY)):
        raise UserError(
            f"{finished.folder}: expected the answers and items that its tables were made from; found others, since the "
            "settings, the code or the kind of processor has changed: run the experiment again (no question is asked "
            "twice), and export its file's path if its settings are not those of its registered plan"
        )
    return AnsweredRun(finished, prepared, collected, shown, (last or registered)[:10])


def _registered(run: FinishedRun) -> Loaded:
    """Return the experiment of a run's plan, with the personas' words as they were registered."""
    path = run.folder / PLAN
    content = read(path).plan.content
    try:
        experiment = from_settings({**content["experiment"], "analysis": content["analysis"]})
    except ValueError as error:
        raise UserError(f"{path}: expected the settings of an experiment of this eep; found: {error}") from error
    known = saved.read(run.folder / STUDENTS).personas if (run.folder / STUDENTS / MANIFEST).is_file() else {}
    people = tuple(
        Persona(
            id=name,
            name=known[name].name if name in known else name,
            arm=Arm(found["arm"]),
            about=known[name].about if name in known else "",
            source="",
            wordings=tuple(Wording(*each) for each in found["wordings"].items()),
            simulated={task: SimulatedWeights(**part) for task, part in found["simulated"].items()},
        )
        for name, found in ((name, content["personas"][name]) for name in experiment.personas)
    )
    return Loaded(experiment, people, path, {})
