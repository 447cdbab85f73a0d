"""A task with five options on a scale, from its questions to its report."""

from collections.abc import Iterator

import numpy as np
import polars as pl
import pytest
from meadow import MOVES, Meadow
from personas_written import persona_file

import eep
from eep.tasks import TASKS

pytestmark = pytest.mark.slow

WORDINGS = ("plain", "portrait", "instruction")
#: near, fierce: what draws six personas closer, beyond a level of 0.
WEIGHTS = ((4, 0), (-4, 0), (0, 4), (0, -4), (3, -3), (-3, 3))
EXPERIMENT = """\
id = "meadow"
title = "Six personas in a meadow"
question = "Who comes closer?"
seed = 1
personas = [{personas}]
wordings = ["plain", "portrait", "instruction"]

[teacher]
provider = "simulated"

[tasks.meadow]

students = ["logistic"]

[play]
episodes = 5

[analysis]
permutations = 99
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[eep.Run]:
    """Run the toy, without files of charts, with a simulated teacher that plants six ordinal policies."""
    folder = tmp_path_factory.mktemp("meadow")
    (folder / "personas").mkdir()
    names = [*(f"persona-{number}" for number in range(len(WEIGHTS))), "nobody"]
    for name, (near, fierce) in zip(names, [*WEIGHTS, (0, 0)], strict=True):
        arm = "neutral" if name == "nobody" else "persona"
        texts = {wording: f"You are {name}, said in the {wording} way." for wording in WORDINGS}
        weights = f"[simulated.meadow]\nweights = {{ near = {near}, fierce = {fierce} }}"
        persona_file(folder / "personas", name, arm, texts, weights)
    path = folder / "meadow.toml"
    path.write_text(EXPERIMENT.format(personas=", ".join(f'"{name}"' for name in names)), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(TASKS, "meadow", "meadow:Meadow")
        patch.setattr("eep.report.publish._charts", lambda _: {})
        yield eep.run(path, out=folder)


def test_a_planted_ordinal_policy_is_inherited(run: eep.Run) -> None:
    """Students of six planted policies over five options are found to inherit their preferences."""
    assert run.verdicts.filter(component="preference")["verdict"].item() == "inherited"


def test_every_option_is_learned_and_two_numbers_are_read_out(run: eep.Run) -> None:
    """Train items have a row for each option, whose probabilities sum to 1; test items those of the readouts alone."""
    train = run.responses.filter(split="train", role="teacher")
    assert set(train["option"]) == {*MOVES, *Meadow.readouts}
    cells = train.filter(pl.col("option").is_in(list(MOVES))).group_by("persona", "wording", "sample", "item")
    assert np.allclose(cells.agg(pl.col("response").sum())["response"], 1.0)
    test = run.responses.filter(split="test")
    assert set(test["option"]) == set(Meadow.readouts)


def test_the_random_control_takes_each_option_as_often(run: eep.Run) -> None:
    """The control that prefers nothing has .2 of each option, so the mean of the scale, and .4 of retreat."""
    random = run.responses.filter(agent="random")
    for readout, weights in Meadow.readouts.items():
        (value,) = random.filter(option=readout)["response"].unique().to_list()
        assert value == pytest.approx(sum(weights.values()) / 5)


def test_all_measures_of_play_are_estimated(run: eep.Run) -> None:
    """Everybody plays in a closed loop; each measure has a row per episode, and estimates under its own name."""
    assert run.returns["measure"].unique(maintain_order=True).to_list() == ["nearness", "time near"]
    assert set(run.returns["role"]) == {"teacher", "student", "control"}
    measured = run.estimates.filter(test="T6")["component"].unique().sort().to_list()
    assert measured == ["nearness", "time near"]


def test_pictures_and_replies_are_shown(run: eep.Run) -> None:
    """The report shows the items that divide the personas, what was said about them, and every measure of play."""
    report = (run.report / "report.md").read_text(encoding="utf-8")
    assert all(text in report for text in ("gallery/meadow-1.png", "It stands at place", "time near"))
    assert " with probability 0." in (run.report / "index.html").read_text(encoding="utf-8")


def test_clusters_are_shown_on_a_scale(run: eep.Run) -> None:
    """The report portrays the clusters on which personas differ most, and says what the ends of the scale are."""
    report = (run.report / "report.md").read_text(encoding="utf-8")
    assert "how much they approach (“approach”: 0 is “rush back”, 1 is “rush closer”)" in report
    assert "1: Somebody at place-" in report
    assert "probability of “approach”" not in report


def test_several_measures_stand_in_one_table(run: eep.Run) -> None:
    """A row of one table for each measure of play says whether personas differ in it; each number is explained."""
    found = run.estimates.filter(test="T6", term="between personas")
    assert set(found["component"]) == {"nearness", "time near"}
    chance = run.estimates.filter(test="T6", term="between personas by chance")
    assert (found["estimate"] > chance["estimate"]).all()
    report = (run.report / "report.md").read_text(encoding="utf-8")
    assert report.count("between personas") >= 2
    assert "*time near*: turns in the nearer third" in report
    assert "| nearness |" in report


def test_numbers_about_policies_have_intervals(run: eep.Run) -> None:
    """Every persona's teachers and students have a mean over wordings with its interval."""
    found = run.estimates.filter(test="policy", component="stays")
    rows = found.filter(pl.col("agent").is_in(["logistic", "simulated:weights"]), contrast="persona-0")
    assert rows.height == 2
    assert rows["conf_low"].null_count() == 0
