"""Text as an output can take it; see also tests/report/test_report_numbers.py."""

import pytest

from eep.plain_text import writable


@pytest.mark.parametrize(
    ("encoding", "written"),
    [
        (None, "“cute”: \N{MINUS SIGN}5 %"),
        ("utf-8", "“cute”: \N{MINUS SIGN}5 %"),
        ("cp1252", "“cute”: \\u22125 %"),
        ("ascii", "\\u201ccute\\u201d: \\u22125 %"),
    ],
)
def test_what_an_output_cannot_write_is_escaped(encoding: str | None, written: str) -> None:
    """A sentence with a true minus sign can be printed anywhere, escaped where the terminal does not know it."""
    assert writable("“cute”: \N{MINUS SIGN}5 %", encoding) == written
