"""What results depend on besides settings and answers: eep's own code and the libraries it stands on."""

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from eep.core.paths import PACKAGE

__version__ = "0.1.0"
LIBRARIES = ("altair", "gymnasium", "numpy", "onnxruntime", "pillow", "polars", "scikit-learn", "scipy")


@cache
def code_sha256(below: str = "") -> str:
    """Return the SHA-256 (hex) over every source file of eep, templates included, or of one of its folders.

    Results made by other code are made again.
    """
    digest = hashlib.sha256()
    root = PACKAGE / below
    for path in sorted([*root.rglob("*.py"), *root.rglob("template/*")]):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def versions() -> dict[str, str]:
    """Return name to version of eep's libraries that can change a result."""
    return {name: version(name) for name in LIBRARIES} | {"xgboost": _xgboost()}


def _xgboost() -> str:
    """Return the version of xgboost, which comes from one of two distributions."""
    try:
        return version("xgboost")
    except PackageNotFoundError:
        return version("xgboost-cpu")
