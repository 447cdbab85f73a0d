"""Writing a report: everything is made in memory first, then laid down as one."""

import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

import polars as pl

from eep.report import ceiling, gallery, profiles, tables
from eep.report.figure import Figure, png, svg
from eep.report.findings import Findings
from eep.report.html.page import index
from eep.report.numbers import rounded_frame
from eep.report.record import encode, record
from eep.report.sections import figures, page

#: What a report's folder holds; everything else in it is somebody else's and stays.
OWNED = ("charts", "gallery", "tables", "index.html", "report.json", "report.md")


def write(findings: Findings, folder: Path) -> dict[str, dict[str, Any]]:
    """Write index.html, report.md, report.json, charts/, gallery/ and tables/ into ``folder``, replacing an earlier report there.

    The same findings give the same bytes. A report that cannot be made leaves the earlier one untouched. Returns the charts
    as Vega-Lite, by name.

    Raises
    ------
    ValueError
        If two animations, or an animation and a chart, would have the same file name.
    OSError
        If the folder cannot be written.
    """
    drawn = figures(findings)
    files = render(findings, drawn)
    folder.mkdir(parents=True, exist_ok=True)
    # In the same folder's parent, hence on the same file system: the moves below are renames.
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as staging:
        fresh, stale = Path(staging, "fresh"), Path(staging, "stale")
        stale.mkdir()
        for name, content in files.items():
            path = fresh / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        for name in OWNED:
            _swap(fresh / name, folder / name, stale / name)
    return {figure.name: figure.spec for figure in drawn}


def _swap(fresh: Path, place: Path, stale: Path) -> None:
    """Put ``fresh`` in its place; what was there goes to ``stale``, which is thrown away."""
    if place.is_dir() and not place.is_symlink():
        shutil.move(place, stale)
    if fresh.exists():
        fresh.replace(place)


def render(findings: Findings, drawn: tuple[Figure, ...]) -> dict[str, bytes]:
    """Return the report's files: path below its folder to content; ``drawn`` are its charts."""
    animations = _animations(findings, drawn)
    files = _charts(drawn)
    files |= {f"charts/{name}": text.encode() for name, text in animations.items()}
    files |= gallery.files(findings)
    files |= {f"tables/{name}.csv": _csv(frame) for name, frame in csv_tables(findings, drawn).items()}
    files["report.json"] = encode(record(findings))
    listed = sorted(name for name in files if name.startswith("tables/"))
    kept = {name: files[name] for name in [*listed, "report.json"]}
    files["index.html"] = index(findings, drawn, animations, kept).encode()
    files["report.md"] = page(findings, drawn, tuple(animations), tuple(listed)).encode()
    return dict(sorted(files.items()))


def _charts(drawn: tuple[Figure, ...]) -> dict[str, bytes]:
    drawings = {figure.name: svg(figure) for figure in drawn}
    vector = {f"charts/{name}.svg": text.encode() for name, text in drawings.items()}
    return vector | {f"charts/{name}.png": png(text) for name, text in drawings.items()}


def csv_tables(findings: Findings, drawn: tuple[Figure, ...]) -> dict[str, pl.DataFrame]:
    """Return the tables that go with a report: the numbers behind each chart, and those behind the text."""
    text = {
        # Profiles are most of the rows, and have a table of their own with the columns that they need.
        "estimates": findings.estimates.filter(pl.col("test") != "profile"),
        "profiles": profiles.every(findings),
        "verdicts": findings.verdicts,
        "effects": tables.effects(findings),
        "manipulation": tables.manipulation(findings),
        "returns": tables.returns(findings),
        "policies": tables.policies(findings),
        "exclusions": tables.exclusions(findings),
        "across-wordings": ceiling.crossed(findings),
        "gallery": gallery.judgements(findings),
    }
    behind = {figure.name: figure.data for figure in drawn}
    return behind | {name: frame for name, frame in text.items() if not frame.is_empty()}


def _csv(frame: pl.DataFrame) -> bytes:
    return rounded_frame(frame).write_csv().encode()


def _animations(findings: Findings, drawn: tuple[Figure, ...]) -> dict[str, str]:
    """Return file name to SVG text, names reduced to letters, digits, dots and hyphens."""
    # Compared in lower case: some file systems do not tell A from a.
    taken = {f"{figure.name}.svg".lower() for figure in drawn}
    files: dict[str, str] = {}
    for name, text in sorted(findings.animations.items()):
        file = re.sub(r"[^A-Za-z0-9.-]+", "-", name).strip(".-") + ".svg"
        if file.lower() in taken or file == ".svg":
            raise ValueError(f"expected a file name of its own for the animation {name!r}; {file!r} is taken")
        taken.add(file.lower())
        files[file] = text
    return files
