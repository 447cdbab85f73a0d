"""From demonstrations to the tables: students, closed-loop play, statistics."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import chain

import polars as pl

from eep.config.authoring.rules import topical
from eep.core import versions
from eep.core.arrays import FloatArray
from eep.data import responses
from eep.data.agent import Agent, untrained
from eep.data.returns import POLICIES, RETURNS
from eep.data.run_tables import Tables
from eep.data.types import Cell
from eep.pipeline import conversations
from eep.pipeline.analyse import analyse
from eep.pipeline.collect import Demonstrations
from eep.pipeline.imitate import Imitated, imitate
from eep.pipeline.play import Played, animations, play
from eep.pipeline.prepare import Prepared, cells
from eep.pipeline.progress import Progress
from eep.pipeline.transfer import transfer
from eep.stats import estimates, validity
from eep.stats.estimates import Estimate
from eep.stats.permutation import seed_of
from eep.stats.profile import ATTRIBUTES
from eep.stats.prompt_length import PromptLength
from eep.stats.transfer import OWN
from eep.students.base import Student
from eep.tasks.base import analysed_readout
from eep.tasks.playable import Playable
from eep.tasks.policies import PolicyFunction


def compute(
    prepared: Prepared, shown: Mapping[str, Demonstrations], *, workers: int, progress: Progress
) -> tuple[Tables, dict[str, Imitated]]:
    """Train and test students on every task, let everyone play, and analyse; return the tables, and each task's students.

    Both depend on the experiment, the seed and the answers, not on ``workers``.
    """
    experiment = prepared.experiment
    imitated = {
        name: imitate(
            prepared.tasks[name],
            demonstration.items,
            demonstration.responses,
            kinds=experiment.tasks[name].students,
            permuted=experiment.controls.permuted,
            seed=experiment.seed,
            train_per_student=experiment.tasks[name].train_per_student,
            workers=workers,
            stage=partial(progress.stage, f"{prepared.tasks[name].title}: training students"),
        )
        for name, demonstration in shown.items()
    }
    played = [
        _play(prepared, task, shown[name], imitated[name], progress)
        for name, task in prepared.tasks.items()
        if isinstance(task, Playable)
    ]
    every = responses.concat(chain((d.responses for d in shown.values()), (i.responses for i in imitated.values())))
    returns = pl.concat([pl.DataFrame(schema=RETURNS), *(one.returns for one in played)])
    progress.say("comparing students with teachers")
    attributes = _attributes(prepared, shown)
    policies = pl.concat([pl.DataFrame(schema=POLICIES), *(one.policies for one in played)])
    analysed = analyse(
        every,
        returns,
        experiment=experiment.id,
        settings=experiment.analysis,
        students={name: settings.students for name, settings in experiment.tasks.items()},
        seed=experiment.seed,
        options={name: analysed_readout(task) for name, task in prepared.tasks.items()},
        attributes=attributes,
        phrases={name: task.component_phrases for name, task in prepared.tasks.items()},
        policies=policies,
    )
    tables = Tables(
        responses=every,
        returns=returns,
        policies=policies,
        estimates=pl.concat(
            [
                analysed.estimates,
                _validity(prepared, every),
                _prompt_length(prepared, every),
                _skipped_students(experiment.id, imitated),
                *_transferred(prepared, shown, imitated, progress),
            ]
        ),
        verdicts=analysed.verdicts,
        attributes=attributes,
        animations={name: svg for one in played for name, svg in one.animations.items()},
        kernels=versions.kernels(),
    )
    return tables, imitated


def _transferred(
    prepared: Prepared, shown: Mapping[str, Demonstrations], imitated: Mapping[str, Imitated], progress: Progress
) -> Iterator[pl.DataFrame]:
    """Yield the estimates of play in other bodies, where the experiment asks for it, of the tasks that have tables of answers."""
    experiment = prepared.experiment
    for name, task in prepared.tasks.items():
        if not experiment.play.changed_bodies or not isinstance(task, Playable) or shown[name].played:
            continue
        progress.say(f"{task.title}: playing in other bodies")
        bodies = {OWN: task, **task.changed_bodies()}
        yield transfer(
            task,
            {body: dict(players(prepared, there, shown[name], imitated[name])) for body, there in bodies.items()},
            kind=experiment.tasks[name].students[0],
            episodes=experiment.play.episodes,
            greedy=experiment.play.greedy,
            seed=experiment.seed,
            permutations=experiment.analysis.permutations,
            experiment=experiment.id,
        )


def _attributes(prepared: Prepared, shown: Mapping[str, Demonstrations]) -> pl.DataFrame:
    """Return what the held-out items are like, of the tasks that can say so."""
    rows = [
        (name, item, attribute, value)
        for name, task in prepared.tasks.items()
        for item, values in task.attributes([i for i in shown[name].items if i.split == "test"]).items()
        for attribute, value in values.items()
    ]
    return pl.DataFrame(rows, schema=ATTRIBUTES, orient="row")


def _validity(prepared: Prepared, answers: pl.DataFrame) -> pl.DataFrame:
    """Return what is said in one task against what is done in another, for tasks about the same things."""
    experiment, tasks = prepared.experiment, prepared.tasks
    seeds = seed_of(experiment.seed, "validity")
    found: list[Estimate] = []
    for pair in validity.pairs(answers, [name for name, task in tasks.items() if isinstance(task, Playable)]):
        named = {
            Cell(who.id, wording.id)
            for who, wording in cells(prepared.personas, experiment)
            if any(topical(wording.text, name) for name in pair)
        }
        found += validity.Validity(experiment.analysis.permutations, seeds, named)(
            answers,
            pair,
            {name: analysed_readout(tasks[name]) for name in pair},
            {name: experiment.tasks[name].students[0] for name in pair},
        )
    return estimates.frame(found, experiment=experiment.id)


def _prompt_length(prepared: Prepared, answers: pl.DataFrame) -> pl.DataFrame:
    """Return how the length of prompts goes with the teachers' level, as rows of the estimates."""
    sizes = prepared.prompts.lengths
    rows = (
        row
        for name, task in prepared.tasks.items()
        for row in PromptLength(analysed_readout(task))(answers, sizes, Estimate(name, "", "", ""))
    )
    return estimates.frame(rows, experiment=prepared.experiment.id)


