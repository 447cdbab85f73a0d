"""Drawing many animals into a folder that image tools understand: pictures beside a metadata.jsonl."""

import json
from collections.abc import Sequence
from pathlib import Path, PurePath

from eep.stimuli.animals.animal import Animal
from eep.stimuli.animals.captions import caption
from eep.stimuli.animals.render import draw
from eep.stimuli.animals.sampling import sample, seeds

METADATA = "metadata.jsonl"
_PICTURES = "animal-*.png"
_CHUNK = 64  # pictures a worker draws at a time


def draw_imagefolder(n: int, seed: int, out: Path, workers: int = 1, size: int = 224) -> Path:
    """Draw ``n`` animals into the folder ``out``, with captions and attributes; return the metadata file.

    The same ``n``, ``seed`` and ``size`` give the same bytes, whatever the number of workers. The metadata are
    written last, one line a picture: ``file_name``, ``text`` (the caption) and ``attributes``. A folder with
    them is complete.

    Parameters
    ----------
    workers
        Processes that draw at the same time.
    size
        Width and height of a picture in pixels.

    Raises
    ------
    FileExistsError
        If ``out`` holds anything: nothing is overwritten.

    Whatever breaks it off, an interruption too, what was drawn is removed again; only a killed process leaves pictures.
    """
    new = not out.exists()
    _check_empty(out)
    out.mkdir(parents=True, exist_ok=True)
    try:
        return _fill(out, seeds(seed, n), workers, size)
    except BaseException:
        for drawn in out.glob(_PICTURES):
            drawn.unlink()
        (out / METADATA).unlink(missing_ok=True)
        if new:
            out.rmdir()
        raise


def _check_empty(out: Path) -> None:
    """Raise FileExistsError if a folder holds anything, and say so if that is what a killed process has drawn."""
    there = {path.name for path in out.iterdir()} if out.exists() else set()
    if there and all(PurePath(name).match(_PICTURES) for name in there):
        raise FileExistsError(
            f"expected a new or empty folder to draw into; {out} holds a drawing that was broken off, {len(there)} "
            f"pictures without {METADATA}: remove it or name another one"
        )
    if there:
        raise FileExistsError(f"expected a new or empty folder to draw into; {out} holds files: name another one")


def _fill(out: Path, all_seeds: Sequence[int], workers: int, size: int) -> Path:
    """Draw one animal for each seed into an empty folder; return the metadata file."""
    from joblib import Parallel, delayed

    chunks = [all_seeds[start : start + _CHUNK] for start in range(0, len(all_seeds), _CHUNK)]
    lines = Parallel(n_jobs=workers)(
        delayed(_draw_chunk)(chunk, number * _CHUNK, out, size) for number, chunk in enumerate(chunks)
    )
    metadata = out / METADATA
    metadata.write_text("".join(line for chunk in lines for line in chunk), encoding="utf-8")
    return metadata


def _draw_chunk(chunk: Sequence[int], first: int, out: Path, size: int) -> list[str]:
    return [_draw_one(sample(seed), first + i, out, size) for i, seed in enumerate(chunk)]


def _draw_one(animal: Animal, number: int, out: Path, size: int) -> str:
    name = f"animal-{number:06d}.png"
    draw(animal, size).save(out / name)
    record = {"file_name": name, "text": caption(animal), "attributes": animal.attributes()}
    return json.dumps(record, ensure_ascii=False) + "\n"
