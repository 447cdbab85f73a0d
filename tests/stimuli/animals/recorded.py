"""Animals that answers were recorded for, with their captions."""

import json
from pathlib import Path
from typing import Any

RECORDED: list[dict[str, Any]] = [
    json.loads(line)
    for line in (Path(__file__).parent / "recorded-animals.jsonl").read_text(encoding="utf-8").splitlines()
]
