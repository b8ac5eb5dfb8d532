"""Who is connected is shown by all servers: also when their clocks differ, and when Redis is slow to answer."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from integration.house import TestClock
from redis.asyncio import Redis

from models.principal import Guest, Role
from server import presence
from server.engine.contract import Connection
from server.presence import Presence
from server.telemetry import Metrics

SESSION = "presence of clocks"

PARTIES = 40
SLOW_SECONDS = 0.08
"""Of each answer. One party after the other, each with two answers, takes 6 s."""


class Room:
    """Those of the party who are at one server: the names that they were told last."""

    def __init__(self) -> None:
        self.online: list[str] = []
        self.told = asyncio.Event()
        self.count = 0

    def broadcast(self, namespace: str, rooms: Iterable[str], event: str, payload: str) -> int:
        self.online = json.loads(payload)["presence"]["online"]
        self.count += 1
        self.told.set()
        return 1

    def members(self, namespace: str, room: str) -> Sequence[Connection]:
        return []

    def has_members(self, namespace: str, room: str) -> bool:
        return True

    async def until(self, online: list[str]) -> None:
        async with asyncio.timeout(10):
            while self.online != online:
                self.told.clear()
                await self.told.wait()


def guest(name: str, session: str = SESSION) -> Guest:
    return Guest("r", frozenset({Role.GUEST}), "", "", table_id="t", session_id=session, participant_id=name, name=name)


@asynccontextmanager
async def slow(url: str, seconds: float) -> AsyncIterator[str]:
    """A way to a Redis on which each answer takes so long."""
    address = urlsplit(url)

    carried: list[asyncio.Future[Any]] = []

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, wait: float) -> None:
        try:
            while said := await reader.read(65_536):
                await asyncio.sleep(wait)
                writer.write(said)
        finally:
            writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        onward, back = await asyncio.open_connection(address.hostname, address.port)
        ways = asyncio.gather(carry(reader, back, 0), carry(onward, writer, seconds), return_exceptions=True)
        carried.append(ways)
        await ways

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0"
    finally:
        server.close()
        await asyncio.wait([asyncio.gather(*carried)], timeout=10)


@pytest.mark.parametrize("seconds", [-40, 40], ids=["behind", "ahead"])
async def test_servers_whose_clocks_differ_show_each_others_guests(redis_url: str, seconds: int) -> None:
    other = TestClock()
    other.ahead = timedelta(seconds=seconds)
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        await redis.delete(f"comanda:presence:{SESSION}")
        servers = [Presence(redis, clock, Metrics(), name) for clock, name in ((TestClock(), "one"), (other, "two"))]
        rooms = [Room(), Room()]
        for server, room, name in zip(servers, rooms, ("Ana", "Ion"), strict=True):
            server.broadcaster = room
            await server.start()
            server.here(guest(name))
        try:
            await asyncio.gather(*(room.until(["Ana", "Ion"]) for room in rooms))
        finally:
            await asyncio.gather(*(server.stop() for server in servers))


async def test_what_redis_has_forgotten_is_told_again(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "LEASE_SECONDS", 3)
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        await redis.delete("comanda:presence:forgotten")
        servers = [Presence(redis, TestClock(), Metrics(), name) for name in ("one", "two")]
        rooms = [Room(), Room()]
        try:
            for server, room, name in zip(servers, rooms, ("Ana", "Ion"), strict=True):
                server.broadcaster = room
                await server.start()
                server.here(guest(name, "forgotten"))
            await asyncio.gather(*(room.until(["Ana", "Ion"]) for room in rooms))
            await redis.delete("comanda:presence:forgotten")
            servers[0].here(guest("Eva", "forgotten"))
            await asyncio.gather(*(room.until(["Ana", "Eva", "Ion"]) for room in rooms))
        finally:
            await asyncio.gather(*(server.stop() for server in servers))


async def test_a_redis_that_is_slow_makes_no_party_wait_for_all_others(redis_url: str) -> None:
    async with slow(redis_url, SLOW_SECONDS) as url, Redis.from_url(url, decode_responses=True) as redis:
        room = Room()
        server = Presence(redis, TestClock(), Metrics(), "slow")
        server.broadcaster = room
        await server.start()
        began = time.monotonic()
        for number in range(PARTIES):
            server.here(guest(f"Ana {number}", f"slow {number}"))
        try:
            async with asyncio.timeout(PARTIES * SLOW_SECONDS):
                while room.count < PARTIES:
                    room.told.clear()
                    await room.told.wait()
        finally:
            await server.stop()
        print(f"\n{PARTIES} parties were told after {time.monotonic() - began:.1f} s")
