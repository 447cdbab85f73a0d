"""Experiment files: loading, everything that can be wrong, and settings changed at run time."""

from pathlib import Path

import pytest

from eep.config.experiment import Loaded, load_experiment, settings_dict
from eep.config.overrides import with_overrides
from eep.config.references import RESERVED
from eep.core.errors import TomlError, UserError
from eep.core.paths import shipped
from eep.data.persona import Arm
from eep.teachers.recorded import RecordedSettings
from eep.teachers.simulated import SimulatedSettings

GOOD = """\
#:schema x
id = "mine"
title = "Mine"
question = "What?"
seed = 3
personas = [
  "one",
  "two", # the second
  "nobody",
]
wordings = ["plain", "long"]

[teacher]
provider = "simulated"
persona_effect = 2

[tasks.cartpole]
students = ["xgboost", "mlp"]
"""
PERSONA = """\
id = "{name}"
name = "{name}"
arm = "{arm}"
about = "Someone."
[wordings]
plain = "You are {name}."
long = "You are {name}, at length."
"""


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with three personas and a good experiment, the current folder."""
    (tmp_path / "personas").mkdir()
    for name, arm in (("one", "persona"), ("two", "persona"), ("nobody", "neutral")):
        (tmp_path / "personas" / f"{name}.toml").write_text(PERSONA.format(name=name, arm=arm), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def load(study: Path, text: str = GOOD) -> Loaded:
    """Write an experiment and load it."""
    (study / "mine.toml").write_text(text, encoding="utf-8")
    return load_experiment(Path("mine.toml"))


def problems(study: Path, text: str) -> list[str]:
    """Return the lines of an experiment's error."""
    with pytest.raises(TomlError) as raised:
        load(study, text)
    return [line.removeprefix("mine.toml:") for line in raised.value.lines]


def test_a_file_becomes_an_experiment_with_its_personas(study: Path) -> None:
    """Settings are of the teacher's and the task's own classes; personas come in the file's order."""
    loaded = load(study)
    experiment = loaded.experiment
    assert (experiment.id, experiment.seed, experiment.wordings) == ("mine", 3, ("plain", "long"))
    assert experiment.teacher == SimulatedSettings(persona_effect=2.0)
    assert [*experiment.tasks] == ["cartpole"]
    assert experiment.tasks["cartpole"].students == ("xgboost", "mlp")
    assert [p.id for p in loaded.personas] == ["one", "two", "nobody"]
    assert [p.arm for p in loaded.personas] == [Arm.PERSONA, Arm.PERSONA, Arm.NEUTRAL]
    assert [*loaded.sources] == ["experiment", "personas/one", "personas/two", "personas/nobody"]
    assert all(len(digest) == 64 for digest in loaded.sources.values())
    told = settings_dict(experiment)  # defaults included, for the plan to register them
    assert (told["teacher"]["noise"], told["tasks"]["cartpole"]["hold"]) == (0.3, 2)
    assert told["controls"] == {"permuted": 20}


def test_no_experiment_has_the_name_of_a_committed_folder() -> None:
    """Every folder of reports/ that git does not ignore is one that no run can write into."""
    lines = (Path(__file__).parents[2] / ".gitignore").read_text(encoding="utf-8").splitlines()
    kept = [line.split("/")[2] for line in lines if line.startswith("!/reports/") and line.endswith("/")]
    assert sorted(kept) == sorted(RESERVED)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('"two"', '"tow"', "8:3: personas[1]: expected a persona out of {folders}, found 'tow' (did you mean 'two'?)"),
        ('"two"', '"one"', "8:3: personas[1]: expected each entry once, found 'one' again"),
        ('"two"', "2", "8:3: personas[1]: expected a text in quotes, found 2"),
        ('  "one",\n  "two", # the second\n', "", "6:12: personas: expected at least one persona of the arm 'persona', found controls only"),
        ('"long"', '"lnog"', "11:22: wordings[1]: expected a wording that the personas have, found 'lnog' (did you mean 'long'?)"),
        ('"simulated"', '"simulatd"', "14:12: teacher.provider: expected one of 'simulated', 'recorded', 'anthropic', 'openai', 'episodes', found 'simulatd' (did you mean 'simulated'?)"),
        ('provider = "simulated"', 'provder = "simulated"', "14:1: teacher.provder: expected one of the keys provider, found 'provder' (did you mean 'provider'?)"),
        ("persona_effect = 2", "persona_efect = 2", "15:1: teacher.persona_efect: expected one of the keys provider, samples, concurrency, persona_effect, wording_effect, generic_effect, noise, respond, latency, found 'persona_efect' (did you mean 'persona_effect'?)"),
        ("persona_effect = 2", "persona_effect = -2", "15:18: teacher.persona_effect: expected a number of at least 0, found -2"),
        ("persona_effect = 2", "persona_effect = 1e308", "15:18: teacher.persona_effect: expected a number of at most 100, found 1e+308"),
        ("[tasks.cartpole]", "[tasks.cartpol]", "17:8: tasks.cartpol: expected one of the keys cartpole, cute, encounter, found 'cartpol' (did you mean 'cartpole'?)"),
        ('"mlp"', '"xgbost"', "18:24: tasks.cartpole.students[1]: expected one of 'logistic', 'mlp', 'xgboost', found 'xgbost' (did you mean 'xgboost'?)"),
        ('"mlp"', '"xgboost"', "18:24: tasks.cartpole.students[1]: expected each entry once, found 'xgboost' again"),
        ('students = ["xgboost", "mlp"]', "hold = 0", "18:8: tasks.cartpole.hold: expected a number of at least 1, found 0"),
        ("seed = 3", "seed = 3.0", "5:8: seed: expected a whole number, found 3.0"),
        ('id = "mine"', 'id = "My study"', "2:6: id: expected small letters, digits and hyphens, beginning with a letter or digit, found 'My study'"),
        ('id = "mine"', 'id = "examples"', "2:6: id: expected another id than calibration and examples, whose folders in reports/ no run writes, found 'examples'"),
        ('id = "mine"', 'id = "calibration"', "2:6: id: expected another id than calibration and examples, whose folders in reports/ no run writes, found 'calibration'"),
        ("[teacher]", "[techer]", "13:2: techer: expected one of the keys id, title, question, seed, personas, wordings, teacher, tasks, play, controls, analysis, found 'techer' (did you mean 'teacher'?)"),
    ],
)  # fmt: skip
def test_each_mistake_is_told_at_its_place(study: Path, old: str, new: str, line: str) -> None:
    """One mistake is one line, at the element or value it is about."""
    folders = f"personas, {study.parent / 'personas'}, {shipped('personas')}"
    assert problems(study, GOOD.replace(old, new)) == [line.format(folders=folders)]


