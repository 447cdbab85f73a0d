"""Comparing finished runs: reading them by name, what they share, and what is refused."""

import json
from dataclasses import replace
from pathlib import Path

import finished_runs
import numpy as np
import polars as pl
import pytest
from cells import random_panel

from eep.cli.views.comparison import of_comparison
from eep.core.arrays import FloatArray
from eep.core.errors import UserError
from eep.pipeline.comparison import Compared, compare_runs
from eep.pipeline.shared import OTHER_SLOPES, SharedTask
from eep.stats.comparison import NO_ITEMS
from eep.stats.comparison_rows import Comparison, frame

ONE, OTHER = (random_panel(4, 2, 40, seed=seed) for seed in (1, 2))


def compared(out: Path, *names: str) -> Compared:
    """Compare runs with few relabellings."""
    return compare_runs(names, out=out, permutations=99)


def numbers(rows: pl.DataFrame) -> FloatArray:
    """Return all numbers of a comparison's rows, NaN where there is none."""
    found: FloatArray = rows.select(pl.selectors.numeric()).fill_null(np.nan).to_numpy()
    return found


def notes(done: Compared) -> str:
    """Return the notes of the one task."""
    (task,) = done.findings.tasks
    return " ".join(task.notes)


def test_runs_are_compared_as_their_panels_are(tmp_path: Path) -> None:
    """Two runs that share everything give the rows of the statistics on their panels, and nothing is left out."""
    for name, panel in (("a", ONE), ("b", OTHER)):
        finished_runs.write(tmp_path, name, finished_runs.rows(panel, teacher=f"simulated:{name}"))
    done = compared(tmp_path, "a", "b")
    direct = frame(Comparison(99, (0, 2_397_229_305))({"a": ONE, "b": OTHER}))
    keys = ["component", "run", "other", "test", "term", "role"]
    assert done.rows.select(keys).rows() == direct.select(keys).rows()
    exact = ["estimate", "conf_low", "statistic", "n_items", "n_personas"]
    assert numbers(done.rows.select(exact)) == pytest.approx(numbers(direct.select(exact)), nan_ok=True, abs=1e-12)
    assert notes(done) == ""
    assert done.findings.differing == (("a", "b", ("teacher",)),)


def test_runs_under_other_settings_differ_in_them(tmp_path: Path) -> None:
    """A teacher's own settings count, too; runs whose plans say the same differ in nothing that they name."""
    for name, strength in (("a", 1.0), ("b", 0.0), ("c", 1.0)):
        finished_runs.write(tmp_path, name, finished_runs.rows(ONE), strength=strength)
    assert compared(tmp_path, "a", "b").findings.cautions == ["a and b differ in one thing: the teacher's settings."]
    assert compared(tmp_path, "a", "c").findings.cautions == ["a and c differ in nothing that the plans name."]


def test_only_shared_personas_and_wordings_count(tmp_path: Path) -> None:
    """A persona that one run lacks changes no number, and is named."""
    rows = finished_runs.rows(OTHER)
    finished_runs.write(tmp_path, "all", finished_runs.rows(ONE))
    finished_runs.write(tmp_path, "same", finished_runs.rows(ONE).filter(pl.col("persona") != "p003"))
    finished_runs.write(tmp_path, "fewer", rows.filter(pl.col("persona") != "p003"))
    with_it, without = compared(tmp_path, "all", "fewer"), compared(tmp_path, "same", "fewer")
    assert numbers(with_it.rows) == pytest.approx(numbers(without.rows), nan_ok=True, abs=1e-12)
    assert with_it.rows["n_personas"].unique().to_list() == [3]
    assert notes(with_it) == f"Left out, as not every run has them: personas p003. {OTHER_SLOPES}"
    assert notes(without) == ""


