"""Every verb's help has an example, and the examples run as they stand there."""

import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import click
import gymnasium
import numpy as np
import pytest
from batching import read, replies, write
from click.testing import CliRunner
from fault_server import FaultServer
from image_folders import coco

import eep
from eep.cli import cli
from eep.pipeline.calibration.power import THIS

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
#: Verbs that read saved students; the audit, which takes six personas at least, is run by its own tests.
OF_BODIES = ("student", "audit")
#: An experiment of the shipped one's name, teacher and tasks' kind, small enough to be run here.
QUICKSTART = """\
id = "quickstart"
title = "A small quickstart"
question = "Do the examples run?"
personas = [
  "sir-isaac-newton", "herpetologist", "kitten-foster", "goth-teen", "hill-farmer", "rally-driver", "neutral",
]
wordings = ["plain", "portrait"]

[teacher]
provider = "recorded"
recording = "first-matrix"

[tasks.cartpole]
students = ["logistic", "xgboost"]
train_items = 100
test_items = 60
pool_episodes = 5

[tasks.encounter]
students = ["logistic", "xgboost"]
number = 24

[play]
episodes = 2

[analysis]
permutations = 199
"""


def verbs(group: click.Group = cli, *path: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield every command that is no group, with the words that call it, in the order of the help."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from verbs(command, *path, name)
        else:
            yield (*path, name), command


def examples(command: click.Command) -> list[str]:
    """Return the examples of a command's help."""
    lines = " ".join((command.help or "").split()).split("Example: ")[1:]
    return [line.removesuffix(".").strip() for line in lines]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with personas, the small experiment, a recording of play and photographs."""
    found = tmp_path_factory.mktemp("examples")
    shutil.copytree(ROOT / "personas", found / "personas")
    (found / "experiments").mkdir()
    (found / "experiments" / "quickstart.toml").write_text(QUICKSTART, encoding="utf-8")
    played(found / "FOLDER")
    coco(found / "coco2017")
    return found


def played(folder: Path) -> None:
    """Record a short game of CartPole."""
    environment, pushes = gymnasium.make("CartPole-v1"), [0, 0, 1, 1, 0, 0, 1, 1]
    observations = [environment.reset(seed=0)[0], *(environment.step(push)[0] for push in pushes)]
    folder.mkdir()
    np.save(folder / "observations.npy", np.array(observations, np.float64))
    np.save(folder / "actions.npy", np.array([*pushes, pushes[-1]], np.int64))
    ends = np.arange(len(pushes)) == len(pushes) - 1
    np.savez(folder.parent / "play.npz", obs=np.array(observations), acts=np.array(pushes), terminal=ends)


def run(folder: Path, example: str, *more: str) -> None:
    """Run an example in the folder as a shell would; it must end well and say something."""
    first, *words = shlex.split(example)
    assert first == "eep"
    expanded = [
        each
        for word in words
        for each in (sorted(str(p.relative_to(folder)) for p in folder.glob(word)) if "*" in word else [word])
    ]
    done = CliRunner().invoke(cli, [*expanded, *more], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert done.stdout.strip()


@pytest.mark.parametrize(("words", "command"), list(verbs()), ids=lambda each: str(each)[:40])
def test_every_verb_has_an_example_of_itself(words: tuple[str, ...], command: click.Command) -> None:
    """A verb's help ends with one example, which calls that verb."""
    (example,) = examples(command)
    assert shlex.split(example)[: len(words) + 1] == ["eep", *words]


@pytest.mark.usefixtures("without_charts")
def test_examples_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every example that needs no server runs, in an order in which each finds what it needs."""
    monkeypatch.chdir(folder)
    # What could be changed about a design is simulated elsewhere.
    monkeypatch.setattr("eep.pipeline.calibration.power.neighbours", lambda design: {THIS: design})
    order = [words for words, _ in verbs() if words[0] not in {"batch", *OF_BODIES}]
    order.sort(key=lambda words: words[0] not in {"run", "persona"})
    known = dict(verbs())
    for words in order:
        if words == ("stimuli", "import"):  # draws and imports go into folders of one name
            (folder / "animals").rename(folder / "drawn")
        few = ("--experiments", "20") if words[0] in {"calibrate", "power"} else ()
        run(folder, examples(known[words])[0], *few)


def test_examples_of_bodies_run(bodies_run: eep.Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The examples with saved students run in a folder whose quickstart is a run in three tasks, one after another."""
    shutil.copytree(bodies_run.folder, tmp_path / "runs" / "quickstart")
    monkeypatch.chdir(tmp_path)
    for command in (command for words, command in verbs() if words[0] == "student"):
        run(tmp_path, examples(command)[0])


def test_examples_of_batches_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The examples of batches run against a server on this machine, and replies by hand are imported."""
    monkeypatch.chdir(folder)
    known = {words[1]: examples(command)[0] for words, command in verbs() if words[0] == "batch"}
    with FaultServer() as server:
        where = ("--base-url", server.openai_url)
        run(folder, known["export"], *where)
        run(folder, known["export"].replace("plain", "openai"), *where, "--overwrite")
        for verb in ("submit", "status", "fetch"):
            run(folder, known[verb], *where)
    by_hand = ("--base-url", "http://127.0.0.1:9/v1")
    run(folder, known["export"], *by_hand, "--overwrite")
    said = replies(read(folder / "questions.jsonl"), lambda line: "stay" if "step closer" in str(line) else "left")
    by_model = [{**one, "model": "MODEL"} for one in said]
    write(folder / "replies.jsonl", by_model)
    run(folder, known["import"], *by_hand)
