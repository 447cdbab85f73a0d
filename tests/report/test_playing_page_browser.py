"""The page of students at play in a browser that has no network: it is played by hand, and nothing foreign runs."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Browser, browser, installed
from html_pages import HOSTILE

import eep
from eep.pipeline.showing import page, shown

pytestmark = [pytest.mark.browser, pytest.mark.slow]

#: Keys, and the numbers that browsers know them by.
KEYS = {"ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, " ": 32}
YOUR_SCORE = "document.querySelector('#you .score').textContent"


@pytest.fixture(scope="module")
def tab() -> Iterator[Browser]:
    """Start one browser for all tests."""
    program = installed()
    if program is None:
        pytest.skip("no Chromium or Chrome is installed here")
    with browser(program) as found:
        yield found


def written(source: Path, to: Path, task: str) -> Path:
    """Write the page of a task's students, and return where it is."""
    found = shown(source, task=task, personas=(), wording=None, kind=None, animals=(), seed=0, greedy=False)
    to.write_text(page(found, 0), encoding="utf-8")
    return to


def press(tab: Browser, key: str, *, shift: bool = False, ends: tuple[str, ...] = ("keyDown", "keyUp")) -> None:
    """Press a key and let it go, or one of the two."""
    for end in ends:
        tab.call(
            "Input.dispatchKeyEvent", type=end, key=key, windowsVirtualKeyCode=KEYS[key], modifiers=8 if shift else 0
        )


def take_the_stick(tab: Browser) -> None:
    """Begin to play by hand."""
    tab.run("document.getElementById('stick').click()")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (400, "dark")])
def test_a_meeting_is_played_by_hand(
    tab: Browser, bodies_run: eep.Run, tmp_path: Path, width: int, scheme: str
) -> None:
    """Arrow keys come closer and go back, with Shift in a rush; everybody takes as many turns, and nothing is fetched."""
    tab.open(written(bodies_run.folder, tmp_path / "a.html", "encounter"), width=width, scheme=scheme, ready="ready")
    take_the_stick(tab)
    for key, shift, does in (
        ("ArrowUp", False, "step closer"),
        ("ArrowUp", True, "rush closer"),
        ("ArrowDown", False, "step back"),
        ("ArrowDown", True, "rush back"),
        (" ", False, "stay"),
    ):
        press(tab, key, shift=shift)
        assert tab.run("document.querySelector('#you .does').textContent") == does
    assert tab.run("document.getElementById('turn').textContent") == "turn 5 of 20"
    for _ in range(15):
        press(tab, "ArrowUp", shift=True)
    end = tab.run("new Promise((tell) => setTimeout(() => tell(document.getElementById('said').textContent), 1500))")
    assert end.startswith("The episode is over. You: nearest")
    assert tab.run("document.querySelectorAll('.lane.over').length") == 4
    assert tab.run("document.documentElement.scrollWidth <= innerWidth")
    assert (tab.said(), tab.asked()) == ([], [])


def test_a_pole_is_pushed_for_as_long_as_a_key_is_down(tab: Browser, bodies_run: eep.Run, tmp_path: Path) -> None:
    """The clock waits for the first push, runs slowly, and whoever only pushes right lets the pole fall."""
    tab.open(written(bodies_run.folder, tmp_path / "a.html", "cartpole"), ready="ready")
    take_the_stick(tab)
    assert tab.run("document.getElementById('speed').value") == "0.25"
    assert tab.run("document.getElementById('turn').textContent") == "0.0 s"
    press(tab, "ArrowRight", ends=("keyDown",))
    fallen = f"""new Promise((tell) => {{
        const look = () => ({YOUR_SCORE}.includes("fell") ? tell({YOUR_SCORE}) : setTimeout(look, 50));
        look();
    }})"""
    assert int(tab.run(fallen).split(" ")[0]) < 15
    press(tab, "ArrowRight", ends=("keyUp",))
    assert (tab.said(), tab.asked()) == ([], [])


def test_hostile_texts_stay_texts(tab: Browser, bodies_run: eep.Run, tmp_path: Path) -> None:
    """Names and texts that somebody else wrote are shown as they are, and nothing in them runs."""
    folder = Path(shutil.copytree(bodies_run.folder / "students", tmp_path / "students"))
    manifest = json.loads((folder / "students.json").read_text(encoding="utf-8"))
    for one in manifest["personas"].values():
        one["name"], one["about"] = HOSTILE["name"], HOSTILE["question"]
    manifest["teacher"]["sentence"], manifest["experiment"] = HOSTILE["sentence"], HOSTILE["title"]
    (folder / "students.json").write_text(json.dumps(manifest), encoding="utf-8")
    tab.open(written(folder, tmp_path / "a.html", "cartpole"), ready="ready")
    take_the_stick(tab)
    assert tab.run("window.hacked") is None
    assert tab.run("document.querySelector('[data-player] h2').textContent") == HOSTILE["name"]
    assert (tab.said(), tab.asked()) == ([], [])
