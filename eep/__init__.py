"""eep, Embodied Emulated Personas: whether a student inherits the persona that its teacher played."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eep.pipeline import Run, run

__all__ = ["Run", "__version__", "run"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: ``eep --help`` needs none of it."""
    if name in ("Run", "run"):
        from eep import pipeline

        return getattr(pipeline, name)
    raise AttributeError(f"module 'eep' has no attribute {name!r}")
