"""What the page holds besides its text: charts, pictures, films, transcripts and files."""

import base64
import io
import json
import re
import zipfile
from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from html_pages import FILES, exchange, page, pictured
from html_reading import Page
from report_builder import FILMS, verdict, verdict_frame

from eep.report.html import charts as html_charts
from eep.report.html import pictures as html_pictures
from eep.report.html.exchanges import REPLY, shortened


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


def test_long_replies_are_cut_and_say_so() -> None:
    """A reply that fills pages is shown in part, without characters that turn text around."""
    assert shortened("left\n\u202eright", 100) == "left\nright"
    cut = shortened("x" * (REPLY + 5), REPLY)
    assert cut == f"{'x' * REPLY} […: 5 characters more; eep transcript shows them]"
    assert "5 characters more" in page(pictured(exchanges=(exchange(reply="y" * (REPLY + 5)),)))


def test_files_can_be_kept(whole: Page) -> None:
    """An archive holds every file; small ones travel in the page one by one, larger ones lie beside it."""
    kept = {
        attrs["download"]: base64.b64decode((attrs["href"] or "").split(",", 1)[1])
        for tag, attrs in whole.elements
        if tag == "a" and "download" in attrs
    }
    assert set(kept) == {"invented-tables.zip", "report.json"}
    assert kept["report.json"] == FILES["report.json"]
    with zipfile.ZipFile(io.BytesIO(kept["invented-tables.zip"])) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == FILES


def test_numbers_that_are_none_are_told_as_none() -> None:
    """NaN and infinities are neither drawn nor written."""
    nowhere: dict[str, Any] = {"slope": float("nan"), "slope_low": None, "slope_high": float("inf")}
    findings = pictured(verdicts=verdict_frame([verdict("balance", "level", **nowhere)]))
    broken = findings.estimates.with_columns(
        pl.when(pl.col("test") == "similarity").then(float("nan")).otherwise(pl.col("estimate")).alias("estimate")
    )
    text = page(replace(findings, estimates=broken))
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
