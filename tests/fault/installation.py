"""A whole installation of real processes that a test may kill, freeze and start again: two servers, mongod and redis.

Each process keeps its folder and its port, as under a supervisor: what is killed comes back at the same address, with
the same data.
"""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Protocol

import aiohttp

from server import embedded
from server.daemon import Daemon, free_port

KEY = "k" * 32
DATABASE = "fault"
START_SECONDS = 60.0
LOOK_SECONDS = 0.02

GENEROUS = {
    "COMANDA_GUARD__COMMANDS_PER_SECOND": "1000",
    "COMANDA_GUARD__COMMANDS_BURST": "1000",
    "COMANDA_GUARD__CONNECTS_PER_SECOND": "10000",
    "COMANDA_GUARD__KITCHEN_PING_TIMEOUT_SECONDS": "10",
    "COMANDA_LIMITS__ROUND_AMOUNT": "100000000",
    "COMANDA_LIMITS__ACCESS_TOKEN_SECONDS": "86400",
    "COMANDA_LIMITS__STAFF_SESSION_HOURS": "48",
    "COMANDA_LOG__LEVEL": "warning",
    "COMANDA_LOG__FORMAT": "json",
    # Screens of these runs say nothing of what they show.
    "COMANDA_LIMITS__UNSEEN_SECONDS": "1000000",
    "COMANDA_LIMITS__DARK_SECONDS": "1000000",
    # A table of these runs orders for a whole evening in a minute.
    "COMANDA_LIMITS__SESSION_LINES": "1000000",
    "COMANDA_LIMITS__SESSION_PORTIONS": "1000000",
    "COMANDA_LIMITS__SESSION_AMOUNT": "1000000000",
}
"""What scripted clients need that people do not: more speed, dearer rounds, longer log-ins."""


class Process(Protocol):
    """Something that can be hit."""

    name: str

    @property
    def is_up(self) -> bool: ...
    def kill(self) -> None: ...
    def freeze(self) -> None: ...
    def thaw(self) -> None: ...
    async def start(self) -> None: ...


class Service:
    """mongod or redis, on the port that it got first."""

    def __init__(self, daemon: Daemon, *, is_database: bool) -> None:
        self.name = daemon.name
        self._daemon = daemon
        self._is_database = is_database
        self._port: int | None = None

    @property
    def is_up(self) -> bool:
        return self._daemon.is_alive

    @property
    def url(self) -> str:
        return embedded.url_of(self._daemon) if self._is_database else f"redis://127.0.0.1:{self._port}/0"

    def kill(self) -> None:
        self._daemon.kill()

    def freeze(self) -> None:
        os.kill(self._daemon.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self._daemon.pid, signal.SIGCONT)

    async def start(self) -> None:
        ensure = embedded.lead if self._is_database else Daemon.ensure
        await asyncio.to_thread(ensure, self._daemon, self._port)
        self._port = self._daemon.port

    def stop(self) -> None:
        if self.is_up:
            self.thaw()
            self._daemon.stop()


