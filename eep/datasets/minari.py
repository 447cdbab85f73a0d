"""Episodes as Minari datasets: one for each task, player and persona, all wordings of the persona in it."""

import os
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from eep.core.errors import UserError
from eep.core.versions import __version__
from eep.data.agent import Agent
from eep.datasets.about import About
from eep.datasets.episodes import Episode, Recorder
from eep.tasks.base import actions

#: Where Minari looks for datasets, and the group that eep's stand in.
PATH, NAMESPACE = "MINARI_DATASETS_PATH", "eep"
#: Names of what Minari's infos hold besides the environment's own.
TEXT, PROBABILITIES = "text", "probabilities"


@dataclass(frozen=True)
class Recorded:
    """What was recorded of one task."""

    recorder: Recorder
    episodes: tuple[Episode, ...]


def require_minari() -> None:
    """Raise UserError if Minari or h5py is not installed."""
    try:
        import h5py  # noqa: F401
        import minari  # noqa: F401
    except ImportError as error:
        raise UserError(
            f'expected minari and h5py for this format; found no {error.name}: pip install "eep[datasets]"'
        ) from error


def dataset_id(run: str, who: Agent) -> str:
    """Return what Minari calls the dataset of a player: ``eep/<run>-<task>-<persona>-<teacher or kind>-v0``."""
    player = "teacher" if who.role == "teacher" else who.agent
    name = "-".join(re.sub(r"[^A-Za-z0-9_]+", "-", part).strip("-") for part in (run, who.task, who.persona, player))
    return f"{NAMESPACE}/{name}-v0"


def write_minari(root: Path, about: About, recorded: Sequence[Recorded]) -> list[str]:
    """Write datasets below ``root``, which Minari reads as ``MINARI_DATASETS_PATH``; return their ids.

    Infos hold what a teacher reads of each observation (``text``, UTF-8 bytes) and the player's ``probabilities`` of the
    actions there, besides what the environment tells.

    Raises UserError if a dataset of an id is there already; none is written then.
    """
    groups = {
        (dataset_id(about.run, one.agent)): (part, [e for e in part.episodes if _same(e.agent, one.agent)])
        for part in recorded
        for one in part.episodes
    }
    if there := [name for name in groups if (root / name).exists()]:
        raise UserError(f"{root / there[0]}: expected no dataset of this name; found one: name another folder")
    root = root.resolve()  # Minari sums up sizes of files, of which it finds none below a relative path
    root.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=root, prefix=".unfinished-") as unfinished:
        with _datasets_path(unfinished):
            for name, (part, episodes) in groups.items():
                _write_one(name, about, part.recorder, episodes)
        (root / NAMESPACE).mkdir(exist_ok=True)
        for made in sorted((Path(unfinished) / NAMESPACE).iterdir()):
            made.replace(root / NAMESPACE / made.name)
    return list(groups)


def _same(one: Agent, other: Agent) -> bool:
    return one[:4] == other[:4]


def _write_one(name: str, about: About, recorder: Recorder, episodes: Sequence[Episode]) -> None:
    from minari import create_dataset_from_buffers
    from minari.data_collector import EpisodeBuffer

    observation_space, action_space = recorder.spaces
    who = episodes[0].agent
    with warnings.catch_warnings():
        # There is no address to write to, and the code has no permanent link that could be known here.
        warnings.simplefilter("ignore", UserWarning)
        made = create_dataset_from_buffers(
            name,
            [
                EpisodeBuffer(
                    seed=one.seed,
                    options=None if one.options is None else dict(one.options),
                    observations=one.observations,
                    actions=one.actions,
                    rewards=one.rewards.tolist(),
                    terminations=_at_the_end(one, ended=one.terminated),
                    truncations=_at_the_end(one, ended=one.truncated),
                    infos={TEXT: list(one.texts), PROBABILITIES: one.probabilities, **one.infos},
                )
                for one in episodes
            ],
            env=recorder.spec,
            observation_space=observation_space,
            action_space=action_space,
            algorithm_name=_algorithm(about, who),
            author="eep",
            description=_description(about, who),
        )
    made.storage.update_metadata({"eep": _metadata(about, recorder, who)})
    made.storage.update_episode_metadata([{"wording": one.agent.wording, "number": one.number} for one in episodes])


def _at_the_end(episode: Episode, *, ended: bool) -> list[bool]:
    return [False] * (len(episode.actions) - 1) + [ended]


def _algorithm(about: About, who: Agent) -> str:
    if who.role == "teacher":
        return f"{about.teacher.agent}, a table of its answers to texts"
    return f"behaviour cloning ({who.agent}) of {about.teacher.agent}"


def _description(about: About, who: Agent) -> str:
    """Return whose episodes these are, simulated ones called so."""
    name = next((one.name for one in about.personas if one.id == who.persona), who.persona)
    player = (
        "A teacher, as the table of its answers to texts," if who.role == "teacher" else "A student of that teacher"
    )
    first = "SIMULATED. " if about.simulated else ""
    return f"{first}{player} plays as the persona “{name}”. {about.teacher.sentence} {about.made_by}"


def _metadata(about: About, recorder: Recorder, who: Agent) -> dict[str, Any]:
    task = recorder.task
    (persona,) = (one for one in about.personas if one.id == who.persona)
    return {
        "eep": __version__,
        "run": about.run,
        "plan": about.plan,
        "seed": about.seed,
        "task": task.id,
        "role": who.role,
        "agent": who.agent,
        "simulated": about.simulated,
        "persona": {"id": persona.id, "name": persona.name, "arm": persona.arm.value, "about": persona.about},
        "wordings": {one.id: one.text for one in persona.wordings if one.id in about.wordings},
        "actions": list(actions(task)),
        "senses": list(task.senses(recorder.width)),
        "teacher": about.teacher.sentence,
        "caveats": list(about.caveats),
        "license": about.licence,
        "license_note": about.licence_note,
    }


@contextmanager
def _datasets_path(folder: str) -> Iterator[None]:
    """Let Minari, which knows no other way, write to a folder."""
    before = os.environ.get(PATH)
    os.environ[PATH] = folder
    try:
        yield
    finally:
        if before is None:
            del os.environ[PATH]
        else:
            os.environ[PATH] = before
