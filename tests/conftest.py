"""What every test can rely on: uvloop as in production, and one real MongoDB and one real Redis for the whole run.

In continuous integration (CI is set) a skipped test is a failed one: what is never run proves nothing.
`COMANDA_TEST_MONGO_URL` and `COMANDA_TEST_REDIS_URL` point at services that run already. Tests keep apart by database
name.
"""

import io
import logging
import os
from collections.abc import Callable, Generator, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import structlog
import uvloop
from hypothesis import settings

from server import embedded
from server.options import Log
from server.telemetry import set_up_logging

# How long a step takes says something of the machine, and nothing of what is tried.
settings.register_profile("comanda", deadline=None)
settings.load_profile("comanda")


def pytest_asyncio_loop_factories(config: pytest.Config, item: pytest.Item) -> Mapping[str, Callable[[], uvloop.Loop]]:
    """Run every asynchronous test on the event loop that the server uses."""
    return {"uvloop": uvloop.new_event_loop}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Fail a test that would be skipped in continuous integration."""
    report = yield
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped in continuous integration: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def mongo_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a MongoDB replica set with one member; fail points are on."""
    given = os.environ.get("COMANDA_TEST_MONGO_URL")
    if given:
        yield given
        return
    folder: Path = tmp_path_factory.mktemp("mongo")
    with embedded.running(folder, with_redis=False, options=("--setParameter", "enableTestCommands=1")) as services:
        yield services.mongo_url


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a Redis."""
    given = os.environ.get("COMANDA_TEST_REDIS_URL")
    if given:
        yield given
        return
    with embedded.running(tmp_path_factory.mktemp("redis"), with_mongod=False) as services:
        assert services.redis_url, services.notes
        yield services.redis_url


@pytest.fixture
def log_output() -> Iterator[io.StringIO]:
    """Where all logs go as JSON during a test, down to the last word; afterwards logging is as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    output = io.StringIO()
    set_up_logging(Log(format="json", level="debug"), stream=output)
    yield output
    logging.captureWarnings(capture=False)
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
