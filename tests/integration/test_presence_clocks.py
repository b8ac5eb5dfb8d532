"""Who is connected is shown by all servers whose clocks differ, and by none for longer than its lease."""

import asyncio
import json
from collections.abc import Iterable, Sequence
from datetime import timedelta

import pytest
from integration.house import TestClock
from redis.asyncio import Redis

from models.principal import Guest, Role
from server.engine.contract import Connection
from server.presence import Presence
from server.telemetry import Metrics

SESSION = "presence of clocks"


class Room:
    """Those of the party who are at one server: the names that they were told last."""

    def __init__(self) -> None:
        self.online: list[str] = []
        self.told = asyncio.Event()

    def broadcast(self, namespace: str, rooms: Iterable[str], event: str, payload: str) -> int:
        self.online = json.loads(payload)["presence"]["online"]
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


def guest(name: str) -> Guest:
    return Guest("r", frozenset({Role.GUEST}), "", "", table_id="t", session_id=SESSION, participant_id=name, name=name)


@pytest.mark.parametrize("seconds", [-40, 40], ids=["behind", "ahead"])
async def test_servers_whose_clocks_differ_show_each_others_guests(redis_url: str, seconds: int) -> None:
    other = TestClock()
    other.ahead = timedelta(seconds=seconds)
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        await redis.flushdb()
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
