"""eep calibrate and eep power."""

import json
import re
from dataclasses import asdict
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from cells import panel, table
from click.testing import CliRunner

from eep.cli import cli
from eep.core.errors import UserError
from eep.pipeline.calibration import measured
from eep.pipeline.calibration.design import designs, reach
from eep.pipeline.calibration.power import POWER, THIS, conclusive
from eep.pipeline.prepare import Prepared, prepare

HEAD = """\
id = "small"
title = "Small"
question = "Is it?"
personas = ["sir-isaac-newton", "herpetologist", "goth-teen", "hill-farmer", "rally-driver", "neutral"]
wordings = ["plain", "portrait"]

[teacher]
provider = "simulated"
respond = "sample"
samples = 2

"""
EXPERIMENT = HEAD + '[tasks.cartpole]\nstudents = ["logistic"]\ntrain_items = 60\ntest_items = 40\n'
CUTE = "\n[tasks.cute]\nnumber = 60\ntest_share = 0.25\n"


def eep(*words: str | Path) -> str:
    """Run a command that ends well and return what it prints; what a user did wrong is raised."""
    done = CliRunner().invoke(cli, [*map(str, words)], catch_exceptions=False)
    assert done.exit_code == 0
    return done.stdout


@pytest.fixture
def experiment(tmp_path: Path) -> Path:
    """Return the file of a small experiment."""
    path = tmp_path / "small.toml"
    path.write_text(EXPERIMENT, encoding="utf-8")
    return path


def test_designs_are_the_experiments(experiment: Path, tmp_path: Path) -> None:
    """Personas without controls, its wordings and samples, and the items that its settings ask for or split beforehand."""
    experiment.write_text(EXPERIMENT + CUTE, encoding="utf-8")
    found = designs(prepare(experiment, out=tmp_path))
    pole, cute = found["cartpole"], found["cute"]
    assert (pole.personas, pole.wordings, pole.samples) == (5, 2, 2)
    # Of the 81 texts 27 are held out.
    assert (pole.items, pole.clusters, pole.train, pole.answers) == (40, 27, 60, "yes/no")
    assert (cute.items, cute.clusters, cute.train) == (15, 0, 45)


def answered(prepared: Prepared, items: int, clusters: int) -> None:
    """Write responses as a run would, of so many held-out items and 25 to learn from."""
    rng = np.random.default_rng(0)
    cells = panel(*rng.random((2, 5, 2, items)), clusters=clusters)
    rows = table(cells).with_columns(task=pl.lit("cartpole"))
    learned = rows.filter(role="teacher").with_columns(
        split=pl.lit("train", rows.schema["split"]), item=pl.col("item") + "-train"
    )
    prepared.runs.mkdir(parents=True)
    pl.concat([rows, learned.head(25)]).write_parquet(prepared.runs / "responses.parquet")


def test_designs_know_what_a_run_has_found(experiment: Path, tmp_path: Path) -> None:
    """Items, clusters and probabilities are those of the run's responses."""
    prepared = prepare(experiment, out=tmp_path)
    answered(prepared, items=30, clusters=10)
    found = designs(prepared)["cartpole"]
    assert (found.items, found.clusters, found.train, found.answers) == (30, 10, 25, "probability")


@pytest.mark.slow
def test_calibrate_writes_rates(experiment: Path, tmp_path: Path) -> None:
    """The worlds that were named, 20 experiments each, into the experiment's report; a second call is the same."""
    words = ("calibrate", experiment, "--nulls", "N4,N1", "--experiments", "20", "--out", tmp_path)
    page = tmp_path / "reports" / "small" / "calibration.md"
    assert eep(*words).strip() == str(page)
    first = page.with_suffix(".json").read_bytes()
    (one,) = json.loads(first)["measured"]
    assert {row["null"] for row in one["rates"]} == {"N1", "N4"}
    assert len(list((tmp_path / "runs" / "small" / "calibration").glob("*.parquet"))) == 7
    eep(*words)
    assert page.with_suffix(".json").read_bytes() == first


@pytest.mark.slow
def test_power_says_the_lines_that_matter(experiment: Path, tmp_path: Path) -> None:
    """Chances by strength, what would help, and where the table lies; alpha is what Holm's first step asks for."""
    _, chances, advice, path = eep("power", experiment, "--experiments", "20", "--out", tmp_path).strip().splitlines()
    assert re.fullmatch(r"Chance of finding .*: weak \(0\.35\) \d+ %, medium .*, strong .*\.", chances)
    assert advice.startswith("This design finds a weak persona effect in ")
    record = json.loads(Path(path).with_suffix(".json").read_text(encoding="utf-8"))
    assert record["alpha"] == pytest.approx(0.05 / 3)
    own = prepare(experiment, out=tmp_path)
    found = measured.measured(own)
    assert conclusive(found.tables["cartpole"]["power"]) == advice
    assert measured.advice(own, found) == {"cartpole": advice}
    assert measured.planned(own) == chances


