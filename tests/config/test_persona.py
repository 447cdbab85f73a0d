"""Persona files: the grammar, and everything that can be wrong with one."""

from pathlib import Path

import pytest

from eep.config.persona import load_persona, read_persona
from eep.core.errors import TomlError
from eep.data.persona import Arm, SimulatedWeights, Wording

GOOD = '''\
#:schema ../eep/resources/schemas/persona.schema.json
id = "marie-curie"
name = "Marie Curie"
arm = "persona"
about = """
Physicist and chemist.
"""
source = "Her letters."

[wordings]
portrait = """\\
Marie Curie works in a shed, \\
day and night."""
plain = "You are Marie Curie."

[simulated.cartpole]
level = 1
weights = { pole-angle = -0.5, cart-position = 1 }
'''


def write(folder: Path, text: str) -> Path:
    """Write a persona's file and return its path."""
    path = folder / "marie-curie.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(folder: Path, text: str) -> list[str]:
    """Return the lines of a file's error, without the file's name."""
    path = write(folder, text)
    with pytest.raises(TomlError) as raised:
        load_persona(path)
    return [line.removeprefix(f"{path}:") for line in raised.value.lines]


def test_a_file_becomes_a_persona(tmp_path: Path) -> None:
    """Wordings keep the file's order and come verbatim; weights are numbers by trait; the hash is of the bytes."""
    persona, before = read_persona(write(tmp_path, GOOD))
    assert (persona.id, persona.name, persona.arm) == ("marie-curie", "Marie Curie", Arm.PERSONA)
    assert (persona.about, persona.source) == ("Physicist and chemist.", "Her letters.")
    assert persona.wordings == (
        Wording("portrait", "Marie Curie works in a shed, day and night."),
        Wording("plain", "You are Marie Curie."),
    )
    assert persona.simulated == {"cartpole": SimulatedWeights(1.0, {"pole-angle": -0.5, "cart-position": 1.0})}
    short = GOOD.partition("[simulated")[0].replace('source = "Her letters."', "")
    persona, after = read_persona(write(tmp_path, short))
    assert (persona.source, persona.simulated) == ("", {})
    assert len(before) == len(after) == 64
    assert before != after


def test_four_planted_errors_print_four_lines(tmp_path: Path) -> None:
    """A misspelt key, an unknown arm, an empty wording and an unknown trait, each at its line."""
    text = (
        GOOD.replace("name =", "nmae =")
        .replace('arm = "persona"', 'arm = "placbo"')
        .replace('plain = "You are Marie Curie."', 'plain = ""')
        .replace("pole-angle = -0.5", "pole-angel = -0.5")
    )
    found = problems(tmp_path, text)
    assert [line.split(":")[:3] for line in found] == [
        ["3", "1", " nmae"],
        ["4", "7", " arm"],
        ["14", "9", " wordings.plain"],
        ["18", "13", " simulated.cartpole.weights.pole-angel"],
    ]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('id = "marie-curie"', 'id = "marie-cury"', "2:6: id: expected 'marie-curie', as the file is called, found 'marie-cury' (did you mean 'marie-curie'?)"),
        ('id = "marie-curie"', "", "1:1: id: expected this key, found nothing"),

        ('"You are Marie Curie."', '" \\t "', "14:9: wordings.plain: expected a text that says something, found only white space"),
        ('"You are Marie Curie."', '"\\u200b\\u00ad"', "14:9: wordings.plain: expected a text that says something, found only characters that show nothing"),
        ('"You are Marie Curie."', '"marie curie works in a  shed, day and night."', "14:9: wordings.plain: expected a text of its own, found the same text as wordings.portrait"),
        ('"You are Marie Curie."', '"You are\\u0000 Marie Curie."', "14:9: wordings.plain: expected a text without control characters, found '\\x00' in it"),
        ('"You are Marie Curie."', '"You are \\u001b[31mMarie Curie."', "14:9: wordings.plain: expected a text without control characters, found '\\x1b' in it"),
        ("plain =", "Plain =", "14:1: wordings.Plain: expected small letters, digits and hyphens, beginning with a letter or digit, found 'Plain'"),
        ("plain =", "pooled =", "14:1: wordings.pooled: expected an id that the results' tables do not use for controls, found 'pooled'"),
        ("level = 1", "level = '1'", "17:9: simulated.cartpole.level: expected a number, found '1'"),
        ("level = 1", "level = 1e300", "17:9: simulated.cartpole.level: expected a number of at most 100, found 1e+300"),
        ("-0.5", "-1e300", "18:26: simulated.cartpole.weights.pole-angle: expected a number of at least -100, found -1e+300"),
        ("level = 1", "levle = 1", "17:1: simulated.cartpole.levle: expected one of the keys level, weights, found 'levle' (did you mean 'level'?)"),
        ("-0.5", "nan", "18:26: simulated.cartpole.weights.pole-angle: expected a finite number, found nan"),
        ("[simulated.cartpole]", "[simulated.cartpol]", "16:12: simulated.cartpol: expected one of the tasks cartpole, cute, encounter, found 'cartpol' (did you mean 'cartpole'?)"),
    ],
)  # fmt: skip
def test_each_mistake_is_told_at_its_place(tmp_path: Path, old: str, new: str, line: str) -> None:
    """What was expected and what was found, with what was probably meant."""
    assert problems(tmp_path, GOOD.replace(old, new)) == [line]


def test_a_persona_without_wordings_is_told_so(tmp_path: Path) -> None:
    """There is nothing a model could be sent."""
    text = GOOD.partition("[wordings]")[0]
    assert problems(tmp_path, text) == ["1:1: wordings: expected this key, found nothing"]
    (line,) = problems(tmp_path, text + "[wordings]\n")
    assert line == "10:2: wordings: expected at least one entry, found an empty table"


def test_ids_of_the_results_tables_are_taken(tmp_path: Path) -> None:
    """A persona called none could not be told from a control."""
    path = write(tmp_path, GOOD.replace("marie-curie", "none")).rename(tmp_path / "none.toml")
    with pytest.raises(TomlError, match="2:6: id: expected an id that the results' tables do not use"):
        load_persona(path)
