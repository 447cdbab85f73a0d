"""index.html: one file that needs no other, in which no text but its own scripts can run."""

import base64
import hashlib
import io
import json
import math
import re
import zipfile
from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from html_pages import FILES, HOSTILE, Page, hostile, page, pictured, scripts
from report_builder import FILMS, Origin, bare, verdict, verdict_frame

from eep.report import methods, opening
from eep.report.html import charts as html_charts
from eep.report.html import pictures as html_pictures
from eep.report.html.exchanges import shortened
from eep.report.sections import figures
from eep.report.sections import page as markdown_page


@pytest.fixture(scope="module")
def text() -> str:
    """Return the page of complete findings."""
    return page(pictured())


@pytest.fixture(scope="module")
def whole(text: str) -> Page:
    """Return the same page, taken apart."""
    return Page(text)


def test_the_page_needs_no_other_file(whole: Page) -> None:
    """Whatever is shown is in the page; links lead into the page, into itself as data, or to files beside it."""
    assert all(address.startswith("data:image/") for address in whole.attributes("src"))
    assert all(address.startswith("data:image/svg+xml;") for address in whole.attributes("data-still"))
    links = [address for address in whole.attributes("href") if not address.startswith(("#", "data:"))]
    assert links == ["tables/estimates.csv"]
    assert {tag for tag, _ in whole.elements} & {"link", "iframe", "object", "embed", "base", "form"} == set()


