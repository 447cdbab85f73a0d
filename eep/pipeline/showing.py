"""Saved students at work, for people to look at: who is shown, in which episodes, and the page on which they play."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from eep.core.errors import UserError
from eep.core.registry import did_you_mean
from eep.core.text import one_line
from eep.core.versions import __version__
from eep.data.persona import Arm
from eep.embodiment import loading, saved
from eep.embodiment.episodes import Episode, play
from eep.embodiment.policy import StudentPolicy
from eep.embodiment.saved import Manifest, PersonaRecord
from eep.report.html.play import Player, PlayPage, PlayTeacher, play_page
from eep.students.plain import plain
from eep.tasks import task_class
from eep.tasks.playable import Playable
from eep.tasks.replay import EpisodeStart, Replay

#: Episodes that a page has, of the seeds from the one that was asked for; and animals that it has of itself.
EPISODES, STARTS = 20, 16
#: Said of every episode, whoever plays it.
_EVIDENCE = (
    (
        "One episode is an anecdote: one start and one run of chance. Whether students inherited their persona is tested in "
        "the report of the experiment, on many held-out items, with a known rate of error."
    ),
    (
        "Each body is the persona's students, small models that learned to imitate what the teacher answered as that "
        "persona, one for each wording of it; their probabilities are averaged."
    ),
    (
        "With the same seed, an episode on this page is the one that the environment in Python plays. Chance is the same for "
        "everybody: what differs between two lanes is who plays."
    ),
)


@dataclass(frozen=True)
class Shown:
    """Who is shown at what."""

    policies: tuple[StudentPolicy, ...]
    #: What episodes can begin with, the one that was asked for first.
    starts: tuple[EpisodeStart, ...]
    seed: int
    greedy: bool

    @property
    def replay(self) -> Replay:
        """How the task's episodes are shown."""
        return self.policies[0].playable.replay

    @property
    def names(self) -> list[str]:
        """The personas' names."""
        return [persona_of(one).name for one in self.policies]

    def episodes(self) -> list[Episode]:
        """Return an episode of everybody, from the same start with the same chance."""
        return [play(one, self.starts[0], seed=self.seed, greedy=self.greedy) for one in self.policies]


def shown(  # noqa: PLR0913 - what a reader can choose, by name
    run: str | Path,
    *,
    task: str | None,
    personas: Sequence[str],
    wording: str | None,
    kind: str | None,
    animals: Sequence[str],
    seed: int,
    greedy: bool,
    out: Path = Path(),
) -> Shown:
    """Return who is shown at what, of the students of a run or an export.

    ``personas`` are ids, or parts of ids or names; all of the persona arm if there are none. ``animals`` are ids or kinds
    of what can be met, where there is something to meet.

    Raises `eep.core.errors.UserError` for what there is not.
    """
    folder, _ = loading.find(run, out)
    manifest = saved.read(folder)
    task = task or _only_playable(manifest)
    if task not in manifest.tasks:
        listed = list(manifest.tasks)
        raise UserError(f"--task: expected one of {', '.join(listed)}; found {task!r}{did_you_mean(str(task), listed)}")
    known = {one.persona: manifest.personas[one.persona] for one in manifest.students if one.task == task}
    chosen = [_named(known, text) for text in personas] or [
        name for name, one in known.items() if one.arm == Arm.PERSONA.value
    ]
    policies = tuple(
        loading.load_student(run, task=task, persona=name, wording=wording, kind=kind, out=out)
        for name in dict.fromkeys(chosen or known)
    )
    starts = policies[0].playable.replay.starts(manifest.seed)
    return Shown(policies, _in_order(starts, animals, seed), seed, greedy)


def _only_playable(manifest: Manifest) -> str | None:
    """Return the only task that can be played; None where there are several to choose from, or none."""
    playable = [name for name in manifest.tasks if issubclass(task_class(name), Playable)]
    if len(playable) == 1:
        return playable[0]
    raise UserError(f"expected --task, one of those that can be played: {', '.join(playable) or 'there is none'}")


