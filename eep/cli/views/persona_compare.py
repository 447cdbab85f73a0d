"""Two personas side by side: what a model is told of each, what is planted, and how alike they answered in a run."""

import json
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from eep.cli.views.tables import folded, table
from eep.config.authoring.planting import pulls
from eep.config.authoring.texts import content_words, similarity, words
from eep.core.errors import UserError
from eep.data import run_tables
from eep.data.persona import Persona, SimulatedWeights
from eep.tasks import TASKS, task_class
from eep.tasks.base import analysed_readout

if TYPE_CHECKING:
    import polars as pl


def format_comparison(one: Persona, other: Persona) -> str:
    """Return two personas side by side, as their files define them."""
    return "\n".join(chain(_who(one, other), _wordings(one, other), _words(one, other), _planted(one, other)))


def _who(one: Persona, other: Persona) -> Iterator[str]:
    yield table(
        ("", one.id, other.id),
        [("name", one.name, other.name), ("arm", one.arm.value, other.arm.value), ("about", one.about, other.about)],
    )


def _wordings(one: Persona, other: Persona) -> Iterator[str]:
    texts = [{wording.id: wording.text for wording in each.wordings} for each in (one, other)]
    rows, sizes = [], []
    for name in dict.fromkeys([*texts[0], *texts[1]]):
        left, right = (text.get(name) for text in texts)
        rows.append((name, left or "(none)", right or "(none)"))
        alike = "" if left is None or right is None else f"{similarity(left, right):.2f}"
        sizes.append((name, _size(left), _size(right), alike))
    yield "\nWORDINGS"
    yield table(("", one.id, other.id), rows, spaced=True)
    yield ""
    yield folded("LENGTHS in words, and LIKENESS of the two (share of four-letter pieces in common, 0 to 1)")
    yield table(("", one.id, other.id, "alike"), sizes, numbers=True)


def _size(text: str | None) -> str:
    return "" if text is None else str(len(words(text)))


def _words(one: Persona, other: Persona) -> Iterator[str]:
    used = [set().union(*(content_words(wording.text) for wording in each.wordings)) for each in (one, other)]
    shared = sorted((used[0] & used[1]) - content_words(f"{one.name} {other.name}"))
    yield ""
    yield folded(f"WORDS that say something and that both use: {', '.join(shared) or 'none'}")


def _planted(one: Persona, other: Persona) -> Iterator[str]:
    """Yield the weights for the simulated teacher, task by task, and how alike their pulls are."""
    for task in sorted(TASKS):
        sections = [each.simulated.get(task) for each in (one, other)]
        if not any(sections):
            continue
        about = task_class(task)
        yield ""
        yield folded(f"SIMULATED, {about.title}: weights in logits, towards {analysed_readout(about)!r}")
        left, right = (section or SimulatedWeights() for section in sections)
        yield table(("", one.id, other.id, "difference"), list(_weights(left, right)), numbers=True)
        yield folded(_correlated(task, left, right))


def _weights(one: SimulatedWeights, other: SimulatedWeights) -> Iterator[tuple[str, str, str, str]]:
    pairs = {"level": (one.level, other.level)}
    pairs |= {
        trait: (one.weights.get(trait, 0.0), other.weights.get(trait, 0.0))
        for trait in dict.fromkeys([*one.weights, *other.weights])
    }
    for name, (left, right) in pairs.items():
        yield name, f"{left:+.2f}", f"{right:+.2f}", f"{left - right:+.2f}"


def _correlated(task: str, one: SimulatedWeights, other: SimulatedWeights) -> str:
    import numpy as np

    left, right = pulls(task, [one.weights, other.weights])
    if not left.std() or not right.std():
        return "What they plant cannot be correlated: the weights of at least one of them change nothing between items."
    return (
        f"Over the task's {len(left):,} items, what the weights plant correlates by "
        f"{np.corrcoef(left, right)[0, 1]:+.2f}: at +1 a simulated teacher plays one persona under two names."
    )


TABLES = ("responses", "estimates")
#: What is read from the estimates, and what it is called.
_COMPONENTS = ("preference", "gain", "level")


