"""Keeping a run's students: what each of them is, and how it goes with its teacher."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl

from eep.core import versions
from eep.data.agent import Agent
from eep.data.means import cell_means
from eep.data.responses import one_option
from eep.embodiment import saved
from eep.embodiment.saved import STUDENTS, Agreement, Manifest, PersonaRecord, StudentRecord, TaskRecord, TeacherRecord
from eep.pipeline.imitate import Imitated
from eep.pipeline.prepare import Prepared
from eep.students.base import Student
from eep.tasks.base import actions, analysed_readout
from eep.teachers.base import Kind, Provenance

#: What no student must be taken for, whoever taught it.
LIMITS = (
    "It imitates a language model's answers to written situations, and knows nothing but what it senses.",
    "It is no model of a real person.",
    "What it does where its teacher was not asked is the learning method's guess.",
)
_CELL = ["agent", "persona", "wording", "item"]


def save_students(prepared: Prepared, imitated: Mapping[str, Imitated], answers: pl.DataFrame) -> list[Path]:
    """Write the students of every task and the generic controls to the run's folder, and what they sensed of held-out items; return the paths.

    Controls that learned shuffled answers are not kept, nor are those that sense something of their own.

    ``answers`` are the responses of everybody.
    """
    contents: dict[str, bytes] = {}
    records = []
    for name, result in imitated.items():
        task = prepared.tasks[name]
        kept = {
            agent: one for agent, one in result.trained.items() if agent.role == "student" or agent.agent == "generic"
        }
        agreements = _agreements(answers.filter(task=name, split="test"), analysed_readout(task))
        for agent, student in kept.items():
            records.append(_record(prepared, agent, student, contents, agreements.get(agent[2:4] + agent[5:6])))
    manifest = _manifest(prepared, {name: _task(prepared, name, one) for name, one in imitated.items()}, records)
    folder = prepared.runs / STUDENTS
    # Students of another set-up, which this run no longer has, would be taken for its own.
    shutil.rmtree(folder, ignore_errors=True)
    kept_items = [saved.held_out_path(folder, name) for name in imitated]
    for path, result in zip(kept_items, imitated.values(), strict=True):
        saved.write_held_out(path, result.held_out, result.sensed)
    return [*saved.write(folder, manifest, contents), *kept_items]


def licence_of(origin: Provenance) -> tuple[str, str]:
    """Return under which licence what was made from a teacher's answers is passed on, as the Hub calls it, and why."""
    if origin.kind is Kind.SIMULATED:
        return "mit", "Nobody's answers went into it but those of eep's own simulated teacher."
    return "other", f"It was made from answers of {origin.agent}, whose terms of use hold for it."


def _record(
    prepared: Prepared, agent: Agent, student: Student, contents: dict[str, bytes], agreement: Agreement | None
) -> StudentRecord:
    file = f"{agent.task}/{agent.agent}/{agent.persona}.{agent.wording}{student.suffix}"
    contents[file] = student.dump()
    kind = agent.agent if agent.role == "student" else prepared.experiment.tasks[agent.task].students[0]
    return StudentRecord(
        file=file,
        sha256=saved.digest(contents[file]),
        kind=kind,
        agreement=agreement,
        **{name: getattr(agent, name) for name in ("task", "role", "agent", "persona", "arm", "wording")},
    )


def _task(prepared: Prepared, name: str, imitated: Imitated) -> TaskRecord:
    task = prepared.tasks[name]
    width = next(iter(imitated.trained.values())).shape[0]
    return TaskRecord(
        title=task.title,
        settings=prepared.experiment.tasks[name].model_dump(mode="json"),
        options=actions(task),
        readouts={name: dict(weights) for name, weights in task.readouts.items()},
        senses=task.senses(width),
        sensor=task.encoder.fingerprint if task.encoder else "",
    )


def _manifest(prepared: Prepared, tasks: dict[str, TaskRecord], records: list[StudentRecord]) -> Manifest:
    origin = prepared.provenance
    licence, note = licence_of(origin)
    every = Manifest(
        experiment=prepared.experiment.id,
        seed=prepared.experiment.seed,
        versions={"eep": versions.__version__, **versions.versions()},
        teacher=TeacherRecord(
            kind=origin.kind.value, agent=origin.agent, sentence=origin.sentence, caveats=origin.caveats
        ),
        licence=licence,
        licence_note=note,
        limits=LIMITS,
        personas={
            one.id: PersonaRecord(
                name=one.name,
                arm=one.arm.value,
                about=one.about,
                wordings={wording.id: wording.text for wording in one.wordings},
            )
            for one in prepared.personas
        },
        tasks=tasks,
        students=tuple(records),
    )
    return saved.subset(every, records)


def _agreements(held_out: pl.DataFrame, readout: str) -> dict[tuple[str, ...], Agreement]:
    """Return how every student's held-out answers go with its own teacher's, by kind, persona and wording."""
    rows = one_option(held_out, readout)
    students, teachers = (cell_means(rows.filter(role=role), _CELL) for role in ("student", "teacher"))
    pairs = students.join(teachers, on=_CELL[1:], suffix="_teacher", maintain_order="left")
    mine, own = pl.col("response"), pl.col("response_teacher")
    found = pairs.group_by(_CELL[:3], maintain_order=True).agg(
        pl.len().alias("items"), pl.corr(mine, own).alias("correlation"), (mine - own).abs().mean().alias("difference")
    )
    return dict(_rows(found))


def _rows(found: pl.DataFrame) -> Iterator[tuple[tuple[str, ...], Agreement]]:
    # The last digits of a sum depend on the processor; nobody reads them.
    for *cell, items, correlation, difference in found.iter_rows():
        known = None if correlation is None or correlation != correlation else round(correlation, 4)  # noqa: PLR0124 - NaN
        yield tuple(cell), Agreement(items=items, correlation=known, mean_absolute_difference=round(difference, 4))
