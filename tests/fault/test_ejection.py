"""Promise G19: a device that is sent away is cut off in 2 s on every process, and in 5 s without Redis."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from comanda_client import Connection
from fault.installation import Installation, running
from fault.premises import Party, Premises, furnish

PROVE = bool(os.environ.get("PROVE"))
EJECTIONS = 1_000 if PROVE else 12
AT_ONCE = 4
"""Parties at whose tables someone is sent away at the same time."""

CUT_SECONDS, CUT_SECONDS_WITHOUT_REDIS = 2.0, 5.0

pytestmark = pytest.mark.timeout(0 if PROVE else 120)


@asynccontextmanager
async def _well(installation: Installation) -> AsyncIterator[None]:
    yield


@asynccontextmanager
async def _killed(installation: Installation) -> AsyncIterator[None]:
    installation.redis.kill()
    try:
        yield
    finally:
        await installation.redis.start()


@asynccontextmanager
async def _frozen(installation: Installation) -> AsyncIterator[None]:
    installation.redis.freeze()
    try:
        yield
    finally:
        installation.redis.thaw()


STATES = {
    "well": (_well, CUT_SECONDS),
    "killed": (_killed, CUT_SECONDS_WITHOUT_REDIS),
    "frozen": (_frozen, CUT_SECONDS_WITHOUT_REDIS),
}
"""What happens to Redis, and how soon one must be cut off then."""


async def test_who_is_sent_away_is_cut_off_in_time_on_both_servers_with_and_without_redis(tmp_path: Path) -> None:
    took: dict[str, list[float]] = {state: [] for state in STATES}
    async with running(tmp_path) as installation:
        premises = await furnish(installation.mongod.url, installation.addresses)
        parties = [one for one in await premises.open_tables(AT_ONCE * 2) if one.mode == "FAMILY"]
        token = await premises.token("WAITER")
        for state, (redis, seconds) in STATES.items():
            async with redis(installation):
                for turn in range(EJECTIONS // len(STATES) // AT_ONCE):
                    sent_away = (_send_away(premises, one, token, turn, seconds) for one in parties)
                    took[state] += await asyncio.gather(*sent_away)
    for state, seconds_each in took.items():
        print(f"\nredis {state}: {len(seconds_each)} sent away, the last socket closed after {max(seconds_each):.3f} s")
    assert sum(len(one) for one in took.values()) >= EJECTIONS * 0.95


async def _send_away(premises: Premises, party: Party, token: str, turn: int, seconds: float) -> float:
    """Send a guest with a socket on each server away; return after how many seconds both were closed.

    Raises `TimeoutError` when that takes longer than it may.
    """
    addresses = premises.addresses[turn % 2 :] + premises.addresses[: turn % 2]
    waiter = await Connection(addresses, "/floor", {"accessToken": token}).open()
    guest = await premises.join(party, f"guest {turn}", turn)
    sockets = [guest, *[await Connection([one], "/table", guest.auth).open() for one in premises.addresses]]
    me = sockets[1].hello["principal"]["participantId"]
    request = {"sessionId": party.session_id, "participantId": me, "keepPin": True, "reason": "a test"}
    started = time.monotonic()
    await waiter.operate("participant:eject", request)
    await asyncio.wait_for(asyncio.gather(*(one.lost() for one in sockets)), seconds)
    ended = time.monotonic()
    for address in premises.addresses:
        again = await Connection([address], "/table", guest.auth).open()
        assert again.hello["principal"]["roles"] == ["VISITOR"]
        await again.close()
    await asyncio.gather(waiter.close(), *(one.close() for one in sockets))
    return ended - started
