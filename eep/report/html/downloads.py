"""Files of a report that the HTML page carries or points to: tables for spreadsheets, the record for programs."""

import base64
import io
import zipfile
from collections.abc import Mapping
from typing import NamedTuple

from eep.report.findings import Findings
from eep.report.html.parts import Part

#: Files of up to so many bytes travel in the page itself; larger ones lie beside it, and in the archive.
SMALL = 40_000
#: A time that is the same for everybody: archives of the same files are the same.
_TIME = (1980, 1, 1, 0, 0, 0)


class File(NamedTuple):
    """A file: its path below the report's folder, its size in kB, where it is, and whether the page holds it."""

    path: str
    size: str
    address: str
    held: bool


def parts(findings: Findings, files: Mapping[str, bytes]) -> tuple[Part, ...]:
    """Return the list of files, the archive of all of them first; ``files`` is path to content."""
    name = f"{findings.experiment}-tables.zip"
    archive = _archive(files)
    whole = File(name, _size(archive), _data("application/zip", archive), held=True)
    return (Part("downloads", {"whole": whole, "files": [_file(path, files[path]) for path in files]}),)


def _file(path: str, content: bytes) -> File:
    held = len(content) <= SMALL
    kind = "application/json" if path.endswith(".json") else "text/csv;charset=utf-8"
    return File(path, _size(content), _data(kind, content) if held else path, held=held)


def _size(content: bytes) -> str:
    return f"{max(1, round(len(content) / 1000)):,} kB"


def _data(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _archive(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(zipfile.ZipInfo(path, _TIME), content, zipfile.ZIP_DEFLATED, 9)
    return packed.getvalue()
