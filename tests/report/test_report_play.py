"""What the report says of play: one measure in full, several in one table; numbers about policies with intervals."""

import json
from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from invented_play import FEATURES, PERSONAS
from report_builder import build

from eep.data.phrases import Scale
from eep.report import Findings, readouts
from eep.report.animations import section as films
from eep.report.blocks import Table
from eep.report.charts_agents import returns as single
from eep.report.charts_play import outcomes, policies
from eep.report.html.pictures import animation_parts
from eep.report.markdown import block
from eep.report.results_outcomes import outcomes as told
from eep.report.results_play import policies as acting
from eep.report.results_play import returns as section
from eep.stats.estimates import Estimate, frame

SCALE = Scale("how close they come", "rush back", "rush closer")
MEASURES = ("return", "bites")


def several() -> Findings:
    """Return findings with a second measure of play, a tenth of a thousandth of the first, and its estimates."""
    one = build()
    bites = one.returns.with_columns(measure=pl.lit("bites"), value=pl.col("value") / 1000)
    rows = [
        row
        for measure in MEASURES
        for agent, value, p in (("simulated:weights", 0.62, 0.003), ("xgboost", 0.58, 0.01))
        for row in (
            Estimate("balance", measure, "T6", "between personas", agent, value, p_value=p, contrast="all"),
            Estimate("balance", measure, "T6", "between personas by chance", agent, 0.3, contrast="all"),
        )
    ]
    return replace(
        one,
        returns=pl.concat([one.returns, bites]),
        estimates=pl.concat([one.estimates, frame(rows, experiment="invented")]),
        meanings={"balance": {"bites": "how often it bites"}},
    )


def numbers(**changes: Any) -> Findings:
    """Return findings with the estimates of numbers about policies."""
    one = build()
    rows = [
        Estimate(
            "balance", feature, "policy", "mean", agent, 0.1 * place, contrast=persona, conf_low=-1.0, conf_high=1.0
        )
        for feature in FEATURES
        for agent in ("simulated:weights", "xgboost", "mlp")
        for place, persona in enumerate(PERSONAS)
    ]
    return replace(one, estimates=pl.concat([one.estimates, frame(rows, experiment="invented")]), **changes)


def test_one_measure_is_told_in_full_and_several_in_one_table() -> None:
    """One measure has the chart of its cells, several a table of squares, and never both."""
    assert single(build(), "balance") is not None
    assert outcomes(build(), "balance") is None
    assert single(several(), "balance") is None
    figure = outcomes(several(), "balance")
    assert figure is not None
    assert set(figure.data["measure"]) == set(MEASURES)
    assert {"control:random", "control:generic", "control:permuted", *PERSONAS} == set(figure.data["who"])


def test_small_numbers_keep_a_digit_more() -> None:
    """A measure below 1 has two decimals in its squares, a large one has one; the description has the same."""
    figure = outcomes(several(), "balance")
    assert figure is not None
    texts = [row["text"] for rows in figure.spec["datasets"].values() for row in rows if row["column"] == "bites"]
    assert texts
    assert all(len(text.partition(".")[2]) == 2 for text in texts)
    assert "bites, teacher / student: " in figure.description
    assert texts[0] in figure.description


def test_a_row_for_each_measure_says_whether_personas_differ() -> None:
    """Shares between personas with p-values, by chance, and what a measure is."""
    blocks = list(told(several(), {}, "balance"))
    (table,) = (one for one in blocks if isinstance(one, Table))
    assert [row[0] for row in table.rows] == list(MEASURES)
    assert table.rows[1][1:6] == ("62 %", ".003", "58 %", ".01", "30 %")
    assert any("*bites*: how often it bites" in block(one) for one in blocks)


def test_the_heading_names_returns_only_where_nothing_else_is_told() -> None:
    """Several measures are no returns."""
    first = [block(next(iter(section(one, {})))) for one in (build(), several())]
    assert first == ["## In the closed loop: returns", "## In the closed loop"]


def test_numbers_about_policies_are_drawn_with_intervals() -> None:
    """A panel for each number, in the task's order, and a description of every mean; other students are left out."""
    figure = policies(numbers(), "balance")
    assert figure is not None
    assert figure.data["feature"].unique(maintain_order=True).to_list() == list(FEATURES)
    assert set(figure.data["role"]) == {"teacher", "student"}
    assert f"{FEATURES[0]}, teacher / student: {PERSONAS['clockmaker'][0]} 0.00 / 0.00" in figure.description
    assert policies(build(), "balance") is None


def test_numbers_about_policies_are_explained() -> None:
    """What a task says a number means stands above the chart."""
    text = "\n".join(map(block, acting(numbers(meanings={"balance": {FEATURES[0]: "how *hard* it pushes"}}), {})))
    assert "*gain position*: how " in text
    assert "hard" in text


@pytest.mark.parametrize("scales", [{}, {"balance": SCALE}])
def test_a_scale_is_no_probability(scales: dict[str, Scale]) -> None:
    """Captions name what is read: a probability of an option, or a scale with its ends."""
    found = build(scales=scales)
    words = [call(found, "balance") for call in (readouts.probability, readouts.points, readouts.alike)]
    if scales:
        assert words[0] == "how close they come (“right”: 0 is “rush back”, 1 is “rush closer”)"
        assert words[1:] == ["points of “right”, of 100", "both lie on the same side of the scale's middle"]
        assert "In Balancing a pole, read how close they come for how often" in readouts.note(found)
    else:
        assert words == ["probability of “right”", "percentage points of “right”", "both choose the same"]
        assert readouts.note(found) == ""


FILM = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 344 204"><title>x: y, plain: 20 turns</title>'
    '<text x="8" y="15">x: y</text><text class="label" x="1">far off</text></svg>'
)


def test_films_keep_their_room_and_the_names_in_them() -> None:
    """A film's size is its own; its title goes into the caption, and names of what is drawn stay; a sentence explains."""
    found = build(films={"balance": "A line."})
    files = {f"{name}.svg": FILM for name in found.animations}
    assert "Balancing a pole: a line." in list(films(found, files))
    parts = animation_parts(found, files)
    (row,) = next(part.content["rows"] for part in parts if part.macro == "films")
    film = row.films[0]
    assert (film.width, film.height, film.about) == (344, 204, "wording plain, 20 turns")
    assert json.dumps(film.moving)