def _skipped_students(experiment: str, imitated: Mapping[str, Imitated]) -> pl.DataFrame:
    """Return a row of the estimates for every student that there was nothing to train on."""
    rows = (
        Estimate(
            task=task,
            component="response",
            test="exclusions",
            term="untaught",
            contrast=" ".join(part for part in (one.agent.persona, one.agent.wording) if part),
            agent=one.agent.agent,
            note=one.reason,
        )
        for task, result in imitated.items()
        for one in result.skipped
    )
    return estimates.frame(rows, experiment=experiment)


def _play(prepared: Prepared, task: Playable, shown: Demonstrations, imitated: Imitated, progress: Progress) -> Played:
    progress.say(f"{prepared.tasks[task.id].title}: playing")
    settings = prepared.experiment.play
    played = play(
        task,
        dict(players(prepared, task, shown, imitated)),
        episodes=settings.episodes,
        greedy=settings.greedy,
        seed=prepared.experiment.seed,
    )
    if not shown.played:
        return played
    conversed = [(prepared.agent(task.id, cell), episodes[0].states) for cell, episodes in sorted(shown.played.items())]
    # Teachers that talked have no policy that could be asked about states: what they did is all there is.
    return replace(
        played,
        returns=pl.concat([conversations.returns(prepared, task.id, shown.played), played.returns]),
        animations={**animations(task, conversed), **played.animations},
    )


def players(
    prepared: Prepared, task: Playable, shown: Demonstrations, imitated: Imitated
) -> Iterator[tuple[Agent, PolicyFunction]]:
    """Yield everyone who is to play: teacher cells as tables, a coin, rules, students and their controls."""
    for cell, table in sorted(shown.tables.items()):
        yield prepared.agent(task.id, cell), task.table_policy(table)
    for name, policy in {"random": task.random_policy(), **task.rules()}.items():
        yield untrained(task.id, name), policy
    for agent, student in imitated.trained.items():
        yield agent, partial(_act, student)


def _act(student: Student, states: FloatArray) -> FloatArray:
    """Return a student's probabilities; students sense single precision, as they did in training."""
    return student.predict(states.astype("float32"))
