"""index.html in a browser that has no network: everything is drawn, nothing is fetched, nothing foreign runs."""

from collections.abc import Iterator
from pathlib import Path

import html_pages
import pytest
from browser import Browser, browser, installed
from html_pages import HOSTILE
from invented_play import PERSONAS

pytestmark = pytest.mark.browser

#: Sets the sentinel if it runs; an honest page leaves it alone.
RUNS = "window.hacked = true"
COMMITTED = Path(__file__).resolve().parents[2] / "reports" / "examples" / "quickstart" / "index.html"


@pytest.fixture(scope="module")
def tab() -> Iterator[Browser]:
    """Start one browser for all tests."""
    program = installed()
    if program is None:
        pytest.skip("no Chromium or Chrome is installed here")
    with browser(program) as found:
        yield found


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of complete findings."""
    path = tmp_path_factory.mktemp("page") / "index.html"
    path.write_text(html_pages.page(html_pages.pictured()), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of findings in which every text that somebody else writes is hostile."""
    path = tmp_path_factory.mktemp("attacked") / "index.html"
    path.write_text(html_pages.page(html_pages.hostile()), encoding="utf-8")
    return path


def marks(tab: Browser) -> dict[str, int]:
    """Return the number of drawn marks by chart."""
    script = """Object.fromEntries([...document.querySelectorAll("[data-chart]")].map((place) =>
        [place.dataset.chart, place.querySelectorAll("svg .role-mark path, svg .role-mark text").length]))"""
    found: dict[str, int] = tab.run(script)
    return found


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (400, "light")])
def test_every_chart_is_drawn(tab: Browser, page: Path, width: int, scheme: str) -> None:
    """In light, in dark and on a phone, every chart has its marks in the page's ink and nothing is asked for or too wide."""
    tab.open(page, width=width, scheme=scheme)
    assert tab.run("document.documentElement.dataset.charts") == "drawn"
    drawn = marks(tab)
    matrices = {"matrix-balance-preference", "matrix-balance-level"}
    assert set(drawn) == {"shares", "slopes", "agreement-balance", "returns-balance", *matrices}
    # Squares, frames and numbers of four personas; one dot per slope, with its words and three lines.
    assert drawn["matrix-balance-level"] == 16 + 4 + 16
    assert drawn["slopes"] >= 6 * 2
    assert min(drawn.values()) >= 10
    assert tab.said() == []
    assert tab.asked() == []
    assert tab.run("document.documentElement.scrollWidth") <= width
    label = "getComputedStyle(document.querySelector('[data-chart=shares] .role-axis-label text')).fill"
    ink = [int(part) for part in tab.run(label).removeprefix("rgb(").removesuffix(")").split(",")]
    assert max(ink) < 60 if scheme == "light" else min(ink) > 200


def test_charts_of_lines_fit_on_a_phone(tab: Browser, page: Path) -> None:
    """On 400 pixels nothing scrolls, no word of an axis is cut off, and numbers stand beside the dots."""
    tab.open(page, width=400)
    for chart in ("slopes", "shares", "agreement-balance", "returns-balance"):
        place = f"document.querySelector('[data-chart={chart}]')"
        assert tab.run(f"{place}.scrollWidth <= {place}.clientWidth + 1"), chart
        assert "…" not in tab.run(f"{place}.textContent"), chart
    boxes = """[...document.querySelectorAll("[data-chart=agreement-balance] .role-mark SORT")].map((one) => {
        const box = one.getBoundingClientRect(); return [box.left, box.right] })"""
    dots, words = (tab.run(boxes.replace("SORT", sort)) for sort in ("path", "text"))
    assert max(right for _, right in dots) <= min(left for left, _ in words)


def test_no_table_of_the_quickstart_scrolls_on_a_laptop(tab: Browser) -> None:
    """On 1,200 pixels every open table of the committed report is whole: no p-value hides beyond the edge."""
    tab.open(COMMITTED, width=1200)
    wide = "[...document.querySelectorAll('.sheet')].filter(each => each.scrollWidth > each.clientWidth)"
    assert tab.run("document.querySelectorAll('.sheet').length") > 10
    assert tab.run(f"{wide}.map(each => each.innerText.slice(0, 40))") == []


