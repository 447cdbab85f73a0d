"""Tools that make what ships with eep, and are not needed to use it."""