def test_the_policy_knows_the_scripts_by_their_hashes(text: str, whole: Page) -> None:
    """The policy allows the two scripts of the page, by hash, pictures in the page, and nothing else."""
    (policy,) = (attrs["content"] or "" for tag, attrs in whole.elements if "http-equiv" in attrs)
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in scripts(text)]
    assert len(hashes) == 2
    assert rules == {
        "default-src": "'none'",
        "script-src": " ".join(hashes),
        "style-src": "'unsafe-inline'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    assert text.index("Content-Security-Policy") < text.index("<script")


def test_a_page_without_charts_has_no_bundle() -> None:
    """Where nothing could be estimated or played, the page is small, and still a page."""
    text = page(bare())
    assert len(scripts(text)) == 1
    assert len(text) < 200_000
    assert opening.NO_VERDICT in Page(text).texts["main"][0]


def test_sections_come_in_their_order(whole: Page) -> None:
    """What was found comes first, the record last, and every link within the page leads somewhere."""
    said = [" ".join(said.split()) for said in whole.texts["h2"]]
    assert len(said) == 21
    assert said[:3] == ["What was found", "How to read this", "Matched against mismatched"]
    assert said[-3:] == ["Plan, seeds, versions", "What was exploratory", "Tables to download"]
    places = [address for address in whole.attributes("href") if address.startswith("#")]
    assert {address[1:] for address in places} <= set(whole.attributes("id"))


def test_the_first_screen_tells_the_verdict(whole: Page) -> None:
    """Before anything else stand the question, the teacher, and each verdict with effect, interval and check."""
    head, body = whole.texts["header"][0], whole.texts["main"][0]
    assert "Would anybody notice" in head
    assert "The teacher was SIMULATED, not a language model." in head
    assert "Nothing here says anything about a language model." in head
    told = " ".join(body.split())
    assert "Balancing a pole, preference: inherited" in told
    assert "0.43 (0.21 to 0.66) .012 yes (p = .0004)" in told
    assert "The students inherited the preference of the persona" in told


def test_the_teacher_is_named() -> None:
    """Who answered stands under the title, on every chart and at the end."""
    read = Page(page(pictured(provenance=Origin("live", "live:somebody"))))
    captions = [caption for caption in read.texts["figcaption"] if "A mark per cell" in caption]
    assert captions
    assert all(
        "ive answers of somebody" in said for said in (*captions, read.texts["header"][0], read.texts["footer"][0])
    )


def test_no_command_of_the_text_is_missing(whole: Page) -> None:
    """Every command that report.md names stands in the page, too; the gallery's are told picture by picture."""
    findings = pictured()
    text = markdown_page(findings, figures(findings), (), ())
    named = {one for one in re.findall(r"`(eep trace [^`]+)`", text) if "--responses" not in one}
    commands = [command for command in whole.texts["code"] if command.startswith("eep trace")]
    assert len(named) > 15
    assert named <= {*commands}
    assert any("--responses --mean persona" in command for command in commands)


def test_hostile_text_makes_no_markup(whole: Page) -> None:
    """Whatever is said in a name, a wording, a caption or a reply, it adds no element, no handler and no style."""
    text = page(hostile())
    read = Page(text)
    assert len(scripts(text)) == 2
    assert {tag for tag, _ in read.elements} <= {tag for tag, _ in whole.elements}
    assert not [name for _, attrs in read.elements for name in attrs if name.startswith("on")]
    assert {attrs.get("style") for _, attrs in read.elements} == {None}
    assert all(address.startswith(("data:image/", "#")) for address in read.attributes("src"))
    assert not [address for address in read.attributes("href") if "script:" in address]
    told = read.texts["body"][0] + read.texts["title"][0]
    for said in HOSTILE.values():
        assert said in told, said
    assert "49" not in read.texts["header"][0]


def test_every_method_s_source_is_listed() -> None:
    """What the methods name is among the references, by first author and year."""
    listed = [(one.split(",")[0].split(" ")[0], one) for one in methods.REFERENCES]
    for method in methods.METHODS:
        for source in method.source.split("; "):
            author, year = re.split(r"[ ,]", source)[0], source[-4:]
            assert any(author == first and f"({year})" in one for first, one in listed), source


def test_charts_have_words_for_whoever_does_not_see_them(text: str, whole: Page) -> None:
    """Every chart is an image with a description, its specification is JSON, its numbers stand below as a table."""
    plots = {attrs["data-chart"]: attrs for _, attrs in whole.elements if "data-chart" in attrs}
    assert len(plots) == 6
    for name, attrs in plots.items():
        assert attrs["role"] == "img"
        assert len(attrs["aria-label"] or "") > 60
        found = re.search(rf'<script type="application/json" id="spec-{name}">(.*?)</script>', text, re.DOTALL)
        assert found is not None
        spec = json.loads(found[1], parse_constant=pytest.fail)
        assert "config" not in spec
        assert "title" not in spec
    assert len([said for said in whole.texts["summary"] if said == "The numbers"]) == 6


def test_pictures_travel_in_the_page(text: str, whole: Page) -> None:
    """Every picture of the gallery is there as WebP, with its caption, its judgements and their command."""
    pictures = [attrs for tag, attrs in whole.elements if tag == "img" and "data-still" not in attrs]
    assert [attrs["alt"] for attrs in pictures] == ["A red cart.", "A blue cart."]
    for attrs in pictures:
        content = base64.b64decode((attrs["src"] or "").removeprefix("data:image/webp;base64,"))
        assert content[:4] + content[8:12] == b"RIFFWEBP"
    assert len(re.findall('class="teacher-mark"', text)) >= 2 * 6


def test_films_are_pictures(whole: Page) -> None:
    """A film moves in one picture and stands still in another; its words are said beside it."""
    films = [attrs for tag, attrs in whole.elements if tag == "img" and "data-still" in attrs]
    assert [attrs["alt"] for attrs in films] == [
        "Teacher of The clockmaker, one episode replayed",
        "Student of The clockmaker, one episode replayed",
        "fair coin, one episode replayed",
    ]
    moving, still = (
        base64.b64decode((films[0][name] or "").split(",", 1)[1]).decode() for name in ("src", "data-still")
    )
    assert "<animate" in moving
    assert "<animate" not in still
    assert "<text" not in moving + still
    assert "3 steps, 0.1\N{NO-BREAK SPACE}s" in whole.texts["figcaption"]


def test_a_film_tells_its_wording_and_length() -> None:
    """Whose film it is stands beside it; below it stand the wording, if it is one of the experiment's, and the length."""
    titles = dict(zip(FILMS, ("x: clockmaker, plain", "x: clockmaker, pooled", "none, none"), strict=True))
    films = {f"{name}.svg": f"<svg><title>{title}: 9 steps, 0.2 s</title></svg>" for name, title in titles.items()}
    findings = pictured(animations={name.removesuffix(".svg"): film for name, film in films.items()})
    _, rows, controls = html_pictures.animation_parts(findings, films)
    shown = [*rows.content["rows"][0].films, *controls.content]
    assert [film.about.replace("\N{NO-BREAK SPACE}", " ") for film in shown] == [
        "wording plain, 9 steps, 0.2 s",
        "9 steps, 0.2 s",
        "9 steps, 0.2 s",
    ]


def test_transcripts_tell_who_said_what(whole: Page) -> None:
    """By persona and wording: what the teacher was told, what it replied, what that was taken for."""
    said = "\n".join(whole.texts["section"])
    assert "No model was asked: the answers were computed." in said
    assert said.index("You are the clockmaker.") < said.index("The pole leans left.") < said.index("as any clock")
    assert "taken as right 0.75" in said
    assert "no answer: refused" in said


def test_long_replies_are_cut_and_say_so(text: str) -> None:
    """A reply that fills pages is shown in part, without characters that turn text around."""
    assert shortened("left\n\u202eright", 100) == "left\nright"
    assert shortened("x" * 105, 100) == f"{'x' * 100} […: 5 characters more; eep transcript shows them]"
    assert "5 characters more" in text


def test_files_can_be_kept(whole: Page) -> None:
    """An archive holds every file; small ones travel in the page one by one, larger ones lie beside it."""
    links = [attrs for _, attrs in whole.elements if "download" in attrs]
    kept = {link["download"]: base64.b64decode((link["href"] or "").split(",", 1)[1]) for link in links}
    assert set(kept) == {"invented-tables.zip", "report.json"}
    assert kept["report.json"] == FILES["report.json"]
    with zipfile.ZipFile(io.BytesIO(kept["invented-tables.zip"])) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == FILES


def test_numbers_that_are_none_are_told_as_none() -> None:
    """NaN and infinities are neither drawn nor written."""
    nowhere: dict[str, Any] = {"slope": math.nan, "slope_low": None, "slope_high": math.inf}
    findings = pictured(verdicts=verdict_frame([verdict("balance", "level", **nowhere)]))
    value = pl.when(pl.col("test") == "similarity").then(math.nan).otherwise(pl.col("estimate"))
    text = page(replace(findings, estimates=findings.estimates.with_columns(estimate=value)))
    read = Page(text)
    assert "not estimable" in read.texts["main"][0]
    assert "nan" not in " ".join(attrs.get("d") or "" for _, attrs in read.elements).lower()
    for found in re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', text, re.DOTALL):
        json.loads(found, parse_constant=pytest.fail)


def test_a_script_that_would_end_its_element_is_refused() -> None:
    """A bundle with an end tag in it would spill into the page."""
    assert html_charts.inlined("a;\r\nb;\n") == "a;\nb;"
    with pytest.raises(ValueError, match="end of an element"):
        html_charts.inlined("const a = '</SCRIPT>'")
