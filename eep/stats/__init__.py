"""The inheritance statistics: from the responses table to estimates and verdicts. Knows no task, no model, no persona."""
