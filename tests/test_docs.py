"""The pages in docs/ say what the committed reports and the code say, and lead somewhere."""

import inspect
import re
from pathlib import Path
from pydoc import locate

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


def test_the_index_has_every_page() -> None:
    """docs/README.md has one line per page."""
    index = (PAGE.parent / "README.md").read_text("utf-8")
    listed = re.findall(r"^- \[(\S+)\]\(\1\): .+\.$", index, re.MULTILINE)
    assert sorted([*listed, "README.md"]) == sorted(page.name for page in PAGE.parent.glob("*.md"))


def test_contributors_find_what_is_named() -> None:
    """Relative links of CONTRIBUTING.md point at files that are there."""
    links = re.findall(r"\]\(([^)#:]+)", (ROOT / "CONTRIBUTING.md").read_text("utf-8"))
    assert links
    assert [target for target in links if not (ROOT / target).exists()] == []


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/statistics.md"])
def test_paths_in_code_exist(page: str) -> None:
    """Every path of the repository that a page names as code is there."""
    text = (ROOT / page).read_text("utf-8")
    named = re.findall(r"`((?:eep|tests|tools|docs|experiments|personas|benchmarks)/[\w./-]*)`", text)
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_glossary_is_short_and_has_sources() -> None:
    """The glossary has at most 25 terms, each with one source that names its year."""
    text = (PAGE.parent / "glossary.md").read_text("utf-8")
    entries = re.split(r"^### ", text, flags=re.MULTILINE)[1:]
    assert len(entries) <= 25
    for entry in entries:
        assert re.findall(r"^Source: .*\((?:19|20)\d\d\).*\S$", entry, re.MULTILINE), entry
        assert entry.count("Source: ") == 1


def is_there(name: str) -> bool:
    """Tell whether a dotted name is a module, or something in one; a field of a class has no value of its own."""
    within, _, last = name.rpartition(".")
    owner = locate(within)
    return locate(name) is not None or (isinstance(owner, type) and last in inspect.get_annotations(owner))


def test_dotted_names_in_docs_and_docstrings_exist() -> None:
    """Every `eep.module.name` that a page or a docstring refers to is there."""
    pages = [*PAGE.parent.glob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    sources = [*pages, *(ROOT / "eep").rglob("*.py")]
    named = {name for path in sources for name in re.findall(r"`(eep(?:\.\w+)+)`", path.read_text("utf-8"))}
    assert named
    assert sorted(name for name in named if not is_there(name)) == []
