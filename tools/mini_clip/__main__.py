"""``python -m tools.mini_clip OUT``: draw, train, export, measure, write the card."""

import time
from pathlib import Path

import click

from tools.mini_clip.card import record, write
from tools.mini_clip.gates import gate_animals, measure
from tools.mini_clip.pictures import draw_pairs, number, training_animals
from tools.mini_clip.settings import Settings


@click.command()
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of weights and batches.")
@click.option(
    "--epochs", type=click.IntRange(1), default=Settings.epochs, show_default=True, help="Passes over the pictures."
)
@click.option("--workers", type=click.IntRange(1), default=2, show_default=True, help="Processes and threads.")
def main(out: Path, seed: int, epochs: int, workers: int) -> None:
    """Train mini-CLIP from nothing and write its towers, vocabulary, metrics and card into OUT."""
    from tools.mini_clip.export import export
    from tools.mini_clip.towers import train

    settings = Settings(seed=seed, epochs=epochs)
    out.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    click.echo(f"drawing {settings.pictures:,} pictures")
    pairs = draw_pairs(list(training_animals(settings)), settings.side, workers)
    encoded = number(pairs.captions)
    drawn, used = time.perf_counter(), time.process_time()
    click.echo(f"drawn and said in {drawn - start:.0f} s; training")
    towers = train(pairs, encoded, settings, click.echo, workers)
    seconds = {
        "drawing": round(drawn - start),
        "drawing_cpu": round(pairs.seconds),
        "training": round(time.perf_counter() - drawn),
        "training_cpu": round(time.process_time() - used),
    }
    export(towers, encoded, settings, out)
    content = record(settings, seconds, measure(out, gate_animals()), out)
    write(content, out)
    missed = content["measured"]["missed"]
    click.echo("\n".join(missed) if missed else "every gate was reached")


if __name__ == "__main__":
    main()
