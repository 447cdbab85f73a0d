"""A page taken apart, as a browser would."""

import re
from collections.abc import Mapping
from html.parser import HTMLParser

#: Elements without an end.
VOID = {"meta", "img", "br", "link", "input"}


class Page(HTMLParser):
    """A page as a browser would take it apart: its elements, and the text of each kind of element."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, Mapping[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == [], f"elements that do not end: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember an element."""
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember an element of a drawing, which ends where it begins."""
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Close an element, which must be the one that is open."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep text by the element that it is in."""
        for tag in set(self._open):
            self.texts[tag][-1] += data

    def attributes(self, name: str) -> list[str]:
        """Return the values of an attribute wherever it is."""
        return [attrs[name] or "" for _, attrs in self.elements if name in attrs]


def scripts(text: str) -> list[str]:
    """Return the scripts of a page that a browser would run."""
    return re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
