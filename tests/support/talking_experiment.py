"""A small experiment in conversation, written and prepared for tests."""

import json
from pathlib import Path

from eep.pipeline.prepare import Prepared, prepare

PERSONAS = ["five-year-old", "rally-driver", "sir-isaac-newton", "brother-anselm", "kitten-foster", "neutral"]
CELLS = 2 * len(PERSONAS)
EXPERIMENT = """\
id = "talk"
title = "Talk"
question = "Does it hold?"
seed = 3
personas = {personas}
wordings = ["plain", "portrait"]

[teacher]
{teacher}

[tasks.cartpole]
students = ["logistic"]
{cartpole}

[play]
episodes = 2

[analysis]
permutations = 99
"""
MEMORY = "memory = 2\nepisodes = 4\nmax_steps = 40\ntrain_items = 60\ntest_items = 40"
SIMULATED = 'provider = "simulated"\npersona_effect = 2.0\nwording_effect = 0.2\nnoise = 0.1'


def write(folder: Path, cartpole: str = MEMORY, teacher: str = SIMULATED, personas: list[str] = PERSONAS) -> Path:
    """Write the experiment's file."""
    path = folder / "talk.toml"
    told = EXPERIMENT.format(personas=json.dumps(personas), cartpole=cartpole, teacher=teacher)
    path.write_text(told, encoding="utf-8")
    return path


def prepared(folder: Path, **teacher: str) -> Prepared:
    """Return a small experiment of two cells, ready to run."""
    return prepare(write(folder, personas=["rally-driver"], **teacher), out=folder)
