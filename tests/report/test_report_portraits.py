"""Clusters to look at: which, in which order, and that pictures and captions stay what they are."""

import json
from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from html_pages import png
from invented_play import PERSONAS
from report_builder import build

from eep.data import responses
from eep.data.phrases import Scale
from eep.data.types import Illustration
from eep.report import Findings, most_discriminating_clusters
from eep.report.charts_portraits import clusters
from eep.report.figure import svg
from eep.report.html.charts import drawn
from eep.report.markdown import block
from eep.report.portraits import by_cluster, section

#: What two personas' teachers answer to the two items of each held-out cluster.
SAID = {"owl": (0.5, 0.6), "bear": (0.9, 0.1), "crow": (0.2, 0.8), "fly": (0.9, 0.9)}
SCALE = Scale("how close they come", "rush back", "rush closer")
#: Pictures by cluster, in no order of the chart.
PICTURES = {"crow": "blue", "bear": "red", "owl": "green"}


def answers() -> pl.DataFrame:
    """Return two personas' and a placebo's answers in two wordings, their students' (.3), and a train cluster."""
    who = [("clockmaker", "persona", 0), ("ferryman", "persona", 1), ("tea-drinker", "placebo", 0)]
    return responses.build(
        {"task": "balance", "role": role, "agent": agent, "persona": persona, "arm": arm, "wording": wording}
        | {"sample": 0, "item": f"{cluster} {moment}", "cluster": cluster}
        | {"split": "train" if cluster == "ant" else "test", "option": "right", "status": "ok"}
        | {"response": SAID.get(cluster, (0.1, 0.9))[place] + moment / 20 if role == "teacher" else 0.3}
        for role, agent in (("teacher", "simulated:weights"), ("student", "xgboost"))
        for persona, arm, place in who
        for wording in ("plain", "portrait")
        for cluster in ("ant", *SAID)
        for moment in (-1, 1)
    )


def findings(caption: str = "A beast.", **changes: Any) -> Findings:
    """Return findings that portray three clusters."""
    shown = {name: Illustration(caption, png(colour)) for name, colour in PICTURES.items()}
    return replace(build(responses=answers(), portraits={"balance": shown}, scales={"balance": SCALE}), **changes)


def test_the_most_discriminating_held_out_clusters_come_first() -> None:
    """Clusters by the spread of the personas' means over items; train clusters and other arms do not count."""
    assert most_discriminating_clusters(answers(), "balance", 3) == ("bear", "crow", "owl")
    assert most_discriminating_clusters(answers(), "elsewhere", 3) == ()
    single = answers().with_columns(cluster=pl.col("item"))
    assert most_discriminating_clusters(single, "balance", 3) == ()


def test_clusters_lie_between_the_two_personas_that_differ_most() -> None:
    """From what the one has more of than the other to the reverse; numbers are means over items and wordings."""
    found = by_cluster(findings(), "balance")
    assert found["cluster"].unique(maintain_order=True).to_list() == ["bear", "owl", "crow"]
    row = found.row(by_predicate=(pl.col("cluster") == "bear") & (pl.col("persona") == "ferryman"), named=True)
    assert (row["teacher"], row["student"]) == (pytest.approx(0.1), pytest.approx(0.3))


def test_the_chart_holds_its_pictures_and_says_its_numbers() -> None:
    """Nothing is fetched: pictures are in the chart; its description has each persona's highest and lowest."""
    figure = clusters(findings(), "balance")
    assert figure is not None
    assert json.dumps(figure.spec).count("data:image/jpeg;base64,") == len(PICTURES)
    assert "http" not in svg(figure).replace("http://www.w3.org", "")
    clockmaker = PERSONAS["clockmaker"][0]
    assert f"{clockmaker}: highest 0.90 (student 0.30), A beast; lowest 0.20 (student 0.30)" in figure.description
    assert "0 is “rush back”, 1 is “rush closer”" in figure.description
    assert drawn([figure])[figure.name].numbers is not None


def test_without_portraits_there_is_no_chart_and_no_section() -> None:
    """A task that portrays nothing has nothing here."""
    bare = findings(portraits={})
    assert clusters(bare, "balance") is None
    assert list(section(bare, {})) == []


@pytest.mark.parametrize("hostile", ["](http://x) <script>", "a | b\n# c", "![x](y)"])
def test_captions_are_inert(hostile: str) -> None:
    """Whatever a caption holds, it is text."""
    found = findings(hostile)
    figure = clusters(found, "balance")
    assert figure is not None
    text = "\n".join(block(one) for one in section(found, {figure.name: figure}) if not isinstance(one, str))
    assert not [mark for mark in ("<script", "](http", "\n# ") if mark in text]
