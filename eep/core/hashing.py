"""Hashes of values by their content."""

import hashlib
import json
from typing import Any


def canonical_json(value: Any) -> str:
    """Return JSON with sorted keys and no spaces: equal values give equal text. NaN is refused."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def sha256(value: Any) -> str:
    """Return the SHA-256 (hex) of a value's canonical JSON."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def seed_from(*content: Any) -> int:
    """Return a whole number of 64 bits that belongs to values, for seeds: a hash of their canonical JSON."""
    return int.from_bytes(hashlib.blake2b(canonical_json(list(content)).encode(), digest_size=8).digest())
