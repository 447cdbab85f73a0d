"""What teachers are told and read, and the words for what personas prefer."""

from eep.data.phrases import PreferencePhrases
from eep.stimuli.animals.described import THINGS
from eep.tasks.encounter.dynamics import MOVES
from eep.tasks.encounter.situations import BEHAVIOURS, DISTANCES, SITUATIONS, sentence

_SITUATION = """\
You are out in the open on a quiet meadow, the whole afternoon is yours, and you meet one animal. Nothing is asked of \
you: there is no task, no score, nobody watches. Each moment you are told what the animal looks like, how far away it \
is and what it is doing, and you do one of five things: rush back (run away from it), step back, stay (where you are), \
step closer, or rush closer (run up to it; when it touches you: take hold of it, hug it)."""

_ASKED = """\
You know this moment only, nothing of what came before. Do what you, being who you are, would do. Answer with one of \
the five and nothing else."""

INSTRUCTIONS = f"{_SITUATION}\n\n{_ASKED}"
OFFER = f"Do you {', '.join(['{}'] * (len(MOVES) - 1))} or {{}}?"

#: What level, gain and preference of the approach are.
COMPONENTS = {
    "level": "how close they come",
    "gain": "how closely they follow what makes all personas come closer, beyond how close they come",
    "preference": "which animals they come closer to, and in which situations",
}

#: What the indices of a policy and the measures of play are.
MEANINGS = {
    "approach": "the mean approach over every situation of every held-out animal, from 0 (rushes back) to 1 (rushes closer)",
    "threat sensitivity": "how much less it approaches an animal of all four signs of danger (teeth, claws, a dangerous "
    "kind, great size) than one of none, plus how much less animals that bristle than animals at ease",
    "caution before the strange": "how much less it approaches an animal as far from mammals as there are than a mammal; "
    "below 0 it prefers the strange",
    "contact turns": "turns, of twenty, in which they touch",
    "bites": "how often the animal bites",
    "startles": "how often the animal begins to bristle",
    "closest distance": "the least distance, in metres",
    "turns until near": "turns until they are within two metres; twenty where they never are",
    "turns spent retreating": "turns, of twenty, in which the player steps or rushes back",
}

#: What is seen in a film.
FILM = (
    "Above, the animal as the player sees it; below, turn by turn, how far off it is. Blue dots come closer, orange ones back "
    "away, grey ones stay; large ones rush, and a red ring is a bite. The film shows the meeting in which agents differ most."
)

#: Situations by the sentence that says them.
_SENTENCES = {sentence(number): number for number in range(SITUATIONS)}

#: What persons compared with each other differ in is how close they come.
PHRASES = PreferencePhrases(
    more="comes {points} closer to {thing}",
    less="keeps {points} farther from {thing}",
    things={
        **THINGS,
        **{f"distance={name}": f"animals {name}" for name in DISTANCES},
        **{f"behaviour={name}": f"animals {name}" for name in BEHAVIOURS},
        "distance=touching you": "animals that touch them",
        "behaviour=watching you": "animals watching them",
        "behaviour=coming towards you": "animals coming towards them",
    },
)


def text(caption: str, situation: int) -> str:
    """Return what a teacher reads of an animal in a situation."""
    return f"{caption} {sentence(situation)}"


def parse(read: str) -> tuple[str, int]:
    """Return the caption and the situation of a text that `text` made; raises ValueError for any other."""
    caption, mark, rest = read.rpartition(" It is ")
    situation = _SENTENCES.get(f"It is {rest}")
    if not mark or situation is None:
        raise ValueError(f"expected a caption, then how far the animal is and what it does; found {read!r}")
    return caption, situation
