"""Who may import whom: the layout of eep, read from the imports themselves."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent / "eep"
STAGES = {"elicit", "tidy", "imitate", "play", "analyse"}
PACKAGES = {"tasks", "teachers", "students", "stats", "report"}
#: Heavy packages and the only places that may import them, always inside a function.
HOMES = {
    "anthropic": ("teachers",),
    "openai": ("teachers",),
    "xgboost": ("students",),
    "sklearn": ("students", "features/training"),
    "statsmodels": ("stats",),
    "scipy": ("stats",),
    "altair": ("report",),
    "vl_convert": ("report",),
    "jinja2": ("report",),
    "gymnasium": ("tasks/cartpole", "play"),
    "onnxruntime": ("features",),
    "torch": ("features/training",),
}
#: Classes of torch are there to be inherited from: its home, which nothing else imports, may import it at the top.
AT_THE_TOP = {("torch", "features/training")}
#: report reads the names of the columns that stats writes, and nothing else of it.
ALLOWED = {("report", "eep.stats.estimates"), ("report", "eep.stats")}


def modules() -> list[Path]:
    """Return every module of eep."""
    return sorted(ROOT.rglob("*.py"))


def name_of(path: Path) -> str:
    """Return the dotted name of a module."""
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(tree: ast.AST) -> Iterator[str]:
    """Yield the dotted name of everything a tree imports; relative imports are not used in eep."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "eep imports by full name"
            assert node.module is not None
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def parsed(path: Path) -> ast.Module:
    """Return the syntax tree of a module."""
    return ast.parse(path.read_text(encoding="utf-8"))


def top(dotted: str) -> str:
    """Return the part below ``eep``: ``eep.stats.slope`` -> ``stats``."""
    return dotted.split(".")[1] if dotted.startswith("eep.") else ""


def known(dotted: str) -> bool:
    """Tell whether a dotted name is a module of eep (and not a name inside one)."""
    path = ROOT.parent.joinpath(*dotted.split("."))
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_packages_stay_apart(path: Path) -> None:
    """Tasks, teachers, students, stats and report never import one another; stages never import stages."""
    here = top(name_of(path) + ".")
    for found in filter(known, imports(parsed(path))):
        there = top(found)
        if {here, there} <= PACKAGES and here != there:
            assert (here, found) in ALLOWED, f"{name_of(path)} imports {found}"
        if {here, there} <= STAGES:
            assert here == there, f"{name_of(path)} imports {found}"


@pytest.mark.parametrize("path", sorted((ROOT / "stats").rglob("*.py")), ids=name_of)
def test_stats_knows_only_the_tables(path: Path) -> None:
    """Stats imports the responses and returns tables, how numbers are written, and itself, nothing else of eep."""
    for found in filter(known, imports(parsed(path))):
        assert found == "eep" or top(found) in {"responses", "returns", "numerals", "stats"}, (
            f"{name_of(path)} imports {found}"
        )


@pytest.mark.parametrize("path", sorted((ROOT / "authoring").rglob("*.py")), ids=name_of)
def test_authoring_asks_nobody(path: Path) -> None:
    """Writing personas needs tasks and prompts, but no stage, teacher, student or report, and one number of stats."""
    for found in filter(known, imports(parsed(path))):
        assert top(found) not in {*STAGES, "teachers", "students", "report"}, (
            f"{name_of(path)} imports {found}"
        )
        assert top(found) != "stats" or found in {"eep.stats", "eep.stats.agreement_pairs"}, (
            f"{name_of(path)} imports {found}"
        )


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_heavy_packages_have_one_home(path: Path) -> None:
    """Each heavy package is imported in its home only, and only inside the function that uses it."""
    tree = parsed(path)
    place = path.relative_to(ROOT).with_suffix("").as_posix()
    for found in imports(tree):
        package = found.split(".")[0]
        if package in HOMES:
            assert place.startswith(HOMES[package]), f"{name_of(path)} imports {found}"
    late = set(HOMES) - {package for package, home in AT_THE_TOP if place.startswith(home)}
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            assert not {found.split(".")[0] for found in imports(node)} & late, (
                f"{name_of(path)}: {node.lineno}"
            )


def test_no_circles() -> None:
    """No module of eep imports itself by way of others."""
    graph = {name_of(p): {f for f in imports(parsed(p)) if known(f)} - {name_of(p)} for p in modules()}
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join((*trail, name))
        if name not in done:
            for below in sorted(graph.get(name, ())):
                # A package's own __init__ is loaded before its modules; that is not a circle.
                if not name.startswith(below + "."):
                    visit(below, (*trail, name))
            done.add(name)

    for name in sorted(graph):
        visit(name, ())


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_files_stay_short(path: Path) -> None:
    """No file of eep has more than 250 lines."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 250


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_tasks_and_personas_are_data(path: Path) -> None:
    """Nothing outside a task branches on a task's name, and nothing branches on a persona's name or arm."""
    names = {"cartpole", "cute", "neutral", "placebo"}
    if "tasks" in path.parts:
        names -= {"cartpole", "cute"}
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.If | ast.IfExp | ast.While):
            literals = {n.value for n in ast.walk(node.test) if isinstance(n, ast.Constant)}
            assert not literals & names, f"{name_of(path)}:{node.lineno} branches on {literals & names}"


def test_forbidden_files_do_not_exist() -> None:
    """Every idea has a home with a name: there are no utils, helpers or services."""
    stems = {path.stem for path in modules()} | {path.parent.name for path in modules()}
    assert not stems & {"utils", "helpers", "services", "util", "helper", "common", "misc"}
