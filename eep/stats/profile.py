"""What each persona prefers, attribute by attribute: beyond its own mean, and beyond what the neutral persona prefers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from eep.core.arrays import BoolArray, FloatArray
from eep.stats.contrasts import t_quantile
from eep.stats.estimates import Estimate, notes, number
from eep.stats.held_out import CellAnswers, HeldOut, cell_answers
from eep.stats.permutation import NAN
from eep.stats.rows import pearson

#: One row per attribute of an item: what items are like, as the task describes them.
ATTRIBUTES = pl.Schema({"task": pl.String(), "item": pl.String(), "attribute": pl.String(), "value": pl.String()})
#: A persona's preferences are no test: nothing corrects for their number, and nobody predicted them.
NOTE = "exploratory, uncorrected"
#: Differences between lifts, which are at most 1, that are mere rounding.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Profile:
    """The profiles of one kind of agent."""

    #: A values of attributes, as ``"eyes=big"``, and how many items have each.
    terms: tuple[str, ...]
    sizes: tuple[int, ...]
    #: Persona to (W, A): for each of its wordings, mean response to items with a value minus the cell's own mean.
    lifts: Mapping[str, FloatArray]
    #: The same of the neutral persona.
    neutral: FloatArray
    #: Personas in the persona arm; the others in ``lifts`` stand beside them.
    compared: tuple[str, ...]

    def largest_of_placebos(self) -> tuple[float, str, str] | None:
        """Return the largest absolute estimate of any placebo, whose it is, and of which value; None without placebos."""
        found = [
            (abs(value), name, term)
            for name, values in self.estimates().items()
            if name not in self.compared
            for term, value in zip(self.terms, values.tolist(), strict=True)
        ]
        return max(found, default=None)

    def estimates(self) -> dict[str, FloatArray]:
        """Return persona -> (A,): mean lift over its wordings minus the neutral persona's."""
        return {name: lift.mean(axis=0) - self.neutral.mean(axis=0) for name, lift in self.lifts.items()}

    def errors(self) -> tuple[dict[str, FloatArray], int]:
        """Return the standard errors (A,) by persona, NaN where wordings do not vary, and their degrees of freedom.

        The variance between wordings of one prompt is pooled over all prompts, as in T4.
        """
        prompts = [*self.lifts.values(), self.neutral]
        freedom = sum(len(lift) - 1 for lift in prompts)
        squares = sum(((lift - lift.mean(axis=0)) ** 2).sum(axis=0) for lift in prompts)
        variance = np.asarray(squares / freedom if freedom else np.full(len(self.terms), NAN))
        variance[variance < _ROUNDING**2] = NAN
        found = {name: np.sqrt(variance * (1 / len(lift) + 1 / len(self.neutral))) for name, lift in self.lifts.items()}
        return found, freedom


#: Terms, and which of N items have each, (A, N).
Members = tuple[tuple[str, ...], BoolArray]


