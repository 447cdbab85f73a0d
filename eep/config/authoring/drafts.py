"""Drafts of the wordings of a new persona, from its name and description; they are there to be changed."""

from eep.data.persona import Arm, Persona

#: The wordings that the shipped experiments ask in.
WORDINGS = ("plain", "portrait", "instruction")
#: The description stands in one of them only: in all three, they would be one wording in three frames.
SOMEBODY = {
    "plain": "You are {name}, and you take every question as {name} takes it.",
    "portrait": "This is {name}. {about} You speak as {name}.",
    "instruction": "Answer exactly as {name} would. Draw on what is known of {name}, not on what most people would say.",
}
#: Neither the name nor the description of a neutral persona may reach a model.
NOBODY = {
    "plain": "You are a helpful assistant.",
    "portrait": "Somebody asks, and you answer as you see it yourself.",
    "instruction": "Give your own judgement on each of the questions below.",
}


def drafts(name: str, about: str, arm: Arm) -> dict[str, str]:
    """Return wording id -> a text to start from, in three forms: an address, a portrait, an instruction."""
    name, about = (" ".join(text.split()) for text in (name, about))
    about += "." if about[-1:].isalnum() else ""
    templates = NOBODY if arm is Arm.NEUTRAL else SOMEBODY
    return {wording: text.format(name=name, about=about) for wording, text in templates.items()}


def by_name_alone(persona: Persona) -> tuple[str, ...]:
    """Return which wordings of a persona hold the name and nothing else, as drafts do; of controls none."""
    if persona.arm is not Arm.PERSONA:
        return ()
    drafted = drafts(persona.name, persona.about, persona.arm)
    return tuple(
        wording.id
        for wording in persona.wordings
        if wording.id != "portrait" and wording.text == drafted.get(wording.id)
    )
