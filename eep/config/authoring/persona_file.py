"""The text of a new persona's file: values escaped and folded, and comments that say what each part is for."""

import json
import os.path
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill, wrap

from eep.config.authoring.planting import Planted
from eep.core.paths import PACKAGE, RESOURCES
from eep.data.persona import Persona

#: Letters of a line, at most.
WIDTH = 100


@dataclass(frozen=True)
class Contents:
    """What a file is to hold: a persona, which of its wordings are drafts, and whether its weights were drawn."""

    persona: Persona
    drafted: Sequence[str]
    planted: Sequence[Planted]
    drawn: bool


def text(contents: Contents, folder: Path) -> str:
    """Return the text of a persona's file that is to lie in ``folder``; it reads back as the same persona."""
    persona = contents.persona
    written = "\n".join([*_head(persona, folder), *_wordings(contents), *_simulated(contents)]) + "\n"
    read = tomllib.loads(written)
    if read["wordings"] != {wording.id: wording.text for wording in persona.wordings} or (
        read["name"] != persona.name or read["about"] != persona.about or read["source"] != persona.source
    ):
        raise AssertionError(f"expected a file that reads back as it was meant; wrote {written!r}")
    return written


def _head(persona: Persona, folder: Path) -> Iterator[str]:
    if schema := _schema(folder):
        yield f"#:schema {schema}"
    yield from _comment(
        "A persona as eep reads it. Only the wordings are ever sent to a model, word by word; the rest is for "
        "readers and for the offline simulated teacher."
    )
    yield f"# To check it: eep persona check {persona.id}.toml"
    yield ""
    yield f"id = {_basic(persona.id)} # the file's name"
    yield f"name = {_basic(persona.name)} # what the report calls the persona"
    yield f"arm = {_basic(persona.arm.value)} # persona, neutral (nobody in particular) or placebo (nobody who matters)"
    yield "# Who this is, for the reader of a report; never sent to a model."
    yield f"about = {toml_text(persona.about)}"
    yield "# Where the description comes from."
    yield f"source = {toml_text(persona.source)}"


def _wordings(contents: Contents) -> Iterator[str]:
    yield ""
    yield from _comment(
        "One person in several wordings: what survives a change of wording is the persona. So each wording says who "
        "it is, in words and a form of its own, at about the same length, and none says how to answer. A model knows "
        "of somebody invented only what the wording says."
    )
    if contents.drafted:
        yield from _comment(
            f"Drafts made from the name and the description, to be read and changed: {', '.join(contents.drafted)}."
        )
    yield "[wordings]"
    for wording in contents.persona.wordings:
        key = wording.id if re.fullmatch("[A-Za-z0-9_-]+", wording.id) else _basic(wording.id)
        yield f"{key} = {toml_text(wording.text)}"


def _simulated(contents: Contents) -> Iterator[str]:
    yield ""
    yield from _comment(
        "For the offline simulated teacher only; no model ever reads this, and reports made with it say so. The logit "
        "of the named answer gains level, whatever the item, and each weight times the item's trait."
    )
    yield from _comment(
        "These weights were drawn at random, by the id above. They are nothing "
        "that is known of this one: they give it an effect of usual strength, so that an experiment can be rehearsed. "
        "Write a guess of your own, or 0."
        if contents.drawn
        else "Nothing is planted here: the simulated teacher plays nobody in particular. To plant something, write a "
        "level, and weights of some traits."
    )
    for section in contents.planted:
        yield from _section(section)


def _section(section: Planted) -> Iterator[str]:
    yield ""
    yield from _comment(f"{section.title}: level and weights push towards {section.option!r}. Its traits:")
    yield from wrap(
        ", ".join(section.traits), WIDTH, initial_indent="#   ", subsequent_indent="#   ", break_on_hyphens=False
    )
    yield f"[simulated.{section.task}]"
    yield f"level = {section.weights.level!r}"
    yield ""
    yield f"[simulated.{section.task}.weights]"
    for trait, weight in section.weights.weights.items():
        yield f"{trait} = {weight!r}"


def _schema(folder: Path) -> str:
    """Return the way from a folder to the schema of personas, for editors; none if no clone of eep is around it."""
    schema = RESOURCES / "schemas" / "persona.schema.json"
    root = PACKAGE.parent
    if not schema.is_file() or not folder.resolve().is_relative_to(root) or not (root / "pyproject.toml").is_file():
        return ""
    return Path(os.path.relpath(schema, folder.resolve())).as_posix()


def _comment(sentence: str) -> list[str]:
    return fill(sentence, WIDTH, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False).splitlines()


def toml_text(value: str) -> str:
    r"""Return a text as TOML: folded if it is long, but for runs of spaces and a first one, which folding would lose."""
    line = _basic(value)
    body = line[1:-1].rstrip(" ")
    folded = wrap(body, WIDTH - 2, break_long_words=False, break_on_hyphens=False)
    if len(line) <= WIDTH - 20 or body.startswith(" ") or " ".join(folded) != body:
        return line
    return '"""\\\n' + " \\\n".join(folded) + line[1 + len(body) : -1] + '"""'


def _basic(value: str) -> str:
    """Return a text as a basic string of TOML, which JSON's strings are but for the delete character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