def test_cells_in_other_words_are_not_shared(tmp_path: Path) -> None:
    """A persona of the same name in other words is another one: its cells are left out, and listed."""
    panels = {name: random_panel(4, 3, 40, seed=seed) for seed, name in enumerate("ab")}
    finished_runs.write(tmp_path, "a", finished_runs.rows(panels["a"]))
    words = {("p001", "w000"): "You are somebody else."}
    finished_runs.write(tmp_path, "b", finished_runs.rows(panels["b"]), words=words)
    done = compared(tmp_path, "a", "b")
    assert notes(done) == f"Left out, as the runs have other words for them: p001 (w000). {OTHER_SLOPES}"
    assert done.rows["n_personas"].unique().to_list() == [4]
    assert done.rows.filter(component="level", test="arrive", term="difference")["p_value"].item() is not None


def seeds(out: Path, *, shared: int) -> Compared:
    """Compare two runs of two seeds that share so many items out of 30 each, and all ten texts."""
    names = [f"c{number % 10}" for number in range(60)]
    for name, panel, first in (("a", ONE, 0), ("b", OTHER, 30 - shared)):
        rows = finished_runs.rows(panel.only(np.arange(40) < 30))
        place = pl.col("item").str.slice(1).cast(pl.Int32) + first
        clusters = pl.Series([names[n] for n in rows.select(place).to_series()])
        moved = rows.with_columns(item=pl.format("item {}", place), cluster=clusters)
        finished_runs.write(out, name, moved, seed=first + 1)
    return compared(out, "a", "b")


def test_items_of_two_seeds_are_restricted_to_the_shared(tmp_path: Path) -> None:
    """Of two seeds' items the shared ones count, and the note names the seed as the cause."""
    done = seeds(tmp_path, shared=18)
    assert done.rows["n_items"].unique().to_list() == [18]
    assert notes(done) == (
        "18 held-out items are shared (30 of a, 30 of b). The seeds differ, and a seed draws which items are held out. "
        f"The others are left out. {OTHER_SLOPES}"
    )


def test_a_handful_of_shared_items_has_no_verdict(tmp_path: Path) -> None:
    """Below eight, of each component, as in a run; the reason says how many would do."""
    few = finished_runs.rows(ONE.only(np.arange(40) < 7))
    for name, rows in (("a", finished_runs.rows(ONE)), ("b", few)):
        finished_runs.write(tmp_path, name, rows)
    done = compared(tmp_path, "a", "b")
    answers = done.rows.filter(test="arrive", term="difference")
    assert answers["p_value"].null_count() == answers.height == 3
    assert set(answers["note"]) == {"the design is too small: 7 held-out items are too few; 8 or more would do"}


def test_without_shared_items_shared_texts_count(tmp_path: Path) -> None:
    """Where no item but all texts are shared, each text is one item, with the mean answer to what stands for it."""
    done = seeds(tmp_path, shared=0)
    (task,) = done.findings.tasks
    assert task.unit == "texts"
    assert done.rows["n_items"].unique().to_list() == [10]
    assert "10 held-out texts are shared, but none of the items" in notes(done)
    level = ONE.only(np.arange(40) < 30).teacher.reshape(4, 2, 3, 10).mean(axis=(2, 3))
    deviation = level - level.mean(axis=0)
    variance = 4 / 3 * (deviation[:, 0] * deviation[:, 1]).mean()
    row = done.rows.filter(component="level", run="a", other="", term="persona_variance_teacher")
    assert row["estimate"].item() == pytest.approx(variance)


def test_runs_of_other_stimuli_keep_their_own_items(tmp_path: Path) -> None:
    """Items of one name from other stimuli are not the same: nothing is said item by item, the rest over personas is."""
    finished_runs.write(tmp_path, "a", finished_runs.rows(ONE))
    finished_runs.write(tmp_path, "b", finished_runs.rows(OTHER), stimuli="others")
    done = compared(tmp_path, "a", "b")
    assert "No held-out items are shared (40 of a, 40 of b). The stimuli" in notes(done)
    assert done.findings.differing == (("a", "b", ("stimuli",)),)
    agree = done.rows.filter(test="agree", term="maximum")
    assert agree.filter(component="level")["p_value"].null_count() == 0
    assert set(agree.filter(component="preference")["note"]) == {str(NO_ITEMS)}
    assert done.rows.filter(term="items as the unit")["note"].item() == NO_ITEMS


