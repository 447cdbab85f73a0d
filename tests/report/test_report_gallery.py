"""The gallery: which pictures, what is said of them, and that captions stay words."""

import polars as pl
import pytest
from html_pages import png
from invented_play import PERSONAS
from report_builder import build

from eep.data import responses
from eep.data.types import Illustration
from eep.report import Findings, most_discriminating_items
from eep.report.gallery import files, section
from eep.report.markdown import block

ITEMS = ("i6", "i7", "i8", "i9")
#: Two personas' answers to each held-out item of the builder's; i8 divides them most.
SAID = {"i6": (0.5, 0.5), "i7": (0.9, 0.4), "i8": (0.0, 1.0), "i9": (0.6, 0.5)}

#: The pictures of the gallery, in their order, and their colours.
PICTURES = {"i8": "red", "i7": "blue"}


def answers() -> pl.DataFrame:
    """Return answers of two personas and a placebo in two wordings, students that say .3, and train items."""
    who = [("clockmaker", "persona", 0), ("ferryman", "persona", 1), ("tea-drinker", "placebo", 0)]
    return responses.build(
        {"task": "balance", "role": role, "agent": agent, "persona": persona, "arm": arm, "wording": wording}
        | {"sample": 0, "item": item, "cluster": item, "split": "train" if item == "i0" else "test"}
        | {"option": "right", "response": SAID.get(item, (0.0, 1.0))[place] if role == "teacher" else 0.3}
        | {"status": "ok"}
        for role, agent in (("teacher", "simulated:weights"), ("student", "xgboost"))
        for persona, arm, place in who
        for wording in ("plain", "portrait")
        for item in (("i0", *ITEMS) if role == "teacher" else ITEMS)
    )


def findings(text: str = "A cat.") -> Findings:
    """Return findings with a gallery of two items."""
    shown = {name: Illustration(text, png(colour)) for name, colour in PICTURES.items()}
    return build(responses=answers(), gallery={"balance": shown})


def test_the_most_discriminating_held_out_items_come_first() -> None:
    """Items by the spread of the personas' teachers, one of each cluster; train items and other arms do not count."""
    assert most_discriminating_items(answers(), "balance", 3) == ("i8", "i7", "i9")
    assert most_discriminating_items(answers(), "elsewhere", 3) == ()
    together = answers().with_columns(cluster=pl.col("item").replace({"i7": "one", "i8": "one"}))
    assert most_discriminating_items(together, "balance", 2) == ("i8", "i9")


def told(findings: Findings) -> str:
    """Return the section on the gallery."""
    return "\n\n".join(map(block, section(findings)))


def test_pictures_are_copied_and_shown() -> None:
    """Every picture lies in gallery/ as it was given, and the text shows it with caption and judgements."""
    copied = {f"gallery/balance-{place}.png": png(colour) for place, colour in enumerate(PICTURES.values(), 1)}
    assert files(findings()) == copied
    text = told(findings())
    assert "| ![A cat.](gallery/balance-1.png) | ![A cat.](gallery/balance-2.png) |" in text
    assert f"| {PERSONAS['clockmaker'][0]} | 0.00 / 0.30 | 0.90 / 0.30 |" in text


@pytest.mark.parametrize("hostile", ["](http://x) <script>", "a | b\n# c", "![x](y)"])
def test_captions_are_inert(hostile: str) -> None:
    """Whatever a caption holds, it is text: no link, no markup, no new line of the table."""
    text = told(findings(hostile))
    assert not [mark for mark in ("<script", "](http", "\n# ") if mark in text]
    assert {line.count(" | ") for line in text.splitlines() if line.startswith("| ")} == {2}
