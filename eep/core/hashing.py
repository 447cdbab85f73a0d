"""Hashes of values by their content."""

import hashlib
import json
from typing import Any

#: Made once: a run writes some hundred thousand small values.
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical_json(value: Any) -> str:
    """Return JSON with sorted keys and no spaces: equal values give equal text. NaN is refused."""
    return _ENCODER.encode(value)


def sha256(value: Any) -> str:
    """Return the SHA-256 (hex) of a value's canonical JSON."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def seed_from(value: Any, *, size: int = 8) -> int:
    """Return a number of ``size`` bytes that belongs to a value: a hash of its canonical JSON."""
    return int.from_bytes(hashlib.blake2b(canonical_json(value).encode(), digest_size=size).digest())
