"""Simulated experiments: teachers with effects of known size, and students really fitted to their labels.

A teacher says yes with the logistic function of

    base + a_p (x_i.b0 + g_i)        what all personas share; a_p = 1 + scaling * z_p
  + b_p + b_pw                       how often a persona says yes, and what a wording does to that
  + x_i.beta_p + u_i.delta_p         what a persona favours: to be seen by students (x), or not (u)
  + x_i.gamma_pw + eps_pwi           what one wording of one persona happens to favour, seen or not

with everything normal. Students see x alone. The strengths in `Effects` are standard deviations in logits.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from eep.stats.fits import fit, predict
from eep.stats.panel import FloatArray, Panel

IntArray = npt.NDArray[np.intp]
#: Items of one cluster differ from it, for students, by this many standard deviations of a feature.
WITHIN_CLUSTER = 0.3
#: Where each persona's students learn from items of their own, they learn from this share of them.
SUBSET = 0.5
#: How unevenly features matter. Few of them carry most of what anybody likes, so that the whims of a wording
#: often look like a persona; were all to matter alike, every test would have an easy life.
FOCUS = 1.3


@dataclass(frozen=True)
class Design:
    """The size of an experiment, and who learns.

    Attributes
    ----------
    personas, wordings, items
        K, W and N, the held-out items.
    clusters
        Number of different texts among all items; 0 if every item has its own.
    train
        Items that students learn from, the same for all of them.
    samples
        Answers to each question.
    answers
        Whether an answer is yes or no, or the probability itself.
    features, focus
        What students see of an item: independent features, of which number j matters to all teachers with a
        variance proportional to j to the power -``focus``. With 0 all matter alike.
    inverse_penalty
        Of the students, L2-penalised logistic regressions: scikit-learn's ``C``.
    """

    personas: int = 6
    wordings: int = 3
    items: int = 200
    clusters: int = 0
    train: int = 300
    samples: int = 1
    answers: Literal["yes/no", "probability"] = "yes/no"
    features: int = 16
    focus: float = FOCUS
    inverse_penalty: float = 1.0

    def __post_init__(self) -> None:
        least = {"personas": 2, "wordings": 2, "items": 12, "train": 2, "samples": 1, "features": 1}
        wrong = [f"{name} {getattr(self, name)}" for name, low in least.items() if getattr(self, name) < low]
        if wrong or self.clusters < 0 or self.inverse_penalty <= 0:
            raise ValueError(
                f"expected at least {', '.join(f'{low} {name}' for name, low in least.items())}, no negative number "
                f"of clusters and a positive inverse_penalty; found {self}"
            )


@dataclass(frozen=True)
class Effects:
    """Strengths in logits; see the top of this module.

    Attributes
    ----------
    base
        The logit of saying yes to an average item.
    generic, generic_hidden
        Of x_i.b0, and of g_i, which students do not see.
    scaling, level
        Of a_p about 1, and of b_p.
    wobble
        Of b_pw.
    persona, persona_hidden
        Of x_i.beta_p, and of u_i.delta_p, which students do not see.
    wording, wording_hidden
        Of x_i.gamma_pw, and of eps_pwi.
    erratic
        Factor of the first persona's wobble, wording and wording_hidden.
    transmitted
        Whether students learn from labels in which x_i.beta_p is at work.
    subset_per_persona
        Whether each persona's students learn from a random half of the train items, the same for all its wordings.
    """

    base: float = 0.0
    generic: float = 1.5
    generic_hidden: float = 0.5
    scaling: float = 0.0
    level: float = 0.0
    wobble: float = 0.0
    persona: float = 0.0
    persona_hidden: float = 0.0
    wording: float = 0.0
    wording_hidden: float = 0.0
    erratic: float = 1.0
    transmitted: bool = True
    subset_per_persona: bool = False


@dataclass(frozen=True)
class Items:
    """Train items first, then held-out ones.

    Attributes
    ----------
    text
        (n,) the text of each item: teachers read nothing else of it.
    sensed
        (n, d) what students see of each item.
    seen, unseen
        (texts, d) features of a text that students see, but for a little scatter, and others that they do not.
    generic
        (texts,) what everybody likes about a text and no student sees.
    """

    text: IntArray
    sensed: FloatArray
    seen: FloatArray
    unseen: FloatArray
    generic: FloatArray


def simulate(design: Design, effects: Effects, rng: np.random.Generator) -> Panel:
    """Return the panel of one experiment; the same state of ``rng`` gives the same one.

    Raises
    ------
    eep.stats.fits.NotConvergedError
        If a student cannot be fitted.
    """
    items = draw_items(design, rng)
    logits, untaught = teacher_logits(design, effects, items, rng)
    answers = _answers(logits, design, rng)
    labels = answers if effects.transmitted else _answers(untaught, design, rng)
    train, test = slice(None, design.train), slice(design.train, None)
    cells = design.personas * design.wordings
    coefficients = fit(
        items.sensed[train],
        labels[:, :, items.text[train]].reshape(cells, design.train),
        c=design.inverse_penalty,
        weights=_lessons(design, rng) if effects.subset_per_persona else None,
    )
    student = predict(coefficients, items.sensed[test]).reshape(
        design.personas, design.wordings, design.items
    )
    return _panel(design, answers[:, :, items.text[test]], student, items.text[test])


def draw_items(design: Design, rng: np.random.Generator) -> Items:
    """Return the items of one experiment."""
    total = design.train + design.items
    if design.clusters:
        # Held-out items are balanced over the texts, train items fall where they may.
        held_out = np.arange(design.items) % design.clusters
        text = np.concatenate([rng.integers(design.clusters, size=design.train), held_out])
    else:
        text = np.arange(total)
    texts = design.clusters or total
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
    """Return logits (K, W, texts), and those of the labels of students that the persona effect does not reach."""
    k, w, d, texts = design.personas, design.wordings, design.features, len(items.generic)
    erratic = np.where(np.arange(k) == 0, effects.erratic, 1.0)[:, None, None]

    importance = np.arange(1, d + 1) ** (-design.focus / 2)
    importance /= np.sqrt((importance**2).sum())

    def direction(*cells: int) -> FloatArray:
        """Return weights of features under which a text's score has a standard deviation of about 1."""
        return rng.normal(size=(*cells, d)) * importance

    shared = effects.generic * (items.seen @ direction()) + effects.generic_hidden * items.generic
    scale = 1.0 + effects.scaling * rng.normal(size=(k, 1, 1))
    level = effects.level * rng.normal(size=(k, 1, 1))
    wobble = effects.wobble * rng.normal(size=(k, w, 1))
    own = effects.persona * (direction(k, 1) @ items.seen.T)
    hidden = effects.persona_hidden * (direction(k, 1) @ items.unseen.T)
    wording = effects.wording * (direction(k, w) @ items.seen.T)
    accident = effects.wording_hidden * rng.normal(size=(k, w, texts))
    untaught = effects.base + scale * shared + level + hidden + erratic * (wobble + wording + accident)
    return untaught + own, untaught


