"""The state as a matrix: personas by tasks and wordings, drawn anew while one asks, as wide as the terminal allows.

Everything that is shown goes through `eep.core.text.one_line` and no markup is read, so that no text from elsewhere
can control the terminal. Where there is no room for every wording, a task's wordings are taken together; where there
is none for every task, all are.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from typing import TYPE_CHECKING, TextIO

from eep.core.text import one_line
from eep.data.types import Status
from eep.pipeline.elicit.asking_state import AskingState, CellProgress, Tally, Throughput

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.table import Table
    from rich.text import Text

#: How a matrix is headed, from the widest to the narrowest: a cell belongs to the column with its heading.
_HEADINGS: tuple[Callable[[CellProgress], str], ...] = (
    lambda place: f"{one_line(place.task)}\n{one_line(place.wording)}",
    lambda place: f"{one_line(place.task, 8)}\n{one_line(place.wording, 8)}",
    lambda place: one_line(place.task),
    lambda _: "all",
)
#: What cells mark beside their numbers, with what it means and how it is coloured; colour never stands alone.
_MARKS = {
    Status.REFUSED: ("r", "refused", "yellow"),
    Status.UNPARSABLE: ("u", "unparsable", "yellow"),
    Status.FAILED: ("f", "failed", "red"),
}
_OPEN = ("o", "left open", "red")
#: Lines of a terminal that are left for other things than rows.
_AROUND = 9


def cells(state: AskingState) -> str:
    """Return the matrix as plain lines."""
    console = _console(StringIO())
    with console.capture() as captured:
        for part in _parts(state, console, rows=None):
            console.print(part)
    return "\n".join(line.rstrip() for line in captured.get().splitlines())


@contextmanager
def drawn(state: AskingState, stream: TextIO) -> Iterator[None]:
    """Draw the state and its facts until the context ends; then they stay as they are, in full."""
    from rich.live import Live

    console = _console(stream)
    view = _View(state)
    with Live(view, console=console, refresh_per_second=4, redirect_stdout=False, redirect_stderr=False):
        try:
            yield
        finally:
            view.closed = True


class _View:
    """What is drawn; made anew for every frame."""

    def __init__(self, state: AskingState) -> None:
        self.closed = False
        self._state = state
        self._pace = Throughput()

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> "RenderResult":
        from rich.text import Text

        yield from _parts(self._state, console, rows=None if self.closed else options.size.height - _AROUND)
        lines = self._state.closing(self._pace) if self.closed else self._state.facts(self._pace)
        yield Text("\n".join(lines))


def _parts(state: AskingState, console: "Console", rows: int | None) -> "Iterator[Table | Text]":
    """Yield the matrix and what its marks mean, if it has any."""
    from rich.text import Text

    now = dict(state.cells)  # asking may add to it meanwhile
    tables = (_matrix(now, heading, rows) for heading in _HEADINGS)
    room = console.options.update(width=10_000)
    fitting = (table for table in tables if console.measure(table, options=room).maximum <= console.width)
    yield next(fitting, _matrix(now, _HEADINGS[-1], rows))
    marks = [(sign, word) for status, (sign, word, _) in _MARKS.items() if any(t.ended[status] for t in now.values())]
    marks += [_OPEN[:2]] if any(tally.unanswered for tally in now.values()) else []
    if marks:
        yield Text(", ".join(f"{sign} {word}" for sign, word in marks), style="dim")


def _matrix(state: dict[CellProgress, Tally], heading: Callable[[CellProgress], str], rows: int | None) -> "Table":
    """Return personas by headings; if there are more than ``rows``, those which still have questions come first."""
    from rich.table import Table
    from rich.text import Text

    columns = list(dict.fromkeys(heading(place) for place in state))
    personas: dict[str, dict[str, Tally]] = {}
    for place, tally in state.items():
        row = personas.setdefault(place.persona, {})
        row.setdefault(heading(place), Tally()).add(tally)
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column("", overflow="ellipsis", no_wrap=True)
    for column in columns:
        table.add_column(Text(column), justify="right", no_wrap=True)
    shown = list(personas) if rows is None or len(personas) <= rows else _unfinished(personas)[: max(1, rows)]
    for persona in shown:
        row = personas[persona]
        table.add_row(Text(one_line(persona)), *(_cell(row.get(column, Tally())) for column in columns))
    if len(shown) < len(personas):
        table.add_row(Text(f"and {len(personas) - len(shown)} more"))
    return table


def _unfinished(personas: dict[str, dict[str, Tally]]) -> list[str]:
    """Return personas, those with open questions first."""

    def finished(persona: str) -> bool:
        return all(tally.answered >= tally.total for tally in personas[persona].values())

    return sorted(personas, key=finished)


def _cell(tally: Tally) -> "Text":
    """Return how many questions are answered of how many, and marks for those whose answers are none."""
    from rich.text import Text

    if not tally.total:
        return Text("")
    text = Text(f"{tally.answered:,}/{tally.total:,}", style="green" if tally.answered >= tally.total else "")
    for status, (sign, _, colour) in _MARKS.items():
        if number := tally.ended[status]:
            text.append(f" {number:,}{sign}", style=colour)
    if tally.unanswered:
        text.append(f" {tally.unanswered:,}{_OPEN[0]}", style=_OPEN[2])
    return text


def _console(stream: TextIO) -> "Console":
    from rich.console import Console

    return Console(file=stream, markup=False, emoji=False, highlight=False)
