"""index.html: one file that needs no other, in which no text but its own scripts can run."""

import base64
import hashlib
import re

import pytest
from html_pages import HOSTILE, hostile, page, pictured
from html_reading import Page, scripts
from report_builder import Origin, bare

from eep.report import methods, opening
from eep.report.html.parts import words
from eep.report.sections import figures
from eep.report.sections import page as markdown_page


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


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a *b* **c** `d`", "a <em>b</em> <strong>c</strong> <code>d</code>"),
        ("[x.csv](tables/x.csv)", '<a href="tables/x.csv">x.csv</a>'),
        ("[x](javascript:alert)", "[x](javascript:alert)"),
        ("[x](//elsewhere)", "[x](//elsewhere)"),
        ("&#42;b&#42; &#60;i&#62; <i>", "*b* &lt;i&gt; &lt;i&gt;"),
        ("p < .0001", "p\N{NO-BREAK SPACE}&lt;\N{NO-BREAK SPACE}.0001"),
        ("a persona's, all students' and 'so'", "a persona’s, all students’ and &#39;so&#39;"),  # noqa: RUF001
        ("`it's code`", "<code>it&#39;s code</code>"),
        ("5 % and p = .04", "5\N{NO-BREAK SPACE}% and p\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}.04"),
    ],
)
def test_marks_become_elements(line: str, expected: str) -> None:
    """Emphasis, code and links to files beside the page become HTML; everything else becomes text."""
    assert str(words(line)) == expected


def test_every_method_s_source_is_listed() -> None:
    """What the methods name is among the references, by first author and year."""
    listed = [(one.split(",")[0].split(" ")[0], one) for one in methods.REFERENCES]
    for method in methods.METHODS:
        for source in method.source.split("; "):
            author, year = re.split(r"[ ,]", source)[0], source[-4:]
            assert any(author == first and f"({year})" in one for first, one in listed), source
