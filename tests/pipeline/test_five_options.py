"""A task with five options on a scale, from its questions to its report."""

from collections.abc import Iterator

import numpy as np
import polars as pl
import pytest
from meadow import MOVES, Meadow

import eep
from eep.cli.views.transcript import EntrySelection, as_text, select
from eep.core.redact import Redactor
from eep.data.store import Store
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

[play]
episodes = 40
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[eep.Run]:
    """Run the toy with a simulated teacher that plants six ordinal policies."""
    folder = tmp_path_factory.mktemp("meadow")
    (folder / "personas").mkdir()
    names = [*(f"persona-{number}" for number in range(len(WEIGHTS))), "nobody"]
    for name, (near, fierce) in zip(names, [*WEIGHTS, (0, 0)], strict=True):
        arm = "neutral" if name == "nobody" else "persona"
        texts = "\n".join(f'{wording} = "You are {name}, said in the {wording} way."' for wording in WORDINGS)
        (folder / "personas" / f"{name}.toml").write_text(
            f'id = "{name}"\nname = "{name}"\narm = "{arm}"\nabout = "Somebody."\n[wordings]\n{texts}\n'
            f"[simulated.meadow]\nweights = {{ near = {near}, fierce = {fierce} }}\n",
            encoding="utf-8",
        )
    path = folder / "meadow.toml"
    path.write_text(EXPERIMENT.format(personas=", ".join(f'"{name}"' for name in names)), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(TASKS, "meadow", "meadow:Meadow")
        yield eep.run(path, out=folder)


def test_a_planted_ordinal_policy_is_inherited(run: eep.Run) -> None:
    """Students of six planted policies over five options are found to inherit their preferences."""
    verdicts = {row["component"]: row["verdict"] for row in run.verdicts.iter_rows(named=True)}
    assert verdicts["preference"] == "inherited"


def test_teachers_answer_by_the_planted_weights(run: eep.Run) -> None:
    """Across items, what a planted persona does more than nobody follows the weights that were planted."""
    teachers = run.responses.filter(role="teacher", option="approach").group_by("persona", "item")
    means = teachers.agg(pl.col("response").mean()).pivot("persona", index="item", values="response").sort("item")
    traits = {item.id: item.traits for item in Meadow(Meadow.Settings()).stimuli()}
    planted = np.array([[traits[item][name] for name in Meadow.traits] for item in means["item"]])
    for number, weights in enumerate(WEIGHTS):
        more = (means[f"persona-{number}"] - means["nobody"]).to_numpy()
        assert np.corrcoef(more, planted @ weights)[0, 1] > 0.8


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


def test_students_read_out_one_distribution(run: eep.Run) -> None:
    """What students do is bound together: retreat and approach cannot both be likely."""
    students = run.responses.filter(role="student").pivot(
        "option", index=["agent", "persona", "wording", "item"], values="response"
    )
    # Whoever retreats with probability q approaches at most .3 q + (1 - q).
    bound = 1 - 0.7 * students["retreat"].to_numpy()
    assert (students["approach"].to_numpy() <= bound + 1e-9).all()


def test_all_measures_of_play_are_estimated(run: eep.Run) -> None:
    """Everybody plays in a closed loop; each measure has a row per episode, and estimates under its own name."""
    assert run.returns["measure"].unique(maintain_order=True).to_list() == ["nearness", "time near"]
    assert set(run.returns["role"]) == {"teacher", "student", "control"}
    measured = run.estimates.filter(test="T6")["component"].unique().sort().to_list()
    assert measured == ["nearness", "time near"]


def test_pictures_and_replies_are_shown(run: eep.Run) -> None:
    """The report shows the items that divide the personas, what was said about them, and every measure of play."""
    report = (run.report / "report.md").read_text(encoding="utf-8")
    assert "gallery/meadow-1.png" in report
    assert "It stands at place" in report
    assert "time near" in report
    page = (run.report / "index.html").read_text(encoding="utf-8")
    assert " with probability 0." in page


def test_transcripts_are_read(run: eep.Run) -> None:
    """The transcript has what was asked and what came back."""
    with Store.open(run.folder / "answers.sqlite", read_only=True) as store:
        lines = list(as_text(select(store, EntrySelection(persona="persona-1", limit=2), Redactor(()))))
    said = "\n".join(lines)
    assert "It stands at place" in said
    assert "with probability 0." in said
