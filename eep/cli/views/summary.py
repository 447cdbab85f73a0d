"""What the command line prints: a run, a plan, a list of personas and a checked recording, in plain lines."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from eep.core.text import one_line
from eep.core.text import wrap as _wrapped
from eep.data.persona import Arm, Persona
from eep.data.store import Store
from eep.pipeline import conversations
from eep.pipeline.calibration.design import expected, reach
from eep.pipeline.calibration.measured import planned
from eep.pipeline.conversations import ConversationProgress
from eep.pipeline.elicit.elicit import Inventory, inventory
from eep.pipeline.elicit.spending import format_cost
from eep.pipeline.forecast import format_costs
from eep.pipeline.plan import PLAN, registered
from eep.pipeline.preflight import way_out
from eep.pipeline.prepare import Prepared
from eep.tasks.cartpole.recording import RecordingCheck
from eep.teachers.episodes import Episodes

if TYPE_CHECKING:
    from eep.pipeline.run import Run


def of_run(run: "Run") -> str:
    """Return who answered, the verdicts, and where the report lies."""
    lines = [f"{run.asked:,} questions asked, {run.stored:,} answered before"]
    if run.spending.tokens:
        lines.append(f"{format_cost(run.spending.tokens, run.price)} ({run.spending.requests:,} requests)")
    if run.failed:
        lines.append(f"{run.failed:,} failed and were left out; the same command asks them again")
    lines += ["", _wrapped(run.teacher), ""]
    for row in run.verdicts.iter_rows(named=True):
        lines += [f"{row['task']}, {row['component']}: {row['verdict'].upper()}", _wrapped(row["sentence"]), ""]
    lines += [f"report: {run.report / 'index.html'}", f"tables: {run.folder}"]
    return "\n".join(lines)


def of_plan(prepared: Prepared) -> str:
    """Return cells, questions and what the verdict can reach; asks nothing and writes nothing."""
    experiment = prepared.experiment
    questions = len({(q.task, q.persona.id, q.wording.id, q.item.text, q.sample) for q in prepared.questions})
    there, begun = _there(prepared)
    stored = len(there.known)
    arms = {arm: sum(persona.arm is arm for persona in prepared.personas) for arm in Arm}
    return "\n".join(
        [
            f"{experiment.id}: {experiment.title}",
            _wrapped(f"teacher    {prepared.provenance.sentence}", hanging="teacher    "),
            "personas   " + ", ".join(f"{count} {arm.value}" for arm, count in arms.items() if count),
            f"wordings   {', '.join(experiment.wordings)}",
            f"tasks      {', '.join(experiment.tasks)}",
            f"cells      {len(prepared.personas) * len(experiment.wordings)} in each task",
            f"questions  {questions:,}: {stored:,} answered already, {questions - stored:,} to ask",
            *_conversations(prepared, begun),
            *_items(prepared),
            *_lacking(prepared),
            *_missing(prepared, arms[Arm.PERSONA]),
            *_costs(prepared, there, begun),
            f"plan       {prepared.plan.sha256}",
            *_registered(prepared),
            "",
            _wrapped(reach(prepared).sentence),
            _wrapped(planned(prepared)),
        ]
    )


def _registered(prepared: Prepared) -> list[str]:
    """Return a line on the plan that a report will name, if one was registered under other settings than the present."""
    path = prepared.runs / PLAN
    if not path.is_file() or not (found := registered(prepared.plan, path)).changes:
        return []
    note = f"{' ' * 11}A report names this plan, and says what was changed since: {'; '.join(found.changes)}"
    return [f"registered {found.plan.sha256}", _wrapped(note, hanging=" " * 11)]


def _conversations(prepared: Prepared, begun: ConversationProgress) -> list[str]:
    """Return lines on what conversations ask besides, at most; their questions depend on the answers."""
    cells = len(prepared.personas) * len(prepared.experiment.wordings)
    samples = prepared.experiment.teacher.samples
    lines = [
        f"{prepared.tasks[name].title}: besides, {cells:,} cells play {one.episodes:,} episodes each, in "
        f"{cells * one.questions:,} questions at most ({one.questions:,} a cell, if no episode ends before its "
        f"time), and answer about {one.windows:,} moments at most, in {cells * one.windows * samples:,} questions"
        for name, one in prepared.conversations.items()
    ]
    if lines and begun.there.known:
        left = f", {len(begun.there.missing):,} to ask" if begun.played else ""
        lines[-1] += f"; {len(begun.there.known):,} answered already{left}"
    return [_wrapped(f"talks      {line}", hanging="talks      ") for line in lines]


def _items(prepared: Prepared) -> list[str]:
    """Return lines on how many items tasks will have, as far as that is known; nobody knows what a recording holds."""
    if isinstance(prepared.source, Episodes):
        return []
    found = {name: expected(prepared, name) for name in prepared.tasks}
    lines = [
        f"{prepared.tasks[name].title}: "
        + (
            f"at most {one.learned:,} to learn from and {one.held_out:,} held out; the answers decide how many"
            if one.most
            else f"{one.learned:,} to learn from, {one.held_out:,} held out"
        )
        for name, one in found.items()
        if one is not None
    ]
    return _hanging("items", lines)


def _lacking(prepared: Prepared) -> list[str]:
    """Return a line on questions that the teacher is known to have no answer to, if there are any."""
    reasons = [reason for question in prepared.questions if (reason := prepared.source.unanswerable_reason(question))]
    if not reasons and (
        reason := next(filter(None, map(prepared.source.unanswerable_reason, prepared.dry_run_questions)), "")
    ):
        line = f"lacking    what is said in conversation cannot be answered, so the run will stop: {reason}"
        return [_wrapped(line, hanging="lacking    ")]
    if not reasons:
        return []
    line = (
        f"lacking    {len(reasons):,} of them cannot be answered, so nothing would be run: {reasons[0]}. "
        f"{way_out(prepared)}"
    )
    return [_wrapped(line, hanging="lacking    ")]


def _missing(prepared: Prepared, personas: int) -> list[str]:
    """Return what bad replies would cost: held-out items that every cell answers, were some missing at random."""
    cells = personas * len(prepared.experiment.wordings)
    if isinstance(prepared.source, Episodes) or prepared.experiment.teacher.provider == "simulated" or cells < 2:
        return []
    left = [f"{100 * (1 - share) ** cells:.0f} if {share:.0%} of replies are bad" for share in (0.01, 0.08)]
    line = (
        f"level and gain use the items that all {cells} cells answer: of a hundred, {' and '.join(left).replace('%', ' %')}; "
        "preference uses those that half of the cells answer"
    )
    return _hanging("missing", [line])


def _costs(prepared: Prepared, there: Inventory, begun: ConversationProgress) -> list[str]:
    return _hanging("cost", format_costs(prepared, there, begun))


def _hanging(head: str, lines: Sequence[str]) -> list[str]:
    """Return paragraphs beside their head, which stands before the first."""
    heads = [head, *[""] * (len(lines) - 1)]
    return [_wrapped(f"{head:11}{line}", hanging=" " * 11) for head, line in zip(heads, lines, strict=bool(lines))]


def _there(prepared: Prepared) -> tuple[Inventory, ConversationProgress]:
    """Return which questions have an answer that need not be asked for again, and how far conversations are."""
    with Store.look(prepared.answers) as store:
        there = inventory(prepared.questions, prepared.source, store)
        return there, conversations.conversation_progress(prepared, store)


def of_personas(personas: Iterable[Persona]) -> str:
    """Return a line per persona."""
    rows = list(personas)
    width = max((len(persona.id) for persona in rows), default=0)
    return "\n".join(f"{p.id:{width}}  {p.arm.value:8} {len(p.wordings)} wordings  {one_line(p.name)}" for p in rows)


def of_recording(check: RecordingCheck) -> str:
    """Return how far a recording can be trusted."""
    last = check.pairs - check.right
    verdict = (
        f"Every pair that can be checked stands beside its own action; the other {last:,} are the last of their "
        "episodes, whose next observation was not recorded."
        if check.trustworthy
        else "Do not train on the pairs as published: most actions belong to another step. "
        "The true pairs can be restored; eep run experiments/newton-2023.toml --recording FOLDER trains on them."
    )
    accident = "most of them by accident: a coin would make about half agree"
    return "\n".join(
        [
            f"{check.right:,} of {check.pairs:,} published pairs right",
            f"{check.agreeing:,} agree with the physics{'' if check.trustworthy else f', {accident}'}",
            f"{check.episodes:,} episodes recorded to their end",
            f"{check.restored:,} true pairs restored, {check.decisions:,} of them decisions (the others only held)",
            _wrapped(verdict),
        ]
    )