def test_pictures_are_seen_and_films_can_be_stopped(tab: Browser, page: Path) -> None:
    """Pictures and films are decoded from the page itself; a button stops the films and lets them go on."""
    tab.open(page)
    sizes = tab.run("Promise.all([...document.images].map((one) => one.decode().then(() => one.naturalWidth)))")
    assert len(sizes) == 2 + 3
    assert min(sizes) > 0
    moving = "document.querySelector('.film img').src !== document.querySelector('.film img').dataset.still"
    for expected in (True, False, True):
        assert tab.run(moving) is expected
        tab.run("document.getElementById('films-button').click()")


def test_the_page_can_be_printed(tab: Browser, page: Path) -> None:
    """Several pages; the reader of a dark screen, where students' blue is a lighter one, prints dark on white."""
    student = (
        "getComputedStyle(document.querySelector('[data-chart=slopes] .mark-symbol path[fill=\"#0072B2\" i]')).fill"
    )
    tab.open(page, scheme="dark")
    assert tab.run(student) == "rgb(86, 180, 233)"
    printed = tab.printed()
    assert printed.startswith(b"%PDF")
    assert printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") >= 2
    tab.call("Emulation.setEmulatedMedia", media="print")
    assert tab.run("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert tab.run(student) == "rgb(0, 114, 178)"
    tab.call("Emulation.setEmulatedMedia", media="")


def test_hostile_text_stays_text(tab: Browser, attacked: Path) -> None:
    """Whatever texts say is read, in charts too, and not run: no window pops up, no global is set, nothing gets wider."""
    tab.open(attacked, width=400)
    assert tab.run("document.documentElement.dataset.charts") == "drawn"
    assert tab.run("window.hacked") is None
    assert tab.run("document.title") == HOSTILE["title"]
    assert tab.said() == []
    assert tab.asked() == []
    assert tab.run("document.documentElement.scrollWidth") <= 400
    assert tab.run("document.querySelectorAll('script:not([type])').length") == 2
    words = tab.run("document.body.textContent")
    for said in HOSTILE.values():
        assert said in words, said
    assert "<script>" in tab.run("document.querySelector('[data-chart=matrix-balance-level] svg').textContent")
    assert tab.run("document.querySelectorAll('.plot script, .plot img, .plot a, .plot foreignObject').length") == 0


def test_the_policy_holds(tab: Browser, page: Path) -> None:
    """Even if markup got into the page, its scripts and handlers would not run: the policy knows the page's own."""
    frame = f"srcdoc: '<script>parent.{RUNS}</scr' + 'ipt>'"
    tab.open(page)
    for attempt in (
        f"document.body.append(Object.assign(document.createElement('script'), {{textContent: '{RUNS}'}}))",
        f"document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"{RUNS}\">')",
        f"document.body.insertAdjacentHTML('beforeend', '<svg onload=\"{RUNS}\"></svg>')",
        f"document.body.append(Object.assign(document.createElement('iframe'), {{{frame}}}))",
        f"(() => {{ try {{ eval('{RUNS}') }} catch {{ }} }})()",
    ):
        tab.run(f"void ({attempt})")
        tab.run("new Promise((done) => setTimeout(done, 150))")
        assert tab.run("window.hacked") is None, attempt


def test_a_square_names_its_personas_in_full(tab: Browser, tmp_path: Path) -> None:
    """Under the pointer a square tells whose students and teachers it compares, on a phone too where names are long."""
    long = "Professor Doctor Alexandria Wilhelmina Featherstonehaugh-Smy"
    path = tmp_path / "index.html"
    names = {persona: name for persona, (name, _) in PERSONAS.items()} | {"clockmaker": long}
    path.write_text(html_pages.page(html_pages.pictured(names=names)), encoding="utf-8")
    tab.open(path, width=400)
    square = "document.querySelector('[data-chart=matrix-balance-preference] .mark-rect path')"
    rows = "[...document.querySelectorAll('[data-chart=matrix-balance-preference] .role-axis-label')].at(-1)"
    assert long.replace(" ", "") in tab.run(f"{rows}.textContent").replace(" ", "")
    tab.run(f"{square}.scrollIntoView()")
    place = tab.run(f"(({{x, y}}) => [x, y])({square}.getBoundingClientRect())")
    tab.call("Input.dispatchMouseEvent", type="mouseMoved", x=place[0] + 9, y=place[1] + 9)
    told = tab.run("document.getElementById('vg-tooltip-element').textContent")
    assert told.count(long) == 2
    assert tab.said() == []
