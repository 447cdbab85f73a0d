"""The training loop: batches of twins and singles, augmentation, one cycle of the learning rate."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from tools.mini_clip.pictures import EncodedCaptions, Pairs
from tools.mini_clip.settings import GROUP, Settings
from tools.mini_clip.towers import ImageTower, Judge, TextTower

#: Pixels by which pictures are moved, at most.
SHIFT = 5


@dataclass(frozen=True)
class Towers:
    """Trained towers, set to evaluation."""

    image: ImageTower
    text: TextTower


def train(
    pairs: Pairs,
    encoded: EncodedCaptions,
    settings: Settings,
    report: Callable[[str], None],
    threads: int = 2,
) -> Towers:
    """Train both towers. The same settings and number of threads repeat the same weights on the same machine."""
    torch.manual_seed(settings.seed)
    torch.set_num_threads(threads)
    image = ImageTower(settings).to(memory_format=torch.channels_last)
    text = TextTower(len(encoded.tokenizer.vocabulary), settings)
    judge = Judge(encoded.words.shape[1], settings)
    parameters = [*image.parameters(), *text.parameters(), *judge.parameters()]
    optimiser = torch.optim.AdamW(parameters, settings.rate, weight_decay=1e-3)
    steps = settings.epochs * (settings.pictures // settings.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, settings.rate, steps + 1, pct_start=0.15)
    rng, start = np.random.default_rng([settings.seed, 1]), time.perf_counter()
    for epoch in range(settings.epochs):
        losses = []
        for rows in batches(settings, rng):
            pixels = augmented(torch.from_numpy(pairs.pixels[rows]), settings, rng)
            which = rng.integers(encoded.ids.shape[1], size=len(rows))
            ids, words = torch.from_numpy(encoded.ids[rows, which]), torch.from_numpy(encoded.words[rows])
            with torch.autocast("cpu", torch.bfloat16, enabled=settings.half_precision):
                seen = image(pixels)
            contrast, reading = judge(seen.float(), text(ids), words)
            optimiser.zero_grad(set_to_none=True)
            (contrast + reading).backward()
            optimiser.step()
            schedule.step()
            losses.append((contrast.item(), reading.item()))
        one, two = np.mean(losses, axis=0)
        report(f"epoch {epoch + 1}: contrast {one:.3f}, words {two:.3f}, {time.perf_counter() - start:.0f} s")
    return Towers(image.eval(), text.eval())


def batches(settings: Settings, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Yield the rows of each batch of one pass: whole groups of twins, then as many singles."""
    half, twins = settings.batch // 2, settings.groups * GROUP
    groups = rng.permutation(settings.groups)[:, None] * GROUP + np.arange(GROUP)
    singles = twins + rng.permutation(settings.singles)
    for some, others in zip(groups.reshape(-1, half), singles.reshape(-1, half), strict=True):
        yield np.concatenate([some, others])


def augmented(pixels: Tensor, settings: Settings, rng: np.random.Generator) -> Tensor:
    """Return pictures as the tower takes them: mirrored or not, moved, a little lighter or darker, normalised."""
    n, preprocessing = len(pixels), settings.preprocessing
    mirrored = torch.from_numpy(rng.random((n, 1, 1, 1)) < 0.5)
    down, right = rng.integers(-SHIFT, SHIFT + 1, 2).tolist()
    x = torch.where(mirrored, pixels.flip(3), pixels).roll((down, right), (2, 3))
    x = (x.float() / preprocessing.white - preprocessing.mean[0]) / preprocessing.std[0]
    contrast = torch.from_numpy(rng.normal(1, 0.1, (n, 1, 1, 1)).astype(np.float32))
    tint = torch.from_numpy(rng.normal(0, 0.06, (n, 3, 1, 1)).astype(np.float32))
    return (x * contrast + tint).contiguous(memory_format=torch.channels_last)
