"""The correlation of prompts' length with level against plain loops."""

from math import atanh, sqrt, tanh

import pytest
from cells import random_panel, row, table

from eep.data import responses
from eep.data.balance import Length
from eep.stats.estimates import Estimate
from eep.stats.prompt_length import PromptLength

ABOUT = Estimate(task="task", component="", test="", term="")


def naive(one: list[float], other: list[float]) -> float:
    """Return the sum of products of deviations over the root of the products of their squares."""
    a, b = sum(one) / len(one), sum(other) / len(other)
    top = sum((x - a) * (y - b) for x, y in zip(one, other, strict=True))
    return top / sqrt(sum((x - a) ** 2 for x in one) * sum((y - b) ** 2 for y in other))


def test_correlations_are_those_of_loops() -> None:
    """Within each wording, and of means over wordings, with the interval of Fisher's z."""
    cells = random_panel(6, 3, 11, seed=4)
    size = {(p, w): 3 + 7 * a * a % 11 + b for a, p in enumerate(cells.personas) for b, w in enumerate(cells.wordings)}
    lengths = [Length(p, w, words, 6 * words + 1) for (p, w), words in size.items()]
    # A neutral persona, and items that students learn from, are none of it.
    others = [
        row("teacher", "zero", w, i, 0.9, arm="neutral", cluster=c)
        for w in cells.wordings
        for i, c in zip(cells.items, cells.clusters, strict=True)
    ]
    others += [row("teacher", p, w, "seen", 0.01 * n, split="train") for n, (p, w) in enumerate(size)]
    answers = responses.concat([table(cells), responses.build(others)])
    lengths += [Length("zero", w, 90, 500) for w in cells.wordings]
    rows = {(one.term, one.contrast): one for one in PromptLength()(answers, lengths, ABOUT)}
    level = {
        (p, w): sum(float(cells.teacher[a, b, i]) for i in range(11)) / 11
        for a, p in enumerate(cells.personas)
        for b, w in enumerate(cells.wordings)
    }
    for w in cells.wordings:
        expected = naive([size[p, w] for p in cells.personas], [level[p, w] for p in cells.personas])
        assert rows["correlation words", w].estimate == pytest.approx(expected, abs=1e-9)
        assert rows["correlation characters", w].estimate == pytest.approx(expected, abs=1e-9)
    means = [[sum(x[p, w] for w in cells.wordings) / 3 for p in cells.personas] for x in (size, level)]
    found = rows["correlation words", "all"]
    r = naive(*means)
    assert found.estimate == pytest.approx(r, abs=1e-9)
    assert found.conf_low == pytest.approx(tanh(atanh(r) - 1.959963984540054 / sqrt(3)), abs=1e-9)
    assert found.conf_high == pytest.approx(tanh(atanh(r) + 1.959963984540054 / sqrt(3)), abs=1e-9)
    assert (found.n_personas, found.n_wordings, found.n_items) == (6, 3, 11)


def test_prompts_of_one_length_have_no_correlation() -> None:
    """There is no number then, and the note says why; a persona of unknown length is left out."""
    cells = random_panel(5, 2, 6, seed=1)
    lengths = [Length(p, w, 4, 20) for p in cells.personas[1:] for w in cells.wordings]
    rows = list(PromptLength()(table(cells), lengths, ABOUT))
    assert {row.estimate for row in rows} == {None}
    assert rows[0].note == "descriptive; all prompts are equally long, or all levels equal"
    assert rows[0].n_personas == 4


def test_three_personas_have_no_interval() -> None:
    """Fisher's z has a variance from four units on; the correlation is told without."""
    cells = random_panel(3, 2, 6, seed=1)
    lengths = [Length(p, w, 4 + n, 20) for n, p in enumerate(cells.personas) for w in cells.wordings]
    found = next(iter(PromptLength()(table(cells), lengths, ABOUT)))
    assert found.estimate is not None
    assert (found.conf_low, found.conf_high) == (None, None)
