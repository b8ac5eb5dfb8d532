"""What integration tests stand on: servers in this loop, a house of its own for each test, and people with clients."""

import asyncio
import atexit
import itertools
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from comanda_client import Connection, Refused, State
from comanda_client.state import FINISHED

from handlers.context import Context, Reply
from models.house import Restaurant, Table
from models.menu import Menu
from models.pin import AttemptLimit, Failures
from models.principal import Role, the_house
from models.store.outcome import Interrupted
from server.app import App
from server.auth import hash_password
from server.clock import Clock
from server.config import Settings
from server.opening import write_house
from server.seed import load_demo_house

KEY = "k" * 32
AUDIT_KEY = "a" * 32
PASSWORD = "a password of the tests"
EQUAL_SECONDS = 10.0

UNHURRIED = {
    "commands_per_second": 1000,
    "commands_burst": 1000,
    "connects_per_second": 10_000,
    "calls_per_minute": 1_000_000,
    "calls_burst": 1_000_000,
}
"""Scripted clients are faster than people, and on a busy machine a screen of a test answers late."""

UNWATCHED = {"unseen_seconds": 10**6, "dark_seconds": 10**6, "sms_longest_wait": 10**6}
"""Few tests have cooks at all stations, and many of them let hours pass, also while a message is on its way."""

ROUNDS = 4
"""Of bcrypt, for passwords of the tests: a quarter of a second each would be most of the time."""

_hash = hash_password(PASSWORD, ROUNDS)
_nobody = hash_password("nobody's", ROUNDS)
_FOLDER = Path(tempfile.mkdtemp(prefix="comanda-tests-"))
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)
_loaded = load_demo_house()
_demo = _loaded.with_(stations=tuple(one.with_(busy_portions=None) for one in _loaded.stations))
"""Guests are warned of no station unless a test says so."""


class TestClock(Clock):
    """The machine's clock, and as much later as a test says."""

    __test__ = False

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> Any:
        return super().now() + self.ahead

    def advance(self, **time: float) -> None:
        """Let time pass for the rules of the domain; sockets keep the machine's time."""
        self.ahead += timedelta(**time)


@dataclass
class Installation:
    """Servers on one database, each with its own cache, stream and port, as separate processes would be."""

    apps: list[App]
    ports: list[int]
    clock: TestClock
    houses: list[str] = field(default_factory=list)
    """Those of the running test."""

    @property
    def addresses(self) -> list[str]:
        return [f"http://127.0.0.1:{port}" for port in self.ports]

    async def new_house(self) -> "House":
        """Furnish a house that no other test knows."""
        restaurant = await self._written()
        work = self.apps[0].store.begin(restaurant.id, self.clock.monotonic() + 10)
        tables = sorted(await work.members(Table, "house", restaurant.id), key=lambda table: table.position)
        menu = (await work.members(Menu, "house", restaurant.id))[0]
        self.houses.append(restaurant.id)
        return House(self, restaurant, tables, menu)

    async def _written(self) -> Restaurant:
        """Write a house; once more when nothing was written, because the database of a busy machine was asleep."""
        first, vault = self.apps[0].store, self.apps[0].vault
        try:
            return await write_house(first, self.clock, _demo, _hash, vault)
        except Interrupted as trouble:
            if trouble.is_unknown:
                raise
            return await write_house(first, self.clock, _demo, _hash, vault)

    async def clear(self) -> None:
        """Take what a test leaves behind out of the way of the next one: its houses, at which all duties would go on
        looking, and the wrong pairing codes of our address, which count over all houses.
        """
        await self.apps[0].database["restaurants"].delete_many({"_id": {"$in": self.houses}})
        self.houses.clear()
        work = self.apps[0].store.begin("", self.clock.monotonic() + 10)
        for count in await work.members(AttemptLimit, "scope", "pairing:127.0.0.1"):
            work.save(count.with_(failures=Failures()))
        if not work.is_empty:
            await work.commit()

    async def stop(self) -> None:
        await asyncio.gather(*(app.stop() for app in self.apps))


async def start_installation(
    mongo_url: str, redis_url: str | None, *, servers: int, database: str, **sections: Any
) -> Installation:
    """Start servers on free ports."""
    clock = TestClock()
    settings = settings_for(mongo_url, redis_url, database, **sections)
    apps = [in_a_hurry(App(settings, clock=clock)) for _ in range(servers)]
    ports = [await app.start(free_socket()) for app in apps]
    return Installation(apps, ports, clock)


def in_a_hurry(app: App) -> App:
    """Have passwords hashed and checked with less work."""
    app.vault.password_rounds, app.vault.nobody = ROUNDS, _nobody
    return app


def settings_for(mongo_url: str, redis_url: str | None, database: str, **sections: Any) -> Settings:
    """Return the settings of a test server: no limits on connects, fast enough commands for scripted clients, and no
    alarm about a kitchen that nobody plays.
    """
    given: dict[str, Any] = {
        "mongodb": {"url": mongo_url, "database": database},
        "redis": {"url": redis_url, "enabled": redis_url is not None},
        "data_dir": _FOLDER,
        "secrets": {
            "peppers": [{"id": "p1", "key": KEY}],
            "token_keys": [{"id": "t1", "key": KEY[::-1]}],
            "audit_keys": [{"id": "a1", "key": AUDIT_KEY}],
            "encryption_keys": [{"id": "e1", "key": f"encrypt {KEY}"}],
            "index_keys": [{"id": "i1", "key": f"index {KEY}"}],
        },
        "guard": UNHURRIED | {"kitchen_ping_timeout_seconds": 10},
        "server": {"origins": ["https://order.example.com"]},
    }
    return Settings(**(given | sections | {"limits": UNWATCHED | sections.get("limits", {})}))


