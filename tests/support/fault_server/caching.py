"""Prompt caches, as far as they show in the count of tokens."""


class Cache:
    """Which system texts were sent before; ``minimum`` is the number of tokens below which none is kept."""

    def __init__(self, minimum: int) -> None:
        self._minimum = minimum
        self._kept: set[str] = set()

    def written_and_read(self, text: str, tokens: int) -> tuple[int, int]:
        """Return how many of the text's tokens are written to the cache now, and how many come from it."""
        if tokens < self._minimum:
            return 0, 0
        if text in self._kept:
            return 0, tokens
        self._kept.add(text)
        return tokens, 0
