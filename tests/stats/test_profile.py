"""Profiles of preferences, against loops that recompute them plainly."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest
from cells import row

from eep.data import responses
from eep.stats.contrasts import NeutralContrasts
from eep.stats.estimates import Estimate, frame
from eep.stats.held_out import held_out
from eep.stats.profile import ATTRIBUTES, Profiles

ABOUT = Estimate(task="task", component="", test="", term="", seed=1)
ITEMS = tuple(f"i{place:02}" for place in range(12))
PERSONAS = {"pirate": "persona", "nun": "persona", "nobody": "neutral", "name": "placebo"}
WORDINGS = ("plain", "portrait", "told")
#: Eyes are big in the first five, small in the next six, hidden in the last; all but one are cats.
LIKE: Mapping[str, Mapping[str, str]] = {
    item: {
        **({"eyes": "big"} if place < 5 else {"eyes": "small"} if place < 11 else {}),
        "species": "dog" if place == 3 else "cat",
        "size": "tiny",
    }
    for place, item in enumerate(ITEMS)
}


def described(like: Mapping[str, Mapping[str, str]] = LIKE) -> pl.DataFrame:
    """Return the attributes as a table."""
    rows = [("task", item, name, value) for item, values in like.items() for name, value in values.items()]
    return pl.DataFrame(rows, schema=ATTRIBUTES, orient="row")


def answered(seed: int = 0, *, samples: int = 1, personas: Mapping[str, str] = PERSONAS) -> list[dict[str, Any]]:
    """Return random answers of teachers and students, train items among them."""
    rng = np.random.default_rng(seed)
    return [
        row(role, persona, wording, item, float(rng.random()), arm=arm, sample=sample)
        | {"split": "train" if item == "t" else "test"}
        for role in ("teacher", "student")
        for persona, arm in personas.items()
        for wording in WORDINGS
        for item in (*ITEMS, "t")
        for sample in range(samples if role == "teacher" else 1)
    ]


def rows_of(
    rows: Sequence[Mapping[str, Any]], like: Mapping[str, Mapping[str, str]] = LIKE, **settings: Any
) -> pl.DataFrame:
    """Return the estimates of the profiles."""
    found = Profiles(**settings)(
        held_out(responses.build(map(dict, rows)), ABOUT.task), described(like), ABOUT, ("kind",)
    )
    return frame(found, experiment="x")


def lift(rows: Sequence[Mapping[str, Any]], role: str, persona: str, wording: str, term: str) -> float:
    """Return one cell's lift by plain loops, over the items that the rows have."""
    values: dict[str, list[float]] = {}
    for one in rows:
        if (one["role"], one["persona"], one["wording"], one["split"]) == (role, persona, wording, "test"):
            values.setdefault(one["item"], []).append(one["response"])
    means = {item: sum(some) / len(some) for item, some in values.items()}
    name, value = term.split("=")
    inside = [mean for item, mean in means.items() if LIKE[item].get(name) == value]
    return sum(inside) / len(inside) - sum(means.values()) / len(means)


@pytest.mark.parametrize("samples", [1, 3])
def test_estimates_are_differences_of_lifts(samples: int) -> None:
    """Mean over a value's items minus the cell's own mean, averaged over wordings, minus the same of the neutral."""
    rows = answered(samples=samples)
    found = rows_of(rows)
    for role, agent in (("teacher", "teacher"), ("student", "kind")):
        for persona in ("pirate", "nun", "name"):
            for term in ("eyes=big", "eyes=small", "species=cat"):
                mine, neutral = (
                    np.mean([lift(rows, role, who, wording, term) for wording in WORDINGS])
                    for who in (persona, "nobody")
                )
                (one,) = found.filter(agent=agent, contrast=persona, term=term).iter_rows(named=True)
                assert one["estimate"] == pytest.approx(mine - neutral, abs=1e-12)


def test_intervals_are_those_of_the_contrasts_with_neutral() -> None:
    """Standard errors, degrees of freedom and intervals are those of T4, with lifts in place of levels."""
    rows = answered(1)
    found = rows_of(rows).filter(agent="teacher", term="eyes=big")
    cells = {
        who: np.array([lift(rows, "teacher", who, wording, "eyes=big") for wording in WORDINGS]) for who in PERSONAS
    }
    names = [who for who in cells if who != "nobody"]
    expected, _ = NeutralContrasts(0.05).compare([cells[who] for who in names], cells["nobody"])
    for who, one in zip(names, expected, strict=True):
        (mine,) = found.filter(contrast=who).iter_rows(named=True)
        assert mine["std_error"] == pytest.approx(one.std_error)
        assert mine["method"] == f"pooled t, {one.freedom} df" == "pooled t, 8 df"
        assert mine["conf_high"] - mine["estimate"] == pytest.approx(2.306004 * one.std_error, rel=1e-6)


def test_level_and_the_generic_part_are_no_preference() -> None:
    """What is added to all answers of a persona, or to an item for everybody, changes no profile."""
    rows = [one | {"response": 0.5 * one["response"]} for one in answered(2)]
    before = rows_of(rows)
    raised = [
        one | {"response": one["response"] + 0.2 * (one["persona"] == "pirate") + 0.02 * (int(one["item"][1:] or 0))}
        for one in rows
        if one["split"] == "test"
    ]
    after = rows_of(raised)
    assert after["estimate"].to_list() == pytest.approx(before["estimate"].to_list(), abs=1e-12)


