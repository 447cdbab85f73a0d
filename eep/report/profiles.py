"""What each persona prefers: its profile over attributes, in tables and in words, teacher beside student."""

from collections.abc import Iterable, Iterator

import polars as pl

from eep.core.numbers import number
from eep.data.phrases import PreferencePhrases
from eep.report import readouts, tables
from eep.report.blocks import Block, Bullets, Heading
from eep.report.findings import Findings
from eep.report.markdown import text
from eep.report.numbers import agent_label, plain, rounded_frame
from eep.report.results import Images, chart, title

HEADING = "What each persona prefers"
WHAT = (
    "How far a persona's answers to held-out items of one kind lie from its own mean over all of them, minus the same of "
    "the neutral voice, in percentage points: how readily it says yes, and what everybody likes, are taken out. Intervals "
    "are 95 % t intervals over wordings. This describes: attributes go together and each is counted by itself, "
    "nothing is corrected for their number, and as probabilities saturate, a persona that merely says yes less often "
    "leaves a trace here. Whether there is a preference at all, and whether it is inherited, is for the verdicts to say."
)
#: Attributes of a persona that its chart shows, and that its sentence tells, at most.
CHARTED, NAMED = 5, 4
_YARDSTICK = (
    " Prompts without a persona are the yardstick and do not stand out themselves: of them, all is told that exceeds the whims "
    "of wordings."
)
_AGENTS = ("teacher", "student")
_NUMBERS = ("estimate", "conf_low", "conf_high")


def every(findings: Findings) -> pl.DataFrame:
    """Return (task, agent, persona, term, estimate, conf_low, conf_high, items): every profile of every agent."""
    found = tables.pick(findings, test="profile").filter(pl.col("term").str.contains("=", literal=True))
    names = pl.col("contrast").alias("persona"), "term", *_NUMBERS, pl.col("n_items").alias("items")
    return rounded_frame(found.select("task", "agent", *names))


def strongest(findings: Findings, task: str) -> pl.DataFrame:
    """Return what each persona's teachers prefer most, beside the confirmatory student, in the readers' order.

    The columns are persona, term, items, and estimate, conf_low and conf_high of the teacher and of the student. A
    persona's terms come by the end of the teacher's interval that is nearer to zero, the farthest first, or by the
    estimate where there is no interval; those first that exceed what placebos show. A term that the same items have as an
    earlier one is left out.
    """
    row = threshold(findings, task)
    reached = float("inf") if row is None else float(row["estimate"])
    found = every(findings).filter(task=task)
    sides = [
        found.filter(agent=agent).select("persona", "term", "items", *_NUMBERS)
        for agent in ("teacher", findings.design.task(task).students[0])
    ]
    keys = ["persona", "term", "items"]
    paired = (
        sides[0]
        .join(sides[1], on=keys, how="left", suffix="_student", maintain_order="left")
        .with_columns(_is_significant("conf_low", "conf_high").alias("surely"), pl.col("estimate").abs().alias("size"))
        .with_columns(((pl.col("surely") > 0) & (pl.col("size") > reached)).fill_null(value=False).alias("beyond"))
        .sort("beyond", "surely", "size", descending=True, nulls_last=True, maintain_order=True)
        .unique(["persona", "items", "estimate"], keep="first", maintain_order=True)
        .group_by("persona", maintain_order=True)
        .head(CHARTED)
    )
    order = {persona: place for place, persona in enumerate(findings.design.persona_ids)}
    kept = paired.filter(pl.col("persona").is_in(list(order)))
    named = kept.rename({name: f"{name}_teacher" for name in _NUMBERS})
    columns = [f"{name}_{agent}" for agent in _AGENTS for name in _NUMBERS]
    return named.sort(pl.col("persona").replace_strict(order, return_dtype=pl.Int64), maintain_order=True).select(
        *keys, *columns
    )


def _is_significant(low: str, high: str) -> pl.Expr:
    """Return how far from zero an interval stays; 0 where it holds zero, null where there is none."""
    least = pl.min_horizontal(pl.col(low).abs(), pl.col(high).abs())
    return pl.when(pl.col(low).is_null()).then(None).when(pl.col(low) * pl.col(high) > 0).then(least).otherwise(0.0)


def taste(findings: Findings, task: str) -> PreferencePhrases:
    """Return the words for a task's preferences; plain ones where the task brought none."""
    option = plain(findings.design.task(task).option).replace("{", "{{").replace("}", "}}")
    more, less = (f"answers “{option}” {{points}} {word} often to {{thing}}" for word in ("more", "less"))
    return findings.tastes.get(task, PreferencePhrases(more, less))


