"""Words of a report as HTML: the few marks of its Markdown become elements, everything else becomes text.

Whatever a name, a caption or a reply says reaches this module as entities (see `eep.report.markdown.text`), so that a
star or a bracket which is a mark can only be one of the report's own.
"""

import html
import re

from markupsafe import Markup, escape

#: Marks as the report writes them; links lead to files beside the page and nowhere else.
_MARKS = re.compile(
    r"\*\*(?P<strong>[^*]+)\*\*|\*(?P<em>[^*]+)\*|`(?P<code>[^`]+)`|\[(?P<label>[^]]+)\]\((?P<href>[A-Za-z0-9][A-Za-z0-9._/-]*)\)"
)

#: Spaces at which no line may end: before a percent sign, and around the sign of an equation.
_TOGETHER = re.compile(r"(?<=\d) (?=%)|(?<=\bp) (?=[=<])|(?<=[=<]) (?=[.\d])")

#: An apostrophe: between two letters, and after the s of several owners.
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])|(?<=s)'(?=[\s,.;:)]|$)")


def words(line: str) -> Markup:
    """Return Markdown of a line as HTML."""
    parts, place = [], 0
    for found in _MARKS.finditer(line):
        parts += [_plain(line[place : found.start()]), _marked(found)]
        place = found.end()
    return Markup("").join([*parts, _plain(line[place:])])


def _marked(found: "re.Match[str]") -> Markup:
    if found["href"] is not None:
        return Markup('<a href="{}">{}</a>').format(found["href"], _plain(found["label"]))
    name = next(name for name in ("strong", "em", "code") if found[name] is not None)
    inside = html.unescape(found[name]) if name == "code" else _plain(found[name])
    return Markup(f"<{name}>{{}}</{name}>").format(inside)  # noqa: S704 # one of the three names


def paragraphs(lines: str) -> list[Markup]:
    """Return the paragraphs of a text, which empty lines part."""
    return [words(" ".join(part.split("\n"))) for part in lines.split("\n\n")]


def _plain(piece: str) -> Markup:
    curly = _APOSTROPHE.sub("\N{RIGHT SINGLE QUOTATION MARK}", html.unescape(piece))
    return escape(_TOGETHER.sub("\N{NO-BREAK SPACE}", curly))
