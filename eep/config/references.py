"""What an experiment's file says of other things: personas, their wordings, students; each problem at its line."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from eep.config import library
from eep.config.persona import read_persona
from eep.core.errors import TomlError
from eep.core.registry import did_you_mean
from eep.core.toml.document import display_path
from eep.core.toml.errors import Problems
from eep.core.toml.models import one_of
from eep.core.toml.positions import TomlPath
from eep.data.persona import Arm, Persona
from eep.students import STUDENTS

#: Folders of ``reports/`` that are kept under version control: no run may write into them.
RESERVED = ("calibration", "examples")


def check_id(problems: Problems) -> None:
    """Note an id whose reports would lie in a folder that is kept for something else."""
    if problems.document.value(("id",)) in RESERVED:
        problems.add(("id",), f"another id than {' and '.join(RESERVED)}, whose folders in reports/ no run writes")


def check_lists(problems: Problems) -> None:
    """Note what is listed twice, students there are none of, and that there is no task."""
    tasks = problems.document.value(("tasks",))
    if tasks == {}:
        problems.add(("tasks",), "at least one task", absence=True)
    for path in [("personas",), ("wordings",), *((("tasks", task, "students")) for task in _names(tasks))]:
        earlier: set[str] = set()
        for place, name in _texts(problems, path):
            if name in earlier:
                problems.add(place, "each entry once", f"{name!r} again")
            elif path[-1] == "students" and name not in STUDENTS:
                problems.add(place, one_of(sorted(STUDENTS)), known=sorted(STUDENTS))
            earlier.add(name)


def load_personas(problems: Problems, path: Path) -> tuple[dict[str, Persona], dict[str, str], list[str]]:
    """Read the files of the experiment's personas, noting those there are none of.

    Returns
    -------
    personas
        By id, in the experiment's order; without those that cannot be read.
    sources
        ``personas/<id>`` -> SHA-256 (hex) of the file.
    lines
        The problems of the personas' own files.
    """
    folders = library.persona_folders(path)
    known = library.persona_paths(folders)
    personas: dict[str, Persona] = {}
    sources: dict[str, str] = {}
    lines: list[str] = []
    for place, name in _texts(problems, ("personas",)):
        if name not in known:
            problems.add(place, f"a persona out of {library.searched(folders)}", known=list(known))
        elif claims := library.duplicate_ids(known[name]):
            files = ", ".join(display_path(file) for file in (known[name], *claims))
            problems.add(place, f"one file with the id {name!r} in a folder", files)
        elif name not in personas:
            try:
                personas[name], sources[f"personas/{name}"] = read_persona(known[name])
            except TomlError as error:
                lines += [line for line in error.lines if line not in lines]
    return personas, sources, lines


def check_personas(problems: Problems, personas: Mapping[str, Persona]) -> None:
    """Note wordings that personas lack, and that there are controls only."""
    places = {name: place for place, name in reversed(list(_texts(problems, ("personas",)))) if name in personas}
    for place, wording in _texts(problems, ("wordings",)):
        lacking = {name: has for name in places if wording not in (has := _wordings(personas[name]))}
        if lacking and len(lacking) == len(places):
            every = dict.fromkeys(known for has in lacking.values() for known in has)
            problems.add(place, "a wording that the personas have", known=list(every))
            continue
        for name, has in lacking.items():
            found = f"{name!r} with only {', '.join(has)}{did_you_mean(wording, has)}"
            problems.add_sentence(places[name], f"expected a persona that has the wording {wording!r}, found {found}")
    listed = [name for _, name in _texts(problems, ("personas",))]
    if listed and set(listed) == set(personas) and all(p.arm is not Arm.PERSONA for p in personas.values()):
        problems.add(("personas",), "at least one persona of the arm 'persona'", "controls only")


def _wordings(persona: Persona) -> list[str]:
    return [wording.id for wording in persona.wordings]


def _names(table: object) -> list[str]:
    return list(table) if isinstance(table, dict) else []


def _texts(problems: Problems, path: TomlPath) -> Iterator[tuple[TomlPath, str]]:
    """Yield path and text of every element of a list that is a text."""
    elements = problems.document.value(path)
    for index, element in enumerate(elements if isinstance(elements, list) else ()):
        if isinstance(element, str):
            yield (*path, index), element
