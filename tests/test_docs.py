"""The pages in docs/ say what the committed reports, the docstrings and the code say, and lead somewhere."""

import inspect
import re
from pathlib import Path
from pydoc import locate

import pytest

import eep
from eep.data.run_tables import NAMES
from tools.api_reference import ARCHITECTURE, GROUPS, PAGE, TABLES, render, with_tables

ROOT = Path(__file__).resolve().parent.parent
DOCS = sorted((ROOT / "docs").glob("*.md"))
REPORT = ROOT / "reports" / "examples" / "quickstart" / "report.md"


def copied() -> list[str]:
    """Return the blocks that the README and the page on the first matrix copy from the report."""
    return re.findall(
        r"^<!-- from the report -->\n(.*?)\n<!-- end -->$",
        "".join((ROOT / page).read_text("utf-8") for page in ("README.md", "docs/first-matrix.md")),
        re.MULTILINE | re.DOTALL,
    )


@pytest.mark.parametrize("block", copied(), ids=lambda block: block[:40])
def test_copied_blocks_are_the_reports(block: str) -> None:
    """Every line copied from the quickstart's report stands in it; if not, copy the block anew from report.md."""
    lines = REPORT.read_text("utf-8").splitlines()
    assert [line for line in block.splitlines() if line and line not in lines] == []


def test_no_page_is_left_to_be_found() -> None:
    """The README leads to every page of docs/, and docs/README.md has one line per page."""
    readme, index = ((folder / "README.md").read_text("utf-8") for folder in (ROOT, ROOT / "docs"))
    assert [page.name for page in DOCS if f"](docs/{page.name})" not in readme] == []
    listed = re.findall(r"^- \[(\S+)\]\(\1\): .+\.$", index, re.MULTILINE)
    assert sorted([*listed, "README.md"]) == sorted(page.name for page in DOCS)


@pytest.mark.parametrize("page", [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS], ids=lambda page: page.name)
def test_what_is_named_exists(page: Path) -> None:
    """Relative links and pictures of a page, and paths of the repository that it names as code, are there."""
    text = page.read_text("utf-8")
    links = [page.parent / target for target in re.findall(r"\]\(([^)#:]+)\)", text)]
    rooms = "eep|tests|tools|docs|experiments|personas|benchmarks"
    named = [ROOT / path for path in re.findall(rf"`((?:{rooms})/[\w./-]*)`", text) if page.name != "extending.md"]
    assert [path for path in (*links, *named) if not path.exists()] == []


def test_the_glossary_is_short_and_has_sources() -> None:
    """The glossary has at most 25 terms, each with one source that names its year."""
    text = (ROOT / "docs" / "glossary.md").read_text("utf-8")
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
    sources = [*DOCS, ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "eep").rglob("*.py")]
    named = {name for path in sources for name in re.findall(r"`(eep(?:\.\w+)+)`", path.read_text("utf-8"))}
    assert named
    assert sorted(name for name in named if not is_there(name)) == []


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
