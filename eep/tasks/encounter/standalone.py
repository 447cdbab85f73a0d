"""What lets an exported student meet animals without eep: the game in two files, its animals, and a script."""

import io
from pathlib import Path

import numpy as np

from eep.stimuli.encoders.encoder import Encoder
from eep.tasks.encounter import dynamics
from eep.tasks.encounter.animals import cast, pictures
from eep.tasks.encounter.settings import EncounterSettings

#: The game as an environment, the same as `eep.tasks.encounter.environment.EncounterEnv` under the same seed.
ENVIRONMENT = '''\
"""The game Encounter as a Gymnasium environment. Observed are the animal's picture in numbers, its distance, velocity and arousal."""
import pathlib
import gymnasium, numpy
import dynamics

MOVES = tuple(dynamics.MOVES)

class Encounter(gymnasium.Env):
    def __init__(self):
        self.animals = numpy.load(pathlib.Path(__file__).with_name("animals.npz"), allow_pickle=False)
        self.names, self.seen = self.animals["names"], self.animals["seen"]
        width = self.seen.shape[1]
        low, high = numpy.array([-8.0] * width + [0, -2, 0]), numpy.array([8.0] * width + [12, 2, 1.5])
        self.observation_space = gymnasium.spaces.Box(low.astype("f4"), high.astype("f4"))
        self.action_space = gymnasium.spaces.Discrete(len(MOVES))

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        drawn = None if options and "animal" in options else self.np_random.integers(len(self.names), size=1)
        self.animal = numpy.array([options["animal"]]) if drawn is None else drawn
        traits = (self.animals[name][self.animal] for name in ("danger", "shyness", "friendliness"))
        self.temperament, self.turn = dynamics.Temperament(*traits), 0
        self.meeting = dynamics.begin(self.np_random, 1)
        return self._observation(), {"animal": int(self.animal[0]), "bites": 0.0}

    def step(self, action):
        speed = dynamics.SPEEDS[[int(action)]]
        end = dynamics.turn(self.meeting, speed, self.temperament, dynamics.luck(self.np_random, 1))
        self.meeting, self.turn = end.meeting, self.turn + 1
        info = {"animal": int(self.animal[0]), "bitten": bool(end.bitten[0])}
        return self._observation(), 0.0, False, self.turn >= dynamics.TURNS, info

    def _observation(self):
        return numpy.hstack([self.seen[self.animal[0]], self.meeting.senses[0].astype("f4")])
'''
SCRIPT = '''\
"""Meet an animal: python run.py [SEED]. Needs numpy, gymnasium and onnxruntime."""
import pathlib, sys
import numpy, onnxruntime
from meadow import MOVES, Encounter

body = onnxruntime.InferenceSession(pathlib.Path(__file__).with_name("policy.onnx"))
seed, over = int(sys.argv[1]) if len(sys.argv) > 1 else 0, False
env, rng = Encounter(), numpy.random.default_rng(seed)
state, info = env.reset(seed=seed)
print(env.names[info["animal"]])
while not over:
    p = body.run(None, {"observation": state[None]})[0][0]
    move = int((rng.random() < p[:0:-1].cumsum()).sum())  # drawn by its probability
    far = state[-3]
    state, _, _, over, info = env.step(move)
    print(f"{far:.1f} m away: {MOVES[move]}{' and is bitten' if info['bitten'] else ''}")
'''


def files(settings: EncounterSettings, encoder: Encoder) -> dict[str, bytes]:
    """Return the files by name; all animals of the set are met, however few the experiment asked about."""
    animals = cast(settings.model_copy(update={"number": None}))
    names = np.array([subject.captions[0] for subject in animals.subjects])
    seen, content = pictures(animals.subjects, encoder), io.BytesIO()
    np.savez_compressed(content, allow_pickle=False, names=names, seen=seen, **animals.temperament._asdict())
    return {
        "run.py": SCRIPT.encode(),
        "meadow.py": ENVIRONMENT.encode(),
        "dynamics.py": Path(dynamics.__file__).read_bytes(),
        "animals.npz": content.getvalue(),
    }
