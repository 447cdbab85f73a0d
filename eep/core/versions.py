"""What results depend on besides settings and answers: eep's own code, the libraries it stands on, the processor."""

import ast
import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from eep.core.paths import PACKAGE

__version__ = "0.1.0"
LIBRARIES = ("altair", "gymnasium", "numpy", "onnxruntime", "pillow", "polars", "scipy")


@cache
def code_sha256(*modules: str, package: Path = PACKAGE) -> str:
    """Return the SHA-256 (hex) over the code of modules and of every module of eep's that they import.

    Imports within functions count, and so do modules that a text names, as registries do. Docstrings and comments do
    not count: results are made again by other code, not by other words about it. Templates belong to their package.

    Raises ModuleNotFoundError if there is no such module.

    ``modules``: full names, such as ``eep.pipeline.compute``.
    ``package``: the folder of eep.
    """
    digest = hashlib.sha256()
    for name, path in sorted(_reached(modules, package).items()):
        digest.update(name.encode() + b"\0" + _parsed(path.read_bytes())[0])
        for file in sorted(path.parent.glob("template/*")):
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _reached(modules: tuple[str, ...], package: Path) -> dict[str, Path]:
    """Return the sources of modules and of all that they import, however indirectly, by name."""
    found: dict[str, Path] = {}
    waiting = [*modules]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        if (path := _file(name, package)) is None:
            raise ModuleNotFoundError(f"expected a module below {package}; found {name!r}")
        found[name] = path
        names = (*_parsed(path.read_bytes())[1], name.rpartition(".")[0])
        waiting += [each for each in names if _file(each, package) is not None]
    return found


@cache
def _parsed(source: bytes) -> tuple[bytes, frozenset[str]]:
    """Return the digest of a source without docstrings and comments, and the names of what it may import."""
    parts: list[str] = []
    named: set[str] = set()
    _take_in(ast.parse(source), parts, named)
    return hashlib.sha256("\0".join(parts).encode()).digest(), frozenset(named)


@cache
def _file(module: str, package: Path) -> Path | None:
    """Return the source of one of eep's modules, or None; eep itself only hands names on, and is none of them."""
    root, *steps = module.split(".")
    if root != package.name or not steps or not all(step.isidentifier() for step in steps):
        return None
    path = package.joinpath(*steps)
    files = (path.with_suffix(".py"), path / "__init__.py")
    return next((file for file in files if file.is_file()), None)


def _take_in(node: ast.AST, parts: list[str], named: set[str]) -> None:
    """Add what a tree says besides docstrings, and what may be the full names of the modules that it imports."""
    skip = 0
    match node:
        case ast.Import(names=names):
            named.update(each.name for each in names)
        case ast.ImportFrom(module=str(module), names=names, level=0):
            named.update((module, *(f"{module}.{each.name}" for each in names)))
        case ast.ImportFrom():
            raise ValueError("expected imports by full names only; found a relative one")
        case ast.Constant(value=str(text)):
            named.add(text.partition(":")[0])
        case ast.Module() | ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
            skip = int(ast.get_docstring(node, clean=False) is not None)
    parts.append(type(node).__name__)
    for field in node._fields:
        value = getattr(node, field, None)
        several = value[skip if field == "body" else 0 :] if isinstance(value, list) else [value]
        parts.append(str(len(several)))
        for each in several:
            if isinstance(each, ast.expr_context):  # its place says it
                continue
            if isinstance(each, ast.AST):
                _take_in(each, parts, named)
            else:
                parts.append(repr(each))


def versions() -> dict[str, str]:
    """Return name to version of eep's libraries that can change a result."""
    return {name: version(name) for name in LIBRARIES} | {"xgboost": _xgboost()}


def _xgboost() -> str:
    """Return the version of xgboost, which comes from one of two distributions."""
    try:
        return version("xgboost")
    except PackageNotFoundError:
        return version("xgboost-cpu")


def kernels() -> dict[str, str]:
    """Return which linear algebra and which of NumPy's loops this processor is given.

    They differ between kinds of processors, and with them the last digits of results. No fingerprint depends on them.
    """
    import numpy as np
    from threadpoolctl import threadpool_info

    # SciPy brings a library of its own, but only once it is imported: NumPy's is always there.
    found = [each for each in threadpool_info() if each["user_api"] == "blas"]
    found.sort(key=lambda each: "numpy" not in each["filepath"])
    algebra = np.show_config(mode="dicts")["Build Dependencies"]["blas"]["name"]
    for each in found[:1]:
        name = each["internal_api"].replace("openblas", "OpenBLAS")
        names = (name, each["version"], each.get("architecture"))
        algebra = " ".join(name for name in names if name)
    loops = np.lib.introspect.opt_func_info(func_name="^exp$", signature="float64")
    targets = [kernel["current"] for kinds in loops.values() for kernel in kinds.values()]
    return {"linear algebra": algebra, "NumPy dispatch": ", ".join(targets) or "baseline"}
