"""``eep audit`` on a run: saved students, graphs and tables of answers, good and bad."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from onnx import TensorProto, helper

import eep
from benchmarks.audit import Bench
from eep.cli.views import audited
from eep.embodiment import saved
from eep.pipeline.audit import audit
from eep.pipeline.finished import open_run

pytestmark = pytest.mark.slow

EXPERIMENT = """\
id = "tastes"
title = "Tastes"
question = "Who is it?"
seed = 2
personas = [
  "herpetologist", "kitten-foster", "goth-teen", "five-year-old", "hill-farmer", "rally-driver", "brother-anselm",
  "neutral", "tram-rider",
]
wordings = ["plain", "portrait", "instruction"]

[teacher]
provider = "recorded"
recording = "first-matrix"

[tasks.cute]
stimuli = "first-matrix"
students = ["logistic"]

[analysis]
permutations = 199
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> eep.Run:
    """Run seven personas of the first matrix before animals, without a report."""
    folder = tmp_path_factory.mktemp("tastes")
    (folder / "tastes.toml").write_text(EXPERIMENT, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("eep.pipeline.report.write_report", lambda *_: None)
        return eep.run(folder / "tastes.toml", out=folder)


def answers(run: eep.Run, persona: str, wording: str, role: str = "student") -> pl.DataFrame:
    """Return a cell's answers to the held-out items, as somebody would bring them."""
    found = run.responses.filter(role=role, persona=persona, wording=wording, split="test", option="cute")
    return found.filter(pl.col("agent").is_in(["logistic", *run.teachers])).select("item", "response")


def test_a_student_of_the_run_is_named_without_its_wording(run: eep.Run) -> None:
    """A student of the run itself is audited without all cells of its wording, which is said, and named as its persona."""
    for persona in ("rally-driver", "five-year-old", "goth-teen"):
        for wording in ("plain", "portrait", "instruction"):
            report = audit(run.folder, run.folder, persona=persona, wording=wording)
            assert report.named in (("", persona) if persona == "goth-teen" else (persona,))
            assert "left out" in report.notes[0]
    report = audit(run.folder, run.folder, persona="five-year-old", wording="plain")
    printed = " ".join(audited.of_report(report).split())
    assert f": five-year-old ({report.names['five-year-old']}), adjusted p = ." in printed
    assert " found " in printed


def test_controls_are_none_of_them(run: eep.Run) -> None:
    """Students of nobody and of a placebo, and a table of chance, are none of the suspects."""
    for persona in ("neutral", "tram-rider"):
        report = audit(run.folder, run.folder, persona=persona, wording="portrait")
        assert report.named == ""
        assert "none of them" in " ".join(audited.of_report(report).split())


def test_tables_and_graphs_say_the_same(run: eep.Run, tmp_path: Path) -> None:
    """A student brought as a table in three formats, as a file elsewhere, and as a graph, is found to be the same."""
    table = answers(run, "rally-driver", "portrait")
    table.write_csv(tmp_path / "a.csv")
    table.write_ndjson(tmp_path / "a.jsonl")
    table.select("item", cute="response", **{"not cute": 1 - pl.col("response")}).write_parquet(tmp_path / "a.parquet")
    student = audit(run.folder, run.folder, persona="rally-driver", wording="portrait")
    assert student.named == "rally-driver"
    for suffix in (".csv", ".jsonl", ".parquet"):
        brought = audit(tmp_path / f"a{suffix}", run.folder)
        # It is known by its answers, and not tested against itself.
        np.testing.assert_allclose(brought.found.resemblance, student.found.resemblance, atol=1e-5)
        assert brought.named == "rally-driver"
        assert "answers as an agent of this very run: all cells of its wording, portrait" in brought.notes[0]
    run.export(tmp_path / "body", persona="herpetologist", wording="portrait")
    # With its encoder inside, the graph takes pictures: not what the run's students sense.
    with pytest.raises(eep.UserError, match="expected an ONNX graph that takes"):
        audit(tmp_path / "body" / "policy.onnx", run.folder)
    graph(tmp_path / "plain.onnx", 256, 2)
    assert audit(tmp_path / "plain.onnx", run.folder).named == ""


def test_tables_of_the_run_itself_are_told_apart(run: eep.Run, tmp_path: Path) -> None:
    """A teacher's own answers are audited without their wording; the mean of a persona's students is refused; others pass."""
    answers(run, "goth-teen", "plain", "teacher").write_csv(tmp_path / "teacher.csv")
    assert "wording, plain, were left out" in audit(tmp_path / "teacher.csv", run.folder).notes[0]
    students = pl.concat([answers(run, "goth-teen", wording) for wording in ("plain", "portrait", "instruction")])
    students.group_by("item", maintain_order=True).agg(pl.col("response").mean()).write_csv(tmp_path / "mean.csv")
    with pytest.raises(eep.UserError, match="not made of the suspects themselves"):
        audit(tmp_path / "mean.csv", run.folder)
    changed = answers(run, "goth-teen", "plain").with_columns((pl.col("response") * 0.9).alias("response"))
    changed.write_csv(tmp_path / "changed.csv")
    assert audit(tmp_path / "changed.csv", run.folder).notes == ()


def test_error_rates_and_power_of_recorded_personas(run: eep.Run) -> None:
    """Of what is nobody's at most 6.5 % is named, of students in a wording left out most are, and mixtures not as the lesser."""
    told = list(Bench(open_run(run.folder), "cute").told())
    controls = [one.named for one in told if one.what.endswith(("neutral", "placebo", "not suspected"))]
    others = [one.named for one in told if one.what.startswith(("rule", "permuted"))]
    for nobody in (controls, others):
        assert len(nobody) >= 20
        assert np.mean([name != "" for name in nobody]) <= 0.065
    students = [one for one in told if one.what == "logistic, persona"]
    assert len(students) == 21
    assert np.mean([one.named == one.right for one in students]) >= 0.5
    assert np.mean([one.named not in ("", one.right) for one in students]) <= 0.065
    mixed = [one for one in told if one.what == "logistic, 75% of a persona"]
    assert len(mixed) == 21 * 6
    assert np.mean([one.named == one.right for one in mixed]) >= 0.3
    assert np.mean([one.named == one.lesser for one in mixed]) <= 0.065


def graph(path: Path, width: int, options: int, weight: float = 0.0) -> None:
    """Write a graph that says the same of everything."""
    weights = helper.make_tensor("w", TensorProto.FLOAT, [width, options], np.full(width * options, weight))
    nodes = [helper.make_node("MatMul", ["x", "w"], ["y"]), helper.make_node("Softmax", ["y"], ["p"], axis=1)]
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", width])]
    outputs = [helper.make_tensor_value_info("p", TensorProto.FLOAT, ["n", options])]
    made = helper.make_graph(nodes, "g", inputs, outputs, [weights])
    opsets = [helper.make_opsetid("", 17)]
    path.write_bytes(helper.make_model(made, opset_imports=opsets, ir_version=8).SerializeToString())


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"response": pl.lit(1.2)}, "from 0 to 1"),
        ({"response": pl.lit(None, pl.Float64)}, "from 0 to 1"),
        ({"response": pl.lit("yes")}, "expected numbers"),
        ({"item": pl.lit("same")}, "each item once"),
        ({"item": pl.col("item") + "x"}, "found 'animal"),
        ({"response": None}, "expected the columns item and"),
    ],
)
def test_bad_tables_are_refused(run: eep.Run, tmp_path: Path, change: dict[str, Any], says: str) -> None:
    """Values that are no probabilities, items that are twice or unknown, and missing columns are refused in words."""
    table = answers(run, "goth-teen", "plain")
    name, value = next(iter(change.items()))
    table = table.drop(name) if value is None else table.with_columns(value.alias(name))
    table.write_csv(tmp_path / "bad.csv")
    with pytest.raises(eep.UserError, match=says):
        audit(tmp_path / "bad.csv", run.folder)


