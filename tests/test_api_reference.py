"""The page on the Python API is made of the docstrings, and has every public name."""

import eep
from tools.api_reference import GROUPS, PAGE, render


def test_the_page_is_current() -> None:
    """docs/api.md is what the docstrings make of it; ``python -m tools.api_reference`` writes it anew."""
    assert PAGE.read_text(encoding="utf-8") == render()


def test_every_public_name_is_in_one_group() -> None:
    """The groups hold each name of ``eep.__all__`` once."""
    grouped = [name for _, _, names in GROUPS for name in names]
    assert sorted(grouped) == sorted(eep.__all__)
