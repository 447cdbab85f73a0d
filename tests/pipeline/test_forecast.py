"""What answers cost: in words, extrapolated from answers, or estimated from prompts."""

from dataclasses import replace
from math import isclose
from pathlib import Path

import asking
import pytest
import small_pole
from asking import Scripted
from batching import prepared
from hypothesis import given
from hypothesis import strategies as st

from eep.cli.views.summary import of_plan
from eep.data.types import Answer, Message, Prompt, Question, Status
from eep.pipeline import run as pipeline
from eep.pipeline.elicit import spending as cost
from eep.pipeline.elicit.elicit import Inventory, inventory
from eep.pipeline.elicit.spending import Spending
from eep.pipeline.forecast import CHARACTERS, SHORT_ANSWER, forecast, length, spread
from eep.pipeline.prepare import Prepared, prepare
from eep.pipeline.progress import Progress
from eep.teachers.limits import Limits, Price

PRICE = Price(input=2.0, cached_input=0.5, output=8.0, currency="EUR")


def cell(task: str, wording: int, number: int, size: int = 400) -> list[Question]:
    """Return so many questions of a cell, whose prompts have ``size`` characters each."""
    asked = [asking.question(f"{task} {index}", wording=wording) for index in range(number)]
    sent = [Message("user", "x" * (size - len(one.prompt.system))) for one in asked]
    return [
        replace(one, task=task, prompt=Prompt(one.prompt.system, (turn,)))
        for one, turn in zip(asked, sent, strict=True)
    ]


def known(questions: list[Question], answered: dict[int, dict[str, int]]) -> Inventory:
    """Return the inventory of questions of which some were answered, with their usage."""
    there = inventory(questions, Scripted(), None)
    answers = {
        there.keys[index]: Answer(there.keys[index], Status.REFUSED, None, "", "", usage)
        for index, usage in answered.items()
    }
    missing = {key: question for key, question in there.missing.items() if key not in answers}
    return Inventory(there.keys, answers, missing)


def test_prompts_are_estimated_by_their_length() -> None:
    """Where nothing was measured, tokens follow from the characters of the real prompts and a stated assumption."""
    questions = [*cell("cartpole", 0, 30), *cell("cute", 1, 10, size=1_000)]
    expected = forecast(known(questions, {}), questions)
    assert (expected.questions, expected.measured) == (40, 0)
    assert expected.tokens == {"input": (30 * 400 + 10 * 1_000) / CHARACTERS, "output": 40.0 * SHORT_ANSWER}
    whole = Prompt("abc", (Message("user", "de"), Message("assistant", "f")))
    assert length(replace(questions[0], prompt=whole)) == 6


def test_answers_are_extrapolated() -> None:
    """Tokens of prompts follow their length, those of answers their number, within the task that was measured."""
    questions = [*cell("cartpole", 0, 30), *cell("cute", 1, 10, size=1_000)]
    usage = {"input": 20, "cached_input": 100, "output": 7}
    expected = forecast(known(questions, {0: usage, 1: {**usage, "output": 9}}), questions)
    assert (expected.questions, expected.measured) == (38, 2)
    # 28 more of the same length, and 10 of a task without any: by the ratio of the others.
    length_ratio = (28 * 400 + 10 * 1_000) / 800
    assert isclose(expected.tokens["input"], 40 * length_ratio)
    assert isclose(expected.tokens["cached_input"], 200 * length_ratio)
    assert isclose(expected.tokens["output"], 38 * 8)
    both = forecast(known(questions, {0: usage, 30: {"input": 500, "output": 50}}), questions)
    assert isclose(both.tokens["input"], 29 * 20 + 9 * 500)
    assert isclose(both.tokens["output"], 29 * 7 + 9 * 50)


def test_answers_without_counts_measure_nothing() -> None:
    """Answers that count no tokens leave the estimate, nothing open costs nothing, and equal questions cost once."""
    questions = cell("cartpole", 0, 4)
    assert forecast(known(questions, {0: {}, 1: {"strange": 4}}), questions).measured == 0
    done = forecast(known(questions, {n: {"input": 5} for n in range(4)}), questions)
    assert (done.questions, dict(done.tokens)) == (0, {})
    twice = questions * 2
    assert forecast(known(twice, {}), twice).questions == 4
    measured = forecast(known(twice, {0: {"input": 100, "output": 1}}), twice)
    assert (measured.questions, measured.measured) == (3, 1)
    assert isclose(measured.tokens["input"], 300)


