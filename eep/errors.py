"""What the command line tells a person without a traceback."""


class UserError(Exception):
    """Bad input or usage: the text says what was expected, what was found, and the way out.

    The command line prints the text as it is and ends with `exit_code`; from Python it is an exception like any
    other.
    """

    exit_code = 2
