"""Puts this folder on the import path, so that tests in its subfolders find `asking` and its like."""

import signal
from collections.abc import Iterator

import pytest
from hypothesis import settings

# A busy machine is slow now and then; that is no failure of the code.
settings.register_profile("eep", deadline=None)
settings.load_profile("eep")


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the user's cache of features out of the tests, and theirs out of the user's."""
    with pytest.MonkeyPatch.context() as patch:
        # The folder of all workers of a test run: features are computed once for all of them.
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp().parent / "cache"))
        yield


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Let an interrupt raise, also where the suite was started in the background, with interrupts ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
