"""Rules on controls: a placebo is about something else, a neutral persona is nobody, and neither plants anything."""

from collections.abc import Iterator

from eep.config.authoring.findings import Finding
from eep.config.authoring.texts import plain, words
from eep.data.persona import Persona
from eep.tasks import TASKS, task_class


def about_something_else(persona: Persona) -> Iterator[Finding]:
    """Find wordings of a placebo that touch on what a task is about."""
    for wording in persona.wordings:
        said = list(dict.fromkeys(words(wording.text)))
        for task in TASKS:
            about = task_class(task)
            topic = about.topic
            if touching := [word for word in said if _one_of(word, topic)]:
                yield Finding(
                    ("wordings", wording.id),
                    f"speaks of {', '.join(map(repr, touching))}, and the task {task} is about that",
                    "A placebo shows what any biography does to the answers. One that touches on what is asked may "
                    "move them for a reason, and then it is no measure for the others.",
                    "Tell of something else: a tram, a birthday, the colour of a pair of shoes.",
                )


def names_nobody(persona: Persona) -> Iterator[Finding]:
    """Find wordings of a neutral persona that name it."""
    for wording in persona.wordings:
        if f" {plain(persona.name)} " in f" {plain(wording.text)} ":
            yield Finding(
                ("wordings", wording.id),
                f"names {persona.name!r}, and the arm is neutral",
                "What every persona shares with the neutral one counts as what anyone would do. Somebody with a name "
                "is not anyone.",
                'Leave the name out, or make it a placebo: arm = "placebo".',
            )


def plants_nothing(persona: Persona) -> Iterator[Finding]:
    """Find weights for the simulated teacher in a control."""
    for task, section in persona.simulated.items():
        if section.level or any(section.weights.values()):
            yield Finding(
                ("simulated", task),
                f"plants something, and the arm is {persona.arm.value}",
                "Simulated experiments measure what the tests find where nothing is; a control with an effect of its "
                "own makes that measure wrong.",
                "Set level = 0 and leave the weights out.",
            )


def _one_of(word: str, topic: tuple[str, ...]) -> bool:
    """Tell whether a word is one of a topic's, in its plain form or as English inflects it."""
    return any(word in forms(known) for known in topic)


def forms(word: str) -> set[str]:
    """Return a word with the usual English endings; some of them are no words, which does no harm."""
    stem = word.removesuffix("e")
    plural = f"{word[:-1]}ies" if word.endswith("y") else f"{word}es"
    return {
        word,
        f"{word}s",
        plural,
        f"{stem}ed",
        f"{stem}ing",
        f"{word}{word[-1]}ed",
        f"{word}{word[-1]}ing",
    }
