"""Promise G19: whose right to be here ends is cut off in 2 s on every process, and in 5 s without Redis.

Someone is revoked, gets a new password, or logs out everywhere; they have a tablet and a kitchen screen on each server.
What happens to guests who are sent away stands in `test_ejection.py`.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from comanda_client import Connection, Refused
from fault.installation import Installation, running
from fault.premises import PASSWORD, Premises, furnish

PROVE = bool(os.environ.get("PROVE"))
REVOCATIONS = 1_000 if PROVE else 15
"""Five of each way in the short size."""

CUT_SECONDS, CUT_SECONDS_WITHOUT_REDIS = 2.0, 5.0

pytestmark = pytest.mark.timeout(0 if PROVE else 180)


@dataclass(frozen=True)
class Person:
    """Someone who is about to go, with a socket in each namespace on each server."""

    id: str
    auth: dict[str, str]
    refresh_token: str
    sockets: list[Connection]


@dataclass(frozen=True)
class Scene:
    """An installation in which a manager is logged in."""

    premises: Premises
    token: str

    async def manager(self, turn: int) -> Connection:
        """Return a manager, connected to the server of this turn."""
        addresses = self.premises.addresses[turn % 2 :] + self.premises.addresses[: turn % 2]
        return await Connection(addresses, "/floor", {"accessToken": self.token}).open()

    async def hire(self, manager: Connection, turn: int) -> Person:
        """Hire someone who works on the floor and in the kitchen, and log them in everywhere."""
        name = f"new.{turn}"
        draft = {"login": name, "name": f"New {turn}", "roles": ["WAITER", "CHEF"], "password": PASSWORD}
        hired = await manager.operate("staff:add", draft)
        door = await Connection(self.premises.addresses[turn % 2], "/floor").open()
        answer = await door.send("staff:login", {"login": name, "password": PASSWORD, "restaurantId": self.premises.id})
        await door.close()
        auth = {"accessToken": answer["accessToken"]}
        places = [(address, namespace) for address in self.premises.addresses for namespace in ("/floor", "/kitchen")]
        sockets = [await Connection(address, namespace, auth).open() for address, namespace in places]
        return Person(hired["staff"]["id"], auth, answer["refreshToken"], sockets)


Way = Callable[[Connection, Person], Awaitable[Any]]


async def _revoke(manager: Connection, person: Person) -> None:
    await manager.operate("staff:revoke", {"staffId": person.id})


async def _give_new_password(manager: Connection, person: Person) -> None:
    await manager.operate("staff:change", {"staffId": person.id, "password": f"{PASSWORD} anew"})


async def _log_out_everywhere(manager: Connection, person: Person) -> None:
    await person.sockets[0].send("staff:logout", {"everywhere": True})


WAYS: tuple[Way, ...] = (_revoke, _give_new_password, _log_out_everywhere)


@asynccontextmanager
async def _killed(installation: Installation) -> AsyncIterator[None]:
    installation.redis.kill()
    try:
        yield
    finally:
        await installation.redis.start()


async def test_whose_log_in_ends_is_cut_off_in_time_on_both_servers_with_and_without_redis(tmp_path: Path) -> None:
    async with running(tmp_path) as installation:
        premises = await furnish(installation.mongod.url, installation.addresses)
        scene = Scene(premises, await premises.token("MANAGER"))
        half = REVOCATIONS // 2
        well = await _send_away(scene, range(half), CUT_SECONDS)
        async with _killed(installation):
            without_redis = await _send_away(scene, range(half, REVOCATIONS), CUT_SECONDS_WITHOUT_REDIS)
    for name, took in (("well", well), ("killed", without_redis)):
        print(f"\nredis {name}: {len(took)} sent away, the last socket closed after {max(took):.3f} s")
    assert len(well) + len(without_redis) == REVOCATIONS


async def _send_away(scene: Scene, turns: range, seconds: float) -> list[float]:
    """Send people away in each way in turn, one in each way at a time; return after how many seconds the last socket of
    each was closed.
    """
    took: list[float] = []
    for first in range(turns.start, turns.stop, len(WAYS)):
        some = zip(range(first, turns.stop), WAYS, strict=False)
        took += await asyncio.gather(*(_send_one_away(scene, turn, way, seconds) for turn, way in some))
    return took


async def _send_one_away(scene: Scene, turn: int, way: Way, seconds: float) -> float:
    """Raises `TimeoutError` when it takes longer than it may."""
    manager = await scene.manager(turn)
    person = await scene.hire(manager, turn)
    started = time.monotonic()
    await way(manager, person)
    # Whoever logs out is told so on that very socket, and may log in again there.
    gone = person.sockets[1:] if way is _log_out_everywhere else person.sockets
    await asyncio.wait_for(asyncio.gather(*(one.lost() for one in gone)), seconds)
    took = time.monotonic() - started
    for address in scene.premises.addresses:
        await _require_worthless(address, person)
    await asyncio.gather(manager.close(), *(one.close() for one in person.sockets))
    return took


async def _require_worthless(address: str, person: Person) -> None:
    """What proved the log-in proves nothing any more."""
    again = await Connection(address, "/floor", person.auth).open()
    assert again.hello["principal"]["roles"] == ["STRANGER"]
    with pytest.raises(Refused, match="SESSION_EXPIRED"):
        await again.send("staff:refresh", {"refreshToken": person.refresh_token})
    await again.close()
