"""The report as a record for programs: `report.json`."""

import json
from dataclasses import asdict
from typing import Any

import polars as pl

from eep.report import ceiling, gallery, one_persona, profiles, prompts, tables
from eep.report.findings import Findings, StudyDesign
from eep.report.numbers import clean


def record(findings: Findings) -> dict[str, Any]:
    """Return the report as JSON values: the same findings as in the text, floats rounded, NaN as null."""
    provenance = findings.provenance
    content = {
        "experiment": findings.experiment,
        "title": findings.title,
        "question": findings.question,
        "teacher": {
            "kind": str(provenance.kind),
            "agent": provenance.agent,
            "sentence": provenance.sentence,
            "limits": provenance.caveats,
        },
        "plan_sha256": findings.plan_sha256,
        "plan_answers": findings.plan_answers,
        "plan_changes": findings.plan_changes,
        "design": _design(findings.design),
        "persona_names": dict(findings.names),
        "verdicts": [_verdict(row) for row in tables.verdicts(findings)],
        # All profiles stand in tables/profiles.csv: of the estimates they are most of the rows.
        "estimates": _rows(findings.estimates.filter(pl.col("test") != "profile")),
        "profiles": {task.task: _profiles(findings, task.task) for task in findings.design.tasks},
        "returns": {
            "agents": _rows(tables.returns(findings)),
            "permuted": {task.task: _permuted(findings, task.task) for task in findings.design.tasks},
        },
        "controls": {task.task: _controls(findings, task.task) for task in findings.design.tasks},
        "across_wordings": _rows(ceiling.crossed(findings)),
        "prompts": prompts.content(findings),
        "personas": _rows(one_persona.verdicts(findings)),
        "gallery": _gallery(findings),
        "exclusions": _rows(tables.exclusions(findings)),
        "seeds": dict(findings.seeds),
        "versions": dict(findings.versions),
    }
    cleaned: dict[str, Any] = clean(content)
    return cleaned


def encode(content: dict[str, Any]) -> bytes:
    """Return canonical, readable JSON: keys sorted, a row of a table on a line of its own."""
    return (_lines(content, 0) + "\n").encode("utf-8", "backslashreplace")


def _lines(value: Any, depth: int) -> str:
    """Return a value over several lines where it holds other mappings or lists, else on one line."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    row = depth > 1 and isinstance(value, dict) and not any(isinstance(p, dict | list) and p for p in parts)
    if row or not any(isinstance(part, dict | list) or depth == 0 for part in parts):
        return json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False)
    pad, end = " " * (depth + 1), " " * depth
    if isinstance(value, dict):
        inner = [
            f"{pad}{json.dumps(key, ensure_ascii=False)}: {_lines(value[key], depth + 1)}" for key in sorted(value)
        ]
        return "{\n" + ",\n".join(inner) + f"\n{end}}}"
    return "[\n" + ",\n".join(pad + _lines(part, depth + 1) for part in value) + f"\n{end}]"


def _gallery(findings: Findings) -> dict[str, Any]:
    """Return task -> its pictures: item, caption, file, and each persona's teacher's and student's judgement."""
    judgements = gallery.judgements(findings)
    return {
        task: [
            {
                "item": item,
                "text": shown[item].text,
                "file": path,
                "judgements": _rows(judgements.filter(task=task, item=item).drop("task", "item")),
            }
            for item, path in gallery.paths(task, shown).items()
        ]
        for task, shown in findings.gallery.items()
    }


def _rows(frame: pl.DataFrame) -> list[tables.Row]:
    return list(frame.iter_rows(named=True))


def _design(design: StudyDesign) -> dict[str, Any]:
    counts = {
        "personas": {arm: len(personas) for arm, personas in design.personas.items()},
        "wordings": len(design.wordings),
        "tasks": {task.task: {k: v for k, v in asdict(task).items() if k != "task"} for task in design.tasks},
    }
    return asdict(design) | counts


def _verdict(row: tables.Row) -> dict[str, Any]:
    slope = {"estimate": row["slope"], "conf_low": row["slope_low"], "conf_high": row["slope_high"]}
    kept = (name for name in row if not name.startswith("slope"))
    return {name: row[name] for name in kept} | {"slope": slope}


def _profiles(findings: Findings, task: str) -> dict[str, Any]:
    """Return the strongest preferences of each persona, and how its students' profile resembles that of teachers."""
    rows = tables.pick(findings, test="profile", task=task).filter(pl.col("term").str.starts_with("correlation"))
    names = pl.col("contrast").alias("persona"), "term", "estimate"
    row = profiles.threshold(findings, task)
    beyond = row and {"persona": row["contrast"], "term": row["method"], "estimate": row["estimate"]}
    return {
        "placebo_threshold": beyond,
        "strongest": _rows(profiles.strongest(findings, task)),
        "correlations": _rows(rows.select("agent", *names)),
    }


def _permuted(findings: Findings, task: str) -> dict[str, Any] | None:
    """Return the distribution of the permuted-label students' means in the main measure of play, a value per student; None if none played."""
    means = tables.cells(findings, task).filter(agent="permuted")["mean"].drop_nulls().sort()
    if means.is_empty():
        return None
    return {
        "students": means.len(),
        "mean": means.mean(),
        "sd": means.std(),
        "least": means.min(),
        "greatest": means.max(),
        "returns": means.to_list(),
    }


def _controls(findings: Findings, task: str) -> dict[str, Any]:
    """Return the agreement and the return of each control; None where a control has none."""
    agreement = tables.agreement(findings).filter(task=task)
    cells = tables.cells(findings, task).filter(role="control")
    return {
        agent: {
            "agreement": dict(agreement.filter(agent=agent).select("persona", "agreement").iter_rows()),
            "return": _spread(cells.filter(agent=agent)["mean"].drop_nulls()),
        }
        for agent in tables.controls(findings, task)
    }


def _spread(means: pl.Series) -> dict[str, Any] | None:
    if means.is_empty():
        return None
    return {"mean": means.mean(), "sd": means.std(), "cells": means.len()}