def test_more_of_the_same_stimuli_are_no_others(tmp_path: Path) -> None:
    """Runs that differ in `number` differ in that alone: their stimuli and words are not said to be others."""
    for name, panel, number in (("a", ONE, 12), ("b", OTHER, 24)):
        finished_runs.write(tmp_path, name, finished_runs.rows(panel), stimuli=name, number=number)
    done = compared(tmp_path, "a", "b")
    assert done.findings.cautions == ["a and b differ in one thing: the number of stimuli."]
    assert "The runs take other numbers of the stimuli, and hold out others of them." in notes(done)
    assert "are others" not in notes(done)


def test_a_scale_is_told_in_its_points(tmp_path: Path) -> None:
    """As in the verdicts, of tasks that say so by words of their own for the components; of others in percentage points."""
    said = {}
    for task in ("encounter", "cute"):
        for name, panel in (("a", ONE), ("b", OTHER)):
            finished_runs.write(tmp_path / task, name, finished_runs.rows(panel), task=task)
        done = compared(tmp_path / task, "a", "b")
        said[task] = of_comparison(done) + (done.report / "comparison.md").read_text("utf-8")
        said[task] = " ".join(said[task].split())
    assert "variance, squared points on a scale of 100." in said["encounter"]
    assert said["encounter"].count("points on a scale of 100 in a and") == 6
    assert "percentage points in a and" not in said["encounter"]
    assert "variance, squared percentage points." in said["cute"]
    assert "a scale of 100" not in said["cute"]


def test_two_kinds_of_students_of_one_run(tmp_path: Path) -> None:
    """RUN@KIND names students; their teachers are the same, which the rows say instead of a p-value."""
    also = replace(ONE, student=OTHER.student)
    finished_runs.write(tmp_path, "a", finished_runs.rows(ONE, also=also))
    done = compared(tmp_path, "a@kind", "a@other")
    assert done.findings.differing == (("a@kind", "a@other", ("kind of student",)),)
    assert set(done.rows.filter(test="differ", term="difference")["note"]) == {
        "the teachers' answers are the same in both"
    }
    assert done.report.name == "compare-a-kind-vs-a-other"
    with pytest.raises(
        UserError, match=r"expected students of a kind that the run has, as kind, other; found 'othr' .*'other'"
    ):
        compared(tmp_path, "a@kind", "a@othr")
    with pytest.raises(UserError, match=r"a and a@kind are the same students here \(kind\)"):
        compared(tmp_path, "a", "a@kind")


def test_runs_may_be_folders_and_several(tmp_path: Path) -> None:
    """A run is named by its folder as well, wherever it lies; three runs make three pairs, of one name by their paths."""
    for name, panel in (("here", ONE), ("there", OTHER)):
        finished_runs.write(tmp_path / name, "a", finished_runs.rows(panel, teacher=f"simulated:{name}"))
    finished_runs.write(tmp_path / "here", "b", finished_runs.rows(random_panel(4, 2, 40, seed=5)))
    other = str(tmp_path / "there" / "runs" / "a")
    done = compared(tmp_path / "here", "a", other, "b")
    assert [(one, two) for one, two, _ in done.findings.differing] == [("a", other), ("a", "b"), (other, "b")]
    assert (done.report / "index.html").is_file()


def test_the_record_has_the_types_of_its_columns(tmp_path: Path) -> None:
    """comparison.json has every row with every column, and the type of each; a second comparison writes the same bytes."""
    for name, panel in (("a", ONE), ("b", OTHER)):
        finished_runs.write(tmp_path, name, finished_runs.rows(panel))
    done = compared(tmp_path, "a", "b")
    first = (done.report / "comparison.json").read_bytes()
    record = json.loads(first)
    assert set(record["columns"]) == set(done.rows.columns)
    assert all(set(row) == set(done.rows.columns) for row in record["rows"])
    assert len(record["rows"]) == done.rows.height
    compared(tmp_path, "a", "b")
    assert (done.report / "comparison.json").read_bytes() == first


