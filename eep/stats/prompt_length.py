"""Whether personas with longer prompts choose the option more often: a threat to what is called their level."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from eep.core.arrays import FloatArray
from eep.data.balance import Length
from eep.stats.estimates import Estimate, notes, number
from eep.stats.held_out import cell_answers, held_out
from eep.stats.permutation import NAN
from eep.stats.rows import pearson

#: Ways to measure a prompt, as `eep.data.balance.Length` names them.
MEASURES = ("words", "characters")
#: Fewer personas have no interval: Fisher's z has 1 / (K - 3) as its variance.
LEAST = 4


@dataclass(frozen=True)
class PromptLength:
    """Correlation over personas of the length of their prompts with their teachers' level.

    Within each wording, and of both means over wordings (``contrast`` is then "all"). The persona is the unit; the level of a
    cell is its mean over the held-out items that every cell of the persona arm answered. Intervals by Fisher's z.
    Descriptive: an order of lengths is one of many things by which personas differ.

    Parameters
    ----------
    option
        Which option is analysed; not needed where the task scores one.
    confidence
        Of the interval.

    References
    ----------
    Fisher 1921 (the z transformation).
    """

    option: str | None = None
    confidence: float = 0.95

    def __call__(self, responses: pl.DataFrame, lengths: Sequence[Length], about: Estimate) -> Iterator[Estimate]:
        """Yield the rows of the task that ``about`` names; nothing where fewer than two personas have all wordings."""
        answers = held_out(responses, about.task, self.option)
        cells = cell_answers(answers, answers.places("teacher", arm="persona"))
        levels = {
            (one.persona, one.wording): float(mine.mean()) for one, mine in zip(cells.agents, cells.values, strict=True)
        }
        sizes = {(one.persona, one.wording): one for one in lengths}
        wordings = sorted({wording for _, wording in levels})
        personas = [
            name
            for name in sorted({name for name, _ in levels})
            if all((name, wording) in levels and (name, wording) in sizes for wording in wordings)
        ]
        if len(personas) < 2:
            return
        level = _grid(levels, personas, wordings)
        row = replace(about, component="level", test="prompts", agent="teacher", n_personas=len(personas))
        row = replace(row, n_items=len(cells.items), method="Pearson, Fisher's z")
        for measure in MEASURES:
            size = _grid({key: float(getattr(one, measure)) for key, one in sizes.items()}, personas, wordings)
            yield self._row(
                replace(row, contrast="all", n_wordings=len(wordings)), measure, size.mean(1), level.mean(1)
            )
            for place, wording in enumerate(wordings):
                yield self._row(replace(row, contrast=wording, n_wordings=1), measure, size[:, place], level[:, place])

    def _row(self, row: Estimate, measure: str, size: FloatArray, level: FloatArray) -> Estimate:
        r = pearson(size, level)
        low, high = fisher(r, len(size), self.confidence)
        flat = "" if np.isfinite(r) else "all prompts are equally long, or all levels equal"
        return replace(
            row,
            term=f"correlation {measure}",
            estimate=number(r),
            conf_low=number(low),
            conf_high=number(high),
            note=notes(row.note, "descriptive", flat),
        )


def fisher(r: float, n: int, confidence: float) -> tuple[float, float]:
    """Return the interval of a correlation over ``n`` units by Fisher's z; NaN where there is none."""
    from scipy.special import ndtri  # scipy.stats would take a second to import

    if n < LEAST or not abs(r) < 1.0:
        return NAN, NAN
    half = float(ndtri(0.5 + confidence / 2)) / np.sqrt(n - 3)
    return float(np.tanh(np.arctanh(r) - half)), float(np.tanh(np.arctanh(r) + half))


def _grid(values: Mapping[tuple[str, str], float], personas: Sequence[str], wordings: Sequence[str]) -> FloatArray:
    return np.array([[values[persona, wording] for wording in wordings] for persona in personas])
