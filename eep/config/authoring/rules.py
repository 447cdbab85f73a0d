"""Rules on personas: what stops nothing, and spoils a comparison.

Wordings say one person in several ways, and never how to answer; a placebo is about something else, a neutral persona
is nobody, and neither plants anything.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

from eep.config.authoring.texts import COMMON, plain, similarity, words
from eep.core.toml.positions import TomlPath
from eep.data.persona import Persona
from eep.tasks import TASKS, task_class

#: Two wordings that share more than this of their four-letter pieces are one. Those that ship share .40 at most
#: (a placebo's), .21 where a person is described; a text whose frame alone was changed shares .62 and more.
LIKENESS = 0.6
#: How many times as long as another a wording may be. The most that ships is 11: a bare name beside a portrait.
SPREAD = 12.0
#: Share of common English words from which a text is judged as English.
_ENGLISH = 0.25
#: Options that people also write when they mean something else.
_EVERYDAY = frozenset(
    ["left", "right", "up", "down", "yes", "no", "true", "false", "good", "bad", "high", "low", "one", "two", "a", "b"]
)
_VERB = r"(?:answer|say|repl(?:y|ie)|respond|choose|pick|push|press|prefer|favou?r|steer|vote)(?:s|es|d|ed|ing)?"
_FILLERS = r"(?:always|only|just|mostly|usually|often|with|to the|towards?(?: the)?)"
_QUOTES = "\"'`\u2018\u2019\u201c\u201d\xab\xbb"
_FORM = re.compile(
    r"(?:^|[.!?:;]\s+)(?:always|never|only)\s+(?:answer|say|reply|respond|choose|pick|push)\b"
    r"|\b(?:answer|reply|respond)\s+(?:only\s+)?(?:in|with|using)\s+(?:json|xml|(?:just\s+)?(?:one|a single)\b)"
    r"|\bat random\b|\b(?:flip|toss) a coin\b|\bprobabilit(?:y|ies)\b",
    re.IGNORECASE,
)
_ADDRESSED = re.compile(
    r"\b(?:you|your|yourself)\b"
    r"|(?:^|[.!?:;]\s+)(?:answer|speak|play|act|respond|reply|judge|imagine|pretend|be|give|think|decide|write)\b",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(r"\{[^{}]*\}|<[^<>]*>|\[[A-Z][A-Z _]+\]|\b(?:TODO|FIXME|TBD|XXX)\b|(?i:lorem ipsum)")


@dataclass(frozen=True)
class Finding:
    """What a rule finds at ``path``: ``found`` (without a full stop), why it matters to the statistics, the way out."""

    path: TomlPath
    found: str
    why: str
    fix: str


Rule = Callable[[Persona], Iterator[Finding]]


def enough_wordings(persona: Persona) -> Iterator[Finding]:
    """Ask for a second wording: a persona is what survives a change of wording."""
    if len(persona.wordings) < 2:
        yield Finding(
            ("wordings",),
            "there is one wording only",
            "With one wording the persona cannot be separated from its words, and every verdict is 'not testable'.",
            "Write two more; the shipped experiments ask in plain, portrait and instruction.",
        )


def different_texts(persona: Persona) -> Iterator[Finding]:
    """Find near copies among the wordings."""
    for earlier, later in combinations(persona.wordings, 2):
        if (share := similarity(earlier.text, later.text)) > LIKENESS:
            yield Finding(
                ("wordings", later.id),
                f"nearly the same text as wordings.{earlier.id}: they share {share:.0%} of their four-letter "
                f"pieces, and from {LIKENESS:.0%} on two wordings are as good as one",
                "The test asks what survives a change of wording. Between near copies nothing changes, so that "
                "what one prompt happens to cause would count as the persona.",
                "Say who it is in other words and in another form: an address, a portrait, an instruction.",
            )


def similar_lengths(persona: Persona) -> Iterator[Finding]:
    """Find a wording that is many times as long as another."""
    sizes = [(max(1, len(plain(wording.text))), wording.id) for wording in persona.wordings]
    (short, shortest), (long, longest) = min(sizes), max(sizes)
    if long / short > SPREAD:
        yield Finding(
            ("wordings", longest),
            f"{long / short:.0f} times as long as wordings.{shortest} ({long:,} letters against {short:,})",
            "Length moves a model too, and the shorter wording leaves out most of what the longer one says: they "
            "share less of the persona, and the test finds less.",
            f"Say more in wordings.{shortest}, or less in wordings.{longest}; up to {SPREAD:.0f} times may pass.",
        )


def no_answer_named(persona: Persona) -> Iterator[Finding]:
    """Find wordings that name an answer, or say how to answer."""
    for wording in persona.wordings:
        for task in TASKS:
            if answers := [option for option in _options(task) if _mentions(wording.text, option)]:
                named = " and ".join(map(repr, answers))
                yield Finding(
                    ("wordings", wording.id),
                    f"names {named}, which is an answer of the task {task}",
                    "A persona that is instructed what to answer shows that models obey, not who is played; students "
                    "inherit the order, and the verdict calls it the persona.",
                    "Say who it is, and let the answers follow from that.",
                )
        if found := _FORM.search(wording.text):
            yield Finding(
                ("wordings", wording.id),
                f"says how to answer: {found[0].strip(' .!?:;')!r}",
                "Each task says itself how it is to be answered, alike for everybody. A wording that says otherwise "
                "makes answers that cannot be read, or answers that come of the form and not of the persona.",
                "Leave the form of the answer out.",
            )


def addresses_model(persona: Persona) -> Iterator[Finding]:
    """Find wordings that do not speak to the model; only English texts are judged."""
    for wording in persona.wordings:
        if _english(wording.text) and not _ADDRESSED.search(wording.text):
            yield Finding(
                ("wordings", wording.id),
                "speaks of somebody, but asks nobody to be that person",
                "A model that is not asked to play anybody may answer as itself; the manipulation check would then "
                "find no persona in this wording.",
                "Speak to the model: 'You are ...', '... You speak as her.', 'Answer exactly as ... would.'",
            )


def filled_in(persona: Persona) -> Iterator[Finding]:
    """Find what looks like a place left to be filled in."""
    for wording in persona.wordings:
        if found := _PLACEHOLDER.search(wording.text):
            yield Finding(
                ("wordings", wording.id),
                f"holds {found[0]!r}, which looks like a place that was to be filled in",
                "Wordings are sent word by word; a model makes of a placeholder what it likes.",
                "Write what belongs there, or leave it out.",
            )


def about_something_else(persona: Persona) -> Iterator[Finding]:
    """Find wordings of a placebo that touch on what a task is about."""
    for wording in persona.wordings:
        for task in TASKS:
            if touching := topical(wording.text, task):
                yield Finding(
                    ("wordings", wording.id),
                    f"speaks of {', '.join(map(repr, touching))}, and the task {task} is about that",
                    "A placebo shows what any biography does to the answers. One that touches on what is asked may "
                    "move them for a reason, and then it is no measure for the others.",
                    "Tell of something else: a tram, a birthday, the colour of a pair of shoes.",
                )


def topical(text: str, task: str) -> list[str]:
    """Return the words of a text that are about what a task is about."""
    topic = {form for word in task_class(task).topic for form in forms(word)}
    return [word for word in dict.fromkeys(words(text)) if word in topic]


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


def played_everywhere(persona: Persona) -> Iterator[Finding]:
    """Find tasks that weights for the simulated teacher leave out, where there are some."""
    if persona.simulated and (lacking := [task for task in TASKS if task not in persona.simulated]):
        yield Finding(
            ("simulated",),
            f"sections for {', '.join(persona.simulated)} and none for {', '.join(lacking)}",
            "The simulated teacher refuses to play a persona in a task of which its file says nothing.",
            f"Write {' and '.join(f'[simulated.{task}]' for task in lacking)} (level = 0 and no weights plant nothing), "
            "if it is to be rehearsed there.",
        )


def _options(task: str) -> list[str]:
    """Return the answers of a task that hold no other answer: of "cute" and "not cute" the first."""
    every = [" ".join(words(option)) for option in task_class(task).options]
    return [option for option in every if not any(f" {other} " in f" {option} " for other in every if other != option)]


def _mentions(text: str, option: str) -> bool:
    """Return whether a text names an answer; one that is an everyday word must be in quotes, or follow a verb such as say or push."""
    if option not in _EVERYDAY:
        return f" {option} " in f" {plain(text)} "
    verb = rf"\b{_VERB}\s+(?:{_FILLERS}\s+)*{option}\b"
    quoted = rf"[{_QUOTES}]{option}[.,!?]?[{_QUOTES}]"
    return re.search(rf"{verb}|{quoted}", " ".join(text.split()), re.IGNORECASE) is not None


def _english(text: str) -> bool:
    every = words(text)
    return sum(word in COMMON for word in every) >= _ENGLISH * len(every)


def forms(word: str) -> set[str]:
    """Return a word with the usual English endings; some of them are no words, which does no harm."""
    stem = word.removesuffix("e")
    plural = f"{word[:-1]}ies" if word.endswith("y") else f"{word}es"
    return {word, f"{word}s", plural, f"{stem}ed", f"{stem}ing", f"{word}{word[-1]}ed", f"{word}{word[-1]}ing"}