def test_power_is_measured_of_another_teacher(
    experiment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the run that has its name, where its plan finds it; the report names the experiment and the teacher."""
    row = dict.fromkeys(POWER, 0) | {"design": THIS, "effect": "weak", "answers": "yes/no"}
    monkeypatch.setattr("eep.pipeline.calibration.power.power", lambda *_, **__: pl.DataFrame([row]))
    monkeypatch.setattr("eep.pipeline.calibration.power.conclusive", lambda _: "")
    named = ["--teacher", "openai:m", "--base-url", "http://localhost:1/v1"]
    eep("power", experiment, *named, "--out", tmp_path)
    prepared = prepare(experiment, teacher=named[1], base_url=named[3], out=tmp_path)
    assert "Chance of finding" in measured.planned(prepared)
    assert " ".join(named) in measured.measured(prepared).commands["power"]
    (advice,) = measured.advice(prepared, measured.Measured()).values()
    assert advice.startswith(f"`eep power small {' '.join(named)}` measures")


def test_power_holds_under_another_seed(experiment: Path, tmp_path: Path) -> None:
    """What was measured of the file belongs to its run under any seed that comes to the same design, and to no other."""
    own, other = (prepare(experiment, seed=seed, out=tmp_path) for seed in (None, 7))
    assert own.reports != other.reports
    power(own)
    assert measured.planned(other) == measured.planned(own) != ""
    assert measured.measured(other).commands == {"power": "eep power small"}
    assert measured.digest(other) == measured.digest(own)
    answered(own, items=30, clusters=10)
    assert measured.measured(other).stale == ("power",)  # as it is for the own seed
    power(own)
    assert "Chance of finding" in measured.planned(other)
    answered(other, items=30, clusters=10)
    assert measured.measured(other).tables["cartpole"]["power"].height == 1
    (other.runs / "responses.parquet").unlink()
    other.runs.rmdir()
    answered(other, items=28, clusters=9)
    assert measured.measured(other).stale == ("power",)
    assert measured.planned(other) == (
        "Power: measured under the file's own seed, for another design than this one "
        f"(clusters 10, here 9; items 30, here 28); see {own.reports / 'power.md'}."
    )
    assert "Chance of finding" in measured.planned(own)


def power(prepared: Prepared) -> None:
    """Leave the record of a measurement of the experiment's present design."""
    design = asdict(designs(prepared)["cartpole"])
    row = dict.fromkeys(POWER, 0) | {"design": THIS, "effect": "weak", "answers": design["answers"]}
    document = {
        "command": "eep power small",
        "measured": [{"task": "CartPole", "design": dict(sorted(design.items())), "power": [row]}],
    }
    prepared.reports.mkdir(parents=True, exist_ok=True)
    (prepared.reports / "power.json").write_text(json.dumps(document), encoding="utf-8")


def test_plans_say_how_to_measure_power(experiment: Path, tmp_path: Path) -> None:
    """Before it was measured, and where what was written is no measurement."""
    said = f"not measured yet; eep power {experiment} --teacher openai:m --out {tmp_path} measures"
    assert said in measured.planned(prepare(experiment, teacher="openai:m", out=tmp_path))
    own = prepare(experiment, out=tmp_path)
    own.reports.mkdir(parents=True)
    (own.reports / "power.json").write_text('{"measured": 3}', encoding="utf-8")
    with pytest.raises(UserError, match="expected what eep power wrote") as raised:
        measured.measured(own)
    assert str(raised.value).endswith(f"eep power {experiment} --out {tmp_path}")


def test_few_relabellings_leave_no_verdict(experiment: Path) -> None:
    """Six personas are enough; where relabellings limit the p-value, more of those are advised."""
    text = EXPERIMENT.replace('"neutral"', '"five-year-old", "neutral"').replace(
        '"portrait"', '"portrait", "instruction"'
    )
    for alpha, said in ((0.05, "the verdict can be reached."), (0.02, "More relabellings would do (permutations).")):
        experiment.write_text(f"{text}\n[analysis]\npermutations = 99\nalpha = {alpha}\n", encoding="utf-8")
        assert reach(prepare(experiment, out=experiment.parent)).sentence.endswith(said)


@pytest.mark.parametrize(
    ("words", "fewer", "found"),
    [
        (("calibrate", "--nulls", "N1,N99"), "", r"--nulls: expected names out of N0, N1, .*; found N99"),
        (("calibrate",), ', "portrait"', r"small.toml: expected at least 2 wordings; found 1$"),
        (("power",), ', "portrait"', r"come to a verdict; found none. The verdict .* found: personas 5, wordings 1\.$"),
        (
            ("power",),
            ', "rally-driver"',
            r"can give is 0.042; with 3 tests the first must reach 0.017: .* More personas",
        ),
    ],
)
def test_what_cannot_be_simulated_is_bad_input(
    experiment: Path, words: tuple[str, ...], fewer: str, found: str
) -> None:
    """Unknown worlds are answered with those that there are; of a design that can give no verdict no power is measured."""
    experiment.write_text(EXPERIMENT.replace(fewer, ""), encoding="utf-8")
    with pytest.raises(UserError, match=found):
        eep(*words, experiment, "--out", experiment.parent)
