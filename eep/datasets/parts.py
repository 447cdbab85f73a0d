"""What a folder of a dataset consists of, for those who describe it."""

from dataclasses import dataclass

from eep.datasets.tables import Table


@dataclass(frozen=True)
class PartFile:
    """A file of rows: which part of which table, its path in the folder, its SHA-256 (hex) and its size in bytes."""

    table: Table
    part: str
    path: str
    sha256: str
    size: int


@dataclass(frozen=True)
class PictureFolder:
    """Pictures of one task, with a ``metadata.jsonl`` that says what each shows."""

    task: str
    title: str
    path: str
    metadata_sha256: str
    metadata_size: int
    count: int
