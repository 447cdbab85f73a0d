"""Many simulated experiments: resumable, and the same whatever the number of workers."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from edited_code import edited
from polars.testing import assert_frame_equal

from benchmarks.invalid_procedures import INVALID_PROCEDURES
from benchmarks.returns import ReturnsChunk
from eep.core import versions
from eep.core.registry import UnknownNameError
from eep.pipeline.calibration import trials
from eep.pipeline.calibration.coverage import CoverageChunk
from eep.pipeline.calibration.trials import Settings, World, learner, outcomes
from eep.pipeline.calibration.work import Work
from eep.stats.simulation.world import Design, Effects

SMALL = Design(personas=3, wordings=2, items=30, train=40, features=3)
WORLD = World("N1", SMALL, Effects())
SETTINGS = Settings(experiments=30, seed=4, permutations=99)


@pytest.mark.slow
def test_workers_change_nothing() -> None:
    """Two processes give what one gives, to the last bit."""
    (one,), (two,) = (outcomes([WORLD], settings=SETTINGS, workers=n) for n in (1, 2))
    assert_frame_equal(one, two, check_exact=True)
    assert one["experiment"].to_list() == list(range(30))


def test_experiments_have_seeds_of_their_own() -> None:
    """More experiments begin with the same ones; another seed or world has others."""
    (many,) = outcomes([WORLD], settings=SETTINGS)
    (few,) = outcomes([WORLD], settings=Settings(7, 4, 99))
    assert_frame_equal(many.head(7), few, check_exact=True)
    (other,) = outcomes([WORLD], settings=Settings(7, 5, 99))
    (elsewhere,) = outcomes([World("N2", SMALL, Effects())], settings=Settings(7, 4, 99))
    slopes = [frame["slope level"].to_list() for frame in (few, other, elsewhere)]
    assert slopes[0] != slopes[1]
    assert slopes[0] != slopes[2]


def test_finished_chunks_are_not_simulated_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second call reads what the first one left; what is missing, or breaks off on a full disk, is made again alike."""
    (first,) = outcomes([WORLD], settings=SETTINGS, folder=tmp_path)
    files = sorted(tmp_path.glob("*.parquet"))
    assert len(files) == 2
    whole = files[1].read_bytes()
    run: list[int] = []
    real = trials.Chunk.run

    def counted(self: trials.Chunk) -> pl.DataFrame:
        run.append(self.first)
        return real(self)

    monkeypatch.setattr(trials.Chunk, "run", counted)
    for left in (None, whole[:100], whole):
        files[1].unlink()
        if left is not None:
            files[1].write_bytes(left)
        (again,) = outcomes([WORLD], settings=SETTINGS, folder=tmp_path)
        assert_frame_equal(first, again, check_exact=True)
    assert run == [25, 25]


def test_another_design_has_other_files(tmp_path: Path) -> None:
    """What was measured of one design, seed or strength is never taken for another's."""
    worlds = [WORLD, World("N1", replace(SMALL, items=31), Effects())]
    worlds += [World("N1", SMALL, Effects(generic=1.0)), World("N1", SMALL, Effects(), INVALID_PROCEDURES[:1])]
    found = outcomes(worlds, settings=Settings(5, 4, 99), folder=tmp_path)
    assert len(list(tmp_path.glob("*.parquet"))) == 4
    assert "own teacher" in found[3].columns
    assert "own teacher" not in found[0].columns


def test_students_of_any_kind_can_be_simulated() -> None:
    """Another kind of students gives other numbers, again the same ones; an unknown kind is named."""
    small = Design(personas=3, wordings=2, items=20, train=30, features=4)
    few = Settings(experiments=2, permutations=19)
    panels = [
        outcomes([World("N1", replace(small, student=kind), Effects())], settings=few)[0]
        for kind in ("logistic", "xgboost", "xgboost")
    ]
    assert not panels[0].equals(panels[1])
    assert panels[1].equals(panels[2])
    with pytest.raises(UnknownNameError, match="expected a student out of"):
        outcomes([World("N1", replace(small, student="forest"), Effects())], settings=few)


def test_students_learn_from_their_own_items_only() -> None:
    """Items of weight 0 change nothing, whatever the kind of students."""
    rng = np.random.default_rng(0)
    x, labels, held_out = rng.normal(size=(40, 3)), rng.random((2, 40)), rng.normal(size=(9, 3))
    weights = (rng.random((2, 40)) < 0.5).astype(float)
    fit = learner(Design(student="xgboost"))
    assert fit is not None
    others = np.where(weights > 0, labels, 1.0 - labels)
    assert np.array_equal(fit(x, labels, held_out, weights), fit(x, others, held_out, weights))
    assert not np.array_equal(fit(x, labels, held_out, None), fit(x, others, held_out, None))


@pytest.mark.parametrize(
    "file",
    ["pipeline/calibration/trials.py", "stats/permutation.py", "students/logistic.py", "tasks/cartpole/rollout.py"],
)
def test_simulations_of_other_code_are_not_taken_up(tmp_path: Path, file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file's name changes with all code that its numbers depend on; play depends on tasks, too."""
    works: list[Work] = [trials.Chunk(WORLD, 0, 5, 4, 99), CoverageChunk(WORLD, 0, 5, 4), ReturnsChunk(2, 0, 5, 4)]
    before = [work.file for work in works]
    package = edited(tmp_path, file, "\n\n\ndef ", "\n\n\nEDITED = 1\n\n\ndef ")
    real = versions.code_sha256
    monkeypatch.setattr(versions, "code_sha256", lambda *modules: real(*modules, package=package))
    changed = [work.file != name for work, name in zip(works, before, strict=True)]
    assert changed == [not file.startswith("tasks")] * 2 + [file.startswith("tasks")]
