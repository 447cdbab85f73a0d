"""The returns table (one row per closed-loop episode) and the policies table (one row per number about a policy)."""

import polars as pl

from eep.responses import ARMS, ROLES

AGENT = {
    "task": pl.String(),
    "role": pl.Enum(ROLES),
    "agent": pl.String(),
    "persona": pl.String(),
    "arm": pl.Enum(ARMS),
    "wording": pl.String(),
    "sample": pl.Int32(),
}

#: ``return`` is the undiscounted sum of rewards, null where the episode ended unanswered (``ended`` says how).
RETURNS = pl.Schema(
    {
        **AGENT,
        "episode": pl.Int32(),
        "return": pl.Float64(),
        "ended": pl.Enum(("terminated", "truncated", "unanswered")),
    }
)
POLICIES = pl.Schema({**AGENT, "feature": pl.String(), "value": pl.Float64()})