def free_socket() -> socket.socket:
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    return sock


@dataclass
class Party:
    """An open session: its table, PIN and token."""

    id: str
    pin: str
    table: Table
    token: str


@dataclass
class House:
    """One restaurant of the installation, with everyone who is connected to it."""

    installation: Installation
    restaurant: Restaurant
    tables: list[Table]
    menu: Menu
    clients: list[Connection] = field(default_factory=list)
    _turns: Any = field(default_factory=itertools.count)

    @property
    def clock(self) -> TestClock:
        return self.installation.clock

    @property
    def apps(self) -> list[App]:
        return self.installation.apps

    # ── people ────────────────────────────────────────────────────────────────────────────────────────────────────────

    async def connect(self, namespace: str, auth: dict[str, Any] | None = None, **options: Any) -> Connection:
        """Connect a client to the next server in turn; it is part of the comparison at the end."""
        addresses = self.installation.addresses
        first = next(self._turns) % len(addresses)
        client = Connection(addresses[first:] + addresses[:first], namespace, auth, first_pause=0.05, **options)
        await client.open()
        self.clients.append(client)
        return client

    async def staff(self, login: str = "ana", namespace: str = "/floor") -> Connection:
        """Log someone in; on another namespace than the floor by the access token of the log-in."""
        door = await self.connect("/floor")
        answer = await door.send(
            "staff:login", {"login": login, "password": PASSWORD, "restaurantId": self.restaurant.id}
        )
        if namespace == "/floor":
            return door
        return await self.connect(namespace, {"accessToken": answer["accessToken"]})

    async def waiter(self) -> Connection:
        """A waiter on the floor."""
        return await self.staff(self.login_of("WAITER"))

    async def cook(self) -> Connection:
        """A chef at a kitchen screen."""
        return await self.staff(self.login_of("CHEF"), "/kitchen")

    def login_of(self, role: str) -> str:
        """Return the log-in of someone with a role."""
        return next(person.login for person in _demo.staff if role in person.roles)

    def approval(self) -> dict[str, str]:
        """Return what the manager types to approve what is above the limit."""
        manager = next(person for person in _demo.staff if Role.MANAGER in person.roles)
        return {"login": manager.login, "pin": manager.pin}

    async def party(self, waiter: Connection, table: int = 0, mode: str = "FAMILY") -> Party:
        """Open a table."""
        answer = await waiter.send("session:open", {"tableId": self.tables[table].id, "mode": mode, "covers": 2})
        return Party(answer["session"]["id"], answer["pin"], self.tables[table], answer["tableToken"])

    async def phone(self, party: Party, name: str = "Ana") -> Connection:
        """Join a party with its PIN; the phone keeps its session token, as a client without cookies does."""
        phone = await self.connect("/table", {"table": party.token})
        answer = await phone.send("session:join", {"pin": party.pin, "name": name})
        phone.auth["sessionToken"] = answer["sessionToken"]
        return phone

    async def perform(
        self, act: Callable[[Context, Any], Awaitable[Reply]], subject: Any = None, server: int = 0
    ) -> Reply:
        """Carry out on a server what the house does by itself."""
        dispatcher = self.apps[server % len(self.apps)].dispatcher
        return await dispatcher.perform(the_house(self.restaurant.id), act, subject)

    # ── dishes ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def dish(self, station: str | None = None, *, plain: bool = True) -> str:
        """Return a dish of a station; a plain one can be ordered without choosing anything."""
        required = {group.id for group in self.menu.modifier_groups if group.min_select}
        return next(
            dish.id
            for dish in self.menu.dishes
            if (station is None or station in dish.stations) and (not plain or not required & set(dish.modifier_groups))
        )

    # ── the truth ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def require_all_know_the_truth(self) -> None:
        """Compare what every live client knows with what a new one would be told."""
        for client in self.clients:
            # An SMS phone is given messages to send, and follows nothing.
            if client.is_connected and client.namespace != "/sms":
                await _require_truth(client)

    async def close(self) -> None:
        await asyncio.gather(*(client.close() for client in self.clients))


@asynccontextmanager
async def housed(installation: Installation) -> AsyncIterator[House]:
    """A new house, whose clients are compared with the truth at the end; the next test does not meet it."""
    house = await installation.new_house()
    yield house
    try:
        await house.require_all_know_the_truth()
    finally:
        await house.close()
        await installation.clear()


async def _require_truth(client: Connection) -> None:
    try:
        fresh = await client.fresh()
    except Refused as refused:
        if refused.code not in ("UNAUTHENTICATED", "NOT_JOINED", "FORBIDDEN", "SESSION_EXPIRED"):
            raise
        return
    deadline = asyncio.get_running_loop().time() + EQUAL_SECONDS
    while difference(client.state, fresh):
        assert asyncio.get_running_loop().time() < deadline, difference(client.state, fresh)
        await asyncio.sleep(0.02)
        fresh = await client.fresh()


def difference(known: State, fresh: State) -> list[str]:
    """Name what a client has otherwise than a new one; what is finished may be kept or forgotten."""
    wrong = [
        f"{one.kind} {one.id}: knows {known.snapshots.get(one.id)}, true is {one}"
        for one in fresh.snapshots.values()
        if known.snapshots.get(one.id) != one
    ]
    # An alarm may be about a party that is gone.
    running = {one.body.get("sessionId", one.id) for one in fresh.snapshots.values() if one.kind != "alarm"}
    wrong += [
        f"{one.kind} {one.id}: known, but not shown any more"
        for one in known.snapshots.values()
        if one.id not in fresh.snapshots
        and one.kind not in ("menu", "presence")
        and one.body.get("status") not in FINISHED
        and one.body.get("sessionId", one.id) in running
    ]
    return wrong
