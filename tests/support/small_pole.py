"""CartPole small enough for tests of everything around it."""

from pathlib import Path

#: The last part of an experiment's file.
POLE = """\
[tasks.cartpole]
students = ["logistic"]
train_items = 200
test_items = 70
pool_episodes = 5

[play]
episodes = 2

[analysis]
permutations = 99
"""
#: Four personas in two wordings at the pole, 648 questions; ``{teacher}`` are further lines of the teacher.
EXPERIMENT = (
    """\
id = "small"
title = "Small"
question = "Does it hold?"
personas = ["five-year-old", "rally-driver", "sir-isaac-newton", "neutral"]
wordings = ["plain", "portrait"]

[teacher]
provider = "simulated"
persona_effect = 1.0
{teacher}

"""
    + POLE
)


def write(folder: Path, teacher: str = "") -> Path:
    """Write the file of a small experiment into a folder; return it."""
    path = folder / "small.toml"
    path.write_text(EXPERIMENT.format(teacher=teacher), encoding="utf-8")
    return path
