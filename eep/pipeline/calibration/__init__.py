"""Error rates, coverage and power of the tests, measured on simulated experiments."""
