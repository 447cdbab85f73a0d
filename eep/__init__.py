"""eep, Embodied Emulated Personas: whether a student inherits the persona that its teacher played."""

from typing import TYPE_CHECKING, Any

from eep.core.versions import __version__

if TYPE_CHECKING:
    from eep.pipeline.run import Run, run

__all__ = ["Run", "__version__", "run"]


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: ``eep --help`` needs none of it."""
    if name in ("Run", "run"):
        from eep.pipeline import run as pipeline

        return getattr(pipeline, name)
    raise AttributeError(f"module 'eep' has no attribute {name!r}")
