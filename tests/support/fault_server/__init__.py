"""A local server that speaks both providers' wire protocols and fails on request.

In a test::

    with FaultServer(Behaviour(latency=0.2, plan=always(Fault.HTML))) as server:
        ...  # ask at server.openai_url or server.anthropic_url
    assert server.record.counts()["questions"] == 1

It stands in for a model in tests only: its answers are drawn from a hash of what it is asked and mean nothing.
"""

from .faults import Fault, Plan, Seen, always, in_turn, never, sticking
from .server import Behaviour, FaultServer

__all__ = ["Behaviour", "Fault", "FaultServer", "Plan", "Seen", "always", "in_turn", "never", "sticking"]
