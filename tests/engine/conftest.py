"""The engine on a free port, with the limits of production."""

from collections.abc import AsyncIterator, Iterator

import pytest
from engine.lodge import Site, serving

from server.engine import EngineSettings

ORIGIN = "https://house.example"


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """Serve WebSocket only, as production does."""
    async with serving(EngineSettings(origins=frozenset({ORIGIN}))) as site:
        yield site


@pytest.fixture
async def polling_site() -> AsyncIterator[Site]:
    """Serve long-polling too."""
    async with serving(EngineSettings(origins=frozenset({ORIGIN}), polling=True)) as site:
        yield site


@pytest.fixture(autouse=True)
def no_logged_faults(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test in whose run something was logged as an error, unless it provokes a fault."""
    yield
    if request.node.get_closest_marker("faulty") is None:
        assert [record for record in caplog.get_records("call") if record.levelname == "ERROR"] == []


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker of tests in which a fault is meant to be logged."""
    config.addinivalue_line("markers", "faulty: the test provokes a fault that the engine logs as an error")
