"""Films of the HTML page: each persona's teacher and student side by side, and the controls.

A film is shown as a picture, never as part of the page: nothing in a picture can run or fetch, whatever its text says.
"""

import base64
import html
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import polars as pl

from eep.report import animations as episodes
from eep.report import tables
from eep.report.findings import Findings
from eep.report.html.parts import Part, words
from eep.report.markdown import text
from eep.report.numbers import agent_label, plain
from eep.report.results import title

#: What moves in a film (SMIL); without it the first frame stands still.
_MOVES = re.compile(r"<animate[^>]*?/>")
_TITLE = re.compile(r"<title>([^<]*)</title>")
_UNIT = re.compile(r"(?<=\d) (?=s$)")
_WORDS = re.compile(r"<text[ >][^<]*</text>")


class Animation(NamedTuple):
    """A film: who is seen, its own title, and addresses that hold it moving and standing still."""

    who: str
    about: str
    moving: str
    still: str


class AnimationRow(NamedTuple):
    """Films side by side, and whose they are."""

    label: str
    films: tuple[Animation, ...]


def parts(findings: Findings, animations: Mapping[str, str]) -> tuple[Part, ...]:
    """Return the films of every task; ``animations`` is file name to SVG text."""
    found = [part for design in findings.design.tasks for part in _of_task(findings, design.task, animations)]
    return (Part("prose", [words(episodes.WHAT)]), *found) if found else ()


def _of_task(findings: Findings, task: str, animations: Mapping[str, str]) -> Iterable[Part]:
    design = findings.design.task(task)
    rows = [
        AnimationRow(
            pair.label,
            (
                _film(findings, f"Teacher of {pair.label}", animations[pair.teacher]),
                _film(findings, f"Student of {pair.label}", animations[pair.student]),
            ),
        )
        for pair in episodes.pairs(findings, design, animations)
    ]
    if rows:
        heads = [title(findings, task), "Teacher", f"Student ({text(agent_label(design.students[0]))})"]
        yield Part("films", {"heads": [words(head) for head in heads], "rows": rows})
    controls = tuple(_controls(findings, task, animations))
    if controls:
        yield Part("controls", controls)


def _controls(findings: Findings, task: str, animations: Mapping[str, str]) -> Iterable[Animation]:
    """Yield a film of each control, of the first persona that has one."""
    by_stem = episodes.by_stem(animations)
    played = findings.returns.filter(pl.col("task") == task, pl.col("role") == "control")
    personas = played.select("agent", "persona").unique().sort("agent", "persona")
    for agent in tables.controls(findings, task):
        stems = [
            episodes.stem(f"{task}-control-{agent}-{persona}")
            for persona in personas.filter(agent=agent)["persona"]
        ]
        files = [by_stem[stem] for stem in stems if stem in by_stem]
        yield from (_film(findings, agent_label(agent), animations[file]) for file in files[:1])


def _film(findings: Findings, who: str, svg: str) -> Animation:
    """Return a film without the words in it, which would be too small to read; its caption says the same."""
    about = _TITLE.search(svg)
    wordless = _WORDS.sub("", svg)
    return Animation(
        who=who,
        about=_caption(findings, plain(html.unescape(about[1]))) if about else "",
        moving=_address(wordless),
        still=_address(_MOVES.sub("", wordless)),
    )


def _caption(findings: Findings, title: str) -> str:
    """Return a film's wording and length, of a title that begins with its agent and persona, which stand beside it."""
    who, _, length = title.rpartition(": ")
    length = _UNIT.sub("\N{NO-BREAK SPACE}", length)
    wording = who.rpartition(", ")[2]
    return f"wording {wording}, {length}" if wording in findings.design.wordings else length


def _address(svg: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
