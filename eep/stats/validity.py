"""Said against done: whether a persona is the same one in two tasks that are about the same things.

Convergent and discriminant validity (Campbell & Fiske 1959): the T2 statistic with *method* in place of *wording*. What a
persona says of an animal in one task is set beside how it treats that animal in another. Nothing new is computed: rows of one
persona in two methods take the places of its teachers' and its students' rows.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations, combinations_with_replacement

import numpy as np
import polars as pl

from eep.core.arrays import FloatArray
from eep.data.means import cell_means
from eep.data.types import Cell
from eep.stats.components import FEWEST, LEVEL, PREFERENCE, Component, level, preference
from eep.stats.estimates import Estimate, notes, number
from eep.stats.inheritance import Inheritance
from eep.stats.panel import Panel
from eep.stats.similarity import across_wordings, similarity

#: A cell's answers to every cluster: (persona, wording) to cluster to mean.
Answers = Mapping[Cell, Mapping[str, float]]


@dataclass(frozen=True)
class Method:
    """A way of measuring personas: a task, and whether its teachers or its students of a kind are asked."""

    task: str
    role: str
    agent: str
    answers: Answers

    @property
    def name(self) -> str:
        """Task and role, as the estimates name it."""
        return f"{self.task} {self.role}"

    @property
    def things(self) -> set[str]:
        """The clusters that it has answers to."""
        return {thing for found in self.answers.values() for thing in found}


@dataclass(frozen=True)
class Validity:
    """Convergent and discriminant validity of personas over two tasks.

    Parameters
    ----------
    permutations, seed
        As in `eep.stats.inheritance.Inheritance`.
    named
        Cells whose wordings name what the tasks are about: such a text answers part of the question itself.
    """

    permutations: int
    seed: tuple[int, ...]
    named: Collection[Cell] = ()

    def __call__(
        self,
        responses: pl.DataFrame,
        tasks: tuple[str, str],
        options: Mapping[str, str],
        students: Mapping[str, str],
    ) -> Iterator[Estimate]:
        """Yield the estimates of what is said in the first of two ``tasks`` and done in the second.

        Clusters of both are taken for the same things where they have the same names, and a cell's answer to one is its mean
        over items. There are no estimates where fewer than eight things are shared.

        Parameters
        ----------
        responses
            A responses table.
        tasks
            What is said, then what is done.
        options, students
            Task to the readout that is analysed, and to the confirmatory student kind.
        """
        methods = [
            Method(task, role, agent, _answers(responses, task, role, agent, options[task]))
            for role in ("teacher", "student")
            for task, agent in ((task, "teacher" if role == "teacher" else students[task]) for task in tasks)
        ]
        said, done, says, does = methods
        if len(said.things & done.things) < FEWEST:
            return
        for one, other in ((said, done), (said, does), (says, does)):
            yield from self._compared(one, other)
        yield from self._matrix(methods)

    def _compared(self, said: Method, done: Method) -> Iterator[Estimate]:
        """Yield T2 of level and preference, and each cell's and persona's own figures."""
        panel = _panel(said, done)
        about = Estimate(
            task=done.task,
            component="",
            test="validity",
            term="",
            agent=f"{said.name}, {done.name}",
            n_personas=len(panel.personas),
            n_wordings=len(panel.wordings),
            n_items=len(panel.items),
            seed=self.seed[0],
        )
        for name, component in ((LEVEL, level(panel)), (PREFERENCE, preference(panel))):
            row = replace(about, component=name)
            found = Inheritance(self.permutations, self.seed)(component, panel.personas)
            for one in found.rows(row):
                if one.test == "T2" and one.term in {"joint", "block", "item", "maximum"}:
                    yield replace(one, test="validity", contrast="")
            if name == PREFERENCE and not component.reason:
                yield from _each(found.similarity, panel, row)
        yield from self._cells(panel, replace(about, component="response"))

    def _cells(self, panel: Panel, row: Estimate) -> Iterator[Estimate]:
        """Yield each cell's correlation over things, and its mean over cells whose texts name them and over the others."""
        groups: dict[bool, list[float]] = {True: [], False: []}
        for p, persona in enumerate(panel.personas):
            for w, wording in enumerate(panel.wordings):
                r = _correlation(panel.teacher[p, w], panel.student[p, w])
                names = Cell(persona, wording) in self.named
                groups[names].append(r)
                note = "the text names what is judged" if names else ""
                yield replace(
                    row, term="correlation", contrast=f"{persona} {wording}", estimate=number(r), note=notes(note)
                )
        for names, values in groups.items():
            mean = float(np.nanmean(values)) if np.isfinite(values).any() else float("nan")
            term = "correlation, named" if names else "correlation, not named"
            yield replace(row, term=term, estimate=number(mean), method=f"mean over {len(values)} cells")

    def _matrix(self, methods: list[Method]) -> Iterator[Estimate]:
        """Yield the multitrait-multimethod matrix: similarity of persona ``term`` in one method with ``contrast`` in another."""
        for one, other in combinations_with_replacement(methods, 2):
            panel = _panel(one, other)
            component = _alone(panel) if one is other else preference(panel)
            if component.reason:
                continue
            mean = across_wordings(similarity(component.student, component.teacher), component.present)
            row = Estimate(
                task=methods[1].task,
                component=PREFERENCE,
                test="mtmm",
                term="",
                agent=f"{one.name}, {other.name}",
                n_items=len(panel.items),
            )
            for q, in_other in enumerate(panel.personas):
                for p, in_one in enumerate(panel.personas):
                    yield replace(row, term=in_one, contrast=in_other, estimate=number(float(mean[q, p])))


