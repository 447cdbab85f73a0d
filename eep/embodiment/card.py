"""The card of an exported persona: what it is, what its run found, how it is put to work, and what it is not."""

import json
from collections.abc import Iterator, Sequence

from eep.core.text import one_line
from eep.embodiment.policy import StudentPolicy
from eep.embodiment.saved import Agreement, StudentRecord
from eep.report.markdown import line, table, text

_SENSES = 6


def card(policy: StudentPolicy, evidence: Sequence[str], scripts: Sequence[str], link: str, *, pictures: bool) -> str:
    """Return the card, Markdown with the header that the Hugging Face Hub reads.

    Parameters
    ----------
    evidence
        Sentences on what its run found.
    scripts
        The names of the files that put it to work without eep.
    link
        Address of its run's report; may be empty.
    pictures
        Whether ``policy.onnx`` takes pictures rather than what is sensed.
    """
    parts = [
        _header(policy, pictures=pictures),
        *_what(policy),
        *_findings(policy, evidence, link),
        *_use(policy, scripts, pictures=pictures),
        *_limits(policy),
    ]
    return "\n\n".join(parts) + "\n"


def _header(policy: StudentPolicy, *, pictures: bool) -> str:
    manifest, task = policy.manifest, policy.records[0].task
    # Values of JSON are values of YAML.
    entries = {
        "license": manifest.licence,
        **({"license_name": "terms-of-the-teacher"} if manifest.licence == "other" else {}),
        "library_name": "onnxruntime",
        "pipeline_tag": "image-classification" if pictures else "reinforcement-learning",
        "tags": ["eep", "persona", "imitation-learning", "behaviour-cloning", task, policy.records[0].kind],
    }
    return "\n".join(["---", *(f"{name}: {json.dumps(value)}" for name, value in entries.items()), "---"])


def _what(policy: StudentPolicy) -> Iterator[str]:
    manifest, one = policy.manifest, policy.records[0]
    task, who = manifest.tasks[one.task], manifest.personas[one.persona]
    teacher = manifest.teacher
    number = len(policy.students)
    many = (
        f"{number} students, one for each wording of the persona, whose probabilities are averaged"
        if number > 1
        else "one student"
    )
    yield f"# {text(who.name)}, as it acts: {text(task.title)}"
    yield (
        f"{text(who.name)} is {'a persona' if who.arm == 'persona' else f'a control ({text(who.arm)})'}. Its teacher played it in "
        "words; students that never read them learned to do as it did "
        f"from what it senses. This is {many} (`{one.kind}`), made by the experiment `{one_line(manifest.experiment)}` "
        f"with eep {manifest.versions.get('eep', '')}."
    )
    yield f"**Teacher.** {text(teacher.sentence)} {' '.join(map(text, teacher.caveats))}".rstrip()
    yield "**What the teacher was told.**"
    yield "\n\n".join(f"> {line(words)}\n>\n> ({name})" for name, words in who.wordings.items())
    senses = [f"`{name}`" for name in task.senses]
    shown = [senses[0], "...", *senses[-3:]] if len(senses) > _SENSES else senses
    yield f"**Senses**, {len(senses)} numbers in this order: {', '.join(shown)}."
    yield f"**Options**, in the order of the probabilities: {', '.join(f'`{name}`' for name in task.options)}."


def _findings(policy: StudentPolicy, evidence: Sequence[str], link: str) -> Iterator[str]:
    yield "## What it is evidence of"
    if link:
        yield f"From [the report of its run]({link}):"
    else:
        yield f"From the report of its run, `reports/{one_line(policy.manifest.experiment)}`:"
    yield "\n".join(f"- {text(sentence)}" for sentence in evidence) or "- Its run came to no verdict."
    yield "How the students' answers to held-out items go with their own teachers':"
    yield table(
        ("wording", "items", "correlation", "mean absolute difference"),
        [_agreement(one) for one in policy.records],
        numeric=(1, 2, 3),
    )


def _agreement(one: StudentRecord) -> tuple[str, str, str, str]:
    found: Agreement | None = one.agreement
    if found is None:
        return one.wording, "", "", ""
    correlation = "" if found.correlation is None else f"{found.correlation:.2f}"
    return one.wording, str(found.items), correlation, f"{found.mean_absolute_difference:.3f}"


def _use(policy: StudentPolicy, scripts: Sequence[str], *, pictures: bool) -> Iterator[str]:
    one = policy.records[0]
    yield "## How to use it"
    if scripts:
        needs = "numpy, pillow and onnxruntime" if pictures else "numpy, gymnasium and onnxruntime"
        argument = "PICTURE" if pictures else "[SEED]"
        yield f"Without eep, with {needs} alone (`{'`, `'.join(scripts)}`):"
        yield f"```\npython run.py {argument}\n```"
    yield "With eep, which reads the students' own files; nothing in them is executed:"
    act = (
        'print(body.judge("animal.jpg"))'
        if pictures
        else ("env = body.environment()\nobservation, _ = env.reset(seed=0)\naction, _ = body.predict(observation)")
    )
    yield f'```python\nimport eep\n\nbody = eep.load_student("FOLDER", task="{one.task}")\n{act}\n```'
    seen = "a picture, prepared as `run.py` does" if pictures else "what is sensed, (n, senses) float32"
    yield f"`policy.onnx` takes {seen}, and gives the options' probabilities, (n, {len(policy.options)}) float32."


def _limits(policy: StudentPolicy) -> Iterator[str]:
    yield "## Limits"
    yield "\n".join(f"- {text(sentence)}" for sentence in policy.manifest.limits)
    yield "## Licence"
    yield text(policy.manifest.licence_note)
    yield (
        "The way of making it is that of eep (Embodied Emulated Personas); the idea is Keski-Valkama's (2023), who had a "
        "language model play Newton at the pole and trained a student on it."
    )