def _answers(logits: FloatArray, design: Design, rng: np.random.Generator) -> FloatArray:
    """Return mean answers, in [0, 1], of cells to texts."""
    probability = 0.5 * (1.0 + np.tanh(0.5 * logits))
    if design.answers == "probability":
        return np.asarray(probability)
    return rng.binomial(design.samples, probability) / design.samples


def _lessons(design: Design, rng: np.random.Generator) -> FloatArray:
    """Return 0 or 1, (K * W, train): a random share of the items, one for all wordings of a persona."""
    drawn = rng.random((design.personas, design.train)) < SUBSET
    return np.repeat(drawn, design.wordings, axis=0).astype(float)


def _panel(design: Design, teacher: FloatArray, student: FloatArray, text: IntArray) -> Panel:
    drawn = design.answers == "yes/no" and design.samples > 1
    within = float(np.mean(teacher * (1.0 - teacher))) / (design.samples - 1) if drawn else 0.0
    return Panel(
        task="simulated",
        agent="logistic",
        option="yes",
        personas=tuple(f"persona {number}" for number in range(design.personas)),
        wordings=tuple(f"wording {number}" for number in range(design.wordings)),
        items=tuple(map(str, range(design.items))),
        clusters=tuple(map(str, text)),
        teacher=np.ascontiguousarray(teacher),
        student=np.ascontiguousarray(student),
        sampling=within,
    )