def test_what_cannot_be_compared_is_refused(tmp_path: Path) -> None:
    """One run, one twice, an unknown one, an unfinished one: each error says what would do."""
    finished_runs.write(tmp_path, "a", finished_runs.rows(ONE))
    folder = finished_runs.write(tmp_path, "stopped", finished_runs.rows(OTHER))
    (folder / "manifest.json").unlink()
    for names, message in (
        (("a",), "expected two runs or more to compare; found a: name another one"),
        (("a", "a"), "found a twice"),
        (("a", "aa"), r"expected the name of a run, as a, stopped .*found 'aa' \(did you mean 'a'\?\)"),
        (("a", "stopped"), "found no manifest.json, so that the run has not finished"),
    ):
        with pytest.raises(UserError, match=message):
            compared(tmp_path, *names)


def test_nothing_shared_is_refused_with_the_reasons(tmp_path: Path) -> None:
    """Other options, and fewer than two personas in common, are refused with the reason and the way out."""
    rows = finished_runs.rows(ONE)
    finished_runs.write(tmp_path, "a", rows)
    finished_runs.write(tmp_path, "options", rows.with_columns(option=pl.lit("no")))
    renamed = pl.col("persona").replace({"p001": "q1", "p002": "q2", "p003": "q3"})
    finished_runs.write(tmp_path, "personas", rows.with_columns(renamed))
    with pytest.raises(UserError, match=r"task: The runs analyse different options: yes, no\.\n.*--teacher, --seed"):
        compared(tmp_path, "a", "options")
    with pytest.raises(UserError, match=r"in common are 1 persona and 2 wordings\. Left out, .*: personas p001, p002"):
        compared(tmp_path, "a", "personas")


def test_a_shared_task_is_of_the_cells_that_all_answered(tmp_path: Path) -> None:
    """A cell without a valid answer in one run is left out of both."""
    refused = (pl.col("persona") == "p000") & (pl.col("wording") == "w001") & (pl.col("role") == "teacher")
    panels = [random_panel(4, 3, 40, seed=seed) for seed in (1, 2)]
    rows = finished_runs.rows(panels[0]).with_columns(
        response=pl.when(~refused).then("response"),
        status=pl.when(refused).then(pl.lit("refused")).otherwise(pl.col("status").cast(pl.String)),
    )
    typed = rows.with_columns(pl.col("status").cast(finished_runs.rows(panels[1]).schema["status"]))
    finished_runs.write(tmp_path, "a", typed)
    finished_runs.write(tmp_path, "b", finished_runs.rows(panels[1]))
    from eep.pipeline.comparison import read
    from eep.pipeline.shared import shared

    (found,) = shared(read(("a", "b"), tmp_path))
    assert isinstance(found, SharedTask)
    assert [panel.absent for panel in found.panels.values()] == [((0, 1),)] * 2


def test_a_cell_that_answered_nothing_shared_is_named(tmp_path: Path) -> None:
    """A cell whose answers are all to items that the other run lacks is left out, and the note names it."""
    panels = [random_panel(4, 3, 40, seed=seed) for seed in (1, 2)]
    cell = (pl.col("persona") == "p001") & (pl.col("wording") == "w002")
    late = pl.col("item") >= "i030"
    finished_runs.write(tmp_path, "a", finished_runs.rows(panels[0]).filter(~late))
    finished_runs.write(tmp_path, "b", finished_runs.rows(panels[1]).filter(~cell | late))
    done = compared(tmp_path, "a", "b")
    assert "Left out, as not every run has their answers to what is shared: p001 (w002)." in notes(done)
    assert done.rows["n_items"].unique().to_list() == [30]
