"""Playing in other bodies: teachers and students meet what no student learned from, and are compared there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from eep.core.arrays import FloatArray
from eep.data.agent import Agent
from eep.pipeline.play import compared_states
from eep.stats import estimates
from eep.stats.estimates import Estimate
from eep.stats.panel import Panel
from eep.stats.permutation import seed_of
from eep.stats.transfer import OWN, Transfer
from eep.tasks.base import analysed_readout, readout_weights
from eep.tasks.playable import Playable, Rollouts
from eep.tasks.policies import PolicyFunction

#: A persona in a wording: what its teacher and its student do in a body.
Cells = Mapping[tuple[str, str], tuple[Agent, Agent]]


def transfer(
    task: Playable,
    players: Mapping[str, Mapping[Agent, PolicyFunction]],
    *,
    kind: str,
    episodes: int,
    greedy: bool,
    seed: int,
    permutations: int,
    experiment: str,
) -> pl.DataFrame:
    """Return the estimates of T8 (`eep.stats.transfer`): the persona in the task's own body and in its changed ones.

    Parameters
    ----------
    players
        Body to everyone who acts in it: `eep.stats.transfer.OWN` and the names of `Playable.changed_bodies`.
    kind
        The students' kind.
    """
    tests = Transfer(permutations, seed_of(seed, "transfer"))
    about = Estimate(task=task.id, component="", test="T8", term="", agent=kind, seed=seed)
    places = {OWN: task, **task.changed_bodies()}
    rows: list[Estimate] = []
    own: Mapping[str, FloatArray] = {}
    for name, body in places.items():
        acting = players[name]
        cells = _cells(acting, kind)
        if not cells:
            break
        mine = [agent for pair in cells.values() for agent in pair]
        played = body.rollout([acting[agent] for agent in mine], episodes=episodes, greedy=greedy, seed=seed)
        states = compared_states(Rollouts(played.measures, played.terminated, played.met or played.states))
        rows += tests.shown(_panel(body, acting, cells, states), name, about)
        means = _student_means(played, cells)
        own = own or means
        for measure, here in means.items():
            rows += tests.outcomes(own[measure], here, name, replace(about, component=measure))
    return estimates.frame(rows, experiment=experiment)


def _cells(players: Mapping[Agent, PolicyFunction], kind: str) -> dict[tuple[str, str], tuple[Agent, Agent]]:
    """Return teacher and student of every persona-arm cell, of the personas that have all wordings of both."""
    found: dict[str, dict[tuple[str, str], Agent]] = {"teacher": {}, "student": {}}
    for agent in players:
        if agent.arm == "persona" and (agent.role == "teacher" or (agent.role == "student" and agent.agent == kind)):
            found[agent.role][agent.persona, agent.wording] = agent
    both = {
        cell: (found["teacher"][cell], found["student"][cell]) for cell in found["teacher"] if cell in found["student"]
    }
    wordings = {wording for _, wording in both}
    return {cell: pair for cell, pair in sorted(both.items()) if all((cell[0], one) in both for one in wordings)}


def _panel(body: Playable, players: Mapping[Agent, PolicyFunction], cells: Cells, states: FloatArray) -> Panel:
    """Return what teachers and students would do in states (n, d), states that some teacher cannot judge left out."""
    readout = analysed_readout(body)
    weights = readout_weights(body)[readout]
    personas, wordings = (tuple(sorted({cell[place] for cell in cells})) for place in (0, 1))
    shape = (2, len(personas), len(wordings), len(states))
    said = np.empty(shape)
    for (persona, wording), pair in cells.items():
        for role, agent in enumerate(pair):
            said[role, personas.index(persona), wordings.index(wording)] = players[agent](states) @ weights
    kept = np.isfinite(said).all(axis=(0, 1, 2))
    clusters: Sequence[str] = body.clusters(states)
    return Panel(
        task=body.id,
        agent=next(iter(cells.values()))[1].agent,
        option=readout,
        personas=personas,
        wordings=wordings,
        items=tuple(f"moment-{place}" for place in np.flatnonzero(kept).tolist()),
        clusters=tuple(clusters[place] for place in np.flatnonzero(kept).tolist()),
        teacher=np.ascontiguousarray(said[0][:, :, kept]),
        student=np.ascontiguousarray(said[1][:, :, kept]),
        n_excluded=int((~kept).sum()),
    )


def _student_means(played: Rollouts, cells: Cells) -> dict[str, FloatArray]:
    """Return each measure's mean over a persona's students and episodes, (K,) in the order of the personas."""
    personas = [persona for persona, _ in cells]
    return {measure: np.array(list(_means(values, personas))) for measure, values in played.measures.items()}


def _means(values: FloatArray, personas: Sequence[str]) -> Iterator[float]:
    students = values[1::2]
    for persona in dict.fromkeys(personas):
        mine = students[[place for place, name in enumerate(personas) if name == persona]]
        yield float(np.nanmean(mine)) if np.isfinite(mine).any() else float("nan")
