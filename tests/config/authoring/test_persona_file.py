"""The text of a new persona's file."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from eep.config.authoring.persona_file import WIDTH, Contents, text, toml_text
from eep.config.authoring.planting import no_weights
from eep.core import paths
from eep.data.persona import Arm, Persona, Wording

#: Whatever a shell or a terminal can hand over; surrogates are refused before.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
ADA = Persona("ada", "Ada", Arm.PERSONA, "A poet.", "", (Wording("plain", "You are Ada."),))


@given(st.one_of(TEXTS, st.lists(TEXTS.filter(bool), min_size=20).map(" ".join)))
@example(" begins with a space, and goes on for longer than a line may be in the file of a persona, so it is folded")
@example("ends with a space, and goes on for longer than a line may be in the file of a persona, so it is folded ")
def test_any_text_reads_back(value: str) -> None:
    """Quotes, backslashes, controls, line ends and runs of spaces, folded or not, come back as they were."""
    assert tomllib.loads(f"value = {toml_text(value)}") == {"value": value}


def test_long_texts_are_folded() -> None:
    """Every line fits, as in the personas that ship."""
    written = toml_text("measure " * 60)
    assert written.startswith('"""\\\n')
    assert max(map(len, written.splitlines())) <= WIDTH


@pytest.mark.parametrize("value", ["", " ", "   two  spaces   " * 20, '"""' * 50, "\\" * 200, "\n" * 3, "a\x7fb"])
def test_awkward_texts_read_back(value: str) -> None:
    """Spaces at the ends, triple quotes, backslashes and the delete character do."""
    assert tomllib.loads(f"value = {toml_text(value)}") == {"value": value}


def test_the_file_says_what_its_parts_are_for(tmp_path: Path) -> None:
    """It names the drafts, calls drawn weights drawn, and lists every trait of every task."""
    written = text(Contents(ADA, ["plain"], no_weights(), drawn=False), tmp_path)
    assert "to be read and changed: plain." in written
    assert "Nothing is planted here" in written
    assert "pole-angular-velocity" in written
    assert "accessory-scarf" in written
    drawn = text(Contents(ADA, [], no_weights(), drawn=True), tmp_path)
    assert "drawn at random" in drawn
    assert "to be read and changed" not in drawn


def test_editors_find_the_schema_in_a_clone_only(tmp_path: Path) -> None:
    """Beside the shipped personas the first line leads to the schema; elsewhere there is no such line."""
    inside = text(Contents(ADA, [], no_weights(), drawn=False), paths.PACKAGE.parent / "personas")
    assert inside.startswith("#:schema ../eep/resources/schemas/persona.schema.json\n")
    assert "#:schema" not in text(Contents(ADA, [], no_weights(), drawn=False), tmp_path)
