"""eep, Embodied Emulated Personas: whether a student inherits the persona that its teacher played."""

__version__ = "0.1.0"
