"""Personas added to an experiment at run time."""

from pathlib import Path

import pytest
from personas_written import ADA

from eep.cli.stats import Simulations
from eep.config.experiment import Loaded, load_experiment
from eep.config.overrides import with_overrides, with_personas
from eep.core.errors import UserError
from eep.pipeline import plan


@pytest.fixture
def rehearsal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Loaded:
    """Return an experiment that ships, seen from a folder with a persona of one's own."""
    (tmp_path / "personas").mkdir()
    (tmp_path / "personas" / "ada.toml").write_text(ADA, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return load_experiment("rehearsal")


def test_an_added_persona_takes_part_and_names_the_run(rehearsal: Loaded) -> None:
    """It comes last, the plan records it and its file, and the run has an id of its own."""
    found = with_personas(rehearsal, ["ada"])
    assert found.experiment.id == "rehearsal-with-ada"
    assert found.experiment.personas == (*rehearsal.experiment.personas, "ada")
    assert [persona.id for persona in found.personas] == list(found.experiment.personas)
    assert set(found.sources) - set(rehearsal.sources) == {"personas/ada"}
    content = plan.make(found.experiment, found.personas, {}).content
    assert content["personas"]["ada"]["wordings"]["plain"] == "You are Ada."
    assert with_personas(rehearsal, []) == rehearsal
    assert with_overrides(rehearsal, personas=["ada"], seed=4).experiment.id == "rehearsal-with-ada-seed-4"


def test_a_path_names_a_persona_too(rehearsal: Loaded, tmp_path: Path) -> None:
    """A file that experiments would not find, and several personas at once, in their order."""
    eva = tmp_path / "elsewhere" / "eva.toml"
    eva.parent.mkdir()
    eva.write_text(ADA.replace('"ada"', '"eva"'), encoding="utf-8")
    found = with_personas(rehearsal, [eva, "ada"])
    assert found.experiment.id == "rehearsal-with-eva-with-ada"
    assert found.experiment.personas[-2:] == ("eva", "ada")


def test_everything_wrong_is_told_at_once(rehearsal: Loaded, tmp_path: Path) -> None:
    """No such persona, one twice, one that takes part already, a broken file, and a wording that is lacking."""
    short = ADA.replace('"ada"', '"eva"').replace("portrait =", "portrai =")
    (tmp_path / "personas" / "eva.toml").write_text(short, encoding="utf-8")
    (tmp_path / "broken.toml").write_text('id = "broken"\n', encoding="utf-8")
    with pytest.raises(UserError) as raised:
        with_personas(rehearsal, ["adda", "ada", "ada", "neutral", "broken.toml", "eva"])
    lines = str(raised.value).splitlines()
    assert lines[0].endswith("found 'adda' (did you mean 'ada'?)")
    taken = "--persona: expected a persona that does not take part yet; found {}, which does"
    assert lines[1:3] == [taken.format("'ada'"), taken.format("'neutral'")]
    assert [line.split(":")[0] for line in lines[3:-1]] == ["broken.toml"] * (len(lines) - 4)
    assert lines[-1] == (
        "--persona: expected a persona that has the wording 'portrait', as the experiment asks in it; found 'eva' with "
        "only plain, portrai, instruction (did you mean 'portrai'?)"
    )


def test_power_and_calibration_are_of_the_experiment_with_the_persona(rehearsal: Loaded) -> None:
    """They are told of it by the same words, and write into its folders."""
    asked = Simulations(rehearsal.path, 40, "logistic", 0, 1, ("ada",), None, None, Path("out"))
    said = asked.command("power", broken=True)
    assert said == f"eep power {rehearsal.path} --persona ada --experiments 40 --seed 0 --broken"
    prepared = asked.prepared
    assert prepared.reports == Path("out/reports/rehearsal-with-ada")
    assert (prepared.written.experiment.id, prepared.options) == ("rehearsal", ("--persona", "ada"))
