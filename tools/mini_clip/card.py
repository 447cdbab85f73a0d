"""The record of a training run: what was measured as ``metrics.json``, and a model card in words."""

import json
import platform
import textwrap
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import PIL

from eep.stimuli.animals import DEFAULT, seeds
from tools.mini_clip.gates import FLOORS, N_TEST, N_TRAIN, OTHERS_CEILING
from tools.mini_clip.settings import GATES, Settings

Content = Mapping[str, Any]


def record(settings: Settings, timings: Content, measured: Content, folder: Path) -> dict[str, Any]:
    """Return the content of ``metrics.json``."""
    import onnxruntime
    import torch

    singles, groups = settings.animal_seeds
    tested = seeds(GATES, N_TRAIN + N_TEST)
    files = sorted(file for file in folder.iterdir() if file.suffix in {".onnx", ".json"})
    return {
        "stimuli": {
            "vocabulary": DEFAULT.name,
            "captions_hash": DEFAULT.captions,
            "training_seeds": [singles.start, groups.stop],
            "gate_seeds": [tested.start, tested.stop],
        },
        "settings": asdict(settings),
        "seconds": dict(timings),
        "versions": {
            "torch": torch.__version__,
            "onnxruntime": onnxruntime.__version__,
            "numpy": np.__version__,
            "pillow": PIL.__version__,
            "python": platform.python_version(),
        },
        "bytes": {file.name: file.stat().st_size for file in files if file.name != "metrics.json"},
        "taught": N_TRAIN,
        "asked": N_TEST,
        "measured": rounded(measured),
    }


def rounded(content: Any) -> Any:
    """Return ``content`` with its shares to four places: more would not repeat on another machine."""
    if isinstance(content, Mapping):
        return {key: rounded(value) for key, value in content.items()}
    return round(content, 4) if isinstance(content, float) else content


def write(content: Content, folder: Path) -> None:
    """Write ``metrics.json`` and ``MODEL_CARD.md``."""
    (folder / "metrics.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    (folder / "MODEL_CARD.md").write_text(card(content), encoding="utf-8")


def card(content: Content) -> str:
    """Return the model card of a run."""
    stimuli, settings, seconds, measured = (content[k] for k in ("stimuli", "settings", "seconds", "measured"))
    first, last = stimuli["training_seeds"]
    twins = settings["groups"] * 8
    return f"""# mini-CLIP

Two small networks that come with eep: one turns a drawn animal into {settings["width"]} numbers, the other a caption,
so that a picture and its caption come to lie together. Students see drawn animals through the first. The second is
for checks and for the control that reads captions; no student of pictures ever gets it.

## Training

- {settings["singles"] + twins:,} pictures of {settings["side"]} x {settings["side"]} pixels drawn by
  `eep.stimuli.animals`: {settings["singles"]:,} unrelated animals, and {settings["groups"]:,} groups of eight near
  twins that differ in coat, head, eyes, nose, mouth, claws and accessory only. Vocabulary and captions are those of
  stimulus set `{stimuli["vocabulary"]}`.
- Seeds {first:,} to {last - 1:,}. Neither the default stimulus set (seeds {DEFAULT.seeds.start:,} to
  {DEFAULT.seeds.stop - 1:,}) nor any recorded set (seeds below 1,000,000) is among them.
- The signal is pictures and captions, nothing else: InfoNCE (Radford et al. 2021) in batches of half twins, half
  strangers, and a linear reader that predicts the caption's words and pairs of words from the picture's numbers.
{_bullet(f"{settings['epochs']} passes, seed {settings['seed']}, no GPU. {_times(seconds)}")}
- Again from nothing: `python -m tools.mini_clip OUT` (extra `train`).

## Measured

On {content["taught"]:,} animals to learn from and {content["asked"]:,} others to be asked about (seeds
{stimuli["gate_seeds"][0]:,} to {stimuli["gate_seeds"][1] - 1:,}), none of them in training. Shares of correct answers.

| what | found | gate |
|---|---|---|
| a logistic student's agreement with its own taste, mean of five | {measured["own"]:.3f} | >= {FLOORS["own"]:.2f} |
| with the four other tastes | {measured["others"]:.3f} | <= {OTHERS_CEILING:.2f} |
| a taste with itself, judging twice: the most to hope for | {measured["ceiling"]:.3f} | |
| the same student reading the caption tower | {measured["caption"]:.3f} | |
| species without labels | {measured["species_zero_shot"]:.3f} | >= {FLOORS["species_zero_shot"]:.2f} |
| the right one of 1,000 captions | {measured["retrieval"]:.3f} | |

{_gates(measured)}

{_read_outs(measured)}

{_judgement(measured)}

## Limits

It knows these drawings and no others: on photographs, or drawings of another hand, its numbers mean nothing. A
sleeper's eyes are closed, so that one animal in six or seven has eyes that no encoder can read. Fit for telling
whether a student has learned what its teacher cares about, not for recognising animals.
"""


def _bullet(text: str) -> str:
    """Return a list entry in lines of the page's width."""
    return textwrap.fill(text, 115, initial_indent="- ", subsequent_indent="  ")


def _times(seconds: Content) -> str:
    """Return how long it took: processor time, which other work on the machine does not change, and wall time."""
    both = seconds["drawing_cpu"] + seconds["training_cpu"]
    return (
        f"Drawing took {seconds['drawing_cpu']:,} processor seconds and training {seconds['training_cpu']:,}: "
        f"{both / 120:.0f} minutes on two cores that are always busy. By the clock "
        f"{(seconds['drawing'] + seconds['training']) / 60:.1f} minutes passed."
    )


def _gates(measured: Content) -> str:
    """Return whether all gates were reached, and which were not."""
    if not measured["missed"]:
        return "Every gate was reached."
    return "Gates that were not reached:\n\n" + "\n".join(f"- {line}" for line in measured["missed"])


def _read_outs(measured: Content) -> str:
    lines = ["| linear read-out | found | commonest value | gate |", "|---|---|---|---|"]
    for name, share in measured["read_out"].items():
        gate = f">= {FLOORS[name]:.2f}" if name in FLOORS else ""
        lines.append(f"| {name} | {share:.3f} | {measured['commonest'][name]:.3f} | {gate} |")
    return "\n".join(lines)


def _judgement(measured: Content) -> str:
    read = measured["read_out"]
    well = [name for name, share in read.items() if share >= 0.9]
    badly = [name for name, share in read.items() if share < 0.7]
    return (
        f"Read well (nine of ten and more): {', '.join(well) or 'nothing'}. "
        f"Read badly (less than seven of ten): {', '.join(badly) or 'nothing'}."
    )
