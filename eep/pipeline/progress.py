"""How far a stage has come, on stderr: drawn live on a terminal, a plain line now and then everywhere else."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from eep.pipeline.elicit.asking_state import AskingState

#: Tells that so many more are done.
Advance = Callable[[int], None]
#: Tells that a state has changed.
Changed = Callable[[], None]


class Progress:
    """Shows nothing: the default in Python. `Lines` and `Bars` show."""

    def say(self, line: str) -> None:
        """Tell what is going on."""

    @contextmanager
    def stage(self, what: str, total: int) -> Iterator[Advance]:
        """Begin a stage of ``total`` steps and return, as a context, the function that counts them."""
        del what, total
        yield lambda _: None

    @contextmanager
    def asking(self, state: AskingState) -> Iterator[Changed]:
        """Begin to ask, and return, as a context, the function that tells of changes of the state."""
        del state
        yield lambda: None
