"""Keys never leave: texts of servers and libraries are cleared of them before they are stored, shown or raised."""

import json
import os
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

#: What stands where a secret stood.
REDACTED = "[redacted]"
#: Shorter values are no secrets but words ("none"), and replacing them would garble the text.
SHORTEST = 8
#: What unknown keys look like: a server may echo another one than ours, or part of it masked.
_LIKE_KEYS = (
    re.compile(r"()\b(?:sk|pk|rk|hf|gsk|xai)[-_][\w*.…-]*[\w*]{6}[\w*-]*"),
    re.compile(r"(?i)(\bbearer )(?=\S*\d)[\w.~+/=*-]{16,}"),
    re.compile(r"""(?i)((?:authorization|api[-_]key)["']?\s*[:=]\s*["']?(?:(?:bearer|basic)\s+)?)[^\s"',;)}\\]+"""),
)

#: Environment variables that hold what no text may show: keys, tokens, and headers that may carry either.
_SECRET = re.compile(r"(?:ANTHROPIC|OPENAI)_\w*(?:KEY|TOKEN|SECRET|HEADERS)")


def secrets(*names: str) -> list[str]:
    """Return the values of the environment variables named, and of those that the providers' SDKs know of."""
    found = {name: value for name, value in os.environ.items() if name in names or _SECRET.fullmatch(name)}
    headers = [line for name, value in found.items() if name.endswith("HEADERS") for line in value.splitlines()]
    return [*found.values(), *(line.partition(":")[2].strip() for line in headers)]


class Redactor:
    """Replaces secrets in texts: the values it is given, wherever they stand, and whatever looks like a key.

    ``secrets``: values that must never be seen; those shorter than `SHORTEST` characters are passed over.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        given = {form for each in secrets if len(each) >= SHORTEST for form in _forms(each)}
        # The longest first: one secret may begin with another.
        self._secrets = sorted(given, key=len, reverse=True)

    def given(self, text: str) -> str:
        """Return the text without the secrets that were given; JSON stays JSON."""
        for secret in self._secrets:
            text = text.replace(secret, REDACTED)
        return text

    def __call__(self, text: str) -> str:
        """Return the text without secrets."""
        text = self.given(text)
        for pattern in _LIKE_KEYS:
            text = pattern.sub(rf"\1{REDACTED}", text)
        return text

    def value(self, value: Any) -> Any:
        """Return a JSON value without secrets; of a table also the names."""
        match value:
            case str():
                return self(value)
            case list():
                return [self.value(each) for each in value]
            case dict():
                return {self(name): self.value(each) for name, each in value.items()}
        return value


def _forms(secret: str) -> set[str]:
    """Return a secret as it stands in plain text, in JSON, and in an address."""
    quoted = json.dumps(secret)[1:-1]
    return {secret, quoted, quoted.replace("/", "\\/"), quote(secret, safe="")}
