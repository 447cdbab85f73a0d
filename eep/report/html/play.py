"""The page on which saved students play side by side, and its reader with them: one file that fetches nothing."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from eep.report.html.charts import TEMPLATE, digest, inlined
from eep.report.html.page import POLICY, environment

#: The page's scripts, in the order in which they build on each other.
SCRIPTS = ("play-bodies.js", "play-worlds.js", "play-scenes.js", "play-game.js", "play.js")


class Player(NamedTuple):
    """A persona's body: its name, in full and in a word, who it is in a line and in full, how it goes with its teacher, and its students."""

    name: str
    short: str
    line: str
    about: str
    agreement: str
    #: See `eep.students.plain.plain`, one for each student.
    body: Sequence[Mapping[str, Any]]


class PlayTeacher(NamedTuple):
    """Who taught the students: ``kind`` is ``"simulated"``, ``"recorded"`` or ``"live"``."""

    kind: str
    sentence: str
    caveats: tuple[str, ...]


class PlayPage(NamedTuple):
    """What the page shows."""

    experiment: str
    version: str
    #: The task's title, what stands above the page, and what it says of an episode, to whoever takes the
    #: stick, of a lane and of all lanes at once.
    task: str
    headline: str
    lead: str
    you: str
    legend: str
    race: str
    teacher: PlayTeacher
    #: Sentences on what an episode is evidence of.
    evidence: tuple[str, ...]
    options: Sequence[str]
    players: Sequence[Player]
    #: See `eep.tasks.replay.Replay.world`; a row of its chance for each of the seeds.
    world: Mapping[str, Any]
    seeds: Sequence[int]
    speed: float
    greedy: bool

    @property
    def starts(self) -> Sequence[Mapping[str, Any]]:
        """What episodes can begin with."""
        found: Sequence[Mapping[str, Any]] = self.world["starts"]
        return found

    @property
    def data(self) -> Mapping[str, Any]:
        """What the scripts read."""
        return {"options": self.options, "players": [one.body for one in self.players], "world": self.world}


def play_page(page: PlayPage) -> str:
    """Return the page as HTML."""
    scripts = tuple(map(script, SCRIPTS))
    policy = POLICY.format(" ".join(map(digest, scripts)))
    return environment().get_template("play.html").render(page=page, policy=policy, scripts=scripts) + "\n"


@cache
def script(name: str) -> str:
    """Return one of the page's scripts."""
    return inlined((TEMPLATE / name).read_text(encoding="utf-8"))
