"""The layout of eep: what `lint-imports` checks, that it checks it, and what its contracts cannot say."""

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "eep"
MODULES = sorted(PACKAGE.rglob("*.py"))
#: Heavy packages and the only places that may import them, always inside a function.
HOMES: dict[str, str | tuple[str, ...]] = {
    "anthropic": "teachers",
    "openai": "teachers",
    "xgboost": "students",
    "sklearn": "nowhere",
    "statsmodels": "stats",
    "scipy": "stats",
    "altair": "report",
    "vl_convert": "report",
    "jinja2": "report",
    "gymnasium": ("tasks", "embodiment", "datasets"),
    "minari": "datasets",
    "h5py": "datasets",
    "mlcroissant": "nowhere",
    "onnxruntime": ("stimuli/encoders", "embodiment/graphs.py"),
    "onnx": "embodiment/graphs.py",
}
#: Derive from classes of Gymnasium, so that they import it at their top.
ENVIRONMENTS = ("tasks/cartpole/environment.py", "tasks/encounter/environment.py")


def imports(tree: ast.AST) -> Iterator[str]:
    """Yield the dotted name of everything a tree imports; relative imports are not used in eep."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "eep imports by full name"
            assert node.module is not None
            yield node.module


@cache
def parsed(path: Path) -> ast.Module:
    """Return the syntax tree of a module."""
    return ast.parse(path.read_text(encoding="utf-8"))


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the contracts of a tree."""
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run([program, "--no-cache", "--no-logo"], cwd=folder, capture_output=True, text=True, check=False)


def test_the_contracts_hold_and_a_planted_violation_breaks_them(tmp_path: Path) -> None:
    """An import that leads up, and one between rooms of one floor, are found and named."""
    assert lint(ROOT).returncode == 0
    ignored = shutil.ignore_patterns("__pycache__", "resources")
    for name in ("eep", "tools"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for place, planted in (("data/agent.py", "eep.pipeline.plan"), ("stats/panel.py", "eep.teachers.base")):
        path = tmp_path / "eep" / place
        before = path.read_text(encoding="utf-8")
        path.write_text(f"{before}\nimport {planted}\n", encoding="utf-8")
        broken = lint(tmp_path)
        assert broken.returncode == 1
        assert f"-> {planted} (l." in broken.stdout
        path.write_text(before, encoding="utf-8")


def test_the_root_has_sixteen_entries() -> None:
    """Every module has its room; the root of the package holds the rooms and the door."""
    entries = {p.name for p in PACKAGE.iterdir() if p.name not in ("__pycache__", "py.typed")}
    rooms = {
        "core",
        "data",
        "datasets",
        "stimuli",
        "students",
        "stats",
        "teachers",
        "tasks",
        "embodiment",
        "config",
        "report",
    }
    assert entries == {*rooms, "pipeline", "cli", "resources", "__init__.py", "__main__.py"}


def test_heavy_packages_have_one_home() -> None:
    """Each heavy package is imported in its home only, and only inside the function that uses it."""
    for path in MODULES:
        tree, place = parsed(path), path.relative_to(PACKAGE).as_posix()
        heavy = {found.split(".")[0] for found in imports(tree)} & set(HOMES)
        assert all(place.startswith(HOMES[package]) for package in heavy), (place, heavy)
        at_the_top = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        found = {name.split(".")[0] for node in at_the_top for name in imports(node)} & set(HOMES)
        assert found == ({"gymnasium"} if place in ENVIRONMENTS else set()), place


def test_environments_are_imported_by_gymnasium_alone() -> None:
    """No module of eep imports what derives from Gymnasium's classes, so that nothing waits for Gymnasium."""
    for name in ("eep." + place.removesuffix(".py").replace("/", ".") for place in ENVIRONMENTS):
        room, _, module = name.rpartition(".")
        for path in MODULES:
            for node in ast.walk(parsed(path)):
                if isinstance(node, ast.ImportFrom | ast.Import):
                    assert name not in imports(node), path
                    whole = isinstance(node, ast.ImportFrom) and node.module == room
                    assert not whole or module not in {alias.name for alias in node.names}, path


def test_no_circles() -> None:
    """No module of eep imports itself by way of others."""
    names = {".".join(p.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): p for p in MODULES}
    graph = {
        name: {
            full
            for node in ast.walk(parsed(path))
            if isinstance(node, ast.ImportFrom)
            for full in (node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names))
            if full in names and full != name
        }
        for name, path in names.items()
    }
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join((*trail, name))
        if name not in done:
            for below in sorted(graph[name]):
                # A package's own __init__ is loaded before its modules; that is not a circle.
                if not name.startswith(below + "."):
                    visit(below, (*trail, name))
            done.add(name)

    for name in sorted(graph):
        visit(name, ())


def test_files_stay_short() -> None:
    """No file of eep has more than 250 lines."""
    assert {p.name for p in MODULES if len(p.read_text(encoding="utf-8").splitlines()) > 250} == set()


def test_tasks_and_personas_are_data() -> None:
    """Nothing outside a task branches on a task's name, and nothing branches on a persona's name or arm."""
    for path in MODULES:
        names = {"neutral", "placebo"} | (set() if "tasks" in path.parts else {"cartpole", "cute", "encounter"})
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.If | ast.IfExp | ast.While):
                literals = {n.value for n in ast.walk(node.test) if isinstance(n, ast.Constant)}
                assert not literals & names, f"{path}:{node.lineno} branches on {literals & names}"


def test_names_are_standard() -> None:
    """Every idea has a home with a name: no utils, helpers or services, and no function named told."""
    stems = {path.stem for path in MODULES} | {path.parent.name for path in MODULES}
    assert not stems & {"utils", "helpers", "services", "util", "helper", "common", "misc"}
    functions = {n.name for p in MODULES for n in ast.walk(parsed(p)) if isinstance(n, ast.FunctionDef)}
    assert not functions & {"told", "_told"}
