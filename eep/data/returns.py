"""The returns table (one row per closed-loop episode and measure) and the policies table (one row per number about a policy)."""

import polars as pl

from eep.data.agent import Agent
from eep.data.responses import SCHEMA

#: Columns of the key of an agent, and their types.
AGENT = {name: SCHEMA[name] for name in Agent._fields}

#: ``value`` is what an episode came to in one of the task's measures of play, such as ``"return"``, the undiscounted
#: sum of rewards; null where the episode ended unanswered (``ended`` says how).
RETURNS = pl.Schema(
    {
        **AGENT,
        "episode": pl.Int32(),
        "measure": pl.String(),
        "value": pl.Float64(),
        "ended": pl.Enum(("terminated", "truncated", "unanswered")),
    }
)
POLICIES = pl.Schema({**AGENT, "feature": pl.String(), "value": pl.Float64()})
