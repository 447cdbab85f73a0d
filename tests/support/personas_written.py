"""Persona files for the tests of authoring."""

import json
from collections.abc import Mapping
from pathlib import Path

WORDINGS = {
    "plain": "You are Ada, who writes programs for a machine that nobody has built.",
    "portrait": "Ada loves numbers, horses and long letters; she bets, and loses. You speak as her.",
    "instruction": "Answer exactly as a mathematician of the 1840s would, daughter of a poet.",
}

#: A persona's file as somebody would add it.
ADA = """\
id = "ada"
name = "Ada"
arm = "persona"
about = "A poet."

[wordings]
plain = "You are Ada."
portrait = "Ada is a poet. You speak as her."
instruction = "Answer as a poet would."

[simulated.cartpole]
level = 0.5

[simulated.encounter]
level = 0.5
"""


def persona_file(
    folder: Path, name: str = "ada", arm: str = "persona", wordings: Mapping[str, str] = WORDINGS, simulated: str = ""
) -> Path:
    """Write a persona's file and return its path."""
    texts = "\n".join(f"{key} = {json.dumps(text, ensure_ascii=False)}" for key, text in wordings.items())
    path = folder / f"{name}.toml"
    head = f'id = "{name}"\nname = "{name.title()}"\narm = "{arm}"\nabout = "Somebody."\n'
    path.write_text(f"{head}\n[wordings]\n{texts}\n\n{simulated}\n", encoding="utf-8")
    return path
