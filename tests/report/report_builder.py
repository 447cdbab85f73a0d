"""Findings of an experiment that never was: a simulated teacher, a few personas, numbers drawn from a seed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
import polars as pl
from check_rows import ceilings, cross_checks, over_cells, profiles
from invented_play import PERSONAS, STUDENTS, cell_names, played

from eep.data import responses
from eep.report import Findings, count_design
from eep.report.findings import VERDICTS
from eep.stats.estimates import Estimate, frame

FILMS = (
    "balance-teacher-simulated-weights-clockmaker",
    "balance-student-xgboost-clockmaker",
    "balance-control-random-none",
)
TITLES = {"balance": "Balancing a pole"}


@dataclass(frozen=True)
class Origin:
    """A provenance as the report wants it."""

    kind: str = "simulated"
    agent: str = "simulated:weights"
    sentence: str = "Every answer was computed from weights in the persona files."
    caveats: tuple[str, ...] = ("Nothing here says anything about a language model.",)


def teacher_answers(tasks: Mapping[str, str], rng: np.random.Generator) -> pl.DataFrame:
    """Return the teacher's rows: 6 items for training and 4 held out, in clusters of two."""
    rows = [
        cell
        | {"task": task, "role": "teacher", "agent": "simulated:weights"}
        | {"item": f"i{item}", "cluster": f"c{item // 2}", "split": "train" if item < 6 else "test"}
        | {"option": "right", "response": float(rng.random()), "status": "ok"}
        for task, cell, item in product(tasks, cell_names(), range(10))
    ]
    return responses.build(rows)


def shares(task: str) -> list[Estimate]:
    """Return shares of variance that sum to one."""
    parts = {"generic": 0.9, "level": 0.02, "preference": 0.05, "wording": 0.02, "rest": 0.01}
    return [Estimate(task, "response", "shares", part, "teacher", share) for part, share in parts.items()]


def inheritance(task: str, component: str, ids: list[str], rng: np.random.Generator) -> list[Estimate]:
    """Return T1 for the teachers, and T2, T3 and the similarities for every kind of student."""
    scale = 1.0 if component == "preference" else 0.004
    rows = [Estimate(task, component, "T1", "manipulation", "teacher", statistic=0.31, p_value=0.0004)]
    for kind in STUDENTS:
        p_values = {"joint": 0.001, "block": 0.006, "item": 1e-7, "minimum": 2.5e-5}
        rows += [Estimate(task, component, "T2", term, kind, p_value=p) for term, p in p_values.items()]
        adjusted = 0.012 if kind == STUDENTS[0] else None
        rows.append(Estimate(task, component, "T2", "maximum", kind, p_value=0.006, p_adjusted=adjusted))
        rows.append(Estimate(task, component, "T2", "matched", kind, 0.43 * scale))
        rows.append(Estimate(task, component, "T2", "mismatched", kind, -0.06 * scale))
        rows.append(Estimate(task, component, "T3", "slope", kind, 0.43, conf_low=0.21, conf_high=0.66))
        for p, q in product(ids, ids):
            value = scale * float(np.clip(rng.normal(0.5 if p == q else -0.07, 0.2), -1, 1))
            rows.append(Estimate(task, component, "similarity", p, kind, value, contrast=q))
    return rows


def agreements(task: str, ids: list[str], rng: np.random.Generator) -> list[Estimate]:
    """Return held-out agreement for every student kind and control, by persona and over all."""
    level = dict.fromkeys(STUDENTS, 0.95) | {"generic": 0.88, "permuted": 0.52, "random": 0.5}
    rows = []
    for (agent, middle), persona in product(level.items(), ["all", *ids]):
        share = min(1.0, middle + (0.0 if persona == "all" else float(rng.normal(0, 0.02))))
        rows.append(Estimate(task, "response", "agreement", "own-teacher", agent, share, contrast=persona))
    return rows


def estimates(tasks: Mapping[str, str], rng: np.random.Generator) -> pl.DataFrame:
    """Return an estimates table with every kind of row the report reads."""
    ids = [persona for persona, (_, arm) in PERSONAS.items() if arm == "persona"]
    described = [persona for persona, (_, arm) in PERSONAS.items() if arm != "neutral"]
    rows: list[Estimate] = []
    for task in tasks:
        rows += shares(task)
        for component in ("level", "preference"):
            rows += inheritance(task, component, ids, rng)
        rows += agreements(task, ids, rng)
        rows += cross_checks(task, STUDENTS[0], ids)
        rows += ceilings(task, STUDENTS, ids)
        rows += profiles(task, STUDENTS, described)
        rows += over_cells(task, STUDENTS)
        rows.append(Estimate(task, "response", "exclusions", "refused", "teacher", 0.05, contrast=ids[0], n_excluded=1))
    return frame(rows, experiment="invented")


def verdict(task: str, component: str, **changes: object) -> dict[str, object]:
    """Return one row of verdicts: inherited, unless changed."""
    said = f"The students inherited the {component} of the persona that their teacher played."
    row: dict[str, object] = dict.fromkeys(VERDICTS) | {"task": task, "component": component, "student": STUDENTS[0]}
    row |= {"verdict": "inherited", "sentence": said, "kind": "", "reason": ""}
    row |= {"p_value": 0.006, "p_adjusted": 0.012, "minimum_p": 2.5e-5, "manipulation_p": 0.0004}
    return row | {"slope": 0.43, "slope_low": 0.21, "slope_high": 0.66} | changes


def verdict_frame(rows: list[dict[str, object]]) -> pl.DataFrame:
    """Return a verdicts table, with its types even where it is empty."""
    text = ("task", "component", "student", "verdict", "sentence", "kind", "reason")
    schema = {name: pl.String() if name in text else pl.Float64() for name in VERDICTS}
    return pl.DataFrame(rows, schema=schema, orient="row")


def build(
    *,
    tasks: Mapping[str, str] = TITLES,
    seed: int = 0,
    **changes: Any,
) -> Findings:
    """Return complete findings; ``changes`` replace fields of `Findings`."""
    rng = np.random.default_rng([seed])
    answers = teacher_answers(tasks, rng)
    returns, policies = played(tasks, rng)
    components = ("level", "preference")
    findings = Findings(
        experiment="invented",
        title="An invented experiment",
        question="Would anybody notice that these numbers were drawn from a seed?",
        provenance=Origin(),
        plan_sha256="0" * 64,
        plan_answers=0,
        plan_changes=(),
        design=count_design(
            answers,
            personas=list(PERSONAS),
            titles=tasks,
            students=dict.fromkeys(tasks, STUDENTS),
            alpha=0.05,
            smallest_slope=0.2,
            permutations=9_999,
        ),
        names={persona: name for persona, (name, _) in PERSONAS.items()},
        responses=answers,
        returns=returns,
        policies=policies,
        estimates=estimates(tasks, rng),
        verdicts=verdict_frame([verdict(task, component) for task, component in product(tasks, components)]),
        seeds={"experiment": seed},
        versions={"eep": "0.1.0", "polars": "2.1.0"},
        animations=dict.fromkeys(FILMS, '<svg xmlns="http://www.w3.org/2000/svg"/>'),
    )
    return replace(findings, **changes)


def bare(**changes: Any) -> Findings:
    """Return findings of an experiment in which nothing could be estimated or played: there is nothing to draw."""
    findings = build(animations={}, verdicts=verdict_frame([]))
    cleared = {name: getattr(findings, name).clear() for name in ("estimates", "returns", "policies")}
    return replace(findings, **cleared | changes)