@dataclass(frozen=True)
class Profiles:
    """Preference profiles of personas: which attributes raise a persona's answers more than they raise the neutral one's.

    For a value a of an attribute (``eyes=big``), persona p, wording w and the held-out items I that every teacher cell
    answered, the lift is mean over items of I with a of X[p,w,i] - mean over I of X[p,w,i], samples averaged first.
    The estimate is the mean lift over the persona's wordings minus the mean lift over the neutral persona's: level, and
    what everybody likes, are taken out. Units are probabilities of the option. Students are described on the same items,
    against the student of the neutral persona.

    The interval is a t interval with wordings as the unit, variance pooled over all prompts as in T4, so that
    df = sum over prompts of (wordings - 1). It says how far another wording might lead, not how other items might
    differ: attributes go together (snakes are reptiles and show no claws), and each is counted by itself.

    Descriptive, without p-values and without correction for the number of attributes. Probabilities saturate, so that
    a difference of level alone leaves a trace in differences of probability (see the world N4 of
    `eep.stats.simulation.nulls`): whether there is a preference is for T1 and T2 to say, not for this table.

    A row for each kind of agent, "placebo threshold", has the largest absolute estimate that any placebo reaches in any value
    of an attribute. What a persona shows below it, a prompt that carries no persona shows, too: the interval says only that
    wordings agree, and those of a placebo do, where the neutral voice is the odd one out. The largest, no quantile: with
    as many values looked at in a placebo as in a persona, it is what the best of them comes to by itself.

    One more row for each student and persona tells how its profile correlates with that of its teachers (Pearson, over
    the values of attributes), and another with the profiles of other personas' teachers, on average: as the neutral
    persona is taken from all of them, these have something in common.

    Parameters
    ----------
    least
        Values that fewer items have are left out: they would tell of those items, not of the attribute.
    confidence
        Of the interval.
    """

    least: int = 5
    confidence: float = 0.95

    def __call__(
        self, answers: HeldOut, attributes: pl.DataFrame, about: Estimate, kinds: Sequence[str]
    ) -> Iterator[Estimate]:
        """Yield the rows of one task: teacher, then each of ``kinds`` with its correlations.

        ``attributes`` has the columns `ATTRIBUTES`. Nothing is yielded where no item is described, or where there is not
        one neutral persona to compare with.
        """
        described = attributes.filter(task=about.task)
        known: dict[tuple[str, ...], Members] = {}
        cells = cell_answers(answers, answers.places("teacher"))
        teacher = self.profile(cells, described, known)
        row = replace(about, component="preference", test="profile", note=notes(about.note, NOTE))
        if teacher is None:
            return
        row = replace(row, n_excluded=len(answers.items) - len(cells.items))
        yield from self._rows(teacher, replace(row, agent="teacher"))
        yield from _threshold(teacher, replace(row, agent="teacher"))
        for kind in kinds:
            same = cell_answers(answers, answers.places("student", kind), set(cells.items))
            student = self.profile(same, described, known)
            if student is not None:
                yield from self._rows(student, replace(row, agent=kind))
                yield from _threshold(student, replace(row, agent=kind))
                yield from _correlations(student, teacher, replace(row, agent=kind))

    def profile(
        self, cells: CellAnswers, described: pl.DataFrame, known: dict[tuple[str, ...], Members] | None = None
    ) -> Profile | None:
        """Return the profiles of cells; None where nothing is described or there is no neutral.

        ``known`` keeps which of the same items have what, which is the same for all who answered them.
        """
        known = {} if known is None else known
        if cells.items not in known:
            known[cells.items] = self._members(cells.items, described)
        terms, members = known[cells.items]
        values, neutrals = cells.values, {one.persona for one in cells.agents if one.arm == "neutral"}
        if not terms or len(neutrals) != 1:
            return None
        sizes = members.sum(axis=1)
        # einsum, as threads never reorder its sums.
        lifts = np.einsum("ci,ai->ca", values, members / sizes[:, None]) - values.mean(axis=1)[:, None]
        places: dict[tuple[str, str], list[int]] = {}
        for place, one in enumerate(cells.agents):
            places.setdefault((one.persona, one.arm), []).append(place)
        found = {(persona, arm): lifts[rows] for (persona, arm), rows in places.items()}
        others = {persona: lift for (persona, arm), lift in found.items() if arm != "neutral"}
        return Profile(
            terms=terms,
            sizes=tuple(sizes.tolist()),
            lifts=others,
            neutral=next(lift for (_, arm), lift in found.items() if arm == "neutral"),
            compared=tuple(persona for persona, arm in found if arm == "persona"),
        )

    def _members(self, items: tuple[str, ...], described: pl.DataFrame) -> Members:
        """Return the terms that enough items have, but not all of them, and which items have each: (A, N)."""
        place = {item: number for number, item in enumerate(items)}
        members: dict[str, BoolArray] = {}
        for item, attribute, value in described.select("item", "attribute", "value").iter_rows():
            if item in place:
                empty = np.zeros(len(place), dtype=np.bool_)
                members.setdefault(f"{attribute}={value}", empty)[place[item]] = True
        kept = {term: found for term, found in members.items() if self.least <= found.sum() < len(place)}
        return tuple(kept), np.array(list(kept.values()), dtype=np.bool_).reshape(len(kept), len(place))

    def _rows(self, found: Profile, row: Estimate) -> Iterator[Estimate]:
        errors, freedom = found.errors()
        half = t_quantile(freedom, self.confidence)
        reason = "" if freedom else "one wording of each prompt shows no variance between wordings"
        row = replace(row, n_personas=len(found.lifts), method=f"pooled t, {freedom} df", note=notes(row.note, reason))
        for persona, values in found.estimates().items():
            numbers = zip(found.terms, found.sizes, values.tolist(), errors[persona].tolist(), strict=True)
            for term, size, value, error in numbers:
                yield row.but(
                    term=term,
                    contrast=persona,
                    estimate=value,
                    std_error=number(error),
                    conf_low=number(value - half * error),
                    conf_high=number(value + half * error),
                    n_wordings=len(found.lifts[persona]),
                    n_items=size,
                )


def _threshold(found: Profile, row: Estimate) -> Iterator[Estimate]:
    """Yield what the placebos reach at most, where there are any."""
    largest = found.largest_of_placebos()
    if largest is not None:
        value, placebo, term = largest
        placebos = len(found.lifts) - len(found.compared)
        yield replace(
            row,
            term="placebo threshold",
            contrast=placebo,
            estimate=number(value),
            n_personas=placebos,
            n_items=found.sizes[found.terms.index(term)],
            method=term,
        )


def _correlations(student: Profile, teacher: Profile, row: Estimate) -> Iterator[Estimate]:
    """Yield how each persona's profile in the student correlates with its teachers', and with other personas' teachers'."""
    common = [term for term in student.terms if term in teacher.terms]
    mine, theirs = (
        {name: values[[found.terms.index(term) for term in common]] for name, values in found.estimates().items()}
        for found in (student, teacher)
    )
    for persona in (name for name in mine if name in theirs):
        others = [pearson(mine[persona], theirs[name]) for name in teacher.compared if name != persona]
        both = {
            "correlation": pearson(mine[persona], theirs[persona]),
            "correlation with others": float(np.mean(others)) if others else NAN,
        }
        for term, value in both.items():
            yield replace(
                row,
                term=term,
                contrast=persona,
                estimate=number(value),
                n_personas=len(student.lifts),
                n_wordings=len(student.lifts[persona]),
                method=f"Pearson over {len(common)} values of attributes",
            )
