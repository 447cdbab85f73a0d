# %% [markdown]
# # A persona, taken out of its text
#
# A notebook in cells: open it in Jupyter (with jupytext), VS Code or PyCharm, or run it as a script. It begins where
# `eep run quickstart` has ended.

# %%
import numpy as np

import eep

run = eep.open_run("quickstart")
run  # who answered, and the verdicts

# %% [markdown]
# ## What was found
#
# Tables are polars frames; charts are those of the report, as altair objects, which a notebook draws.

# %%
run.verdicts.select("task", "component", "verdict", "p_adjusted")

# %%
run.charts["shares"]

# %% [markdown]
# ## A body that meets animals
#
# The run has kept its students. One that is loaded acts: its options' probabilities, an action that is drawn, or
# `predict` as Stable-Baselines3 has it. All wordings of a persona act as one.

# %%
run.students.filter(task="encounter", persona="herpetologist")

# %%
herpetologist = eep.load_student(run, task="encounter", persona="herpetologist")
driver = eep.load_student(run, task="encounter", persona="rally-driver")
meadow = herpetologist.environment()


def closest(body: eep.StudentPolicy, animal: int, meetings: int = 20) -> float:
    """Return how near a body comes to an animal, in metres, on average over meetings that differ by chance."""
    distances = []
    for seed in range(meetings):
        rng = np.random.default_rng(seed)
        observation, info = meadow.reset(seed=seed, options={"animal": animal})
        over = False
        while not over:
            observation, _, _, over, info = meadow.step(body.act(observation, rng))
        distances.append(info["closest_distance"])
    return float(np.mean(distances))


for number in range(3):
    print(f"animal {number}: {closest(herpetologist, number):.1f} m and {closest(driver, number):.1f} m")

# %% [markdown]
# ## Two bodies on the same states
#
# How often they would do something else, in situations that both have met.

# %%
states = np.array([meadow.reset(seed=seed)[0] for seed in range(200)])
apart = np.abs(herpetologist.distribution(states) - driver.distribution(states)).sum(axis=1) / 2
print(f"total variation between the two at the beginning of a meeting: {apart.mean():.2f}")

# %% [markdown]
# ## To take away
#
# A folder with the students, an ONNX graph, a script that needs no eep, and a card. It needs the extra `onnx`.

# %%
files = run.export("herpetologist-body", task="encounter", persona="herpetologist")
print(f"{len(files)} files")