class Server:
    """One `python -m server serve` on a port of its own."""

    def __init__(self, name: str, environment: dict[str, str], log: Path) -> None:
        self.name = name
        self.port = free_port()
        self.exits: list[int] = []
        self._environment = environment | {"COMANDA_SERVER__PORT": str(self.port)}
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def is_up(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def said(self) -> str:
        """All that it logged in all its lives."""
        return self._log.read_text(errors="replace")

    @property
    def surprises(self) -> list[str]:
        """What it logged as errors in all its lives: things that it had not foreseen."""
        lines = self._log.read_text(errors="replace").splitlines()
        return [
            line for line in lines if '"level": "error"' in line or '"level":"error"' in line or "Traceback" in line
        ]

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def freeze(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)

    async def start(self) -> None:
        """Start it until it serves: one that finds no database gives up after 3 s, rightly, and is started again."""
        async with asyncio.timeout(START_SECONDS):
            while not await self._serves():
                if not self.is_up:
                    if self._process is not None and self._process.returncode > 0:
                        self.exits.append(self._process.returncode)
                    with self._log.open("ab") as log:
                        self._process = subprocess.Popen(  # noqa: ASYNC220  (a fork takes a moment, a thread more)
                            [sys.executable, "-m", "server", "serve"],
                            env=self._environment,
                            stdin=subprocess.DEVNULL,
                            stdout=log,
                            stderr=subprocess.STDOUT,
                            start_new_session=True,
                        )
                await asyncio.sleep(LOOK_SECONDS)

    def stop(self) -> None:
        if self._process is not None and self.is_up:
            self.thaw()
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()

    async def _serves(self) -> bool:
        if not self.is_up:
            return False
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
        return True


class Installation:
    """Two servers that share nothing but MongoDB and Redis, and those two."""

    def __init__(
        self, folder: Path, mongod_options: Sequence[str] = (), environment: Mapping[str, str] | None = None
    ) -> None:
        redis = embedded.redis_server(folder / "redis")
        assert redis is not None, embedded.NO_REDIS
        self.mongod = Service(embedded.mongod(folder / "mongodb", options=tuple(mongod_options)), is_database=True)
        self.redis = Service(redis, is_database=False)
        self._folder = folder
        self._environment = dict(environment or {})
        self.servers: list[Server] = []

    @property
    def addresses(self) -> list[str]:
        return [server.address for server in self.servers]

    async def start(self, servers: int = 2) -> None:
        await asyncio.gather(self.mongod.start(), self.redis.start())
        nothing = self._folder / "config.yaml"
        nothing.write_text("")
        own = {name: value for name, value in os.environ.items() if not name.startswith("COMANDA_")}
        environment = (
            own
            | GENEROUS
            | {
                "COMANDA_CONFIG": str(nothing),
                "COMANDA_DATA_DIR": str(self._folder / "data"),
                "COMANDA_MONGODB__URL": self.mongod.url,
                "COMANDA_MONGODB__DATABASE": DATABASE,
                "COMANDA_REDIS__URL": self.redis.url,
                "COMANDA_SECRETS__PEPPERS": f"p1:{KEY}",
                "COMANDA_SECRETS__TOKEN_KEYS": f"t1:{KEY[::-1]}",
                "COMANDA_SECRETS__AUDIT_KEYS": f"a1:{KEY}",
                "COMANDA_SECRETS__ENCRYPTION_KEYS": f"e1:{KEY}",
                "COMANDA_SECRETS__INDEX_KEYS": f"i1:{KEY}",
            }
            | self._environment
        )
        self.servers = [
            Server(f"server {name}", environment, self._folder / f"server-{name}.log") for name in "ABCDEF"[:servers]
        ]
        await asyncio.gather(*(server.start() for server in self.servers))

    async def require_ready(self) -> None:
        """Wait until every server says that it lacks nothing."""
        async with aiohttp.ClientSession() as http, asyncio.timeout(START_SECONDS):
            for server in self.servers:
                while not await _is_ready(http, server.address):  # noqa: ASYNC110  (another process has no events)
                    await asyncio.sleep(LOOK_SECONDS * 5)

    def stop(self) -> None:
        for server in self.servers:
            server.stop()
        self.redis.stop()
        self.mongod.stop()


async def _is_ready(http: aiohttp.ClientSession, address: str) -> bool:
    try:
        async with http.get(f"{address}/readyz") as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False


@asynccontextmanager
async def running(
    folder: Path,
    *,
    servers: int = 2,
    mongod_options: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> AsyncIterator[Installation]:
    """Have an installation while the context lasts; `environment` is for its servers, and wins."""
    installation = Installation(folder, mongod_options, environment)
    try:
        await installation.start(servers)
        yield installation
    finally:
        await asyncio.to_thread(installation.stop)
