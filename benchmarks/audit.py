"""How often `eep audit` names somebody, and whether rightly: python -m benchmarks.audit RUN.

RUN is the folder of a finished run of several personas, placebos and wordings. Every cell of a teacher, a student or a
control is audited without the cells of its wording (and without its own persona, where that is a placebo or is taken out of the suspects),
as are rules that nobody taught, and mixtures of two personas' students. Prints a table for docs/audit.md.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from eep.core.arrays import FloatArray
from eep.data.means import cell_means
from eep.data.responses import one_option
from eep.embodiment import saved
from eep.embodiment.saved import STUDENTS
from eep.pipeline.audit import ALPHA, suspects_of
from eep.pipeline.finished import FinishedRun, open_run
from eep.stats import panel
from eep.stats.audit import Audit, Suspects, named
from eep.stats.held_out import held_out

#: Shares of the persona that a mixture of two is mostly made of; at a half it is as much of either.
MIXED = (0.75, 0.5)
#: Rules of each random kind, and the share of items that a rule about an attribute must say yes to at least.
RULES, SOME = 40, 0.05
SHARES_HEAD = "| where | suspects | told a share | its median | named at it |\n|---|---:|---:|---:|---:|"
CELL = ["role", "agent", "persona", "arm", "wording", "sample", "item"]


@dataclass(frozen=True)
class Told:
    """Whom an audit named (or nobody: empty), and who it was."""

    what: str
    named: str
    right: str = ""
    lesser: str = ""


class Bench:
    """One task of a run: its suspects, and the answers of everybody."""

    def __init__(self, run: FinishedRun, task: str) -> None:
        kind = run.verdicts.filter(task=task)["student"][0]
        option = one_option_of(run, task)
        cells = panel.build(run.responses, task=task, agent=kind, option=option)
        self.suspects, self.items, self.wordings = suspects_of(run, cells)
        self.kind, self.run, self.task = kind, run, task
        answers = held_out(run.responses, task, option)
        self.placebos = list(panel.control_cells(answers, "placebo", kind, cells.wordings, cells.items))
        rows = one_option(run.responses.filter(task=task, split="test"), option)
        means = cell_means(rows, CELL).filter(pl.col("item").is_in(list(self.items)))
        wide = means.pivot(on="item", index=CELL[:-1], values="response").select(*CELL[:-1], *self.items)
        self.answers = [(row[:5], np.array(row[6:], dtype=np.float64)) for row in wide.iter_rows()]
        self._audits: dict[tuple[str, str, str], Audit] = {}

    def audit(self, wording: str, *, without: str = "", placebo: str = "") -> Audit:
        """Return the audit without a wording's cells, a suspect and a placebo."""
        key = wording, without, placebo
        if key not in self._audits:
            chosen = self.suspects
            if without:
                kept = [place for place, name in enumerate(chosen.personas) if name != without]
                chosen = Suspects(
                    tuple(chosen.personas[place] for place in kept),
                    chosen.teacher[kept], chosen.student[kept], chosen.neutral, chosen.placebos,
                )  # fmt: skip
            if placebo:
                left = [cells for name, cells in zip(self.placebos, chosen.placebos, strict=True) if name != placebo]
                chosen = replace(chosen, placebos=tuple(left))
            if wording:
                chosen = chosen.without(self.wordings.index(wording))
            self._audits[key] = Audit(chosen, seed=(1,))
        return self._audits[key]

    def told(self) -> Iterator[Told]:
        """Yield what is told of every cell, rule and mixture."""
        for (role, agent, persona, arm, wording), answers in self.answers:
            if agent in ("caption", "pixels") or not np.isfinite(answers).all():
                continue  # they sense something of their own, or did not answer
            kind = "permuted" if agent.startswith("permuted") else "teacher" if role == "teacher" else agent
            # Of controls that learned from all wordings none is left out.
            left_out = wording if wording in self.wordings else ""
            audit = self.audit(left_out, placebo=persona if arm == "placebo" else "")
            right = persona if arm == "persona" and kind != "permuted" else ""
            yield Told(f"{kind}, {arm}", name(audit, answers), right)
            if role == "student" and arm == "persona":
                yield Told(f"{kind}, persona not suspected", name(self.audit(wording, without=persona), answers))
                yield from self._mixed(agent, persona, wording, answers)
        yield from (Told(what, name(self.audit(""), answers)) for what, answers in self.rules())

    def _mixed(self, agent: str, persona: str, wording: str, answers: FloatArray) -> Iterator[Told]:
        if agent != self.kind:
            return
        for (_, other_agent, other, arm, other_wording), theirs in self.answers:
            if (other_agent, arm, other_wording) == (agent, "persona", wording) and other != persona:
                for share in MIXED:
                    mixed = share * answers + (1 - share) * theirs
                    yield Told(f"{agent}, {share:.0%} of a persona", name(self.audit(wording), mixed), persona, other)

    def shares(self) -> Iterator[tuple[float, bool]]:
        """Yield the share told for every suspect beside a neutral student, and whether an unseen student is named at it."""
        for place, wording in enumerate(self.wordings):
            audit, policy = self.audit(wording), self.suspects.neutral[1, place]
            yield from told_and_found(audit, policy, self.suspects.student[:, place])

    def rules(self) -> Iterator[tuple[str, FloatArray]]:
        """Yield rules that nobody taught: what they are, and their answers."""
        rng, n = np.random.default_rng(3), len(self.items)
        yield from (("rule: always the same", np.full(n, value)) for value in (0.0, 0.2, 0.8, 1.0))
        yield from (("rule: any number", rng.random(n)) for _ in range(RULES))
        yield from (("rule: a coin for each item", rng.integers(0, 2, n).astype(float)) for _ in range(RULES))
        known = self.run.attributes.filter(task=self.task)
        order = pl.DataFrame({"item": self.items})
        for _, some in known.group_by("attribute", "value", maintain_order=True):
            there = order["item"].is_in(some["item"].to_list()).to_numpy().astype(float)
            if SOME < there.mean() < 1 - SOME:
                yield "rule: one attribute", there
                yield "rule: one attribute", 1 - there