def test_rare_and_universal_values_are_left_out() -> None:
    """One dog tells of that dog, and what all items are tells nothing; counts say how many items have a value."""
    found = rows_of(answered()).filter(agent="teacher", contrast="nun")
    assert dict(found.select("term", "n_items").iter_rows()) == {"eyes=big": 5, "eyes=small": 6, "species=cat": 11}
    assert "species=dog" in rows_of(answered(), least=1)["term"].to_list()


def test_items_without_every_answer_are_left_out() -> None:
    """A refusal of one teacher cell takes the item from everybody's profile, students' too, and is counted."""
    rows = answered(3)
    refused = [dict(one) for one in rows]
    for one in refused:
        if (one["persona"], one["wording"], one["item"], one["role"]) == ("nun", "told", "i00", "teacher"):
            one |= {"response": None, "status": "refused"}
    without = [one for one in rows if one["item"] != "i00"]
    found, expected = rows_of(refused, least=4), rows_of(without, least=4)
    assert set(found["n_excluded"]) == {1}
    assert found.drop("n_excluded").equals(expected.drop("n_excluded"))


def test_students_resemble_their_teachers_profile() -> None:
    """The correlation is Pearson's over the values of attributes, with the own teachers and with the others' mean."""
    found = rows_of(answered(4), least=1)
    values = {
        (agent, persona): found.filter(agent=agent, contrast=persona)
        .filter(pl.col("term").str.contains("="))
        .sort("term")["estimate"]
        .to_numpy()
        for agent in ("teacher", "kind")
        for persona in ("pirate", "nun", "name")
    }
    alike = {
        (one["contrast"], one["term"]): one["estimate"]
        for one in found.filter(pl.col("term").str.starts_with("correlation")).iter_rows(named=True)
    }

    def expected(persona: str, teacher: str) -> float:
        return float(np.corrcoef(values["kind", persona], values["teacher", teacher])[0, 1])

    assert alike["pirate", "correlation"] == pytest.approx(expected("pirate", "pirate"))
    assert alike["pirate", "correlation with others"] == pytest.approx(expected("pirate", "nun"))
    others = (expected("name", "pirate") + expected("name", "nun")) / 2
    assert alike["name", "correlation with others"] == pytest.approx(others)


def test_nothing_to_compare_with() -> None:
    """Without a neutral persona, with two, or where nobody described the items, there is no row."""
    assert rows_of(answered(personas={"pirate": "persona", "nun": "persona"})).is_empty()
    assert rows_of(answered(personas={**PERSONAS, "nobody-else": "neutral"})).is_empty()
    assert rows_of(answered(), {}).is_empty()


@pytest.mark.parametrize("role", ["teacher", "student"])
def test_placebos_set_a_threshold(role: str) -> None:
    """It is the largest that any placebo shows for any value, by loops; without placebos there is none."""
    rows = answered(3, personas={**PERSONAS, "tram": "placebo"})
    found = rows_of(rows, least=1).filter(agent="teacher" if role == "teacher" else "kind")
    (threshold,) = found.filter(term="placebo threshold").iter_rows(named=True)
    shown = {
        (persona, term): sum(
            lift(rows, role, persona, wording, term) - lift(rows, role, "nobody", wording, term) for wording in WORDINGS
        )
        / len(WORDINGS)
        for persona in ("name", "tram")
        for term in ("eyes=big", "eyes=small", "species=cat", "species=dog")
    }
    whose = max(shown, key=lambda key: abs(shown[key]))
    assert threshold["estimate"] == pytest.approx(abs(shown[whose]), abs=1e-9)
    assert (threshold["contrast"], threshold["method"], threshold["n_personas"]) == (*whose, 2)
    bare = rows_of(answered(personas={"pirate": "persona", "nun": "persona", "nobody": "neutral"}))
    assert bare.filter(term="placebo threshold").is_empty()


@pytest.mark.parametrize(("wordings", "note"), [(("plain",), "one wording"), (WORDINGS, "exploratory, uncorrected")])
def test_wordings_that_do_not_vary_have_no_interval(wordings: Sequence[str], note: str) -> None:
    """One wording, or wordings that say exactly the same, give an estimate without an interval, and a note."""
    same = [one for one in answered() if one["wording"] == "plain"]
    found = rows_of([one | {"wording": wording} for one in same for wording in wordings]).filter(agent="teacher")
    found = found.filter(pl.col("term").str.contains("="))
    assert found["estimate"].null_count() == 0
    assert found["std_error"].null_count() == found["conf_low"].null_count() == found.height
    assert found["note"].str.contains(note).all()


def test_the_order_of_rows_changes_nothing() -> None:
    """The same answers in another order give the same estimates to the last bit."""
    rows = answered(5, samples=2)
    backwards = rows_of(rows[::-1])
    assert backwards.equals(rows_of(rows))
    assert not backwards.equals(rows_of(answered(6, samples=2)))


def test_rows_are_told_as_exploratory() -> None:
    """Every row says that it is uncorrected, and keeps what its task's rows have in common."""
    found = Profiles()(
        held_out(responses.build(answered()), ABOUT.task), described(), replace(ABOUT, note="kept"), ("kind",)
    )
    assert {one.note for one in found} == {"kept; exploratory, uncorrected"}