def pairs(responses: pl.DataFrame, played: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the pairs of tasks that share clusters: what is said, then what is done; a task that is ``played`` is done."""
    clusters = {
        str(task): set(rows["cluster"].unique()) for (task,), rows in responses.group_by("task", maintain_order=True)
    }
    for one, other in combinations(clusters, 2):
        if len(clusters[one] & clusters[other]) >= FEWEST:
            yield (other, one) if one in played and other not in played else (one, other)


def _answers(responses: pl.DataFrame, task: str, role: str, agent: str, option: str) -> Answers:
    """Return the persona arm's mean answers by cell and cluster; of teachers to all items, of students to held-out ones."""
    mine = responses.filter(pl.col("role") == role, task=task, arm="persona", option=option)
    if role == "student":
        mine = mine.filter(agent=agent)
    found = cell_means(mine, ["persona", "wording", "cluster", "item"])
    found = found.group_by("persona", "wording", "cluster", maintain_order=True).agg("response")
    rows = found.with_columns(pl.col("response").list.mean()).select("persona", "wording", "cluster", "response")
    answers: dict[Cell, dict[str, float]] = {}
    for persona, wording, cluster, value in rows.iter_rows():
        answers.setdefault(Cell(persona, wording), {})[cluster] = value
    return answers


def _panel(said: Method, done: Method) -> Panel:
    """Return the panel of personas and wordings that both methods have, on the things that both know."""
    cells = set(said.answers) & set(done.answers)
    wordings = sorted({cell.wording for cell in cells})
    personas = sorted(
        {cell.persona for cell in cells if all(Cell(cell.persona, wording) in cells for wording in wordings)}
    )
    things = tuple(sorted(said.things & done.things))

    def of(method: Method) -> FloatArray:
        answers = [
            [[method.answers[Cell(p, w)].get(thing, np.nan) for thing in things] for w in wordings] for p in personas
        ]
        return np.array(answers, np.float64).reshape(len(personas), len(wordings), len(things))

    return Panel(
        task=done.task,
        agent=done.agent,
        option="",
        personas=tuple(personas),
        wordings=tuple(wordings),
        items=things,
        clusters=things,
        teacher=of(said),
        student=of(done),
    )


def _alone(panel: Panel) -> Component:
    """Return the preference of one method with itself: its rows as they are among teachers, on both sides."""
    found = preference(panel)
    return replace(found, student=found.teacher)


def _each(similar: FloatArray, panel: Panel, row: Estimate) -> Iterator[Estimate]:
    """Yield each persona's similarity with itself and, on average, with the others in the other method."""
    own = np.diag(similar)
    others = (similar.sum(axis=0) - own) / max(len(own) - 1, 1)
    for name, mine, rest, column in zip(panel.personas, own, others, similar.T, strict=True):
        yield replace(row, term="convergent", contrast=name, estimate=number(float(mine)))
        yield replace(row, term="discriminant", contrast=name, estimate=number(float(rest)))
        yield replace(row, term="rank", contrast=name, estimate=float(1 + (column > mine).sum()))


def _correlation(x: FloatArray, y: FloatArray) -> float:
    """Return Pearson's correlation of what both have; NaN where fewer than three do, or one does not vary."""
    there = np.isfinite(x) & np.isfinite(y)
    if there.sum() < 3 or not x[there].std() or not y[there].std():
        return float("nan")
    return float(np.corrcoef(x[there], y[there])[0, 1])