def test_some_items_are_enough_and_few_are_not(run: eep.Run, tmp_path: Path) -> None:
    """A table of a part of the items is audited on these, which is said; of ten items it is not."""
    table = answers(run, "goth-teen", "plain")
    table.head(60).write_csv(tmp_path / "some.csv")
    report = audit(tmp_path / "some.csv", run.folder)
    assert report.items == 60
    assert report.notes[0] == f"The policy answers 60 of {table.height} held-out items."
    table.head(10).write_csv(tmp_path / "few.csv")
    with pytest.raises(eep.UserError, match="at least 30 held-out items; found 10"):
        audit(tmp_path / "few.csv", run.folder)


def test_policies_that_cannot_be_read_are_refused(run: eep.Run, tmp_path: Path) -> None:
    """A missing file, one that is no graph, a graph of other sizes, and all wordings at once are refused with a way out."""
    (tmp_path / "no.onnx").write_bytes(b"no graph")
    graph(tmp_path / "wide.onnx", 7, 2)
    graph(tmp_path / "more.onnx", 256, 3)
    graph(tmp_path / "nan.onnx", 256, 2, float("nan"))
    for name, says in (
        ("missing", "No such file"),
        ("no", "takes"),
        ("wide", "takes"),
        ("more", r"found shape \(\d+, 3\)"),
        ("nan", "expected rows of probabilities that sum to 1"),
    ):
        with pytest.raises(eep.UserError, match=says):
            audit(tmp_path / f"{name}.onnx", run.folder)
    with pytest.raises(eep.UserError, match="name one --wording"):
        audit(run.folder, run.folder, persona="goth-teen")
    with pytest.raises(eep.UserError, match="No such file"):
        audit(tmp_path / "missing.csv", run.folder)


def test_suspects_must_be_enough(bodies_run: eep.Run) -> None:
    """A run of few personas has too few suspects; a task must be named where there are several."""
    with pytest.raises(eep.UserError, match="--task: expected one of cute, encounter, cartpole"):
        audit(bodies_run.folder, bodies_run.folder, persona="neutral")
    with pytest.raises(eep.UserError, match="at least 6 personas"):
        audit(bodies_run.folder, bodies_run.folder, task="encounter", persona="neutral", wording="plain")


def test_where_nothing_is_inherited_nobody_is_named(run: eep.Run, tmp_path: Path) -> None:
    """A run whose own students do not show what personas favour gives no name, and says why."""
    folder = Path(shutil.copytree(run.folder, tmp_path / "tastes"))
    changed = run.verdicts.with_columns(verdict=pl.lit("inconclusive"))
    changed.write_parquet(folder / "verdicts.parquet")
    with pytest.raises(eep.UserError, match="verdicts"):  # a changed run is none
        audit(folder, folder, persona="goth-teen", wording="plain")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("eep.data.run_tables.changed_files", lambda *_: [])
        report = audit(folder, folder, persona="goth-teen", wording="plain")
    assert report.named == ""
    assert "not testable" in audited.of_report(report)
    assert saved.read(folder / "students").experiment == "tastes"
