"""A new persona: from what is known of it to a file that passes the check, and that replaces no other."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from eep.config import library
from eep.config.authoring import drafts, persona_file, planting
from eep.config.persona import RESERVED_PERSONAS, from_document
from eep.core.errors import TomlError, UserError
from eep.core.toml.document import display_path, from_bytes
from eep.core.toml.errors import described
from eep.core.toml.models import ID_PATTERN, PATTERNS, TEXT_PATTERN
from eep.data.persona import Arm, Persona, Wording

#: Letters of an id, at most (`eep.config.persona.Id`).
LONGEST = 80


@dataclass(frozen=True)
class Known:
    """What somebody says of a new persona."""

    #: As in `eep.config.persona.Persona`.
    id: str
    name: str
    about: str
    source: str = ""
    arm: Arm = Arm.PERSONA
    #: Wording id to text: in place of the draft of that id, or besides the drafts.
    wordings: Mapping[str, str] = field(default_factory=dict)
    #: Whether to draw weights for the simulated teacher; without, nothing is planted.
    drawn: bool = False


@dataclass(frozen=True)
class New:
    """A persona about to be written: its file, the file's text, which wordings are drafts, whether weights are drawn."""

    persona: Persona
    path: Path
    text: str
    drafted: tuple[str, ...]
    drawn: bool


def check_id(name: str, folder: Path) -> None:
    """Raise UserError unless a persona in ``folder`` can be called so: a good id that nobody has."""
    if not re.fullmatch(ID_PATTERN, name) or len(name) > LONGEST:
        raise UserError(
            f"expected an id of {PATTERNS[ID_PATTERN]}, at most {LONGEST} characters (it names files, folders and "
            f"table entries; the name itself may be anything); found {name!r}{_instead(name)}"
        )
    if name in RESERVED_PERSONAS:
        raise UserError(
            f"expected an id that the results' tables do not use for something else, as they do {name!r}; choose another"
        )
    known = library.persona_paths([folder.resolve(), *library.persona_folders()])
    if name in known:
        raise UserError(
            f"expected the id of a persona that does not exist yet; found {name!r} ({display_path(known[name])}); "
            "choose another id, or edit that file"
        )


def _instead(name: str) -> str:
    """Return a hint at the id that a name suggests, if its letters suggest any."""
    latin = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    suggested = re.sub(r"[^a-z0-9]+", "-", latin).strip("-")[:LONGEST].strip("-")
    return f"; try {suggested}" if suggested else "; write it in Latin letters"


def compose(known: Known, folder: Path) -> New:
    """Return the new persona and the text of its file.

    Raises UserError if the id is taken or no id, or the file would not pass the check; lists everything that is
    wrong.
    """
    check_id(known.id, folder)
    _check_text(known)
    name = " ".join(known.name.split())
    drafted = drafts.drafts(name, known.about, known.arm)
    wordings = tuple(Wording(key, text) for key, text in {**drafted, **known.wordings}.items())
    persona = Persona(known.id, name, known.arm, known.about.strip(), known.source.strip(), wordings)
    contents = persona_file.Contents(
        persona,
        drafted=[key for key in drafted if key not in known.wordings],
        planted=planting.draw_weights(known.id) if known.drawn else planting.no_weights(),
        drawn=known.drawn,
    )
    text = persona_file.text(contents, folder)
    return New(_checked(text, known.id), folder / f"{known.id}.toml", text, tuple(contents.drafted), known.drawn)


def _check_text(known: Known) -> None:
    """Raise UserError for what no file can hold or no draft can be made from."""
    given = {"name": known.name, "about": known.about, "source": known.source, **known.wordings}
    problems = [
        f"{key}: expected text in UTF-8; found bytes that are none"
        for key, text in given.items()
        if any("\ud800" <= letter <= "\udfff" for letter in text)
    ]
    problems += [
        f"{key}: expected a text that says something; found {described(given[key])}"
        for key in ("name", "about")
        if not re.search(TEXT_PATTERN, given[key])
    ]
    if known.drawn and known.arm is not Arm.PERSONA:
        problems.append(f"simulated: expected zero, as in every control; found drawn weights for the arm {known.arm}")
    if problems:
        raise UserError("\n".join(problems))


def _checked(text: str, name: str) -> Persona:
    """Return the persona that a file of this text holds; raises UserError without places, as there is no file yet."""
    path = Path(f"{name}.toml")
    try:
        return from_document(from_bytes(path, text.encode()))
    except TomlError as error:
        place = rf"^{re.escape(display_path(path))}:\d+:\d+: "
        raise UserError("\n".join(re.sub(place, "", line) for line in error.lines)) from error


def write(new: New) -> None:
    """Write a persona's file whole or not at all; an existing file stays as it is.

    Raises UserError if there is such a file by now; OSError if the folder cannot be made or written to.
    """
    new.path.parent.mkdir(parents=True, exist_ok=True)
    try:
        file = new.path.open("x", encoding="utf-8", newline="\n")
    except FileExistsError:
        raise UserError(
            f"{display_path(new.path)}: expected no such file yet, found one; nothing was changed"
        ) from None
    with file:
        try:
            file.write(new.text)
        except BaseException:
            new.path.unlink()
            raise
