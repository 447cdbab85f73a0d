"""Simulated experiments: teachers with effects of known size, and students really fitted to their labels.

A teacher says yes with the logistic function of

    base + a_p (x_i.b0 + g_i)        what all personas share; a_p = 1 + scaling * z_p
  + b_p + b_pw                       how often a persona says yes, and what a wording does to that
  + x_i.beta_p + u_i.delta_p         what a persona favours: to be seen by students (x), or not (u)
  + h_i.c_p + o_i.q_p                how much a persona minds what students do not see and all mind differently: attributes
                                     (h, few of them), the place at which the option was offered (o, -1 or 1)
  + x_i.gamma_pw + eps_pwi           what one wording of one persona happens to favour, seen or not

with everything normal. Students see x alone. The strengths in `Effects` are standard deviations in logits.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from eep.core.arrays import FloatArray
from eep.stats.panel import Panel
from eep.stats.simulation.fits import fit, predict
from eep.stats.simulation.world import LOGISTIC, Design, Effects

IntArray = npt.NDArray[np.intp]
#: Items of one cluster differ from it, for students, by this many standard deviations of a feature.
WITHIN_CLUSTER = 0.3
#: Texts to learn from for each held-out text, where several items share a text.
LEARNED = 2
#: Where each persona's students learn from items of their own, they learn from this share of them.
SUBSET = 0.5


@dataclass(frozen=True)
class Items:
    """Train items first, then held-out ones."""

    #: (n,) the text of each item: teachers read nothing else of it.
    text: IntArray
    #: (n, d) what students see of each item.
    sensed: FloatArray
    #: (texts, d) features of a text that students see, but for a little scatter, and others that they do not.
    seen: FloatArray
    unseen: FloatArray
    #: (texts,) what everybody likes about a text and no student sees.
    generic: FloatArray


class Learner(Protocol):
    """Fits a student of another kind to each cell's labels."""

    def __call__(
        self, x: FloatArray, labels: FloatArray, held_out: FloatArray, weights: FloatArray | None
    ) -> FloatArray:
        """Return the students' probabilities (cells, items).

        Parameters
        ----------
        x, held_out
            (n, d) and (items, d) features that all cells share.
        labels
            (cells, n) in [0, 1].
        weights
            (cells, n), 0 or 1; None where all rows count.
        """
        ...


def simulate(design: Design, effects: Effects, rng: np.random.Generator, learner: Learner | None = None) -> Panel:
    """Return the panel of one experiment; the same state of ``rng`` gives the same one.

    ``learner`` fits the students; by default they are logistic regressions.

    Raises
    ------
    ValueError
        If the design's students are of another kind and there is no learner.
    eep.stats.simulation.fits.NotConvergedError
        If a student cannot be fitted.
    """
    items = draw_items(design, rng)
    logits, without_persona = teacher_logits(design, effects, items, rng)
    answers = _answers(logits, design, rng)
    labels = answers if effects.transmitted else _answers(without_persona, design, rng)
    train, test = slice(None, design.train), slice(design.train, None)
    cells = (design.personas + 1) * design.wordings
    learned = labels[:, :, items.text[train]].reshape(cells, design.train)
    weights = _demonstrations(design, rng) if effects.subset_per_persona else None
    fitted = (learner or _logistic(design))(items.sensed[train], learned, items.sensed[test], weights)
    student = fitted.reshape(design.personas + 1, design.wordings, design.items)
    return _panel(design, answers[:, :, items.text[test]], student, items.text[test])


def _logistic(design: Design) -> Learner:
    """Return the learner of logistic regressions."""
    if design.student != LOGISTIC:
        raise ValueError(f"expected a learner for students of the kind {design.student!r}; found none")

    def learn(x: FloatArray, labels: FloatArray, held_out: FloatArray, weights: FloatArray | None) -> FloatArray:
        return predict(fit(x, labels, c=design.inverse_penalty, weights=weights), held_out)

    return learn


