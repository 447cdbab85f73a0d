"""A persona shown: who it is, and word by word what a model is sent; and one that was just written."""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from eep.cli.views.tables import folded
from eep.config import library
from eep.config.authoring import lint
from eep.config.authoring.drafts import by_name_alone
from eep.config.authoring.new import New
from eep.config.authoring.texts import words
from eep.core.errors import UserError
from eep.core.registry import did_you_mean
from eep.core.text import visible
from eep.core.toml.document import display_path
from eep.data.persona import Persona, Wording
from eep.data.types import Prompt
from eep.tasks import TASKS, prompt, task_class


@dataclass(frozen=True)
class Rendered:
    """What a model is sent for one item of a task: the first of ``items`` under the task's default settings."""

    task: str
    wording: str
    items: int
    prompt: Prompt


def rendered(persona: Persona, *, tasks: Sequence[str] = (), wordings: Sequence[str] = ()) -> list[Rendered]:
    """Return the prompts of a persona in every task and wording, or in those that are named.

    Raises `eep.core.errors.UserError` if there is no such task, or the persona has no such wording.
    """
    known = {wording.id: wording for wording in persona.wordings}
    chosen = _chosen("--task", tasks, sorted(TASKS))
    worded = [known[name] for name in _chosen("--wording", wordings, list(known))]
    return [one for task in chosen for one in _of_task(task, worded)]


def _chosen(flag: str, named: Sequence[str], known: Sequence[str]) -> Sequence[str]:
    for name in named:
        if name not in known:
            hint = did_you_mean(name, list(known))
            raise UserError(f"{flag}: expected one of {', '.join(known)}; found {name!r}{hint}")
    return tuple(dict.fromkeys(named)) or known


def _of_task(task: str, wordings: Sequence[Wording]) -> Iterator[Rendered]:
    about = task_class(task)
    played = about(about.Settings())
    items = played.stimuli()
    part = played.question(items[0])
    options = prompt.offered(played.options, part, seed=0)
    for wording in wordings:
        yield Rendered(task, wording.id, len(items), prompt.build(wording, part, options))


def format_prompts(persona: Persona, prompts: Sequence[Rendered]) -> str:
    """Return who a persona is, and its prompts verbatim but for what would steer the terminal."""
    lines = [*head(persona), ""]
    for one in prompts:
        lines += [f"--- {one.task}, {one.wording}: system ---", visible(one.prompt.system), ""]
        for message in one.prompt.messages:
            lines += [f"--- {one.task}, {one.wording}: {message.role} ---", visible(message.content), ""]
    lines.append(folded(_footnote(prompts)))
    return "\n".join(lines)


def head(persona: Persona) -> list[str]:
    """Return name, arm, description, source and the length of each wording."""
    sizes = [f"{each.id} ({len(words(each.text))} words)" for each in persona.wordings]
    source = [folded(f"Source: {persona.source}", "  ")] if persona.source else []
    return [
        visible(f"{' '.join(persona.name.split())} ({persona.id}), arm {persona.arm.value}"),
        folded(persona.about, "  "),
        *source,
        folded(f"Wordings: {', '.join(sizes)}", "  "),
    ]


def _footnote(prompts: Sequence[Rendered]) -> str:
    items = ", ".join(dict.fromkeys(f"{one.items:,} in {one.task}" for one in prompts))
    note = (
        "A model is sent exactly this, a system text and a user message, for every item; shown is the first "
        f"({items}) under each task's default settings. Where answers are offered, their order is drawn for each item."
    )
    escaped = any(visible(text) != text for one in prompts for text in _texts(one.prompt))
    return note + " Characters that would steer the terminal are shown as \\u codes." * escaped


def _texts(sent: Prompt) -> list[str]:
    return [sent.system, *(message.content for message in sent.messages)]


def format_written(new: New) -> str:
    """Return what was written, what remains to be done, and how to go on."""
    file, name = shlex.quote(display_path(new.path)), _name(new)
    lines = [f"wrote {file}"]
    if new.drafted:
        drafted = ", ".join(new.drafted)
        lines.append(folded(f"Drafted from name and description, for you to read and change: {drafted}."))
    if bare := [wording for wording in by_name_alone(new.persona) if wording in new.drafted]:
        lines.append(
            folded(
                f"Of {new.persona.name} nothing but the name stands in: {', '.join(bare)}. That is enough for somebody whom a "
                "model has read about. Of anybody else say there who it is."
            )
        )
    if new.drawn:
        lines.append(
            folded("The weights for the simulated teacher were drawn at random; they are nothing that is known.")
        )
    found = lint.warnings([lint.check(new.path)])
    lines += [f"\n{warning}" for warning in found]
    return "\n".join(
        [*lines, "", f"eep persona show {name}", f"eep persona check {file}", f"eep run rehearsal --persona {name}"]
    )


def _name(new: New) -> str:
    """Return how other verbs, called here, can name the persona: by its id, or by its file."""
    known = library.persona_paths(library.persona_folders())
    found = known.get(new.persona.id)
    same = found is not None and found.resolve() == new.path.resolve()
    return new.persona.id if same else shlex.quote(display_path(new.path))
