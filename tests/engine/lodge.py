"""A door for the engine's tests: it echoes, waits, fails and tells rooms, and remembers everything that it is told."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from engine.raw import hang_up

from server.engine import Engine, EngineSettings
from server.engine.contract import Connection, Handshake, Refusal, Refused


class Clock:
    """Monotonic time that moves only when a test moves it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Lodge:
    """Implements `contract.Door`. `auth` of a client may ask for trouble: refuse, fail, hang, stranger, rooms."""

    namespaces = frozenset({"/table", "/floor"})
    commands = frozenset(
        {"echo", "slow", "gate", "fail", "enter", "leave", "tell", "quit", "task", "context", "note", "broken"}
    )

    def __init__(self) -> None:
        self.engine: Engine
        self.handshakes: list[Handshake] = []
        self.asked: list[Connection] = []
        self.present: list[Connection] = []
        self.gone: list[tuple[Connection, str]] = []
        self.ran: list[tuple[str, str]] = []
        self.counts: Counter[str] = Counter()
        self.gate = asyncio.Event()
        self.cookie = {"Set-Cookie": "device=abc; HttpOnly"}

    def greet(self, handshake: Handshake) -> Mapping[str, str]:
        self.handshakes.append(handshake)
        return self.cookie

    def is_command(self, namespace: str, name: str) -> bool:
        return name in self.commands

    async def connect(self, connection: Connection) -> None:
        self.asked.append(connection)
        for room in connection.auth.get("rooms", []):
            connection.enter(room)
        if "hang" in connection.auth:
            await self.gate.wait()
        if "fail" in connection.auth:
            raise TypeError("a fault in connect")
        if "stranger" not in connection.auth:
            connection.principal = "somebody"
        if "refuse" in connection.auth:
            raise Refused('{"message":"no","data":{"code":"NOT_YOU"}}')

    def connected(self, connection: Connection) -> None:
        self.present.append(connection)
        if "silent" not in connection.auth:
            connection.send("hello", '{"protocol":1}')

    async def run(self, connection: Connection, name: str, payload: str) -> str:
        self.ran.append((name, payload))
        match name:
            case "slow":
                await asyncio.sleep(0.01)
            case "gate":
                await self.gate.wait()
            case "fail":
                raise RuntimeError("a fault in a command")
            case "broken":
                return "\ud800"
            case "task":
                await asyncio.sleep(0)
                async with asyncio.timeout(5):
                    await asyncio.sleep(0)
            case "enter":
                connection.enter(json.loads(payload)["room"])
            case "leave":
                connection.leave(json.loads(payload)["room"])
            case "tell":
                self.engine.broadcast(connection.namespace, [json.loads(payload)["room"]], "told", payload)
            case "quit":
                connection.close("asked to")
        return payload

    def refuse(self, connection: Connection, name: str, refusal: Refusal, details: Mapping[str, Any]) -> str:
        return json.dumps({"success": False, "error": {"code": refusal, "message": name, "details": dict(details)}})

    def disconnected(self, connection: Connection, reason: str) -> None:
        self.gone.append((connection, reason))

    def count(self, what: str, amount: int = 1) -> None:
        self.counts[what] += amount

    @property
    def ghosts(self) -> int:
        """Connections that came and were never reported gone."""
        gone = {id(connection) for connection, _ in self.gone}
        return sum(id(connection) not in gone for connection in self.present)


class Site:
    """An engine that serves on a free port."""

    def __init__(self, lodge: Lodge, engine: Engine, clock: Clock, port: int) -> None:
        self.lodge, self.engine, self.clock, self.port = lodge, engine, clock, port

    def pass_time(self, seconds: float) -> None:
        """Let time pass in steps, as it does for a process that is alive."""
        for _ in range(round(seconds * 2)):
            self.clock.now += 0.5
            self.engine.tick()


@asynccontextmanager
async def serving(settings: EngineSettings, lodge: Lodge | None = None) -> AsyncIterator[Site]:
    """Serve an engine with a lodge behind it; the loop must meet no unhandled exception meanwhile."""
    loop = asyncio.get_running_loop()
    unhandled: list[dict[str, Any]] = []
    loop.set_exception_handler(lambda _, context: unhandled.append(context))
    clock, lodge = Clock(), lodge or Lodge()
    engine = Engine(lodge, settings, monotonic=clock)
    lodge.engine = engine
    app = web.Application()
    engine.attach(app)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        yield Site(lodge, engine, clock, port)
    finally:
        lodge.gate.set()
        await engine.stop()
        await runner.cleanup()
        await hang_up()
        loop.set_exception_handler(None)
    assert unhandled == []
    assert lodge.ghosts == 0
    assert engine.socket_count == 0
