"""report.md: what people read."""

from dataclasses import replace

import polars as pl
import pytest
from invented_play import PERSONAS
from markdown_it import MarkdownIt
from report_builder import TITLES, Origin, bare, build, verdict, verdict_frame

from eep.core.numbers import MINUS, MISSING
from eep.report.figure import Figure
from eep.report.findings import Findings
from eep.report.sections import figures, page

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
HOSTILE = "<img src=x onerror=alert(1)> | `rm` [x](javascript:alert(1)) **b**\n# H\n| a | \u202eb"


def read(findings: Findings, drawn: tuple[Figure, ...] = ()) -> str:
    """Return the report's text, with the charts that were drawn."""
    return page(findings, drawn, tuple(f"{name}.svg" for name in findings.animations), ("tables/estimates.csv",))


@pytest.fixture(scope="module")
def whole() -> str:
    """Return the text of complete findings."""
    findings = build()
    return read(findings, figures(findings))


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("simulated", "**The teacher was SIMULATED, not a language model.** Asked in a way."),
        ("recorded", "**The teacher: recorded answers of somebody.** Asked in a way."),
        ("live", "**The teacher: live answers of somebody.** Asked in a way."),
    ],
)
def test_the_first_line_says_who_the_teacher_was(kind: str, said: str) -> None:
    """Under the title the first thing read is who answered, then what that limits."""
    origin = Origin(kind, f"{kind}:somebody", "Asked in a way.", ("This is a limit.",))
    lines = read(build(provenance=origin)).splitlines()
    assert lines[0] == "# An invented experiment"
    assert lines[2] == said
    assert "- This is a limit." in lines[3:8]


def test_an_unbounded_slope_is_not_estimable() -> None:
    """A slope without bounds is said to be not estimable, in the verdict and in the table."""
    verdicts = [verdict("balance", part, slope_low=None, slope_high=None) for part in ("level", "preference")]
    findings = build(verdicts=verdict_frame(verdicts))
    unbounded = findings.estimates.with_columns(conf_low=None, conf_high=None)
    text = read(replace(findings, estimates=unbounded.cast(findings.estimates.schema)))
    assert "(95 % interval not estimable)" in text
    assert "| 0.43 | not estimable |" in text


def test_what_cannot_be_tested_says_why() -> None:
    """A verdict that could not be reached has its reason, and no numbers that do not exist."""
    reason = "the design is too small: there is one persona only; six would do"
    numbers = ("p_value", "p_adjusted", "minimum_p", "slope", "slope_low", "slope_high", "manipulation_p")
    row = verdict("balance", "preference", **dict.fromkeys(numbers), kind="too_small", reason=reason)
    findings = build(verdicts=verdict_frame([row | {"verdict": "not testable"}]))
    text = read(replace(findings, estimates=findings.estimates.filter(test="agreement")))
    assert "### Balancing a pole, preference: not testable (the design is too small)" in text
    assert f"Why: {reason}" in text
    assert "*Slope not estimable. Student: XGBoost.*" in text
    assert "Not testable here: it takes at least two personas" in text


def test_other_students_verdicts_are_exploratory() -> None:
    """Only the first student's verdicts stand at the top; the others' stand under what was exploratory."""
    rows = [verdict("balance", "level"), verdict("balance", "level", student="mlp", verdict="inconclusive")]
    text = read(build(verdicts=verdict_frame(rows)))
    headings = [line for line in text.splitlines() if line.startswith("### ")]
    assert headings == ["### Balancing a pole, level: inherited"]
    exploratory = text[text.index("## What was exploratory") :]
    assert "- Balancing a pole, level, neural network: inconclusive (p = .006)" in exploratory


def test_other_arms_stand_beside_the_personas() -> None:
    """Agreement over all personas is of the compared ones; neutral and placebo have columns of their own."""
    findings = build()
    swapped = findings.estimates.with_columns(pl.col("contrast").replace({"beekeeper": "tea-drinker"}))
    text = read(replace(findings, estimates=swapped))
    assert "| Balancing a pole | All personas | Least | Greatest | Somebody who drinks tea |" in text


def test_only_controls_that_were_there_are_explained() -> None:
    """A run without a generic student does not speak of one."""
    findings = build()
    without = findings.estimates.filter(pl.col("agent") != "generic")
    text = read(replace(findings, estimates=without, returns=findings.returns.clear()))
    assert "fair coin" in text
    assert "generic" not in text[text.index("## Students against") :]


def test_teacher_and_student_are_filmed_side_by_side() -> None:
    """A persona's teacher and student share a row; other films are linked."""
    findings = build()
    text = page(findings, (), tuple(f"{name}.svg" for name in findings.animations), ())
    (row,) = [line for line in text.splitlines() if line.startswith("| The clockmaker | ![")]
    assert "(charts/balance-teacher-simulated-weights-clockmaker.svg)" in row
    assert "(charts/balance-student-xgboost-clockmaker.svg)" in row
    assert "A film of 1 other agent lies in the folder charts/." in text


def test_a_changed_plan_is_confessed() -> None:
    """What has changed since the plan was registered is listed; otherwise it says that nothing has."""
    assert "Nothing in it has changed since." in read(build())
    text = read(build(plan_changes=("analysis.alpha was 0.05 and is now 0.1",)))
    assert "**Changed since the plan was registered**" in text
    assert "- analysis.alpha was 0.05 and is now 0.1" in text
    assert "Nothing in it has changed" not in text