@given(sizes=st.lists(st.integers(0, 9), min_size=1, max_size=12), number=st.integers(0, 60))
def test_a_sample_is_spread_over_cells(sizes: list[int], number: int) -> None:
    """A sample has as many questions as wanted, each once, and no cell has more than its share while others have less."""
    questions = [one for index, size in enumerate(sizes) for one in cell(f"task {index}", 0, size)]
    chosen = spread(known(questions, {}), number)
    assert len(chosen) == min(number, len(questions))
    assert len({(one.task, one.item.id) for one in chosen}) == len(chosen)
    if number and len(set(sizes)) == 1 and sizes[0] * len(sizes) >= number:
        counts = [sum(one.task == f"task {index}" for one in chosen) for index in range(len(sizes))]
        assert max(counts) - min(counts) <= 1


def test_a_sample_is_spread_within_cells() -> None:
    """Questions of a cell are taken from all over it, and nothing answered is taken."""
    chosen = spread(known(cell("cartpole", 0, 90), {0: {}}), 3)
    assert [one.item.id for one in chosen] == ["cartpole 1", "cartpole 30", "cartpole 60"]


@pytest.mark.parametrize(
    ("tokens", "price", "said"),
    [
        ({}, None, "0 tokens in, 0 out"),
        ({"input": 1_234.4, "output": 5}, None, "1,234 tokens in, 5 out"),
        (
            {"input": 1_000_000, "cached_input": 2_000_000, "cache_write": 500_000, "output": 250_000},
            PRICE,
            "3,500,000 tokens in (2,000,000 cached, 500,000 written to the cache), 250,000 out: 6.00 EUR",
        ),
        ({"input": 100}, PRICE, "100 tokens in, 0 out: 0.0002 EUR"),
        ({"input": 1}, Price(input=0, output=0), "1 tokens in, 0 out: 0.00 USD"),
    ],
)
def test_tokens_in_words(tokens: dict[str, float], price: Price | None, said: str) -> None:
    """Tokens are told with what was cached, and with money where there is a price."""
    assert cost.format_cost(tokens, price) == said


def test_what_was_spent_is_told_with_its_cap() -> None:
    """Spending names the cap on money; where no answer counted tokens there is nothing to tell."""
    spending = Spending()
    limits = Limits(price=PRICE, max_cost=2.0)
    assert cost.format_spent(spending, limits) == ""
    spending.add({"input": 1_000_000, "output": 10, "strange": 3})
    assert cost.format_spent(spending, limits) == "1,000,000 tokens in, 10 out: 2.00 EUR of at most 2.00 EUR"
    assert cost.format_spent(spending, Limits()) == "1,000,000 tokens in, 10 out"


def said(plan: Prepared) -> str:
    """Return what a plan says of cost, on one line."""
    text = of_plan(plan)
    return " ".join(text[text.index("cost ") : text.index("\nplan ")].split())


def test_a_plan_estimates_what_a_model_will_cost(tmp_path: Path) -> None:
    """Before anything was asked a plan estimates tokens, says by what, and how to measure them; not without a model."""
    assert "cost " not in of_plan(prepare(small_pole.write(tmp_path), out=tmp_path))
    plan = prepared(tmp_path)
    characters = sum(length(question) for question in plan.questions)
    text = said(plan)
    assert text.startswith("cost 162 to ask: about ")
    tokens = int(text.split("about ")[1].split(" tokens in")[0].replace(",", ""))
    assert abs(tokens - characters / 4) < 0.01 * tokens
    assert "3,240 out; an estimate: 4 characters of a prompt to a token, 20 tokens to an answer" in text
    assert "--ask 20 asks 20 of the questions and measures" in text
    assert text.endswith("no [teacher.price] is given: tokens only")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["small.toml"]


def test_asking_some_measures_the_rest(tmp_path: Path) -> None:
    """A sample of the questions is asked, kept, and extrapolated to all others, in money too."""
    plan = prepared(tmp_path, more="max_tokens = 50\n[teacher.price]\ninput = 10.0\noutput = 100.0\n")
    assert "may use up to 50 for each answer" in said(plan)
    teacher = Scripted(lambda question: {"usage": {"input": length(question), "output": 10}})
    plan = replace(plan, source=teacher)
    pipeline.ask(plan, 12, again="eep plan small.toml --ask 12", progress=Progress())
    assert len(teacher.asked) == 12
    assert (tmp_path / "runs" / "small" / "plan.json").is_file()
    text = said(plan)
    there = sum(length(question) for question in plan.questions)
    assert text.startswith("cost 12 answers so far: ")
    assert "150 to ask: about " in text
    assert text.endswith("extrapolated from the 12 answers so far")
    money = float(text.split("150 to ask")[1].split("out: ")[1].split(" USD")[0])
    share = there * 150 / 162
    assert abs(money - (share * 10 + 150 * 10 * 100) / 1e6) < 0.05 * money
    pipeline.ask(plan, 500, again="", progress=Progress())
    assert len(teacher.asked) == 162
    assert "to ask" not in said(plan)
