"""What plays an exported student at CartPole without eep."""

#: ``{hold}`` and ``{max_steps}`` are the experiment's.
SCRIPT = '''\
"""Play an episode of CartPole: python run.py [SEED]. Needs numpy, gymnasium and onnxruntime."""
import pathlib, sys
import gymnasium, numpy, onnxruntime

body = onnxruntime.InferenceSession(pathlib.Path(__file__).with_name("policy.onnx"))
seed, total, over = int(sys.argv[1]) if len(sys.argv) > 1 else 0, 0, False
env, rng = gymnasium.make("CartPole-v1", max_episode_steps={max_steps}), numpy.random.default_rng(seed)
state, _ = env.reset(seed=seed)
while not over:
    left, right = body.run(None, {{"observation": state[None]}})[0][0]
    action = int(rng.random() < right)
    for _ in range({hold}):  # a decision is held for so many steps
        if not over:
            state, reward, fell, ended, _ = env.step(action)
            total, over = total + reward, fell or ended
print(f"seed {{seed}}: {{total:.0f}} steps")
'''
