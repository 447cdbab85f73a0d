"""A toy task with five options on a scale, played in a loop and illustrated: what CartPole and the animals are not."""

import io
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

import numpy as np
from PIL import Image
from pydantic import Field

from eep.core.arrays import FeatureArray, FloatArray
from eep.data.types import Illustration, Item
from eep.tasks.base import AnswerTables, TaskQuestion, TaskSettings
from eep.tasks.playable import Playable, Rollouts
from eep.tasks.policies import PolicyFunction, choose, probabilities_of

#: Options from the farthest to the nearest, and how far each goes in a turn.
MOVES = {"rush back": -2, "step back": -1, "stay": 0, "step closer": 1, "rush closer": 2}
#: Places from far to near, and moods from calm to fierce.
PLACES, MOODS = 16, 9
TURNS = 8


class MeadowSettings(TaskSettings):
    """Students."""

    students: tuple[str, ...] = Field(default=("xgboost", "logistic"), description="Student kinds.")


class Meadow(Playable):
    """Someone stands in a meadow at a place, in a mood; you come closer or go away."""

    Settings = MeadowSettings
    id = "meadow"
    title = "Meadow"
    # Offered in no order of the scale: columns must not depend on it.
    options: tuple[str, ...] = ("stay", "rush closer", "step back", "step closer", "rush back")
    readouts: Mapping[str, Mapping[str, float]] = {
        "approach": {"step back": 0.3, "stay": 0.5, "step closer": 0.7, "rush closer": 1.0},
        "retreat": {"rush back": 1.0, "step back": 1.0},
    }
    traits: tuple[str, ...] = ("near", "fierce")
    topic: tuple[str, ...] = ("meadow",)
    fixed_split = True
    meanings: Mapping[str, str] = {
        "stays": "how often it stays",
        "nearness": "the place at the end, from 0 (far) to 15 (near)",
        "time near": "turns in the nearer third",
    }
    film = "A line that leads from place to place, higher in a fiercer mood."

    def __init__(self, settings: MeadowSettings) -> None:
        self.settings = settings

    def stimuli(self) -> tuple[Item, ...]:
        """Return an item for each place and mood."""
        return tuple(
            Item(
                id=f"place-{place:02}-mood-{mood}",
                cluster=f"place-{place:02}-moods-{mood // 3}",
                split="train",
                text=f"It stands at place {place}, in mood {mood}.",
                image=f"{place} {mood}",
                state=(float(place), float(mood)),
                traits={"near": 2 * place / (PLACES - 1) - 1, "fierce": 2 * mood / (MOODS - 1) - 1},
                generic=0.5 - mood / (MOODS - 1),
            )
            for place in range(PLACES)
            for mood in range(MOODS)
        )

    def question(self, item: Item) -> TaskQuestion:
        """Return what to ask."""
        return TaskQuestion(
            f"You meet somebody. You may {', '.join(MOVES)}.", item.text, offer="Do you {}, {}, {}, {} or {}?"
        )

    def items(self, answers: AnswerTables, seed: int) -> tuple[Item, ...]:
        """Return the stimuli, a third of the clusters held out: neighbouring moods in a place."""
        del answers
        clusters = sorted({item.cluster for item in self.stimuli()})
        held_out = set(np.random.default_rng(seed).permutation(clusters)[: len(clusters) // 3].tolist())
        return tuple(
            Item(**{**vars(item), "split": "test" if item.cluster in held_out else "train"}) for item in self.stimuli()
        )

    def features(self, items: Sequence[Item]) -> FeatureArray:
        """Return place and mood."""
        return np.array([item.state for item in items], np.float32).reshape(-1, 2)

    def content(self) -> str:
        """Pictures depend on nothing else."""
        return "meadow"

    def illustrate(self, items: Sequence[str]) -> Mapping[str, Illustration]:
        """Return a grey square of each item."""
        return {item.id: Illustration(item.text, _grey(item)) for item in self.stimuli() if item.id in items}

    def portray(self, clusters: Sequence[str]) -> Mapping[str, Illustration]:
        """Return a grey square of each cluster."""
        return {
            item.cluster: Illustration(f"Somebody at {item.cluster}.", _grey(item))
            for item in self.stimuli()
            if item.cluster in clusters
        }

    def texts(self, states: FloatArray) -> list[str]:
        """Return the texts of places and moods."""
        known = {item.state: item.text for item in self.stimuli()}
        return [known[tuple(state)] for state in states.tolist()]

    def table_policy(self, table: Mapping[str, Mapping[str, float]]) -> PolicyFunction:
        """Return the policy that looks up the text of a place and mood."""
        columns = sorted(MOVES, key=lambda option: MOVES[option])
        answers = np.full((PLACES, MOODS, len(columns)), np.nan)
        for item in self.stimuli():
            if item.text in table:
                place, mood = map(int, item.state or ())
                answers[place, mood] = [table[item.text][option] for option in columns]

        def policy(states: FloatArray) -> FloatArray:
            place, mood = states.astype(np.int64).T
            found: FloatArray = answers[place, mood]
            return found

        return policy

    def rules(self) -> Mapping[str, PolicyFunction]:
        """Return the rule that flees from the fierce and goes to the calm."""

        def policy(states: FloatArray) -> FloatArray:
            return np.eye(len(MOVES))[np.where(states[:, 1] > MOODS / 2, 0, len(MOVES) - 1)]

        return {"flee-the-fierce": policy}

    def rollout(self, policies: Sequence[PolicyFunction], *, episodes: int, greedy: bool, seed: int) -> Rollouts:
        """Walk so many turns from the middle, in moods that change; measures: nearness at the end, and time near."""
        shape = (len(policies), episodes)
        nearness, near = np.zeros(shape), np.zeros(shape)
        first = []
        for row, policy in enumerate(policies):
            rng = np.random.default_rng([seed, 1])
            luck = np.random.default_rng([seed, 2, row])
            states = np.column_stack([np.full(episodes, PLACES // 2), rng.integers(MOODS, size=episodes)])
            path = [states[0].copy()]
            for _ in range(TURNS):
                chances = probabilities_of(policy, states.astype(np.float64), len(MOVES))
                nearness[row, np.isnan(chances[:, 0])] = np.nan
                moves = choose(np.nan_to_num(chances, nan=0.2), luck.random(episodes), greedy=greedy) - 2
                states = np.column_stack(
                    [
                        np.clip(states[:, 0] + moves, 0, PLACES - 1),
                        (states[:, 1] + rng.integers(-1, 2, size=episodes)) % MOODS,
                    ]
                )
                near[row] += states[:, 0] > 2 * PLACES / 3
                path.append(states[0].copy())
            nearness[row] += states[:, 0]
            near[row, np.isnan(nearness[row])] = np.nan
            first.append(np.array(path, np.float32))
        return Rollouts({"nearness": nearness, "time near": near}, np.zeros(shape, dtype=np.bool_), tuple(first))

    def policy_metrics(self, policy: PolicyFunction, states: FloatArray) -> Mapping[str, float]:
        """Return how often the policy stays."""
        chances = policy(states)[:, 2]
        return {"stays": float(np.nanmean(chances)) if np.isfinite(chances).any() else float("nan")}

    def animation(self, states: FeatureArray, title: str) -> str:
        """Return the path as a line."""
        points = " ".join(f"{10 * place:g},{10 * mood:g}" for place, mood in states.tolist())
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 90" role="img">'
            f'<title>{escape(title)}</title><polyline points="{points}"/></svg>'
        )


def _grey(item: Item) -> bytes:
    content = io.BytesIO()
    grey = int(10 * (item.state or (0.0,))[0])
    Image.new("RGB", (32, 32), (grey, grey, grey)).save(content, "PNG")
    return content.getvalue()
