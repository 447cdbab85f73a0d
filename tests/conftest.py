"""What all tests share: a patient profile of Hypothesis, their order, a cache of their own, and fixtures."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import bodies
import pytest
import small_pole
from hypothesis import HealthCheck, settings

import eep
from eep.data.store import Store

# A machine that is busy with other things is slow, which is no fault of what is tested.
settings.register_profile("patient", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Run one or two files in this process: starting workers takes longer than most of them."""
    named = [word.split("::")[0] for word in config.args]
    return 0 if len(named) <= 2 and all(word.endswith(".py") for word in named) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the slow tests, so that no worker is left alone with them at the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the user's cache of features out of the tests, and theirs out of the user's."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # of all workers of a test run: features are computed once for all of them
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        yield


@pytest.fixture(scope="session")
def small_run(tmp_path_factory: pytest.TempPathFactory) -> eep.Run:
    """Run the small experiment once, in a folder that also holds its file; whoever spoils it copies it first."""
    folder = tmp_path_factory.mktemp("small-run")
    return eep.run(small_pole.write(folder), out=folder)


@pytest.fixture(scope="session")
def bodies_run(tmp_path_factory: pytest.TempPathFactory) -> eep.Run:
    """Run three tasks once, without files of charts; whoever spoils what it left copies it first."""
    folder = tmp_path_factory.mktemp("bodies")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("eep.report.publish._charts", lambda _: {})
        return eep.run(bodies.write(folder), out=folder)


@pytest.fixture
def without_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make no report, which takes half the time of a small run, where a test looks at its tables only."""
    monkeypatch.setattr("eep.pipeline.report.write_report", lambda *_: None)


@pytest.fixture
def without_charts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write no files of charts, which take most of a report's time, where a test looks at its text only."""
    monkeypatch.setattr("eep.report.publish._charts", lambda _: {})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Yield an empty store."""
    with Store.open(tmp_path / "answers.sqlite") as opened:
        yield opened


@pytest.fixture(scope="session", params=["anthropic", "openai"])
def provider(request: pytest.FixtureRequest) -> str:
    """Name each provider of live models."""
    return str(request.param)


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give every provider a key, which opens nothing."""
    from live_models import give_keys

    give_keys(monkeypatch)


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Let an interrupt raise, also where the suite was started in the background, with interrupts ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
