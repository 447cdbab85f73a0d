"""The pages in docs/ say what the committed reports say."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "first-matrix.md"
REPORT = ROOT / "reports" / "examples" / "quickstart" / "report.md"


def copied() -> list[str]:
    """Return the blocks that the page copies from the report."""
    return re.findall(
        r"^<!-- from the report -->\n(.*?)\n<!-- end -->$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )


@pytest.mark.parametrize("block", copied(), ids=lambda block: block[:40])
def test_copied_blocks_are_the_reports(block: str) -> None:
    """Every line copied from the quickstart's report stands in it; if not, copy the block anew from report.md."""
    lines = REPORT.read_text("utf-8").splitlines()
    assert [line for line in block.splitlines() if line and line not in lines] == []


def test_the_sensitivity_table_is_there() -> None:
    """The page copies at least the sensitivity analysis and the returns over cells."""
    blocks = "\n".join(copied())
    assert "the verdict survives" in blocks
    assert "without Leo, five years old" in blocks
    assert "Minus permuted labels" in blocks


def test_links_lead_somewhere() -> None:
    """Relative links of the pages in docs/ point at files that are there."""
    for page in PAGE.parent.glob("*.md"):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_readme_leads_to_every_page() -> None:
    """No page of docs/ is left for readers to find by themselves."""
    readme = (PAGE.parent.parent / "README.md").read_text("utf-8")
    assert [page.name for page in PAGE.parent.glob("*.md") if f"](docs/{page.name})" not in readme] == []
