"""Our engine and dispatcher with nothing behind them: the subject of the socket rows.

Run as a process: `python -m bench.door PORT`. The limits per client are lifted, because the few clients of a load act
for thousands; everything else is as in service.
"""

import gc
import sys
import time
from collections.abc import Coroutine, Mapping
from typing import Any

import uvloop
from aiohttp import web

from bench import echo
from handlers.registry import TABLE, Registry
from models.errors import RateLimited
from models.principal import Guest, Role
from models.rules import Rules
from models.store.cache import Cache
from models.store.client import connect
from models.store.work import Store
from server.ack import refusal_text
from server.client import Client
from server.clock import Clock
from server.dispatch import Dispatcher
from server.engine import Engine
from server.engine.contract import Connection, Handshake, Refusal
from server.engine.settings import EngineSettings
from server.telemetry import Metrics

NOBODY = "mongodb://127.0.0.1:1/?replicaSet=none"
"""The commands here store nothing, so the address is never asked."""
CACHED = 1000
DEADLINE_SECONDS = 5.0
UNLIMITED = 1_000_000_000


class BenchDoor:
    """Everyone is a guest, in the rooms that they name."""

    namespaces = frozenset({TABLE})

    def __init__(self, dispatcher: Dispatcher) -> None:
        self.engine: Engine | None = None
        self._dispatcher = dispatcher
        self._clients: dict[str, Client] = {}

    def greet(self, handshake: Handshake) -> Mapping[str, str]:
        """Set no cookie."""
        return {}

    def is_command(self, namespace: str, name: str) -> bool:
        """Whether it is one of the two."""
        return self._dispatcher.registry.get(namespace, name) is not None

    async def connect(self, connection: Connection) -> None:
        """Take everyone in."""
        connection.principal = Guest(
            restaurant_id="house-1",
            roles=frozenset({Role.GUEST}),
            address=connection.handshake.address,
            device="",
            table_id="table-1",
            session_id="session-1",
            participant_id=connection.sid,
            name="",
        )
        self._clients[connection.sid] = Client(connection.namespace, connection.principal, "en")
        for room in connection.auth["rooms"]:
            connection.enter(room)

    def connected(self, connection: Connection) -> None:
        """Say nothing."""

    def run(self, connection: Connection, name: str, payload: str) -> Coroutine[Any, Any, str]:
        """Let the dispatcher carry it out, and tell the room of those who want that."""
        client = self._clients[connection.sid]
        answer = self._dispatcher.run(client, name, payload, lambda _: None)
        return self._tell(connection, payload, answer) if name == "room:tell" else answer

    async def _tell(self, connection: Connection, payload: str, answer: Coroutine[Any, Any, str]) -> str:
        text = await answer
        assert self.engine is not None
        self.engine.broadcast(TABLE, (connection.auth["rooms"][0],), "room:told", payload)
        return text

    def refuse(self, connection: Connection, name: str, refusal: Refusal, details: Mapping[str, Any]) -> str:
        """Answer as if too much had been asked: the load ends then, and says so."""
        return refusal_text(RateLimited(retry_after=1), "en")

    def disconnected(self, connection: Connection, reason: str) -> None:
        """Forget it."""
        self._clients.pop(connection.sid, None)

    def count(self, what: str, amount: int = 1) -> None:
        """Forget it."""


def application() -> web.Application:
    """Return the server."""
    clock, metrics = Clock(), Metrics()
    store = Store(connect(NOBODY)["none"], Cache(CACHED), clock.monotonic)
    dispatcher = Dispatcher(
        Registry([echo]),
        store,
        clock,
        vault=None,  # type: ignore[arg-type]  # nothing here signs, hashes or counts
        numbers=None,  # type: ignore[arg-type]
        rules=Rules(),
        metrics=metrics,
        deadline_seconds=DEADLINE_SECONDS,
    )
    door = BenchDoor(dispatcher)
    settings = EngineSettings(
        commands_per_second=UNLIMITED, command_burst=UNLIMITED, connects_per_second=UNLIMITED, connect_burst=UNLIMITED
    )
    door.engine = Engine(door, settings, monotonic=time.monotonic)
    app = web.Application()
    door.engine.attach(app)
    app.on_startup.append(_spare_the_collector)
    return app


async def _spare_the_collector(app: web.Application) -> None:
    """Do at the start what the server does: what is loaded now stays for ever."""
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    uvloop.install()
    web.run_app(application(), host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)
