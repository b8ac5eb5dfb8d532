"""Two server processes on one database, addressed at their dispatchers: everything is as in service but the sockets
and what the house does by itself.

They differ in what they remember: all that happens is kept by the first one, as if someone listened to everything, and
forgotten by the second one, as if nobody listened.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, cast

from integration.house import PASSWORD, UNHURRIED, TestClock, settings_for

from models.dish import Category, Dish
from models.house import Table
from models.menu import Menu
from models.principal import Principal, Role, Stranger, Visitor
from models.staff import Staff
from models.store.index import ensure_indexes
from models.store.stream import ChangeStream, Committed, Heartbeat
from server.app import App
from server.auth import hash_password
from server.client import Client
from server.engine.contract import Connection
from server.opening import write_house
from server.seed import DemoHouse, load_demo_house

_hash = hash_password(PASSWORD, rounds=4)
BEHIND_SECONDS = (0.02, 0.005)
"""How far behind each server is with what the other one does: what rests on its memory must hold all the same."""

DEADLINE_SECONDS = 20
"""Longer than in service: a database of a busy machine that writes nothing for some seconds breaks no invariant."""

COUNTED_DISHES, COUNTED_PORTIONS = 3, 12
"""How many dishes of a house are counted, and how many portions of each there are when the evening begins."""

CATEGORIES = 4
TABLES = 5


class Everyone:
    """A broadcaster of a process where someone listens to everything."""

    def broadcast(self, namespace: str, rooms: Iterable[str], event: str, payload: str) -> int:
        """Tell nobody."""
        return 0

    def members(self, namespace: str, room: str) -> Iterable[Connection]:
        """Name nobody."""
        return ()

    def has_members(self, namespace: str, room: str) -> bool:
        """Someone listens."""
        return True


class Late:
    """A change stream that tells everything, in order, and somewhat later."""

    def __init__(self, stream: ChangeStream, seconds: float) -> None:
        self._stream = stream
        self.seconds = seconds
        self.prepare = stream.prepare
        self.beat = stream.beat

    async def follow(self) -> AsyncIterator[Committed | Heartbeat]:
        """Yield what the stream yields."""
        told: asyncio.Queue[tuple[float, Committed | Heartbeat | Exception]] = asyncio.Queue()
        now = asyncio.get_running_loop().time

        async def hear() -> None:
            try:
                async for event in self._stream.follow():
                    told.put_nowait((now(), event))
            except Exception as error:  # noqa: BLE001  (told to whoever follows, as the stream would)
                told.put_nowait((now(), error))

        hearing = asyncio.create_task(hear())
        try:
            while True:
                at, event = await told.get()
                await asyncio.sleep(max(0.0, at + self.seconds - now()))
                if isinstance(event, Exception):
                    raise event
                yield event
        finally:
            hearing.cancel()


@dataclass
class Person:
    """Someone with a device, whose commands go to either server."""

    servers: "Servers"
    client: Client

    @property
    def principal(self) -> Principal:
        return self.client.principal

    async def send(self, server: int, name: str, request: dict[str, Any]) -> dict[str, Any]:
        """Carry out one command and return its ack."""
        self.client.allowance.clear()
        dispatcher = self.servers.apps[server].dispatcher
        answer: dict[str, Any] = json.loads(await dispatcher.run(self.client, name, json.dumps(request), self._become))
        return answer

    def _become(self, principal: Principal) -> None:
        self.client.principal = principal


@dataclass
class House:
    """One restaurant, its furniture, and the people of every role."""

    id: str
    tables: list[Table]
    menu: Menu
    staff: dict[Role, Person]
    manager: dict[str, str]
    """What the manager types to approve what is above the limit."""
    helpers: dict[str, str]
    """Ids of those who come and go, by their log-ins."""


@dataclass
class Servers:
    """Both processes."""

    apps: list[App] = field(default_factory=list)
    clock: TestClock = field(default_factory=TestClock)

    async def start(self, mongo_url: str, database: str, **sections: Any) -> None:
        """Begin to serve."""
        guard = UNHURRIED | {"command_deadline_seconds": DEADLINE_SECONDS}
        settings = settings_for(mongo_url, None, database, guard=guard, **sections)
        self.apps = [App(settings, clock=self.clock) for _ in range(2)]
        self.apps[0].relay._broadcaster = Everyone()
        await ensure_indexes(self.apps[0].database)
        for app, seconds in zip(self.apps, BEHIND_SECONDS, strict=True):
            app.relay._stream = cast("ChangeStream", Late(app.relay._stream, seconds))
            await app.relay.start()

    async def stop(self) -> None:
        """Stop serving."""
        for app in self.apps:
            await app.relay.stop()
            app.vault.close()
            await app.client.close()

    def delay(self, server: int, seconds: float) -> None:
        """Have a server hear later than it does."""
        cast("Late", self.apps[server].relay._stream).seconds = seconds

    async def new_house(self) -> House:
        """Furnish a house that no other evening knows, with a short menu, and log its staff in."""
        demo = _small_house()
        app = self.apps[0]
        restaurant = await write_house(app.store, self.clock, demo, _hash, app.vault)
        work = app.store.begin(restaurant.id, self.clock.monotonic() + 10)
        tables = sorted(await work.members(Table, "house", restaurant.id), key=lambda table: table.position)
        menu = (await work.members(Menu, "house", restaurant.id))[0]
        staff: dict[Role, Person] = {}
        for role, namespace in ((Role.WAITER, "/floor"), (Role.MANAGER, "/floor"), (Role.CHEF, "/kitchen")):
            person = next(one for one in demo.staff if role in one.roles)
            staff[role] = Person(self, Client(namespace, Stranger(), "en"))
            login = {"login": person.login, "password": PASSWORD, "restaurantId": restaurant.id}
            answer = await staff[role].send(0, "staff:login", login)
            assert answer["success"], answer
        for dish in menu.dishes[:COUNTED_DISHES]:
            count = {"itemId": dish.id, "state": "AVAILABLE", "left": COUNTED_PORTIONS, "opId": f"count-{dish.id}"[:64]}
            assert (await staff[Role.MANAGER].send(0, "item:set-availability", count))["success"]
        manager = next(one for one in demo.staff if Role.MANAGER in one.roles)
        people = await work.every(Staff, restaurant_id=restaurant.id)
        known = {person.principal.actor.id for person in staff.values()}
        helpers = {one.login: one.id for one in people if one.id not in known and Role.WAITER in one.roles}
        approval = {"login": manager.login, "pin": manager.pin}
        return House(restaurant.id, tables, menu, staff, approval, helpers)

    def visitor(self, house: House, table_id: str, number: int) -> Person:
        """Return someone who scanned a table's code."""
        principal = Visitor(
            restaurant_id=house.id,
            roles=frozenset({Role.VISITOR}),
            address=f"10.1.{number // 250 % 250}.{number % 250}",
            device="",
            table_id=table_id,
        )
        return Person(self, Client("/table", principal, "en"))


@cache
def _small_house() -> DemoHouse:
    """Return a house that is quickly written and read: few tables, few categories, the groups that these need."""
    demo = load_demo_house()
    content, stations = demo.content, set[str]()
    categories: list[Category] = []
    dishes: list[Dish] = []
    for category in content.categories:
        below = [dish for dish in content.dishes if dish.category_id == category.id]
        cooking = {code for dish in below for code in dish.stations}
        if len(categories) < CATEGORIES and not cooking <= stations:
            stations |= cooking
            categories.append(category)
            dishes += below[:4]
    groups = content.groups_of(dishes)
    zone = demo.zones[0]
    return demo.with_(
        content=content.with_(
            categories=tuple(categories),
            dishes=tuple(dishes),
            modifier_groups=tuple(group for group in content.modifier_groups if group.id in groups),
        ),
        zones=(zone.with_(tables=dict(list(zone.tables.items())[:TABLES])),),
    )
