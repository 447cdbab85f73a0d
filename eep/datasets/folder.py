"""The tables of a dataset as files: comma-separated, or as a folder that the Hub reads, with Croissant metadata."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl

from eep.core.files import new_folder
from eep.data.types import Illustration
from eep.datasets import card, croissant
from eep.datasets.about import About
from eep.datasets.parts import PartFile, PictureFolder
from eep.datasets.tables import Table

#: What the Hub calls the part of a table that has no parts.
WHOLE = "train"
LICENCE = "LICENSE.md"
CROISSANT = "croissant.json"


def write_csv(folder: Path, about: About, tables: Sequence[Table]) -> list[Path]:
    """Write a file for each table and a README.md into a new folder; return their paths."""
    with new_folder(folder) as made:
        for table in tables:
            table.frame.write_csv(made / f"{table.name}.csv")
        (made / "README.md").write_text(card.text(about, tables), encoding="utf-8")
    return sorted(folder.iterdir())


def write_hub(
    folder: Path, about: About, tables: Sequence[Table], pictures: Mapping[str, Mapping[str, Illustration]]
) -> list[Path]:
    """Write a new folder as the Hub has them; return the paths of its files.

    Every part of a table is a parquet file; README.md is the card, and croissant.json says the same to programs.
    ``pictures`` are task -> name -> picture; those of a task make an image folder. The same arguments give the same
    bytes.
    """
    with new_folder(folder) as made:
        files = [one for table in tables for one in _parquet(made, table)]
        titles = {table.name.removesuffix("-items"): table.about.partition(":")[0] for table in tables}
        shown = [_pictures(made, task, titles[task], some) for task, some in pictures.items() if some]
        (made / "README.md").write_text(card.for_hub(about, tables, files, shown), encoding="utf-8")
        (made / LICENCE).write_text(card.licence(about), encoding="utf-8")
        content = json.dumps(croissant.metadata(about, files, shown), indent=2, ensure_ascii=False)
        (made / CROISSANT).write_text(content + "\n", encoding="utf-8")
    return sorted(path for path in folder.rglob("*") if path.is_file())


def picture_file(task: str, name: str) -> str:
    """Return where a picture lies in the folder."""
    return f"images/{task}/{re.sub(r'[^A-Za-z0-9_-]+', '-', name)}.png"


def _parquet(folder: Path, table: Table) -> Iterator[PartFile]:
    """Write a table's parts; yield what they are."""
    parts = table.frame[table.part].unique().sort().to_list() if table.part else [WHOLE]
    (folder / "data" / table.name).mkdir(parents=True)
    for part in parts:
        path = f"data/{table.name}/{part}.parquet"
        rows = table.frame.filter(pl.col(table.part) == part) if table.part else table.frame
        rows.write_parquet(folder / path, compression="zstd", statistics=True)
        yield PartFile(table, part, path, *_sum(folder / path))


def _pictures(folder: Path, task: str, title: str, pictures: Mapping[str, Illustration]) -> PictureFolder:
    """Write an image folder."""
    lines = []
    for name, shown in sorted(pictures.items()):
        path = folder / picture_file(task, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(shown.png)
        row = {"file_name": path.name, "name": name, "text": shown.text, "sha256": _sum(path)[0]}
        lines.append(json.dumps(row, ensure_ascii=False))
    metadata = folder / "images" / task / "metadata.jsonl"
    metadata.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return PictureFolder(task, title, f"images/{task}", *_sum(metadata), len(lines))


def _sum(path: Path) -> tuple[str, int]:
    content = path.read_bytes()
    return hashlib.sha256(content).hexdigest(), len(content)
