"""Tables of captions: a CSV file with a row for each picture."""

import csv
import io
from pathlib import Path

from eep.stimuli.captioned import CaptionedImage, Claim, Problem, checked
from eep.stimuli.rows import row_of

#: What the column of files may be called.
FILE_COLUMNS = ("file_name", "file", "image")


def read_captions_csv(table: Path) -> tuple[CaptionedImage, ...]:
    """Read a CSV file of pictures and captions, in its order; other pictures may lie beside it.

    The first row names the columns: ``file_name``, ``file`` or ``image`` (relative to the table's folder), and
    ``text`` or ``caption``; a column ``id`` names the pictures, all others are kept as attributes (text). The file
    is UTF-8, comma-separated, one row a picture.

    Raises
    ------
    StimulusProblemsError
        With everything that is wrong, see `eep.stimuli.imagefolder.read_imagefolder`.
    """
    problems: list[Problem] = []
    claims = csv_claims(table, problems)
    return checked(claims, table.parent, table, problems)


def csv_claims(table: Path, problems: list[Problem]) -> list[Claim]:
    """Return what the rows of a CSV file say; what is wrong with them is added to ``problems``."""
    try:
        text = table.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror or error if isinstance(error, OSError) else error
        problems.append(Problem(str(table), f"expected a CSV file in UTF-8; found: {why}"))
        return []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    claims: list[Claim] = []
    try:
        header = _header(next(reader, []), table, problems)
        for row in reader if header else ():
            if row:
                claims += _claim(header, row, f"{table}:{reader.line_num}", problems)
    except csv.Error as error:
        problems.append(Problem(f"{table}:{reader.line_num}", f"expected comma-separated values; {error}"))
    return claims


def _header(names: list[str], table: Path, problems: list[Problem]) -> list[str]:
    """Return the names of the columns, that of the files being ``file_name``; none if they cannot be used."""
    names = [name.strip() for name in names]
    files = [name for name in names if name in FILE_COLUMNS]
    if len(files) != 1 or len(set(names)) != len(names):
        problems.append(
            Problem(
                f"{table}:1",
                f"expected columns of different names, parted by commas, one of them {', '.join(FILE_COLUMNS[:-1])} or "
                f"{FILE_COLUMNS[-1]}; found {', '.join(map(repr, names)) or 'an empty file'}",
            )
        )
        return []
    return ["file_name" if name == files[0] else name for name in names]


def _claim(header: list[str], row: list[str], where: str, problems: list[Problem]) -> list[Claim]:
    """Return what one row says, in a list that is empty if it cannot be read."""
    if len(row) != len(header):
        problems.append(Problem(where, f"expected {len(header)} values; found {len(row)}"))
        return []
    claim = row_of(where, dict(zip(header, row, strict=True)), problems)
    return [] if claim is None else [claim]