def test_excluded_answers_are_told(whole: str) -> None:
    """Answers that are no answers are counted by persona; if there are none, that is said. Either can be traced."""
    assert "| Balancing a pole | The clockmaker | refused | 1 | 5.0 % |" in whole
    findings = build()
    complete = findings.estimates.with_columns(
        pl.when(pl.col("test") == "exclusions").then(0).otherwise(pl.col("n_excluded")).alias("n_excluded")
    )
    none = read(replace(findings, estimates=complete))
    assert "None: each of the teachers' 120 rows" in none
    for text in (whole, none):
        section = text[text.index("## Exclusions") :]
        assert "--test exclusions`" in section[: section.index("\n## ")]


def test_hostile_text_is_inert(whole: str) -> None:
    """Nothing that a name, a title or a sentence says becomes HTML, a link, an image, a table or a heading."""
    said = {"sentence": HOSTILE, "reason": HOSTILE}
    findings = build(
        names=dict.fromkeys(PERSONAS, HOSTILE),
        title=HOSTILE,
        question=HOSTILE,
        provenance=Origin("recorded", HOSTILE, HOSTILE, (HOSTILE,)),
        verdicts=verdict_frame([verdict("balance", part, **said) for part in ("level", "preference")]),
        plan_changes=(HOSTILE,),
    )
    tokens = PARSER.parse(read(findings, figures(findings)))
    leaves = [leaf for token in tokens for leaf in (token, *(token.children or []))]
    assert not {leaf.type for leaf in leaves} & {"html_block", "html_inline", "s_open", "fence", "code_block"}
    code = {f"`{leaf.content}`" for leaf in leaves if leaf.type == "code_inline"}
    assert all(command in whole for command in code)
    targets = [leaf.attrs.get("src") or leaf.attrs.get("href") for leaf in leaves]
    known = ("charts/", "tables/", "report.json")
    assert all(str(target).startswith(known) for target in targets if target is not None)
    for kind in ("tr_open", "td_open", "heading_open"):
        assert sum(t.type == kind for t in tokens) == sum(t.type == kind for t in PARSER.parse(whole))
    assert sum("onerror" in leaf.content for leaf in leaves if leaf.type == "inline") > 10


def test_what_is_not_there_has_no_section() -> None:
    """Findings without verdicts, estimates and play say so, and nothing stands in for them."""
    text = read(bare())
    assert "No verdict was given." in text
    for part in ("closed loop", "## How they act", "## One episode each", "## How much arrives"):
        assert part not in text


def test_two_tasks_are_both_told() -> None:
    """Every section speaks of every task, in the design's order."""
    findings = build(tasks={**TITLES, "guess": "Guessing"})
    text = read(findings, figures(findings))
    for section in ("matrix-{}-preference", "agreement-{}", "returns-{}"):
        first, second = (text.index(f"charts/{section.format(task)}.svg") for task in ("balance", "guess"))
        assert first < second


@pytest.mark.parametrize(
    "line",
    [
        "The students inherited the preference of the persona that their teacher played.",
        "*Slope 0.43 (95 % interval 0.21 to 0.66); p = .006; Holm-adjusted p = .012; ",
        "Balancing a pole, preference: the verdict survives 4 of 5 other analyses. It does not survive: without Beekeeper Odile (",
        "| without Beekeeper Odile | 0.43 | .012 | **inconclusive** |",
        "| split by student wording | 0.43 | .012 | inherited | 0.43 | .012 | inherited |",
        f"| A juggler | 2.0 ({MINUS}1.0 to 5.0) | .09 | .09 | 2.0 ({MINUS}1.0 to 5.0) | .09 | .09 | 0.40 | 12.3 |",
        "| XGBoost | 100.0 (90.0 to 110.5) | 7.5 (not estimable) | .25 | 7.5 (not estimable) | .25 |",
        f"| permuted labels | 100.0 (90.0 to 110.5) |{4 * f' {MISSING} |'}",
        "| Balancing a pole | refused | 1.0 % | .04 | exact (576) |",
        ", 24 students from ",
    ],
)
def test_numbers_are_told(whole: str, line: str) -> None:
    """Verdicts, sensitivity, contrasts with neutral, returns over cells and refusals each have their sentence or row."""
    assert line in whole


def test_analyses_too_small_for_any_verdict_are_not_counted() -> None:
    """Where too few personas are left for any p-value to be low enough, that is told, and is no loss of the verdict."""
    findings = build()
    small = {"verdict": pl.lit("not testable"), "kind": pl.lit("too_small")}
    estimates = findings.estimates.with_columns(
        pl.when(pl.col("verdict") == "inconclusive").then(value).otherwise(pl.col(name)).alias(name)
        for name, value in small.items()
    )
    told = read(replace(findings, estimates=estimates))
    assert (
        "Balancing a pole, preference: the verdict survives 4 of 4 other analyses. Too small for any other verdict "
        "than 'not testable', whatever the data, and not counted: without Beekeeper Odile." in told
    )
    assert "It does not survive" not in told


def test_items_left_out_for_all_are_counted() -> None:
    """A few missing answers cost level and gain many items, and preference few: the report says how many."""
    findings = build()
    assert "What missing answers cost" not in read(findings)
    task = findings.design.tasks[0]
    here = (pl.col("test") == "T2") & (pl.col("term") == "maximum") & (pl.col("task") == task.task)
    here &= pl.col("agent") == task.students[0]
    estimates = findings.estimates.with_columns(
        pl.when(here).then(38).otherwise(pl.col("n_items")).alias("n_items").cast(pl.Int32),
        pl.when(here).then(1_020).otherwise(pl.col("n_excluded")).alias("n_excluded").cast(pl.Int32),
    )
    told = read(replace(findings, estimates=estimates))
    assert "What missing answers cost, Balancing a pole: level and gain rest on the 38 held-out items" in told
