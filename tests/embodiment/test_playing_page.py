"""The page's scripts beside Python: bodies decide alike, and worlds answer alike, in whole episodes."""

import json
import re
from typing import Any

import numpy as np
import pytest
import quickjs

import eep
from eep.embodiment.episodes import Episode, play
from eep.report.html.play import script
from eep.students import trees
from eep.students.boosted import Boosted
from eep.students.plain import plain
from eep.tasks.encounter.replay import RULES
from eep.tasks.playable import Playable
from eep.tasks.policies import choose

pytestmark = pytest.mark.slow

#: Plays as `eep.embodiment.episodes.play` does; a state is what is sensed of it.
PLAY = """
const sensed = (state, start) => Array.from(world.sense(state, start));
const episode = (seed, start, greedy) => {
  let state = world.begin(seed);
  const found = { actions: [], chances: [], states: [sensed(state, start)] };
  for (let turn = 0; !state.over; turn += 1) {
    const chances = body(world.sense(state, start));
    const action = chosen(chances, world.noise(seed, turn), greedy);
    state = world.act(state, action, seed, start);
    found.actions.push(action);
    found.chances.push(chances);
    found.states.push(sensed(state, start));
  }
  return JSON.stringify({ ...found, end: state });
};
"""
SEEDS = range(4)


def body(policy: eep.StudentPolicy) -> list[dict[str, Any] | None]:
    """Return a persona's students as a page has them."""
    return [plain(one) for one in policy.students]


def page(policy: eep.StudentPolicy) -> quickjs.Context:
    """Return an interpreter with the page's scripts, a world of a few episodes and a body."""
    task = policy.task
    assert isinstance(task, Playable)
    world = task.replay.world(task.replay.starts(policy.manifest.seed)[: len(SEEDS)], SEEDS)
    found = quickjs.Context()
    for name in ("play-bodies.js", "play-worlds.js"):
        found.eval(script(name))
    found.set("given", json.dumps({"world": world, "body": body(policy)}))
    found.eval("const data = JSON.parse(given), world = WORLDS[data.world.kind](data.world), body = bodyOf(data.body);")
    found.eval(PLAY)
    return found


def both(
    policy: eep.StudentPolicy, script: quickjs.Context, seed: int, *, greedy: bool
) -> tuple[Episode, dict[str, Any]]:
    """Return the episode of a seed, and the one that the page plays; each seed has another start."""
    starts = policy.playable.replay.starts(policy.manifest.seed)
    start = seed % min(len(SEEDS), len(starts))
    found: dict[str, Any] = json.loads(script.eval(f"episode({seed}, {start}, {str(greedy).lower()})"))
    return play(policy, starts[start], seed=seed, greedy=greedy), found


@pytest.mark.parametrize("task", ["cartpole", "encounter"])
def test_a_page_plays_the_episodes_of_python(bodies_run: eep.Run, task: str) -> None:
    """From start to end the page passes through the same states to the last bit, and takes the same options."""
    policy = eep.load_student(bodies_run.folder, task=task, persona="rally-driver")
    context, lengths = page(policy), []
    for seed in SEEDS:
        for greedy in (False, True):
            mine, theirs = both(policy, context, seed, greedy=greedy)
            assert theirs["actions"] == mine.actions.tolist()
            assert np.array_equal(np.float32(theirs["states"]), mine.decided)
            np.testing.assert_allclose(theirs["chances"], mine.chances, rtol=0, atol=1e-6)
            assert theirs["end"].get("failed", False) == mine.terminated
            lengths.append(len(mine.actions))
    assert min(lengths) > 3
    assert len(set(lengths)) > 1 or set(lengths) == {20}


def test_a_page_counts_what_a_meeting_came_to(bodies_run: eep.Run) -> None:
    """Bites, touches and the nearest distance are those of the environment, also for somebody who only rushes closer."""
    policy = eep.load_student(bodies_run.folder, task="encounter", persona="herpetologist")
    context = page(policy)
    context.eval("const rush = () => [0, 0, 0, 0, 1];")
    starts = policy.playable.replay.starts(policy.manifest.seed)
    environment = policy.environment()
    bites = 0
    for start in range(len(SEEDS)):
        for seed in SEEDS:
            environment.reset(seed=seed, options=dict(starts[start].options))
            for _ in range(policy.playable.replay.decisions):
                *_, info = environment.step(4)
            state = json.loads(
                context.eval(
                    f"(() => {{ let s = world.begin({seed}); while (!s.over) s = world.act(s, 4, {seed}, {start}); "
                    "return JSON.stringify(s); })()"
                )
            )
            assert (state["bites"], state["touched"]) == (info["bites"], info["contact_turns"])
            assert state["closest"] == pytest.approx(info["closest_distance"], abs=1e-6)
            bites += state["bites"]
    environment.close()
    assert bites > 0


@pytest.mark.parametrize("task", ["cartpole", "encounter"])
def test_a_page_decides_as_its_students_do(bodies_run: eep.Run, task: str) -> None:
    """In states that no episode comes to, on thresholds of the trees too, probabilities agree in single precision."""
    policy = eep.load_student(bodies_run.folder, task=task, persona="sir-isaac-newton")
    rng = np.random.default_rng(0)
    states = rng.normal(0, 2, (200, len(policy.senses))).astype(np.float32)
    first = policy.students[0]
    for tree in trees.read(first.dump()).trees[:40] if isinstance(first, Boosted) else ():
        inner = tree.left >= 0
        states[rng.integers(len(states), size=inner.sum()), tree.feature[inner]] = tree.threshold[inner]
    context = page(policy)
    context.set("asked", json.dumps(states.tolist()))
    found = json.loads(context.eval("JSON.stringify(JSON.parse(asked).map((one) => body(Float32Array.from(one))))"))
    np.testing.assert_allclose(found, policy.distribution(states), rtol=0, atol=1e-6)


@pytest.mark.parametrize("noise", [0.0, 0.2, 0.5, 0.999])
@pytest.mark.parametrize("greedy", [False, True])
@pytest.mark.parametrize("chances", [(0.5, 0.5), (0.1, 0.2, 0.3, 0.2, 0.2), (0.4, 0.4, 0.2)])
def test_a_page_draws_as_python_does(chances: tuple[float, ...], noise: float, *, greedy: bool) -> None:
    """The same noise draws the same option, and equally likely options share a greedy choice."""
    context = quickjs.Context()
    context.eval(script("play-bodies.js"))
    found = context.eval(f"chosen({json.dumps(chances)}, {noise}, {str(greedy).lower()})")
    assert found == choose(np.array([chances]), np.array([noise]), greedy=greedy)[0]


def test_a_page_names_what_the_drawing_goes_by() -> None:
    """Every number of the game that the scripts read by name is among those that the page has."""
    asked = set(re.findall(r"rules\.([A-Z_]+)", script("play-worlds.js") + script("play-scenes.js")))
    assert {"BITES", "SKYLINE"} <= asked <= set(RULES)
