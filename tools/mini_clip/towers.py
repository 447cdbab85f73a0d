"""The two towers and how they are trained: a small residual network for pictures, a bag of words for captions.

Batches are of twins and singles, pictures are augmented, and the learning rate goes through one cycle.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from tools.mini_clip.pictures import EncodedCaptions, Pairs
from tools.mini_clip.settings import GROUP, Settings


class Layer(nn.Sequential):
    """A 3 x 3 convolution with batch normalisation, which the export folds into it, and ReLU."""

    def __init__(self, into: int, out: int, stride: int = 1) -> None:
        super().__init__(nn.Conv2d(into, out, 3, stride, 1, bias=False), nn.BatchNorm2d(out), nn.ReLU(inplace=True))


class Stage(nn.Module):
    """Half the resolution, then layers that each add to what they get."""

    def __init__(self, into: int, out: int, depth: int) -> None:
        super().__init__()
        self.halve = Layer(into, out, stride=2)
        self.add = nn.ModuleList(Layer(out, out) for _ in range(depth))

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, into, h, w) to (n, out, h / 2, w / 2)."""
        x = self.halve(x)
        for layer in self.add:
            x = x + layer(x)
        return x


class ImageTower(nn.Module):
    """Pictures (n, 3, side, side), preprocessed, to embeddings (n, width), not scaled.

    Coats are textures, and eyes and mouths are few pixels: mean and maximum are taken of the last two stages, so
    that the embedding sees the finer of the two grids as well.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        first, second, third, fourth = settings.channels
        self.stem = Layer(3, first, stride=2)
        self.fine = nn.Sequential(Stage(first, second, settings.depths[0]), Stage(second, third, settings.depths[1]))
        self.coarse = Stage(third, fourth, settings.depths[2])
        self.project = nn.Linear(2 * (third + fourth), settings.width)

    def forward(self, pixels: Tensor) -> Tensor:
        """Return the embeddings."""
        fine = self.fine(self.stem(pixels))
        coarse = self.coarse(fine)
        pooled = [pool for x in (fine, coarse) for pool in (x.mean((2, 3)), x.amax((2, 3)))]
        embedded: Tensor = self.project(torch.cat(pooled, 1))
        return embedded


class TextTower(nn.Module):
    """Captions (n, length), numbered with 0 to fill up, to embeddings (n, width), not scaled."""

    def __init__(self, known: int, settings: Settings) -> None:
        super().__init__()
        wide = settings.words
        self.words = nn.Embedding(known + 1, wide, padding_idx=0)
        nn.init.normal_(self.words.weight, std=0.05)
        with torch.no_grad():
            self.words.weight[0] = 0
        self.mix = nn.Sequential(nn.LayerNorm(wide), nn.Linear(wide, 256), nn.ReLU(), nn.Linear(256, settings.width))

    def forward(self, ids: Tensor) -> Tensor:
        """Return the embeddings."""
        embedded: Tensor = self.mix(self.words(ids).sum(1))
        return embedded


class Judge(nn.Module):
    """What only training needs: the contrast's temperature, and a linear reader of words from image embeddings."""

    def __init__(self, predicted: int, settings: Settings) -> None:
        super().__init__()
        self.sharpness = nn.Parameter(torch.tensor(2.66))
        self.read = nn.Linear(settings.width, predicted)
        nn.init.zeros_(self.read.weight)
        nn.init.constant_(self.read.bias, -3.0)
        self.word_loss = settings.word_loss

    def forward(self, image: Tensor, text: Tensor, words: Tensor) -> tuple[Tensor, Tensor]:
        """Return the contrastive loss (InfoNCE, Radford et al. 2021) and the weighted loss of the words."""
        image, text = functional.normalize(image), functional.normalize(text)
        alike = image @ text.T * self.sharpness.exp().clamp(max=100)
        own = torch.arange(len(alike))
        contrast = (functional.cross_entropy(alike, own) + functional.cross_entropy(alike.T, own)) / 2
        # A unit vector of many numbers has small ones; times 16 the reader need not have large weights.
        loss = functional.binary_cross_entropy_with_logits(self.read(16 * image), words, reduction="sum")
        return contrast, self.word_loss * loss / len(words)


#: Pixels by which pictures are moved, at most.
SHIFT = 5


@dataclass(frozen=True)
class Towers:
    """Trained towers, set to evaluation."""

    image: ImageTower
    text: TextTower


def train(
    pairs: Pairs, encoded: EncodedCaptions, settings: Settings, report: Callable[[str], None], threads: int = 2
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