def draw_items(design: Design, rng: np.random.Generator) -> Items:
    """Return the items of one experiment."""
    total = design.train + design.items
    if design.clusters:
        # Held-out items are balanced over their texts, train items fall where they may among theirs.
        held_out = np.arange(design.items) % design.clusters
        learned = design.clusters + rng.integers(LEARNED * design.clusters, size=design.train)
        text = np.concatenate([learned, held_out])
    else:
        text = np.arange(total)
    texts = (1 + LEARNED) * design.clusters or total
    seen = rng.normal(size=(texts, design.features))
    scatter = WITHIN_CLUSTER * rng.normal(size=(total, design.features)) if design.clusters else 0.0
    return Items(
        text=text,
        sensed=seen[text] + scatter,
        seen=seen,
        unseen=rng.normal(size=(texts, design.features)),
        generic=rng.normal(size=texts),
    )


def teacher_logits(
    design: Design, effects: Effects, items: Items, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Return logits (K + 1, W, texts), and those of the labels of students that the persona effect does not reach.

    The last is the neutral persona: it has the whims of wordings and nothing of its own.
    """
    k, w, d, texts = design.personas + 1, design.wordings, design.features, len(items.generic)
    active = (np.arange(k) < design.personas - effects.bystanders)[:, None, None]
    erratic = np.where(np.arange(k) == 0, effects.erratic, 1.0)[:, None, None]

    importance = np.arange(1, d + 1) ** (-design.focus / 2)
    importance /= np.sqrt((importance**2).sum())

    def direction(*cells: int) -> FloatArray:
        """Return weights of features under which a text's score has a standard deviation of about 1."""
        return rng.normal(size=(*cells, d)) * importance

    shared = effects.generic * (items.seen @ direction()) + effects.generic_hidden * items.generic
    scale = 1.0 + active * effects.scaling * rng.normal(size=(k, 1, 1))
    level = active * effects.level * rng.normal(size=(k, 1, 1))
    wording_level = effects.wording_level * rng.normal(size=(k, w, 1))
    own = active * effects.persona * (direction(k, 1) @ items.seen.T)
    hidden = active * effects.persona_hidden * (direction(k, 1) @ items.unseen.T)
    wording = effects.wording * (direction(k, w) @ items.seen.T)
    unseen = hidden + active * _shared_in_degrees(effects, k, texts, rng)
    item_noise = effects.wording_hidden * rng.normal(size=(k, w, texts))
    without_persona = effects.base + scale * shared + level + unseen + erratic * (wording_level + wording + item_noise)
    return without_persona + own, without_persona


def _shared_in_degrees(effects: Effects, personas: int, texts: int, rng: np.random.Generator) -> FloatArray:
    """Return what personas mind in different degree and students do not see, (K, 1, texts); no numbers drawn without it."""
    found = np.zeros((personas, 1, texts))
    if effects.attribute:
        weights = effects.attribute * rng.normal(size=(personas, 1, effects.attributes))
        found = found + weights @ rng.normal(size=(effects.attributes, texts))
    if effects.place:
        found = found + effects.place * rng.normal(size=(personas, 1, 1)) * rng.choice((-1.0, 1.0), size=texts)
    return found


def _answers(logits: FloatArray, design: Design, rng: np.random.Generator) -> FloatArray:
    """Return mean answers, in [0, 1], of cells to texts."""
    probability = 0.5 * (1.0 + np.tanh(0.5 * logits))
    if design.answers == "probability":
        return np.asarray(probability)
    return rng.binomial(design.samples, probability) / design.samples


def _demonstrations(design: Design, rng: np.random.Generator) -> FloatArray:
    """Return 0 or 1, (K * W, train): a random share of the items, one for all wordings of a persona."""
    drawn = rng.random((design.personas + 1, design.train)) < SUBSET
    return np.repeat(drawn, design.wordings, axis=0).astype(float)


def _panel(design: Design, teacher: FloatArray, student: FloatArray, text: IntArray) -> Panel:
    k = design.personas
    drawn = design.answers == "yes/no" and design.samples > 1
    within = float(np.mean(teacher[:k] * (1.0 - teacher[:k]))) / (design.samples - 1) if drawn else 0.0
    return Panel(
        task="simulated",
        agent="logistic",
        option="yes",
        personas=tuple(f"persona {number}" for number in range(k)),
        wordings=tuple(f"wording {number}" for number in range(design.wordings)),
        items=tuple(map(str, range(design.items))),
        clusters=tuple(map(str, text)),
        teacher=np.ascontiguousarray(teacher[:k]),
        student=np.ascontiguousarray(student[:k]),
        neutral=(teacher[k], student[k]),
        sampling=within,
        samples=float(design.samples) if drawn else 1.0,
    )