def folder_of(run: str, out: Path) -> Path:
    """Return the folder of a run with tables: a folder, or a name under ``runs/`` of ``out``.

    Raises `eep.core.errors.UserError` if there is none, or the run did not get as far as its tables.
    """
    here, files = Path(run), [f"{name}.parquet" for name in TABLES]
    if all((here / file).is_file() for file in files):
        return here
    name = here.stem if here.suffix == ".toml" else run
    try:
        return run_tables.find(name, out, *files, expected="the name or folder of a finished run")
    except UserError as error:
        raise UserError(f"--run: {error}") from None


def format_comparison_in_run(folder: Path, one: Persona, other: Persona) -> str:
    """Return what the tables of a run say of two personas.

    Raises `eep.core.errors.UserError` if the tables cannot be read, or a persona did not take part.
    """
    responses, estimates = (_read(folder / f"{name}.parquet") for name in TABLES)
    taking_part = sorted(set(responses.filter(role="teacher")["persona"]))
    for persona in (one, other):
        if persona.id not in taking_part:
            raise UserError(
                f"{folder}: expected a run in which {persona.id} took part; found one of {', '.join(taking_part)}"
            )
    pair = (one.id, other.id)
    parts = [
        part
        for task in sorted(set(responses["task"]))
        for part in (*_similar(estimates, task, pair), *_alike(responses, task, pair))
    ]
    return "\n".join([f"\nRUN {folder}", *_changed(folder, one, other), *parts])


def _read(path: Path) -> "pl.DataFrame":
    import polars as pl

    try:
        return pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise UserError(f"{path}: expected a table of a run; it cannot be read ({error})") from error


def _similar(estimates: "pl.DataFrame", task: str, pair: Sequence[str]) -> Iterator[str]:
    """Yield the cells of the matched-against-mismatched matrix that the two have in common."""
    found = estimates.filter(task=task, test="similarity")
    for (component, agent), rows in found.group_by("component", "agent", maintain_order=True):
        value = {(row["term"], row["contrast"]): row["estimate"] for row in rows.iter_rows(named=True)}
        if component not in _COMPONENTS or not all((p, q) in value for p in pair for q in pair):
            continue
        yield ""
        yield folded(f"{task}, {component}: SIMILARITY of {agent} students (rows) to teachers in another wording")
        yield table(("", *pair), [(p, *(_number(value[p, q]) for q in pair)) for p in pair], numbers=True)


def _alike(responses: "pl.DataFrame", task: str, pair: Sequence[str]) -> Iterator[str]:
    """Yield how often teachers and students of the two choose as the teachers of the two."""
    from eep.stats.agreement import chosen_alike

    option = responses.filter(task=task)["option"][0]
    found = chosen_alike(responses, pair, task=task, option=option)
    if found.is_empty():
        return
    value = {(row["agent"], row["persona"], row["teacher"]): row["alike"] for row in found.iter_rows(named=True)}
    rows = [
        (f"{agent} of {p}", *(_share(value.get((agent, p, q))) for q in pair))
        for agent in dict.fromkeys(found["agent"])
        for p in pair
    ]
    yield ""
    yield folded(f"{task}: CHOSEN ALIKE on held-out items, with teachers in another wording")
    yield table(("", *pair), rows, numbers=True)
    yield folded(
        "Most of any agreement is what everybody would do; only the difference between the columns speaks of persona."
    )


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:+.3g}"


def _share(value: float | None) -> str:
    return "none" if value is None else f"{value:.1%}"


def _changed(folder: Path, *personas: Persona) -> Iterator[str]:
    """Yield a warning for every persona whose wordings were others when the run was planned."""
    try:
        planned = json.loads((folder / "plan.json").read_text(encoding="utf-8"))["plan"]["personas"]
    except (OSError, ValueError, KeyError, TypeError):
        yield "The run's plan cannot be read, so that nobody knows whether the wordings are still the same."
        return
    for persona in personas:
        before = planned.get(persona.id, {}).get("wordings")
        if before is not None and before != {wording.id: wording.text for wording in persona.wordings}:
            yield folded(
                f"The wordings of {persona.id} were others when this run was planned; its answers are to those."
            )
