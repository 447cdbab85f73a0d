"""An experiment under other settings than its file's: another seed, recording or teacher, more personas, at run time.

A run under another seed or teacher, or with more personas, has its own id, and so its own folders: runs are never mixed or overwritten.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from eep.config import library
from eep.config.experiment import PROVIDERS, Experiment, Loaded, teacher_model
from eep.config.persona import read_persona
from eep.core.errors import TomlError, UserError
from eep.core.redact import Redactor, secrets
from eep.core.registry import did_you_mean
from eep.core.toml.document import Document
from eep.core.toml.errors import Problems, dotted
from eep.core.toml.models import one_of, validate
from eep.data.persona import Persona
from eep.teachers import settings_class
from eep.teachers.base import TeacherSettings

#: Settings that identify a teacher.
_IDENTITY = ("provider", "model", "base_url")
#: Settings that belong to one model on one server, and must not be carried over to another.
_BOUND = {"model": ("price",), "base_url": ("price", "api_key_env")}
#: Settings that every teacher has.
_SHARED = ("samples", "concurrency")


def named_teacher(named: str | None, base_url: str | None = None) -> dict[str, Any]:
    """Return the settings that ``--teacher PROVIDER:NAME`` and ``--base-url`` stand for.

    NAME is a model; of a provider that reads recordings, a recording; and of one that has neither, left out.

    Raises UserError if there is no such provider, or it goes with no name, or needs one.
    """
    changes: dict[str, Any] = {} if base_url is None else {"base_url": base_url}
    if named is None:
        return changes
    provider, _, name = named.partition(":")
    hide = Redactor(secrets())  # a key in the place of a name is shown nowhere
    if provider not in PROVIDERS:
        hint = did_you_mean(provider, [*PROVIDERS])
        found = f"{hide(provider)!r}{hint}"
        raise UserError(f"--teacher: expected {one_of(PROVIDERS)} before the colon, found {found}")
    fields = settings_class(provider).model_fields
    field = next((field for field in ("model", "recording") if field in fields), None)
    if field is None and name:
        raise UserError(f"--teacher: expected {provider} alone, which has no models; found {hide(named)!r}")
    if field is not None and not name:
        raise UserError(f"--teacher: expected {provider}:{field.upper()}, found {named!r}")
    return {"provider": provider, **changes} | ({} if field is None else {field: name})


def with_overrides(
    loaded: Loaded,
    *,
    seed: int | None = None,
    recording: str | Path | None = None,
    teacher: Mapping[str, Any] | None = None,
    personas: Sequence[str | Path] = (),
) -> Loaded:
    """Return the experiment with other settings than its file's.

    ``teacher`` are settings of it: with another ``provider`` the old one's own settings are dropped, with another model
    or server its price. ``personas`` are ids or paths. Each change is added to the experiment's id.

    Raises UserError if a setting does not exist or its value does not fit; lists everything that does not.
    """
    _check_seed(seed)
    changes = dict(teacher or {}) | ({} if recording is None else {"recording": str(Path(recording))})
    loaded = with_personas(loaded, personas)
    experiment, update = loaded.experiment, dict[str, Any]()
    name = experiment.id
    if changes:
        _check_options(changes.get("provider", experiment.teacher.provider), changes)
        update["teacher"] = changed = _changed_teacher(experiment.teacher, changes)
        if _identity(changed) != _identity(experiment.teacher):
            name = f"{name}-{_slug(changed)}"
    if seed is not None and seed != experiment.seed:
        update["seed"], name = seed, f"{name}-seed-{seed}"
    return replace(loaded, experiment=experiment.model_copy(update={**update, "id": name}))


def _check_seed(seed: object) -> None:
    """Raise UserError for what a call from Python may get wrong."""
    if seed is None or (isinstance(seed, int) and not isinstance(seed, bool) and 0 <= seed < 2**31):
        return
    raise UserError(f"seed: expected a whole number from 0 to {2**31 - 1}, found {seed!r}")


def id_under_own_seed(experiment: Experiment, written: Experiment) -> str:
    """Return the id that the experiment has under the seed of its file, ``written``."""
    if experiment.seed == written.seed:
        return experiment.id
    return experiment.id.removesuffix(f"-seed-{experiment.seed}")


def _check_options(provider: str, changes: Mapping[str, Any]) -> None:
    """Raise UserError for what only some teachers have, by the name of its option."""
    fields = settings_class(provider).model_fields if provider in PROVIDERS else changes
    if "recording" in changes and "recording" not in fields:
        raise UserError(
            f"--recording: expected a teacher that reads a recording, found {provider!r}, "
            f"which reads none; leave the option out"
        )
    if "base_url" in changes and "base_url" not in fields:
        raise UserError(
            f"--base-url: expected a teacher that is asked over the network, found {provider!r}, "
            f"which is not; name one with --teacher PROVIDER:MODEL"
        )


def _changed_teacher(settings: TeacherSettings, changes: Mapping[str, Any]) -> TeacherSettings:
    provider = changes.get("provider", settings.provider)
    kept = settings.model_dump(mode="json")
    if provider != settings.provider:
        kept = {name: kept[name] for name in _SHARED}
    for name, bound in _BOUND.items():
        if name in changes and changes[name] != kept.get(name):
            kept = {key: value for key, value in kept.items() if key not in bound}
    data = {"teacher": {**kept, "provider": provider, **changes}}
    problems = Problems(Document(Path(), "", data, ""))
    annotation = teacher_model(problems)
    changed: TeacherSettings | None = None
    if not problems.all():
        changed = validate(problems, annotation, data["teacher"], ("teacher",))
    if changed is None:
        raise UserError("\n".join(f"{dotted(path)}: {sentence}" for _, path, sentence in problems.all()))
    return changed


def _identity(settings: TeacherSettings) -> tuple[Any, ...]:
    return tuple(getattr(settings, name, None) for name in _IDENTITY)


def _slug(settings: TeacherSettings) -> str:
    """Return a teacher's name as a part of an id: small letters, digits and hyphens."""
    name = getattr(settings, "model", None) or Path(getattr(settings, "recording", "")).name
    server = urlsplit(getattr(settings, "base_url", None) or "").netloc
    parts = filter(None, [settings.provider, name, server])
    return re.sub(r"[^a-z0-9]+", "-", "-".join(parts).lower()).strip("-")[:100].strip("-")


