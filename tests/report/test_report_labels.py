"""Names beside charts: readable at any length, in any script."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from invented_play import PERSONAS
from report_builder import build

from eep.report.charts import matrix
from eep.report.charts_agents import returns
from eep.report.figure import Figure, svg
from eep.report.labels import ALONE, ELLIPSIS, LINE, LINES, chart_labels, clusters, in_full, width

SIXTY = "Professor Doctor Alexandria Wilhelmina Featherstonehaugh-Smy"
CHINESE = "爬虫学者・山田花子博士（北海道大学爬虫類研究所の主任研究員）"  # noqa: RUF001 # as Japanese is written
EMOJI = "👩🏽‍🔬 Maggie 🏳️‍🌈 of the 👩‍👩‍👧‍👦 and their many small kittens 🇩🇰🇫🇴"
ENDLESS = "Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenauszahlungsstelle"


def charted(name: str) -> tuple[Figure, Figure]:
    """Return the matrix and the returns of findings in which one persona has some name."""
    names = {persona: told for persona, (told, _) in PERSONAS.items()}
    findings = build(names=names | {"clockmaker": name})
    squares, lanes = matrix(findings, "balance", "preference"), returns(findings, "balance")
    assert squares is not None
    assert lanes is not None
    return squares, lanes


def words(figure: Figure) -> str:
    """Return all words of a drawing, in the order of their drawing, without spaces."""
    return "".join("".join(re.findall(r">([^<]*)</(?:text|tspan)>", svg(figure))).split())


@pytest.mark.parametrize("name", ["Leo", "Ramona Vega, herpetologist", SIXTY, CHINESE, EMOJI])
def test_a_name_of_sixty_letters_is_read_whole(name: str) -> None:
    """On the rows of charts such a name stands in full, on three lines at most, whatever its script."""
    (label,) = chart_labels([name]).values()
    assert label.split() == name.split() or label.replace("\n", "") == name
    assert label.count("\n") < LINES
    assert in_full({name: label}) == []
    for figure in charted(name):
        assert name.replace(" ", "") in words(figure)


def test_a_column_is_cut_where_its_row_is_whole() -> None:
    """Slanted names have one line; the end of a longer one is an ellipsis, and the square's tooltip has all of it."""
    figure, _ = charted(SIXTY)
    drawn = words(figure)
    assert f"ProfessorDoctorAlexandria{ELLIPSIS}" in drawn
    assert drawn.count("Featherstonehaugh-Smy") == 1
    (rows,) = (data for data in figure.spec["datasets"].values() if "similarity" in data[0])
    assert all(row["text"] in drawn for row in rows)
    assert {row["teacher"] for row in rows if row["column"].endswith(ELLIPSIS)} == {SIXTY}
    assert [tip["field"] for tip in figure.spec["layer"][0]["encoding"]["tooltip"]] == ["student", "teacher", "text"]


def test_what_is_cut_in_rows_is_told_in_full() -> None:
    """A name that three lines cannot hold ends in an ellipsis, and stands in full below the chart's title."""
    for figure in charted(ENDLESS):
        assert ENDLESS in figure.spec["title"]["subtitle"][-2]
        assert ELLIPSIS in words(figure)


def test_names_that_begin_alike_stay_apart() -> None:
    """Two names that are cut to the same letters get a number each, so that no two rows are one."""
    labels = chart_labels([f"{ENDLESS} {place}" for place in range(3)], widest=ALONE, most=1)
    assert len(set(labels.values())) == 3
    assert [label[-1] for label in labels.values()] == [ELLIPSIS, "2", "3"]


def test_characters_of_several_parts_are_never_cut_in_two() -> None:
    """A family, a flag and an accented letter are one character each."""
    parts = ["👩‍👩‍👧‍👦", "🇩🇰", "🇫🇴", "e\N{COMBINING ACUTE ACCENT}"]
    assert clusters("".join(parts)) == parts
    assert width("👩‍👩‍👧‍👦") == width("👩")


@given(st.lists(st.text("ab W爬👩\u200d🏽é-", max_size=90), max_size=5, unique_by=lambda name: " ".join(name.split())))
@example([ENDLESS, CHINESE * 3, EMOJI * 2])
def test_labels_fit_and_differ(names: list[str]) -> None:
    """Whatever the names, every line fits, there are not too many, and no two labels are the same."""
    plain = [" ".join(name.split()) for name in names]
    labels = chart_labels(plain)
    assert list(labels) == plain
    assert len(set(labels.values())) == len(plain)
    for label in labels.values():
        lines = label.split("\n")
        assert len(lines) <= LINES
        assert all(width(line) <= LINE for line in lines)