def test_an_experiment_without_tasks_is_told_so(study: Path) -> None:
    """Whether the table is missing or empty."""
    text = GOOD.partition("[tasks")[0]
    assert problems(study, text) == ["1:1: tasks: expected this key, found nothing"]
    assert problems(study, text + "[tasks]\n") == ["17:2: tasks: expected at least one task, found an empty table"]


@pytest.mark.parametrize(
    ("file", "old", "new", "line"),
    [
        ("two", "long =", "lang =", "8:3: personas[1]: expected a persona that has the wording 'long', found 'two' with only plain, lang (did you mean 'lang'?)"),
        ("copy", "copy", "one", "7:3: personas[0]: expected one file with the id 'one' in a folder, found personas/one.toml, personas/copy.toml"),
    ],
)  # fmt: skip
def test_personas_that_do_not_fit_are_told_in_the_list(study: Path, file: str, old: str, new: str, line: str) -> None:
    """One that lacks a wording, and one that two files claim, each at its own element."""
    text = PERSONA.format(name=file, arm="persona").replace(old, new)
    (study / "personas" / f"{file}.toml").write_text(text, encoding="utf-8")
    assert problems(study, GOOD) == [line]


def test_problems_of_all_files_come_at_once(study: Path) -> None:
    """Of the experiment first, then of each persona's file under its own name."""
    path = study / "personas" / "two.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("arm =", "amr ="), encoding="utf-8")
    found = problems(study, GOOD.replace("seed = 3", "seed = -1").replace('"one"', '"eins"'))
    assert [line.partition(" expected")[0] for line in found] == [
        "5:8: seed:",
        "7:3: personas[0]:",
        "personas/two.toml:3:1: amr:",
    ]


def test_a_seed_given_at_run_time_gives_the_run_its_own_name(study: Path) -> None:
    """The file's own seed changes nothing; another one does not overwrite the file's run."""
    loaded = load(study)
    assert with_overrides(loaded, seed=3) == loaded
    changed = with_overrides(loaded, seed=8).experiment
    assert (changed.seed, changed.id) == (8, "mine-seed-8")
    with pytest.raises(UserError, match="seed: expected a whole number from 0 to 2147483647, found -1"):
        with_overrides(loaded, seed=-1)


def test_the_teacher_can_be_changed_at_run_time(study: Path) -> None:
    """Its settings are checked as the file's are; another provider keeps only what all have."""
    loaded = load(study)
    stronger = with_overrides(loaded, teacher={"persona_effect": 3.0, "samples": 2})
    assert stronger.experiment.teacher == SimulatedSettings(persona_effect=3.0, samples=2)
    other = with_overrides(stronger, teacher={"provider": "recorded", "recording": "first-matrix"})
    assert other.experiment.teacher == RecordedSettings(recording="first-matrix", samples=2)
    moved = with_overrides(other, recording=Path("elsewhere"))
    assert moved.experiment.teacher == RecordedSettings(recording="elsewhere", samples=2)


def test_what_the_teacher_cannot_take_at_run_time_is_told(study: Path) -> None:
    """All of it, by its dotted name."""
    loaded = load(study)
    with pytest.raises(UserError) as raised:
        with_overrides(loaded, teacher={"noise": -1, "nose": 2})
    lines = str(raised.value).splitlines()
    assert sorted(line.partition(" expected")[0] for line in lines) == ["teacher.noise:", "teacher.nose:"]
    with pytest.raises(UserError, match="--recording: expected a teacher that reads a recording"):
        with_overrides(loaded, recording="folder")
    with pytest.raises(UserError, match=r"teacher\.provider: expected one of .* \(did you mean 'recorded'\?\)"):
        with_overrides(loaded, teacher={"provider": "recoded"})
