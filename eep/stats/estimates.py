"""The estimates table: one row per estimate, the same columns for every statistic. Names for people live in the report.

Vocabulary: what stands in ``test`` and ``term``, and what the row then holds. ``agent`` is a kind of student or
control, or ``"teacher"``; ``contrast`` is the persona a row is about, unless said otherwise.

| test | component | term | content |
|---|---|---|---|
| shares | response | generic, level, preference, wording, rest | share of the variance of the teachers' answers |
| generic | response | slope | how steeply a persona's teachers follow what all share, in probability per standard deviation of it; descriptive |
| T1 | level, gain, preference | manipulation | statistic and p-value: do teachers differ by persona beyond wording |
| T2 | level, gain, preference | joint, block, item | statistic and p-value of each part of the test |
| T2 | level, gain, preference | maximum | the decision's p-value and its Holm adjustment; matched minus mismatched similarity |
| T2 | level, gain, preference | minimum | the least p-value of the design |
| T2 | level, gain, preference | matched, mismatched | mean similarity |
| T2 | level, gain, preference | split | p-value, combined over student wordings |
| T3 | level, gain, preference | slope | share inherited, Fieller interval |
| T3 | level, gain, preference | correlation, persona_variance_teacher, wording_variance_teacher, persona_variance_student | estimate |
| T4 | level | difference | persona minus neutral, t interval, p-value, Holm over personas |
| T4 | level | equivalence | the same difference, p-value of two one-sided tests, Holm over personas |
| T4 | preference | own, own from neutral | matched minus mismatched similarity of one persona, as deviations from the personas' mean or from the neutral cells; descriptive |
| placebo | preference | own, own from neutral | the same of a placebo, ``contrast``, that takes part as one more persona; ``statistic`` counts personas below it; descriptive |
| T5 | preference | slope | regression slope, two-way clustered error, one-sided p-value; parametric |
| T6 | return | iqm | interquartile mean over cells, bootstrap interval; ``contrast`` is "all" |
| T6 | return | difference | mean difference over cells, bootstrap interval, sign-flip p-value; ``contrast`` says of whom |
| T6 | return | between personas | share of the variance of cells' means that lies between personas (eta squared), p-value of relabelling personas within wordings; ``contrast`` is "all" |
| T6 | return | between personas by chance | the mean of that share over the relabellings |
| T7 | level, gain, preference | joint, students, item | statistic and p-value of each part of the test of one persona |
| T7 | level, gain, preference | maximum | its p-value, the adjustment by Holm over personas, and ``verdict`` |
| similarity | level, gain, preference | (student's persona) | similarity with the teachers of ``contrast`` |
| agreement | response | own-teacher | share of items chosen alike; ``contrast`` also "all" |
| across-wordings | response | own, others | share of items chosen as teachers of other wordings do, of the same persona and of others; ``contrast`` also "all" |
| returns | return | mean | mean over cells with t interval; ``contrast`` also "all" |
| policy | (number about a policy) | mean | mean over a persona's cells with t interval |
| exclusions | response | refused, unparsable, failed | share and count of the teacher's rows |
| exclusions | response | untaught | a student that there was nothing to train on |
| prompts | level | correlation words, correlation characters | correlation over personas of the length of their prompts with their teachers' level, Fisher's interval; ``contrast`` is the wording, or "all"; descriptive |
| reliability | level, profile, preference | persona, wording, item, wording x item, sampling | variance of a single answer, in squared probability; ``agent`` is whose |
| reliability | level, profile, preference | coefficient, two wordings | generalisability coefficient of the design; expected correlation of two wordings on the same items; standard errors over personas |
| reliability | level, profile, preference | wordings for .., samples for .., items for .. | how many reach a coefficient of .8 or .9, all else as it is; empty where none do, with a ``note`` |
| reliability | level, profile, preference | agreement, disattenuated | correlation of students with their persona's teachers in other wordings, as it is and with both sides' noise taken out |
| validity | level, preference | joint, block, item, maximum | T2 of what is said in one task with what is done in another (``task``); ``agent`` names both; exploratory |
| validity | preference | convergent, discriminant, rank | a persona's similarity with itself in the other task, with the others on average, and the rank of itself among them |
| validity | response | correlation | of a cell's answers to the same things in both tasks; ``contrast`` is the cell, ``note`` whether its text names what is judged |
| validity | response | correlation, named; correlation, not named | its mean over cells whose texts do, and over the others |
| mtmm | preference | (persona) | multitrait-multimethod matrix: similarity with persona ``contrast`` in another method; ``agent`` names both methods |
| profile | preference | (attribute=value) | what a persona prefers beyond its own mean and the neutral persona's profile, t interval over wordings; exploratory |
| profile | preference | placebo threshold | the largest preference, positive or negative, that any placebo shows: what ``contrast`` shows for the value in ``method`` |
| profile | preference | correlation, correlation with others | of a student's profile with its own teachers', and with other personas' teachers' |
| refusals | response | refused, unparsable, failed | mean rate over cells, p-value of a difference between personas |
| sensitivity | level, gain, preference | reference, joint, block, item, split, T5, mixed model, double-centred slope, including gain, without, student | slope with interval, p-value, its Holm adjustment, ``verdict`` and, where that is "not testable", its ``kind`` (`KINDS`) and the reason as ``note``; ``contrast`` is the persona left out, or the other student |
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite

import polars as pl

SCHEMA = pl.Schema(
    {
        "experiment": pl.String(),
        "task": pl.String(),
        "component": pl.String(),
        "agent": pl.String(),
        "test": pl.String(),
        "term": pl.String(),
        "contrast": pl.String(),
        "estimate": pl.Float64(),
        "std_error": pl.Float64(),
        "conf_low": pl.Float64(),
        "conf_high": pl.Float64(),
        "statistic": pl.Float64(),
        "p_value": pl.Float64(),
        "p_adjusted": pl.Float64(),
        "n_personas": pl.Int32(),
        "n_wordings": pl.Int32(),
        "n_items": pl.Int32(),
        "n_excluded": pl.Int32(),
        "method": pl.String(),
        "seed": pl.Int64(),
        "verdict": pl.String(),
        "kind": pl.String(),
        "note": pl.String(),
    }
)

#: Why something is not testable, as the column ``kind`` has it, and in words.
KINDS = {
    "too_small": "the design is too small",
    "answers_missing": "answers are missing",
    "nothing_to_inherit": "nothing to inherit was found",
    "students_alike": "the students are all alike",
    "share_unbounded": "the share that arrives has no bounds",
}


@dataclass(frozen=True)
class Estimate:
    """One row; ``agent`` is the student kind or teacher it is about. ``None`` is "does not apply"; a number that could not be estimated is ``None`` with a ``note``."""

    task: str
    component: str
    test: str
    term: str
    agent: str = ""
    estimate: float | None = None
    contrast: str = ""
    std_error: float | None = None
    conf_low: float | None = None
    conf_high: float | None = None
    statistic: float | None = None
    p_value: float | None = None
    p_adjusted: float | None = None
    n_personas: int | None = None
    n_wordings: int | None = None
    n_items: int | None = None
    n_excluded: int | None = None
    method: str = ""
    seed: int | None = None
    verdict: str = ""
    kind: str = ""
    note: str = ""

    def but(self, **changes: str | float | None) -> "Estimate":
        """Return the row with other values in some columns, as `dataclasses.replace` does, which takes ten times as long.

        Raises TypeError for a column that there is not.
        """
        if not vars(self).keys() >= changes.keys():
            raise TypeError(f"expected columns of an estimate; found {', '.join(changes)}")
        found = object.__new__(type(self))
        vars(found).update(vars(self), **changes)
        return found


def number(value: float) -> float | None:
    """Return a finite number as it is, and NaN or infinity as None: what could not be estimated is no number."""
    return float(value) if isfinite(value) else None


def notes(*parts: str) -> str:
    """Return the parts that say something, joined by semicolons."""
    return "; ".join(part for part in parts if part)


def frame(rows: Iterable[Estimate], *, experiment: str) -> pl.DataFrame:
    """Return the estimates table of an experiment, rows in the order given."""
    # vars, as asdict copies every value: a quarter of the time of a whole analysis.
    records = [{"experiment": experiment, **vars(row)} for row in rows]
    return pl.DataFrame(records, schema=SCHEMA, orient="row")
