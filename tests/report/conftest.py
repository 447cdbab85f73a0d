"""The page of complete findings, made once."""

import pytest
from html_pages import Page, page, pictured


@pytest.fixture(scope="session")
def text() -> str:
    """Return the page of complete findings."""
    return page(pictured())


@pytest.fixture(scope="session")
def whole(text: str) -> Page:
    """Return the same page, taken apart."""
    return Page(text)
