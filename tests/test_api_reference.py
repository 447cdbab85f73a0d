"""The page on the Python API is made of the docstrings, and the columns of tables in the docs are those of the schemas."""

import eep
from eep.data.run_tables import NAMES
from tools.api_reference import ARCHITECTURE, GROUPS, PAGE, TABLES, render, with_tables


def test_the_page_is_current() -> None:
    """docs/api.md is what the docstrings make of it; ``python -m tools.api_reference`` writes it anew."""
    assert PAGE.read_text(encoding="utf-8") == render()


def test_every_public_name_is_in_one_group() -> None:
    """The groups hold each name of ``eep.__all__`` once."""
    grouped = [name for _, _, names in GROUPS for name in names]
    assert sorted(grouped) == sorted(eep.__all__)


def test_the_tables_are_current() -> None:
    """docs/architecture.md names the columns of every table of a run as they are."""
    page = ARCHITECTURE.read_text(encoding="utf-8")
    assert with_tables(page) == page
    assert "| estimates | estimate | `experiment`, `task`, " in page
    assert {*TABLES} == {*NAMES}
