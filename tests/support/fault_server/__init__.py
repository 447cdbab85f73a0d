"""A local server that speaks both providers' wire protocols and fails on request.

By hand: ``python -m tests.fault_server --help``. In a test::

    with FaultServer(Behaviour(latency=0.2, plan=always(Fault.HTML))) as server:
        ...  # ask at server.openai_url or server.anthropic_url
    assert server.record.counts()["requests"] == 1

It stands in for a model in tests only: its answers are drawn from a hash of what it is asked and mean nothing.
"""

from .behaviour import Behaviour
from .faults import Asked, Fault, Plan, always, at_first, in_turn, never, sometimes, sticking
from .record import Record
from .server import FaultServer

__all__ = [
    "Asked",
    "Behaviour",
    "Fault",
    "FaultServer",
    "Plan",
    "Record",
    "always",
    "at_first",
    "in_turn",
    "never",
    "sometimes",
    "sticking",
]