def with_personas(loaded: Loaded, added: Sequence[str | Path]) -> Loaded:
    """Return an experiment with more personas, at the end of its own.

    The experiment's id then ends in ``-with-ID`` for each of them, so that its runs do not overwrite those without.

    Raises `eep.core.errors.UserError` if there is no such persona, something is wrong with its file, it takes part
    already, or it lacks a wording that the experiment asks in; lists everything that is wrong.

    ``added``: ids of personas, looked for as those that the file lists, or paths of their files (ending in ``.toml``).
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
    update = {"id": "-with-".join([experiment.id, *new]), "personas": (*experiment.personas, *new)}
    return replace(loaded, experiment=experiment.model_copy(update=update), personas=tuple(personas), sources=sources)


def _path(given: str | Path, experiment: Path) -> Path:
    if str(given).endswith(".toml"):
        return Path(given)
    return library.persona_path(str(given), library.persona_folders(experiment))


def _conflicts(persona: Persona, taking_part: Sequence[Persona], wordings: Sequence[str]) -> list[str]:
    """Return why a persona cannot be added."""
    problems = []
    if persona.id in [other.id for other in taking_part]:
        problems.append(f"--persona: expected a persona that does not take part yet; found {persona.id!r}, which does")
    has = [wording.id for wording in persona.wordings]
    problems += [
        f"--persona: expected a persona that has the wording {wording!r}, as the experiment asks in it; found "
        f"{persona.id!r} with only {', '.join(has)}{did_you_mean(wording, has)}"
        for wording in wordings
        if wording not in has
    ]
    return problems
