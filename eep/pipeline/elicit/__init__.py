"""Asking: how many requests at once, when again, when to stop, and what is seen of it meanwhile."""
