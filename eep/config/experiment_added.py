"""Personas added to an experiment from outside its file: one's own beside those that it lists."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from eep.config import library
from eep.config.experiment import Loaded
from eep.config.persona import read_persona
from eep.core.errors import TomlError, UserError
from eep.core.registry import did_you_mean
from eep.data.persona import Persona


def with_personas(loaded: Loaded, added: Sequence[str | Path]) -> Loaded:
    """Return an experiment with more personas, at the end of its own.

    The experiment's id then ends in ``-with-ID`` for each of them, so that its runs do not overwrite those without.

    Parameters
    ----------
    added
        Ids of personas, looked for as those that the file lists, or paths of their files (ending in ``.toml``).

    Raises
    ------
    eep.core.errors.UserError
        If there is no such persona, something is wrong with its file, it takes part already, or it lacks a wording
        that the experiment asks in; lists everything that is wrong.
    """
    personas, sources = list(loaded.personas), dict(loaded.sources)
    problems: list[str] = []
    for given in added:
        try:
            persona, sha256 = read_persona(_path(given, loaded.path))
        except TomlError as error:
            problems += error.lines
        except UserError as error:
            problems.append(f"--persona: {error}")
        else:
            problems += _conflicts(persona, personas, loaded.experiment.wordings)
            personas.append(persona)
            sources[f"personas/{persona.id}"] = sha256
    if problems:
        raise UserError("\n".join(dict.fromkeys(problems)))
    new = [persona.id for persona in personas[len(loaded.personas) :]]
    experiment = loaded.experiment
    update = {
        "id": "-with-".join([experiment.id, *new]),
        "personas": (*experiment.personas, *new),
    }
    return replace(
        loaded, experiment=experiment.model_copy(update=update), personas=tuple(personas), sources=sources
    )


def _path(given: str | Path, experiment: Path) -> Path:
    if str(given).endswith(".toml"):
        return Path(given)
    return library.persona_path(str(given), library.persona_folders(experiment))


def _conflicts(persona: Persona, taking_part: Sequence[Persona], wordings: Sequence[str]) -> list[str]:
    """Return why a persona cannot be added."""
    problems = []
    if persona.id in [other.id for other in taking_part]:
        problems.append(
            f"--persona: expected a persona that does not take part yet; found {persona.id!r}, which does"
        )
    has = [wording.id for wording in persona.wordings]
    problems += [
        f"--persona: expected a persona that has the wording {wording!r}, as the experiment asks in it; found "
        f"{persona.id!r} with only {', '.join(has)}{did_you_mean(wording, has)}"
        for wording in wordings
        if wording not in has
    ]
    return problems
