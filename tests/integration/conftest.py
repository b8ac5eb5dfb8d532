"""A whole house for every test: real servers in this loop, on a real MongoDB and Redis, with real sockets.

A test that takes `house` runs on two servers with its clients spread over both, and with `PROVE=1` on one server, too.
When it ends, every client must know exactly what a client that starts afresh is told: old state + messages = freshly
read state.
"""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from integration.house import UNHURRIED, UNWATCHED, House, Installation, housed, start_installation
from integration.office import Office, opened

from models.rules import Rules

PROVE = bool(os.environ.get("PROVE"))


@pytest.fixture(scope="module")
async def installation_of_one(mongo_url: str, redis_url: str) -> AsyncIterator[Installation]:
    """One server, kept for a module: houses keep tests apart."""
    installation = await start_installation(mongo_url, redis_url, servers=1, database="one")
    yield installation
    await installation.stop()


@pytest.fixture(scope="session")
async def installation_of_two(mongo_url: str, redis_url: str) -> AsyncIterator[Installation]:
    """Two servers that share nothing but MongoDB and Redis, kept for the whole run. An installation that stands idle
    costs some percent of a core, so the others are kept for a module.
    """
    installation = await start_installation(mongo_url, redis_url, servers=2, database="two")
    yield installation
    await installation.stop()


@pytest.fixture(params=["one", "two"] if PROVE else ["two"])
def installation(request: pytest.FixtureRequest) -> Installation:
    """One server or two."""
    found: Installation = request.getfixturevalue(f"installation_of_{request.param}")
    return found


@pytest.fixture
async def house(installation: Installation) -> AsyncIterator[House]:
    """A new house of its own; its clients are compared with the truth at the end."""
    async with housed(installation) as house:
        yield house


@pytest.fixture(scope="module")
async def installation_with_gate(mongo_url: str, redis_url: str) -> AsyncIterator[Installation]:
    """Two servers that have the first round of a session approved, allow a session 20 portions, and tell customers that
    their order has left.
    """
    limits = {"first_order_gate": True, "session_portions": 20, "sms_on_leaving": True}
    installation = await start_installation(mongo_url, redis_url, servers=2, database="gate", limits=limits)
    yield installation
    await installation.stop()


@pytest.fixture
async def gated(installation_with_gate: Installation) -> AsyncIterator[House]:
    """A new house whose servers have the gate; its clients are compared with the truth at the end."""
    async with housed(installation_with_gate) as house:
        yield house


@pytest.fixture(scope="module")
async def installation_watched(mongo_url: str, redis_url: str) -> AsyncIterator[Installation]:
    """Two servers that watch over the kitchens as they do in a restaurant."""
    limits = {name: getattr(Rules(), name) for name in UNWATCHED}
    installation = await start_installation(
        mongo_url, redis_url, servers=2, database="watched", limits=limits, guard=UNHURRIED
    )
    yield installation
    await installation.stop()


@pytest.fixture
async def watched(installation_watched: Installation) -> AsyncIterator[House]:
    """A new house whose kitchen is watched over; its clients are compared with the truth at the end."""
    async with housed(installation_watched) as house:
        yield house


@pytest.fixture
async def office(mongo_url: str, tmp_path: Path) -> AsyncIterator[Office]:
    """Sealers on a database where no server is."""
    async with opened(mongo_url, tmp_path) as office:
        yield office
