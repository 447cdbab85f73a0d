"""Findings for the HTML page: with pictures, films and replies; and with nothing but hostile texts."""

import io
from dataclasses import replace
from typing import Any

import report_builder
from invented_play import PERSONAS, WORDINGS
from PIL import Image
from report_builder import Origin, build, verdict, verdict_frame

from eep.data.types import Exchange, Illustration, Message
from eep.report import Findings
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
    said = (exchange(), exchange(wording="portrait"), exchange(persona="ferryman", status="refused", probability=None))
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
