"""Errors that the command line prints without a traceback."""

from collections.abc import Sequence


class UserError(Exception):
    """Bad input or usage: the text says what was expected, what was found, and the way out.

    The command line prints the text as it is and ends with `exit_code`; from Python it is an exception like any
    other.
    """

    exit_code = 2


class UnfinishedError(UserError):
    """A run stopped with questions unanswered: the text says which, why, and the command that goes on."""

    exit_code = 3


class TomlError(UserError):
    """Files are not as they should be: ``lines`` has one line per problem, ``file:line:column: key: ...``."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))
