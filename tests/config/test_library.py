"""Where personas and experiments are found."""

import re
from pathlib import Path

import pytest

from eep.config import library
from eep.core import paths
from eep.core.errors import UserError


def touch(folder: Path, *names: str) -> Path:
    """Make a folder with files that give their own name as their id."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / f"{name}.toml").write_text(f'id = "{name}"\n', encoding="utf-8")
    return folder


def test_the_nearest_folder_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the experiment, one folder up, the current folder, and then what ships with eep."""
    beside = touch(tmp_path / "study" / "experiments" / "personas", "a")
    above = touch(tmp_path / "study" / "personas", "a", "b")
    here = touch(tmp_path / "here" / "personas", "a", "b", "c")
    monkeypatch.chdir(tmp_path / "here")
    folders = library.persona_folders(tmp_path / "study" / "experiments" / "x.toml")
    assert folders == (beside, above, here, paths.shipped("personas"))
    found = library.persona_paths(folders)
    assert [found[name].parent for name in "abc"] == [beside, above, here]
    assert found["neutral"].parent == paths.shipped("personas")
    assert library.persona_folders() == (here, paths.shipped("personas"))


def test_two_files_of_one_folder_cannot_have_one_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy whose id was not changed must not decide who is played; an unknown id is told with the one that was meant."""
    folder = touch(tmp_path / "personas", "a", "b")
    monkeypatch.chdir(tmp_path)
    assert library.persona_path("a", library.persona_folders()) == folder / "a.toml"
    (folder / "copy.toml").write_text('id = "a"\n', encoding="utf-8")
    (folder / "broken.toml").write_text("id = a\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"expected one persona with the id 'a'.*personas/a.toml, personas/copy.toml"):
        library.persona_path("a", library.persona_folders())
    assert library.persona_path("b", library.persona_folders()) == folder / "b.toml"
    told = f"expected the id of a persona in personas, {paths.shipped('personas')}; found 'bb' (did you mean 'b'?)"
    with pytest.raises(UserError, match=re.escape(told)):
        library.persona_path("bb", library.persona_folders())


def test_experiments_are_found_by_path_or_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One's own experiments/ folder goes before the shipped one; a path is taken as it is."""
    monkeypatch.chdir(tmp_path)
    assert library.experiment_path("quickstart") == paths.shipped("experiments") / "quickstart.toml"
    touch(tmp_path / "experiments", "quickstart")
    assert library.experiment_path("quickstart") == Path("experiments/quickstart.toml")
    assert library.experiment_path("else/where.toml") == Path("else/where.toml")
    with pytest.raises(UserError, match=r"found 'quickstat' \(did you mean 'quickstart'\?\)"):
        library.experiment_path("quickstat")


def test_a_wheel_finds_what_it_carries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside the package if it is there, else in the repository's own folders."""
    monkeypatch.setattr(paths, "PACKAGE", tmp_path / "site-packages" / "eep")
    monkeypatch.setattr(paths, "RESOURCES", tmp_path / "site-packages" / "eep" / "resources")
    assert paths.shipped("personas") == tmp_path / "site-packages" / "personas"
    inside = touch(tmp_path / "site-packages" / "eep" / "resources" / "personas", "a")
    assert paths.shipped("personas") == inside
