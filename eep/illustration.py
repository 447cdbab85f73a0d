"""What a reader of a report is shown of an item."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Illustration:
    """An item to look at.

    Attributes
    ----------
    text
        What the teacher read.
    png
        The picture that the student saw, as the bytes of a PNG file.
    """

    text: str
    png: bytes
