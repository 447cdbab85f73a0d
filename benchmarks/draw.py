"""How fast animals are drawn, beside the alternative: writing each scene as SVG for a general rasteriser.

The alternative is resvg, through vl-convert, which the project has anyway for its charts. Both draw the same
scenes, composed anew for every picture, and end with an RGB array; encoding to a file is left out. Run

    python -m benchmarks.draw --pictures 600 --workers 2
"""

import argparse
import io
import time
from collections.abc import Callable

import numpy as np
from joblib import Parallel, delayed
from PIL import Image

from eep.stimuli.animals import draw, sample, svg

SIZE = 96


def with_pillow(seed: int) -> int:
    """Draw one animal as the project does; returns a checksum, so that nothing is optimised away."""
    return int(np.asarray(draw(sample(seed), SIZE)).sum())


def with_resvg(seed: int) -> int:
    """Draw one animal by SVG and resvg."""
    import vl_convert

    png = vl_convert.svg_to_png(svg(sample(seed), SIZE))
    return int(np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).sum())


def rate(one: Callable[[int], int], pictures: int, workers: int) -> float:
    """Return pictures per second of wall time, after the workers have started and warmed up."""
    with Parallel(n_jobs=workers, batch_size=16) as parallel:
        parallel(delayed(one)(seed) for seed in range(16 * workers))
        start = time.perf_counter()
        parallel(delayed(one)(seed) for seed in range(pictures))
        return pictures / (time.perf_counter() - start)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=600)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    ours = rate(with_pillow, options.pictures, options.workers)
    other = rate(with_resvg, max(options.pictures // 4, 64), options.workers)
    print(f"drawing at {SIZE} px, {options.workers} processes, {options.pictures} pictures")
    print(f"  eep (Pillow)        {ours:6.0f} pictures/s")
    print(f"  SVG through resvg   {other:6.0f} pictures/s")
    print(f"  ratio               {ours / other:6.2f}")


if __name__ == "__main__":
    main()