def _named(known: dict[str, PersonaRecord], text: str) -> str:
    """Return the id of the persona that a text means."""
    found = loading.persona_id({name: one.name for name, one in known.items()}, text)
    if found in known:
        return found
    raise UserError(f"--persona: expected one of {', '.join(known)}; found {text!r}{did_you_mean(text, list(known))}")


def _in_order(starts: tuple[EpisodeStart, ...], asked: Iterable[str], seed: int) -> tuple[EpisodeStart, ...]:
    """Return the starts that were asked for, then all others; if none was, the seed's own comes first."""
    wanted = {one.id: one for one in (_start(starts, text) for text in asked)}
    if not wanted:
        first = starts[seed % min(STARTS, len(starts))]
        wanted = {first.id: first}
    return (*wanted.values(), *(one for one in starts if one.id not in wanted))


def _start(starts: tuple[EpisodeStart, ...], text: str) -> EpisodeStart:
    for one in starts:
        if text.lower() in (one.id, one.kind):
            return one
    kinds = sorted({one.kind for one in starts if one.kind})
    expected = (
        f"one of {', '.join(kinds)}, or an id such as {starts[0].id}" if kinds else "nothing: there is none to meet"
    )
    raise UserError(f"--animal: expected {expected}; found {text!r}{did_you_mean(text, kinds)}")


def persona_of(policy: StudentPolicy) -> PersonaRecord:
    """Return what is known of a body's persona."""
    return policy.manifest.personas[policy.persona]


def page(one: Shown, asked: int) -> str:
    """Return the page on which they play; ``asked`` starts were asked for, and one of every other kind stands beside them.

    Raises `eep.core.errors.UserError` for students of a kind that the page cannot play.
    """
    first, replay = one.policies[0], one.replay
    starts = {start.id: start for start in one.starts[: max(1, asked)]}
    kinds = {start.kind for start in starts.values()}
    for start in one.starts:
        if start.kind not in kinds and len(starts) < STARTS:
            starts[start.id] = start
            kinds.add(start.kind)
    seeds = range(one.seed, one.seed + EPISODES)
    words, manifest = replay.page, first.manifest
    return play_page(
        PlayPage(
            experiment=manifest.experiment,
            version=__version__,
            task=first.task.title,
            headline=words.headline,
            lead=words.lead,
            you=words.you,
            legend=words.legend,
            race=words.race,
            teacher=PlayTeacher(manifest.teacher.kind, manifest.teacher.sentence, manifest.teacher.caveats),
            evidence=(*_EVIDENCE, *manifest.limits),
            options=first.options,
            players=[_player(policy) for policy in one.policies],
            world=replay.world(tuple(starts.values()), seeds),
            seeds=seeds,
            speed=replay.speed,
            greedy=one.greedy,
        )
    )


def _player(policy: StudentPolicy) -> Player:
    persona = persona_of(policy)
    line, stop, _ = persona.about.partition(". ")
    body = []
    for student, record in zip(policy.students, policy.records, strict=True):
        found = plain(student)
        if found is None:
            raise UserError(
                f"expected students of a kind that a page can play, xgboost or logistic; found {record.kind}; "
                "--format terminal, svg and gif show any"
            )
        body.append(found)
    return Player(persona.name, short_name(persona.name), line + stop.strip(), persona.about, agreement(policy), body)


def agreement(policy: StudentPolicy) -> str:
    """Return in a sentence how a body's students go with their own teachers; empty where that was not measured."""
    found = [one.agreement.correlation for one in policy.records if one.agreement is not None]
    known = sorted(value for value in found if value is not None)
    if not known:
        return ""
    low, high = f"{known[0]:.2f}", f"{known[-1]:.2f}"
    size = low if low == high else f"{low} to {high}"
    return f"On held-out items its answers correlate {size} with its own teacher's."


def short_name(name: str) -> str:
    """Return a name in a word: Raven of "Raven, goth teenager", Newton of "Sir Isaac Newton"."""
    return (one_line(name).partition(",")[0].split() or ["?"])[-1]