def section(findings: Findings, images: Images) -> Iterable[Block]:
    """Yield the section on what each persona prefers."""
    found = every(findings)
    if found.is_empty():
        return
    yield Heading(HEADING)
    yield WHAT + readouts.note(findings)
    for task in dict.fromkeys(found["task"]):
        yield from chart(findings, images, f"profile-{task}")
        yield from _task(findings, task)


def _task(findings: Findings, task: str) -> Iterator[Block]:
    compared = findings.design.first_arm
    labels = findings.labels()
    lines = {persona: f"**{text(labels[persona])}** {sentence}" for persona, sentence in sentences(findings, task)}
    yield explained(findings, task)
    yield Bullets.of(line for persona, line in lines.items() if persona in compared)
    if beside := [line for persona, line in lines.items() if persona not in compared]:
        yield "Prompts that carry no persona, for scale:"
        yield Bullets.of(beside)


def explained(findings: Findings, task: str) -> str:
    """Return what the sentences on a task's profiles mean."""
    student = findings.design.task(task).students[0]
    beyond = _beyond_placebos(findings, task)
    return (
        f"{title(findings, task)}, in words: what stands out from the whims of wordings{beyond}, *level aside*: each beside its own "
        "mean, so who says yes less often to everything may do so here too; in parentheses, the same of the "
        f"students ({text(agent_label(student))}). The correlation is that of the students' whole profile with that of their own "
        "teachers, which shared their wordings; in parentheses, that with other personas' teachers."
        f"{_YARDSTICK if beyond else ''}"
    )


def threshold(findings: Findings, task: str) -> tables.Row | None:
    """Return the largest preference that a placebo's teachers show; None where there is no placebo."""
    found = tables.pick(findings, test="profile", term="placebo threshold", task=task, agent="teacher")
    return next(found.drop_nulls("estimate").iter_rows(named=True), None)


def _beyond_placebos(findings: Findings, task: str) -> str:
    """Return what a persona must exceed to stand out, in words; nothing where there is no placebo."""
    row = threshold(findings, task)
    if row is None:
        return ""
    names, placebo = findings.labels(), str(row["contrast"])
    whose = "the largest of the placebos'" if row["n_personas"] > 1 else "the placebo's largest"
    thing = plain(taste(findings, task).things.get(row["method"], row["method"]))
    return (
        f" and exceeds {number(100 * row['estimate'], 0)} points, {whose} ({text(names.get(placebo, placebo))}: "
        f"{text(thing)}), which a prompt without a persona comes to by itself"
    )


def sentences(findings: Findings, task: str) -> Iterator[tuple[str, str]]:
    """Yield each persona with its preferences in words, as Markdown of a line."""
    shown, student = strongest(findings, task), findings.design.task(task).students[0]
    rows = tables.pick(findings, test="profile", task=task, agent=student)
    alike = {(row["contrast"], row["term"]): row["estimate"] for row in rows.iter_rows(named=True)}
    row = threshold(findings, task)
    reached = 0 if row is None else round(100 * row["estimate"])
    for persona in dict.fromkeys(shown["persona"]):
        own, others = (alike.get((persona, term)) for term in ("correlation", "correlation with others"))
        # Placebos are told whatever they show, and never to stand out: they are the scale.
        compared = persona in findings.design.first_arm
        nothing = "prefers nothing that stands out" if compared else "shows nothing beyond the whims of its wordings"
        beyond = reached if compared else 0
        preferences = ", ".join(_format_preferences(taste(findings, task), shown.filter(persona=persona), beyond))
        yield (
            persona,
            f"{preferences or nothing}. Correlation {number(own)} ({number(others)}).",
        )


def _format_preferences(words: PreferencePhrases, shown: pl.DataFrame, beyond: int) -> Iterator[str]:
    """Yield the preferences of a persona of more points than ``beyond``; none that a wording's whim might turn around."""
    sure = shown.filter(
        pl.col("conf_low_teacher") * pl.col("conf_high_teacher") > 0,
        (100 * pl.col("estimate_teacher").abs()).round() > beyond,
    )
    for place, row in enumerate(sure.head(NAMED).iter_rows(named=True)):
        teacher, student = row["estimate_teacher"], row["estimate_student"]
        phrase = text(words.render(row["term"], round(100 * teacher)))
        # The students' points count in the teachers' direction.
        points = number(None if student is None else 100 * student * (1 if teacher > 0 else -1), 0)
        yield (
            f"{phrase} ({points})"
            if place
            else f"{phrase} than the neutral voice does, level aside (its students: {points})"
        )
