"""The HTTP client under a provider's SDK."""

import os
from importlib.util import find_spec
from typing import Any

from eep.teachers.live_settings import LiveSettings

#: Requests at once above which the SDKs' own transport gets slow: it scans every connection for each request.
MANY = 64


def http_client(sdk: Any, *, timeout: float, concurrency: int, transport: Any = None) -> Any:
    """Return an ``httpx2.AsyncClient`` with the SDK's defaults, for at most ``concurrency`` requests at once.

    It follows no redirects: they might lead a key to another server. Above `MANY` requests at once it is the one
    on aiohttp, if that is installed (``pip install eep[aiohttp]``); the other one works too, only slower.

    ``sdk``: the module ``anthropic`` or ``openai``.
    ``transport``: carries the requests instead of the network.
    """
    if transport is not None:
        return sdk.DefaultAsyncHttpxClient(transport=transport, timeout=timeout, follow_redirects=False)
    fast = concurrency > MANY and find_spec("aiohttp") is not None
    kind = sdk.DefaultAioHttpClient if fast else sdk.DefaultAsyncHttpxClient
    return kind(timeout=timeout, follow_redirects=False)


def sdk_client(sdk: Any, kind: str, settings: LiveSettings, key: str, carrier: Any, **more: Any) -> Any:
    """Return an SDK's asynchronous client, without retries of its own, that sends ``key`` and no other."""
    return getattr(sdk, kind)(
        api_key=key,
        base_url=settings.address,
        default_headers={} if settings.key_env else _withheld(sdk, settings.provider, key),
        max_retries=0,
        timeout=settings.timeout,
        http_client=carrier,
        **more,
    )


def _withheld(sdk: Any, provider: str, key: str) -> dict[str, Any]:
    """Return the headers that the environment adds to every request of an SDK, as left out: they may carry a key.

    The SDK wants one, authorization, which has ``key`` then.
    """
    lines = os.environ.get(f"{provider.upper()}_CUSTOM_HEADERS", "").split("\n")
    names = [line.partition(":")[0].strip() for line in lines if ":" in line]
    return {name: f"Bearer {key}" if name.lower() == "authorization" else sdk.Omit() for name in names}
