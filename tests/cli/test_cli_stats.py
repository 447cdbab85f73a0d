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

from eep.cli import cli, main
from eep.core.errors import UserError
from eep.pipeline.calibration import measured
from eep.pipeline.calibration.design import designs
from eep.pipeline.calibration.power import POWER, THIS, conclusive
from eep.pipeline.prepare import Prepared, prepare

EXPERIMENT = """\
id = "small"
title = "Small"
question = "Is it?"
personas = ["sir-isaac-newton", "herpetologist", "goth-teen", "hill-farmer", "neutral"]
wordings = ["plain", "portrait"]

[teacher]
provider = "simulated"
respond = "sample"
samples = 2

[tasks.cartpole]
students = ["logistic"]
train_items = 60
test_items = 40
"""


@pytest.fixture
def experiment(tmp_path: Path) -> Path:
    """Return the file of a small experiment."""
    path = tmp_path / "small.toml"
    path.write_text(EXPERIMENT, encoding="utf-8")
    return path


def test_designs_are_the_experiments(experiment: Path, tmp_path: Path) -> None:
    """Personas without controls, its wordings and samples, the items that its settings ask for."""
    found = designs(prepare(experiment, out=tmp_path))["cartpole"]
    assert (found.personas, found.wordings, found.samples) == (4, 2, 2)
    assert (found.items, found.train, found.answers) == (40, 60, "yes/no")
    # 81 texts are more than 40 items: each has its own.
    assert found.clusters == 0


def test_designs_know_how_items_are_split(experiment: Path, tmp_path: Path) -> None:
    """Where the split does not depend on answers, it is known before a run."""
    experiment.write_text(EXPERIMENT + "\n[tasks.cute]\nnumber = 60\ntest_share = 0.25\n", encoding="utf-8")
    found = designs(prepare(experiment, out=tmp_path))["cute"]
    assert (found.items, found.clusters, found.train) == (15, 0, 45)


def answered(prepared: Prepared, items: int, clusters: int) -> None:
    """Write responses as a run would, of so many held-out items and 25 to learn from."""
    rng = np.random.default_rng(0)
    cells = panel(*rng.random((2, 4, 2, items)), clusters=clusters)
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
    arguments = [
        "calibrate",
        str(experiment),
        "--nulls",
        "N4,N1",
        "--experiments",
        "20",
        "--out",
        str(tmp_path),
    ]
    folder = tmp_path / "reports" / "small"
    done = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert done.exit_code == 0
    assert done.stdout.strip() == str(folder / "calibration.md")
    first = (folder / "calibration.json").read_bytes()
    (one,) = json.loads(first)["measured"]
    assert {row["null"] for row in one["rates"]} == {"N1", "N4"}
    kept = list((tmp_path / "runs" / "small" / "calibration").glob("*.parquet"))
    assert len(kept) == 7
    CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert (folder / "calibration.json").read_bytes() == first


@pytest.mark.slow
def test_power_says_the_lines_that_matter(experiment: Path, tmp_path: Path) -> None:
    """Chances by strength, what would help, and where the table lies; alpha is what Holm's first step asks for."""
    done = CliRunner().invoke(
        cli, ["power", str(experiment), "--experiments", "20", "--out", str(tmp_path)], catch_exceptions=False
    )
    assert done.exit_code == 0
    chances, advice, path = done.stdout.strip().splitlines()
    assert re.fullmatch(r"Chance of finding .*: weak \(0\.35\) \d+ %, medium .*, strong .*\.", chances)
    assert advice.startswith("This design finds a weak persona effect in ")
    record = json.loads(Path(path).with_suffix(".json").read_text(encoding="utf-8"))
    assert record["alpha"] == pytest.approx(0.025)
    found = measured.measured(prepare(experiment, out=tmp_path))
    assert conclusive(found.tables["cartpole"]["power"]) == advice
    assert measured.advice(prepare(experiment, out=tmp_path), found) == {"cartpole": advice}
    assert measured.planned(prepare(experiment, out=tmp_path)) == chances


@pytest.mark.slow
def test_power_is_measured_of_another_teacher(experiment: Path, tmp_path: Path) -> None:
    """Of the run that has its name, where its plan finds it; the report names the experiment and the teacher."""
    named = ["--teacher", "openai:m", "--base-url", "http://localhost:1/v1"]
    arguments = ["power", str(experiment), "--experiments", "20", *named, "--out", str(tmp_path)]
    done = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert done.exit_code == 0
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
    """Before it was measured, and after the design has changed."""
    folder = tmp_path / "reports" / "small"
    said = f"not measured yet; eep power {experiment} --teacher openai:m --out {tmp_path} measures"
    assert said in measured.planned(prepare(experiment, teacher="openai:m", out=tmp_path))
    folder.mkdir(parents=True)
    document = {"command": "x", "measured": [{"task": "CartPole", "design": {}, "power": []}]}
    (folder / "power.json").write_text(json.dumps(document), encoding="utf-8")
    assert "for another design than this one" in measured.planned(prepare(experiment, out=tmp_path))
    assert measured.measured(prepare(experiment, out=tmp_path)).stale == ("power",)
    (folder / "power.json").write_text('{"measured": 3}', encoding="utf-8")
    with pytest.raises(UserError, match="expected what eep power wrote") as raised:
        measured.measured(prepare(experiment, out=tmp_path))
    assert str(raised.value).endswith(f"eep power {experiment} --out {tmp_path}")


def test_unknown_worlds_are_named(experiment: Path) -> None:
    """The error lists the worlds that there are."""
    with pytest.raises(UserError, match=r"--nulls: expected names out of N0, N1, .*; found N9"):
        CliRunner().invoke(cli, ["calibrate", str(experiment), "--nulls", "N1,N9"], catch_exceptions=False)


def test_too_small_experiments_are_bad_input(experiment: Path, tmp_path: Path) -> None:
    """One wording cannot be simulated, and the error says what is expected."""
    experiment.write_text(EXPERIMENT.replace('["plain", "portrait"]', '["plain"]'), encoding="utf-8")
    arguments = ["power", str(experiment), "--out", str(tmp_path)]
    with pytest.raises(UserError, match=r"expected at least 2 personas, 2 wordings"):
        CliRunner().invoke(cli, arguments, catch_exceptions=False)


def test_stopping_speaks_of_whatever_was_going_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Simulated experiments have no questions: the words of a stop fit every command, and the code is 3."""

    def stop(**_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "main", stop)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    with pytest.raises(SystemExit, match="3"):
        main()
    told = "stopped; what was finished so far is kept, and the same command goes on with the rest\n"
    assert capsys.readouterr().err == told
