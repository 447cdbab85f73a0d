"""A run in all three tasks that is small, made for its students."""

from pathlib import Path

from small_pole import POLE

#: Four personas in two wordings, simulated, at the pole, before few animals and face to face with them.
EXPERIMENT = (
    """\
id = "bodies"
title = "Bodies"
question = "Who acts?"
personas = ["herpetologist", "rally-driver", "sir-isaac-newton", "neutral"]
wordings = ["plain", "portrait"]

[teacher]
provider = "simulated"
persona_effect = 1.0

[tasks.cute]
students = ["logistic", "xgboost"]
stimuli = "first-matrix"

[tasks.encounter]
students = ["xgboost"]
number = 36

"""
    + POLE
)


def write(folder: Path) -> Path:
    """Write the experiment's file into a folder; return it."""
    path = folder / "bodies.toml"
    path.write_text(EXPERIMENT, encoding="utf-8")
    return path
