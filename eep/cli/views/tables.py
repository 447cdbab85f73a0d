"""Tables and folded text for terminals of any width, in plain characters."""

from collections.abc import Sequence
from io import StringIO
from shutil import get_terminal_size
from textwrap import fill

from eep.core.text import visible

#: Below this width, columns stand one below another.
NARROW = 60
#: Least and greatest width of what is printed.
WIDTHS = (20, 120)

Row = Sequence[str]


def width() -> int:
    """Return the width to print in: the terminal's, within limits."""
    return max(WIDTHS[0], min(WIDTHS[1], get_terminal_size().columns))


def folded(sentence: str, indent: str = "") -> str:
    """Return a sentence folded to the terminal."""
    return fill(visible(sentence), min(width(), 96), initial_indent=indent, subsequent_indent=indent)


def table(head: Row, rows: Sequence[Row], *, numbers: bool = False, spaced: bool = False) -> str:
    """Return a table, the first column naming the row; on a narrow terminal, every cell on lines of its own.

    ``numbers`` aligns all other columns to the right; ``spaced`` keeps rows apart, for long texts.
    """
    shown = [[visible(cell) for cell in row] for row in rows]
    if width() < NARROW:
        return _stacked(list(head), shown)
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="none")
    for place, name in enumerate(head):
        right = numbers and place > 0
        # Texts share what room is left; names of rows are not broken.
        grid.add_column(Text(visible(name)), justify="right" if right else "left", no_wrap=place == 0, ratio=None)
    for place, row in enumerate(shown):
        if spaced and place:
            grid.add_row()
        grid.add_row(*(Text(cell) for cell in row))
    out = StringIO()
    Console(file=out, width=width(), color_system=None, highlight=False, legacy_windows=False).print(grid)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


def _stacked(head: list[str], rows: Sequence[Row]) -> str:
    lines: list[str] = []
    for row in rows:
        lines.append(row[0])
        lines += [folded(f"{name}: {cell}", "  ") for name, cell in zip(head[1:], row[1:], strict=True)]
    return "\n".join(lines)
