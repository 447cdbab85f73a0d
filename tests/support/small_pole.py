"""CartPole small enough for tests of everything around it, as the last part of an experiment's file."""

POLE = """\
[tasks.cartpole]
students = ["logistic"]
train_items = 200
test_items = 70
pool_episodes = 5

[play]
episodes = 2

[analysis]
permutations = 99
"""