def told_and_found(audit: Audit, policy: FloatArray, unseen: FloatArray) -> Iterator[tuple[float, bool]]:
    """Yield the share told for each suspect, NaN for none, and whether its ``unseen`` student (K, N) is named at that share."""
    for place, share in enumerate(audit(policy, alpha=ALPHA).share.tolist()):
        mixed = share * unseen[place] + (1 - share) * policy
        yield share, bool(np.isfinite(share)) and name(audit, mixed) == audit.suspects.personas[place]


def row_of_shares(what: str, found: list[tuple[float, bool]]) -> str:
    """Return a row of the table of shares: suspects, those who are told a share, its median, and how often it suffices."""
    told = [one for one in found if np.isfinite(one[0])]
    measured = (
        (f"{np.median([one[0] for one in told]):.2f}", f"{np.mean([one[1] for one in told]):.3f}") if told else ("", "")
    )
    return f"| {what} | {len(found)} | {len(told)} | {' | '.join(measured)} |"


def one_option_of(run: FinishedRun, task: str) -> str:
    """Return the analysed readout of a task."""
    return next(iter(saved.read(run.folder / STUDENTS).tasks[task].readouts))


def name(audit: Audit, answers: FloatArray) -> str:
    """Return whom an audit names, empty for nobody."""
    place = int(named(*audit.tested(answers[None]), ALPHA)[0])
    return audit.suspects.personas[place] if place >= 0 else ""


def main() -> None:
    """Print the table."""
    run = open_run(Path(sys.argv[1]))
    print("| task | policies | number | named rightly | named wrongly | as the lesser |")
    print("|---|---|---:|---:|---:|---:|")
    for task in run.verdicts["task"].unique(maintain_order=True):
        told = list(Bench(run, task).told())
        for what in sorted({one.what for one in told}):
            mine = [one for one in told if one.what == what]
            print(f"| {task} | {what} | {len(mine)} | {' | '.join(_shares(mine))} |")
        nobody = [one for one in told if not one.right]
        print(f"| {task} | **nobody's, all together** | {len(nobody)} | {' | '.join(_shares(nobody))} |")
    print(f"\n{SHARES_HEAD}")
    for task in run.verdicts["task"].unique(maintain_order=True):
        print(row_of_shares(task, list(Bench(run, task).shares())))


def _shares(told: list[Told]) -> Iterator[str]:
    """Yield the shares that were named rightly, wrongly, and as the lesser part of a mixture; empty where there are none."""
    someone = [one.named == one.right for one in told if one.right]
    mixed = [one.named == one.lesser for one in told if one.lesser]
    for found in (someone, [one.named not in ("", one.right) for one in told], mixed):
        yield f"{np.mean(found):.3f}" if found else ""


if __name__ == "__main__":
    main()
