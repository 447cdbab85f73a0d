"""Findings for the HTML page, with pictures, films and replies or with nothing but hostile texts; and a page taken apart."""

import io
import re
from collections.abc import Mapping
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import report_builder
from invented_play import PERSONAS, WORDINGS
from PIL import Image
from report_builder import Origin, build, verdict, verdict_frame

from eep.data.types import Exchange, Illustration, Message
from eep.report import Findings
from eep.report.html.exchanges import REPLY
from eep.report.html.page import index
from eep.report.sections import figures

FILM = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 132" role="img"><title>{0}: 3 steps, 0.1 s</title>'
    '<text x="8" y="15">{0}</text><rect width="40" height="14"><animate attributeName="x" values="0;9" dur="1s"/></rect></svg>'
)
FILMS = {name: FILM.format(name) for name in report_builder.FILMS}
#: Files to download: a small one, and one too large for the page.
FILES = {"report.json": b"{}\n", "tables/estimates.csv": b"a,b\n" + b"1,2\n" * 20_000}
LONG = "Donaudampfschifffahrt" * 12
#: Where a text comes from to what an attacker writes there; each is told from the others by its number.
HOSTILE = {
    "name": "1<script>window.hacked = true</script>",
    "title": "2</title><script>window.hacked = true</script>",
    "question": '3"><img src=x onerror="window.hacked = true">',
    "agent": "4<svg onload=window.hacked=true>",
    "sentence": "5{{ 7 * 7 }}{% raw %}${window.hacked=true}",
    "limit": "6<style>body { display: none }</style><!-- ",
    "verdict": "7</script><script>window.hacked = true</script> NaN Infinity undefined",
    "reason": "8<iframe srcdoc='<script>parent.hacked = true</script>'>",
    "change": "9<a href='javascript:window.hacked=true'>click</a>",
    "caption": "10' onerror='window.hacked = true' alt='",
    "system": "11<base href=https://example.invalid/><form action=//example.invalid><button>",
    "turn": f"12 {LONG}",
    "reply": "13]]></text><script>window.hacked = true</script> שלום עולם مرحبا 👩🏽‍🔬🏳️‍🌈",
    "task": "14*bold* `code` [x](javascript:window.hacked=true) & &amp; &lt;",
}


def png(colour: str) -> bytes:
    """Return a small picture of one colour as a PNG file."""
    content = io.BytesIO()
    Image.new("RGB", (24, 24), colour).save(content, "PNG")
    return content.getvalue()


def exchange(**changes: Any) -> Exchange:
    """Return one question and its reply."""
    one = Exchange(
        task="balance",
        persona="clockmaker",
        wording="plain",
        item="i7",
        sample=0,
        system="You are the clockmaker.",
        turns=(Message("user", "The pole leans left."),),
        reply="right, as any clock would",
        status="ok",
        probability=0.75,
    )
    return replace(one, **changes)


def pictured(**changes: Any) -> Findings:
    """Return complete findings, with two pictures, three films and some replies."""
    pictures = {
        f"i{place}": Illustration(f"A {colour} cart.", png(colour)) for place, colour in ((8, "red"), (7, "blue"))
    }
    said = (
        exchange(),
        exchange(wording="portrait", reply="y" * (REPLY + 5)),
        exchange(persona="ferryman", status="refused", probability=None),
    )
    given: dict[str, Any] = {"gallery": {"balance": pictures}, "animations": FILMS, "exchanges": said}
    return build(**given | changes)


def hostile() -> Findings:
    """Return findings in which every text that comes from a file or a model is an attack."""
    names = dict.fromkeys(PERSONAS, f"{HOSTILE['name']} {LONG}")
    attack = exchange(system=HOSTILE["system"], turns=(Message("user", HOSTILE["turn"]),), reply=HOSTILE["reply"])
    said = [replace(attack, persona=persona, wording=wording) for persona in PERSONAS for wording in WORDINGS]
    wrong = {"sentence": HOSTILE["verdict"], "reason": HOSTILE["reason"], "slope": float("nan")}
    return pictured(
        tasks={"balance": HOSTILE["task"]},
        names=names,
        title=HOSTILE["title"],
        question=HOSTILE["question"],
        provenance=Origin("live", HOSTILE["agent"], HOSTILE["sentence"], (HOSTILE["limit"],)),
        plan_changes=(HOSTILE["change"],),
        verdicts=verdict_frame([verdict("balance", part, **wrong) for part in ("level", "preference")]),
        gallery={"balance": {"i7": Illustration(HOSTILE["caption"], png("red"))}},
        exchanges=tuple(said),
        animations={name: FILM.format("<script>window.hacked = true</script>") for name in FILMS},
    )


def page(findings: Findings) -> str:
    """Return the page of some findings, as a report has it, with two files to download."""
    animations = {f"{name}.svg": svg for name, svg in findings.animations.items()}
    return index(findings, figures(findings), animations, FILES)


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
