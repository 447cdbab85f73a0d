"""What a failed request means: try later, stop asking, or (rarely) a refusal of this one question."""

import email.utils
import json
import math
import time
from collections.abc import Mapping
from typing import Any

from eep.core.text import one_line
from eep.teachers.base import FatalTeacherError, RetryableError

#: HTTP statuses that pass, besides all from 500: time-outs, conflicts and clients closed by a proxy.
_PASSING = {408, 409, 425, 499}
#: Codes of 429 that do not pass by waiting: the account has run dry.
_DRY = {"insufficient_quota", "billing_hard_limit_reached"}
#: Codes of 400 by which some servers refuse one question.
_REFUSALS = {"content_filter", "content_policy_violation", "invalid_prompt"}
#: Anthropic's words for the same, which come under the code of any wrong request.
_FILTERED = "blocked by content filtering policy"


class RefusedError(Exception):
    """The server refused this one question, by a status and not by a reply; the text has the category."""


def error_for_status(status: int, headers: Mapping[str, str], body: str, key: str = "") -> Exception:
    """Return what an HTTP status other than 200 means; ``key`` names the key that was sent, where that may be why.

    Returns
    -------
    RetryableError
        Too many requests (``limited``), overload, time-outs, and every status from 500.
    RefusedError
        The question was refused by the server's content filter.
    FatalTeacherError
        Everything else: the next question would fare no better.
    """
    error = _error(body)
    code = str(error.get("code") or error.get("type") or "")
    message = one_line(str(error.get("message") or body), 500) or "no reason given"
    reason = f"HTTP {status}: {message}"
    if status == 429 and code not in _DRY:
        return RetryableError(reason, after=retry_after(headers), limited=True)
    if status in _PASSING or status >= 500:
        return RetryableError(reason, after=retry_after(headers))
    if 300 <= status < 400:
        return FatalTeacherError(f"HTTP {status}: {_moved(headers)}")
    if status == 400 and (code in _REFUSALS or _FILTERED in message):
        return RefusedError(f"{code}: {message}")
    return FatalTeacherError(f"{reason} ({key})" if key and status in {401, 403} else reason)


def _moved(headers: Mapping[str, str]) -> str:
    """Return what a redirection says; it is not followed, since it might lead a key to another server."""
    address = one_line(headers.get("location", "").partition("?")[0], 200) or "no address that it names"
    return f"the server sends on to {address}, where nothing is asked unless teacher.base_url names it"


def _error(body: str) -> Mapping[str, Any]:
    """Return the error object in a body, or an empty one: servers of many makes answer here."""
    try:
        reply = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    error = reply.get("error", reply) if isinstance(reply, dict) else {}
    return error if isinstance(error, dict) else {"message": error}


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds a server asks to be left alone, from its headers, or ``None`` if it says nothing usable."""
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        seconds = _number(headers.get(name))
        if seconds is not None:
            return seconds / unit
    date = email.utils.parsedate_tz(headers.get("retry-after", ""))
    if date is None:
        return None
    try:
        return max(0.0, email.utils.mktime_tz(date) - time.time())
    except (ValueError, OverflowError):
        return None


def _number(value: str | None) -> float | None:
    try:
        number = float(value or "")
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None
