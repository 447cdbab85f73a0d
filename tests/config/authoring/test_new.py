"""A new persona, from what is known of it to its file."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eep.cli.views.persona_shown import format_written
from eep.config import library
from eep.config.authoring import lint
from eep.config.authoring.new import Known, check_id, compose, write
from eep.config.persona import load_persona
from eep.core.errors import UserError
from eep.data.persona import Arm
from eep.tasks import TASKS

ADA = Known("ada", "Ada  Lovelace", " A poet of numbers. She bets on horses, and loses. ", source="Her letters.")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("arm", Arm)
def test_the_file_passes_the_check_and_is_found(tmp_path: Path, arm: Arm) -> None:
    """It loads without a warning as what was asked for, with weights for every task, and experiments find it."""
    new = compose(replace(ADA, arm=arm), Path("personas"))
    write(new)
    path = tmp_path / "personas" / "ada.toml"
    persona = load_persona(path)
    assert persona == new.persona
    assert (persona.name, persona.about, persona.source) == ("Ada Lovelace", ADA.about.strip(), "Her letters.")
    assert (persona.arm, set(persona.simulated)) == (arm, set(TASKS))
    assert [wording.id for wording in persona.wordings] == ["plain", "portrait", "instruction"]
    assert lint.warnings([lint.check(path)]) == []
    assert library.persona_path("ada", library.persona_folders()) == path


def test_own_wordings_replace_drafts_or_stand_beside_them() -> None:
    """What somebody wrote is kept verbatim; only the others are drafts."""
    new = compose(replace(ADA, wordings={"plain": "  You are Ada. ", "short": "Be Ada."}), Path("personas"))
    texts = {wording.id: wording.text for wording in new.persona.wordings}
    assert (texts["plain"], texts["short"]) == ("  You are Ada. ", "Be Ada.")
    assert new.drafted == ("portrait", "instruction")


def test_weights_are_drawn_for_personas_only() -> None:
    """A control with drawn weights would be none."""
    persona = compose(replace(ADA, drawn=True), Path("personas")).persona
    assert all(section.weights for section in persona.simulated.values())
    with pytest.raises(UserError, match="expected zero, as in every control"):
        compose(replace(ADA, drawn=True, arm=Arm.PLACEBO), Path("personas"))


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("Ada Lovelace", "try ada-lovelace"),
        ("Émilie du Châtelet!", "try emilie-du-chatelet"),
        ("../ada", "try ada"),
        ("", "write it in Latin letters"),
        ("名前", "write it in Latin letters"),
        ("x" * 81, f"try {'x' * 80}"),
        ("-ada", "try ada"),
        ("ada\n", "try ada"),
    ],
)
def test_bad_ids_are_explained(name: str, hint: str) -> None:
    """What an id is for and made of, and the one that was probably meant."""
    with pytest.raises(UserError, match="small letters, digits and hyphens") as raised:
        check_id(name, Path("personas"))
    assert hint in str(raised.value)


def test_ids_that_are_taken_are_refused(tmp_path: Path) -> None:
    """By the results' tables, by a persona that ships, and by one in the folder, wherever that is."""
    with pytest.raises(UserError, match="choose another"):
        check_id("all", Path("personas"))
    with pytest.raises(UserError, match=r"does not exist yet; found 'neutral' \(.*neutral.toml\)"):
        check_id("neutral", Path("personas"))
    write(compose(ADA, tmp_path / "elsewhere"))
    check_id("ada", Path("personas"))
    with pytest.raises(UserError, match="choose another id, or edit that file"):
        check_id("ada", tmp_path / "elsewhere")


def test_everything_wrong_is_told_at_once() -> None:
    """Every problem of every text, without the place in a file that does not exist."""
    odd = {"plain": "", "Bad Id": "x", "pooled": "y"}
    with pytest.raises(UserError) as raised:
        compose(replace(ADA, wordings=odd), Path("personas"))
    assert str(raised.value).splitlines() == [
        "wordings.plain: expected a text that says something, found an empty text",
        "wordings.'Bad Id': expected small letters, digits and hyphens, beginning with a letter or digit, found 'Bad Id'",
        "wordings.pooled: expected an id that the results' tables do not use for controls, found 'pooled'",
    ]
    with pytest.raises(UserError) as raised:
        compose(replace(ADA, name=" ", about="", source="\udcff"), Path("personas"))
    assert [line.split(":")[0] for line in str(raised.value).splitlines()] == ["source", "name", "about"]
    with pytest.raises(UserError, match=r"^name: .*found only characters that show nothing$"):
        compose(replace(ADA, name="\u200b\u2060"), Path("personas"))


def test_no_file_is_overwritten(tmp_path: Path) -> None:
    """A file that came up since the check stays as it is, and no other is left behind."""
    new = compose(ADA, Path("personas"))
    (tmp_path / "personas").mkdir()
    new.path.write_text("mine", encoding="utf-8")
    with pytest.raises(UserError, match="expected no such file yet"):
        write(new)
    assert new.path.read_text(encoding="utf-8") == "mine"
    assert [path.name for path in new.path.parent.iterdir()] == ["ada.toml"]


def test_a_write_that_fails_leaves_nothing() -> None:
    """Whatever stops the writing, no half file stays behind."""
    new = compose(ADA, Path("personas"))
    with pytest.raises(UnicodeEncodeError):
        write(replace(new, text="half \udcff"))
    assert list(new.path.parent.iterdir()) == []


@pytest.mark.parametrize(("folder", "named"), [("personas", "ada"), ("else where", "'else where/ada.toml'")])
def test_the_next_commands_name_the_persona_so_that_it_is_found(folder: str, named: str) -> None:
    """By its id where experiments look, by its file elsewhere; drafts and drawn weights are told."""
    new = compose(replace(ADA, drawn=True), Path(folder))
    write(new)
    said = format_written(new)
    assert said.startswith("wrote ")
    assert "plain, portrait, instruction" in " ".join(said.split())
    assert "drawn at random" in said
    assert said.endswith(f"eep run rehearsal --persona {named}")


@pytest.mark.parametrize(
    ("change", "bare"),
    [
        ({"about": "A poet of numbers."}, "plain, instruction"),
        ({"wordings": {"plain": "You are Ada Lovelace."}}, "instruction"),
        ({"about": "A poet of numbers.", "arm": Arm.PLACEBO}, ""),
        ({}, "plain, instruction"),
        ({"wordings": {"plain": "You are Ada.", "instruction": "Be Ada."}}, ""),
    ],
)
def test_drafts_with_nothing_but_a_name_are_told(change: dict[str, Any], bare: str) -> None:
    """A model knows of somebody invented only what the wordings say."""
    new = compose(replace(ADA, **change), Path("personas"))
    write(new)
    said = " ".join(format_written(new).split())
    assert ("nothing but the name" in said) is bool(bare)
    assert f"stands in: {bare}." in said or not bare
