"""What ``eep student`` prints."""

from collections.abc import Iterable, Mapping

from eep.cli.views.tables import folded, table
from eep.core.errors import UserError
from eep.core.registry import did_you_mean
from eep.embodiment.policy import StudentPolicy
from eep.embodiment.saved import Manifest, StudentRecord

#: Senses that are named; of more, the first ones and the last.
_FEW = 8


def of_folder(manifest: Manifest, only: Mapping[str, str | None]) -> str:
    """Return a line for each persona, kind and task; ``only`` those whose ``task`` and ``persona`` are given."""
    records = manifest.students
    for name, wanted in only.items():
        known = list(dict.fromkeys(str(getattr(one, name)) for one in records))
        if wanted is not None and wanted not in known:
            raise UserError(
                f"--{name}: expected one of {', '.join(known)}; found {wanted!r}{did_you_mean(wanted, known)}"
            )
        records = tuple(one for one in records if wanted in (None, getattr(one, name)))
    bodies: dict[tuple[str, str, str], list[StudentRecord]] = {}
    for one in records:
        bodies.setdefault((one.persona, one.task, one.agent), []).append(one)
    rows = [
        (persona, task, kind, ", ".join(one.wording for one in found), _agreements(found))
        for (persona, task, kind), found in bodies.items()
    ]
    lines = [
        folded(f"{len(records)} students of {manifest.experiment}. {manifest.teacher.sentence}"),
        "",
        table(("persona", "task", "kind", "wordings", "agrees with its teacher"), rows),
        "",
        folded("The last column: correlation with the own teacher's answers to items that no student met, by wording."),
    ]
    return "\n".join(lines)


def _agreements(records: Iterable[StudentRecord]) -> str:
    found = (one.agreement.correlation if one.agreement else None for one in records)
    return ", ".join("-" if value is None else f"{value:.2f}" for value in found)


def of_policy(policy: StudentPolicy) -> str:
    """Return what a persona that acts is, in lines."""
    manifest, one = policy.manifest, policy.records[0]
    task, who = manifest.tasks[one.task], manifest.personas[one.persona]
    senses = task.senses if len(task.senses) <= _FEW else (task.senses[0], "...", *task.senses[-3:])
    facts = {
        "persona": f"{who.name} ({who.arm}). {who.about}",
        "teacher": " ".join([manifest.teacher.sentence, *manifest.teacher.caveats]),
        **{f"told ({wording})": words for wording, words in who.wordings.items()},
        "task": task.title,
        "senses": f"{len(task.senses)} numbers: {', '.join(senses)}",
        "options": ", ".join(task.options),
        "kind": f"{one.agent}, {len(policy.students)} of them" if len(policy.students) > 1 else one.agent,
        "agreement": f"correlation with its teacher on held-out items, by wording: {_agreements(policy.records)}",
        "limits": " ".join(manifest.limits),
        "licence": manifest.licence_note,
        "made by": f"{manifest.experiment}, seed {manifest.seed}, eep {manifest.versions.get('eep', '')}",
        "files": ", ".join(record.file for record in policy.records),
    }
    return table(("", ""), list(facts.items()), spaced=True).lstrip("\n")
