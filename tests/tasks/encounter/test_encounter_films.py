"""Which meeting is shown: the one on which policies differ most, the same for all."""

import numpy as np

from eep.tasks.encounter.rollout import most_divisive


def test_the_meeting_with_the_widest_spread_of_distances_is_shown() -> None:
    """Of equal ones the first; one that somebody left unanswered only where there is no other."""
    distance = np.zeros((4, 2, 3))
    answered = np.ones((2, 3), dtype=np.bool_)
    assert most_divisive(distance, answered) == 0
    distance[:, 1, 1:] = 2.0
    distance[:, 1, 2] = 3.0
    assert most_divisive(distance, answered) == 2
    answered[0, 2] = False
    assert most_divisive(distance, answered) == 1
