"""The task of cute animals on a few pictures, with the stand-in encoder."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from eep.tasks.cute.task import Cute, CuteSettings

ROOT = Path(__file__).resolve().parents[3]
RECORDED = [
    json.loads(line)
    for line in (ROOT / "eep/resources/recordings/first-matrix/cute-items.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]


def task(encoder: str, /, **settings: Any) -> Cute:
    """Return the task on a few animals of the recording."""
    return Cute(CuteSettings(**{"stimuli": "first-matrix", "number": 60, "encoder": encoder, **settings}))


def six_photographs(folder: Path) -> Path:
    """Write an image folder of six photographs, two of them under one caption, one with two captions; return it."""
    folder.mkdir()
    captions = [["a cat"], ["a dog"], ["a cow", "a calf"], ["a cat"], ["an owl"], ["a hen"]]
    rng = np.random.default_rng(0)
    with (folder / "metadata.jsonl").open("w", encoding="utf-8") as lines:
        for number, texts in enumerate(captions):
            pixels = rng.integers(0, 255, size=(60, 80, 3)).astype(np.uint8)
            Image.fromarray(pixels).save(folder / f"{number}.png")
            lines.write(json.dumps({"file_name": f"{number}.png", "captions": texts, "id": f"p{number}"}) + "\n")
    return folder
