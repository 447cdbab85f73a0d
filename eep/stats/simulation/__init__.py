"""Simulated worlds with known truth, for calibration and power."""
