"""Power of designs, and what is said of it."""

import polars as pl
import pytest

from eep.pipeline.calibration.power import POWER, THIS, conclusive, neighbours, one_line, power
from eep.pipeline.calibration.trials import Settings
from eep.stats.simulation.world import Design


def table(**chances: float) -> pl.DataFrame:
    """Return a table of the power to find a weak effect, by design; ``this`` is this design."""
    same = {name: getattr(Design(), name) for name in ("personas", "wordings", "items", "train", "answers")}
    same |= {
        "samples": 1,
        "effect": "weak",
        "strength": 0.35,
        "alpha": 0.05,
        "experiments": 100,
        "low": 0.0,
        "high": 1.0,
    }
    names = {name: THIS if name == "this" else name.replace("_", " ") for name in chances}
    rows = [{**same, "design": names[name], "power": chance} for name, chance in chances.items()]
    return pl.DataFrame(rows, schema=POWER, orient="row")


def test_strong_effects_are_found_more_often() -> None:
    """Power grows with the effect, and a strong one is nearly always found."""
    designs = {THIS: Design(personas=5, items=60, train=150, features=6)}
    found = power(designs, settings=Settings(30, 1, 199), strengths={"none": 0.0, "strong": 2.0}, alpha=0.05)
    assert found.schema == POWER
    none, strong = found["power"]
    assert none <= 0.2
    assert strong >= 0.8


def test_neighbours_change_one_thing_each() -> None:
    """One more of everything that can be bought; probabilities only where answers are yes or no."""
    design = Design()
    for name, other in neighbours(design).items():
        changed = [field for field in vars(design) if getattr(design, field) != getattr(other, field)]
        assert len(changed) == (name != THIS), name
    assert "one more sample" not in neighbours(Design(answers="probability"))


def test_one_line_says_the_chances_of_this_design() -> None:
    """By strength, in per cent, and nothing of the neighbours."""
    line = one_line(table(this=0.6, one_more_wording=0.9))
    assert line == "Chance of finding a persona effect, by its strength in logits: weak (0.35) 60 %."


@pytest.mark.parametrize(
    ("chances", "said"),
    [
        ({"this": 0.9, "one_more_wording": 0.95}, "in 90 % of experiments; if there is one, it is smaller."),
        (
            {"this": 0.6, "one_more_wording": 0.85, "one_more_persona": 0.7, "one_more_sample": 0.8},
            "in 60 % of experiments; 80 % or more would be reached by one more wording (85 %) or by one more sample (80 %).",
        ),
        (
            {"this": 0.2, "one_more_wording": 0.4},
            "in 20 % of experiments; the best single change is one more wording (40 %), which is not enough alone.",
        ),
        (
            {"this": 0.2, "one_more_wording": 0.1},
            "in 20 % of experiments; no single change that was tried does better.",
        ),
    ],
)
def test_what_would_be_conclusive(chances: dict[str, float], said: str) -> None:
    """The changes that reach enough power, or the one that comes nearest, or that there is none."""
    assert conclusive(table(**chances)) == f"This design finds a weak persona effect {said}"
