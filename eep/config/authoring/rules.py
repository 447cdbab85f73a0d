"""Rules on the wordings of any persona: they say one person in several ways, and never how to answer."""

import re
from collections.abc import Iterator
from itertools import combinations

from eep.config.authoring.findings import Finding
from eep.config.authoring.texts import COMMON, plain, similarity, words
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
    [
        "left",
        "right",
        "up",
        "down",
        "yes",
        "no",
        "true",
        "false",
        "good",
        "bad",
        "high",
        "low",
        "one",
        "two",
        "a",
        "b",
    ]
)
_VERB = (
    r"(?:answer|say|repl(?:y|ie)|respond|choose|pick|push|press|prefer|favou?r|steer|vote)(?:s|es|d|ed|ing)?"
)
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
_PLACEHOLDER = re.compile(
    r"\{[^{}]*\}|<[^<>]*>|\[[A-Z][A-Z _]+\]|\b(?:TODO|FIXME|TBD|XXX)\b|(?i:lorem ipsum)"
)


def enough_wordings(persona: Persona) -> Iterator[Finding]:
    """Ask for a second wording: a persona is what survives a change of wording."""
    if len(persona.wordings) < 2:
        yield Finding(
            ("wordings",),
            "there is one wording only",
            "With one wording nobody can tell the persona from its words, and every verdict is 'not testable'.",
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


def no_answer_told(persona: Persona) -> Iterator[Finding]:
    """Find wordings that name an answer, or say how to answer."""
    for wording in persona.wordings:
        for task in TASKS:
            if told := [option for option in _options(task) if _mentions(wording.text, option)]:
                named = " and ".join(map(repr, told))
                yield Finding(
                    ("wordings", wording.id),
                    f"names {named}, which is an answer of the task {task}",
                    "A persona that is told what to answer shows that models obey, not who is played; students "
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
                "speaks of somebody, but nobody is told to be that person",
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


def _options(task: str) -> list[str]:
    """Return the answers of a task that hold no other answer: of "cute" and "not cute" the first."""
    every = [" ".join(words(option)) for option in task_class(task).options]
    return [
        option
        for option in every
        if not any(f" {other} " in f" {option} " for other in every if other != option)
    ]


def _mentions(text: str, option: str) -> bool:
    """Tell whether a text names an answer; one that is an everyday word must be in quotes, or be said or pushed."""
    if option not in _EVERYDAY:
        return f" {option} " in f" {plain(text)} "
    said = rf"\b{_VERB}\s+(?:{_FILLERS}\s+)*{option}\b"
    quoted = rf"[{_QUOTES}]{option}[.,!?]?[{_QUOTES}]"
    return re.search(rf"{said}|{quoted}", " ".join(text.split()), re.IGNORECASE) is not None


def _english(text: str) -> bool:
    said = words(text)
    return sum(word in COMMON for word in said) >= _ENGLISH * len(said)
