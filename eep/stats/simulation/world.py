"""What a simulated experiment is made of: its size and who learns (`Design`), and what is at work (`Effects`)."""

from dataclasses import dataclass
from typing import Literal

#: The kind of students that simulations fit many at a time.
LOGISTIC = "logistic"
#: How unevenly features matter. Few of them carry most of what anybody likes, so that the whims of a wording
#: often look like a persona; were all to matter alike, every test would have an easy life.
FOCUS = 1.3


@dataclass(frozen=True)
class Design:
    """The size of an experiment, and who learns."""

    #: K, W and N, the held-out items.
    personas: int = 6
    wordings: int = 3
    items: int = 200
    #: Number of different texts among held-out items, which share none with train items; 0 if every item has its own.
    clusters: int = 0
    #: Items that students learn from, the same for all of them.
    train: int = 300
    #: Answers to each question.
    samples: int = 1
    #: Whether an answer is yes or no, or the probability itself.
    answers: Literal["yes/no", "probability"] = "yes/no"
    #: What students see of an item: independent features, of which number j matters to all teachers with a variance
    #: proportional to j to the power -``focus``. With 0 all matter alike.
    features: int = 16
    focus: float = FOCUS
    #: Of students that are L2-penalised logistic regressions: scikit-learn's ``C``.
    inverse_penalty: float = 1.0
    #: The kind of students. All but ``logistic`` need a `Learner`.
    student: str = LOGISTIC

    def __post_init__(self) -> None:
        least = {"personas": 2, "wordings": 2, "items": 12, "train": 2, "samples": 1, "features": 1, "clusters": 0}
        wrong = [name for name, low in least.items() if getattr(self, name) < low]
        if wrong:
            raise ValueError(
                f"expected at least {' and '.join(f'{least[name]} {name}' for name in wrong)}; "
                f"found {' and '.join(str(getattr(self, name)) for name in wrong)}"
            )
        if self.inverse_penalty <= 0:
            raise ValueError(f"expected a positive inverse_penalty; found {self.inverse_penalty}")


@dataclass(frozen=True)
class Effects:
    """Strengths in logits; see the top of `eep.stats.simulation.simulate`."""

    #: The logit of saying yes to an average item.
    base: float = 0.0
    #: Of x_i.b0, and of g_i, which students do not see.
    generic: float = 1.5
    generic_hidden: float = 0.5
    #: Of a_p about 1, and of b_p.
    scaling: float = 0.0
    level: float = 0.0
    #: Of b_pw.
    wording_level: float = 0.0
    #: Of x_i.beta_p, and of u_i.delta_p, which students do not see.
    persona: float = 0.0
    persona_hidden: float = 0.0
    #: Of a persona's weight on each of so many attributes that students do not see, and on the place of the option.
    attribute: float = 0.0
    attributes: int = 1
    place: float = 0.0
    #: Of x_i.gamma_pw, and of eps_pwi.
    wording: float = 0.0
    wording_hidden: float = 0.0
    #: Personas, the last ones, that have none of the effects of a persona.
    bystanders: int = 0
    #: Factor of the first persona's wording_level, wording and wording_hidden.
    erratic: float = 1.0
    #: Whether students learn from labels in which x_i.beta_p is at work.
    transmitted: bool = True
    #: Whether each persona's students learn from a random half of the train items, the same for all its wordings.
    subset_per_persona: bool = False
