"""A house whose every price is a canary: a number that stands nowhere else, so that a byte of it in a kitchen is found.

The judge prices orders from here, with its own arithmetic.
"""

import random
from dataclasses import dataclass
from typing import Any

from comanda_client import Connection
from fault.installation import DATABASE

from models.dining import DiningOption
from models.dish import Dish
from models.house import Table
from models.menu import Menu
from models.menu_content import MenuContent
from models.store import client as mongodb
from models.store.cache import Cache
from models.store.index import ensure_indexes
from models.store.work import Store
from server.auth import hash_password
from server.clock import Clock
from server.opening import write_house
from server.seed import DemoHouse, load_demo_house

PASSWORD = "a password of the fault runs"
FIRST_DISH, FIRST_OPTION = 77_701, 78_801

_hash = hash_password(PASSWORD)


@dataclass(frozen=True)
class Party:
    """An open table."""

    session_id: str
    mode: str
    pin: str
    token: str


@dataclass
class Premises:
    """One house as the test wrote it, and the way in for its people."""

    id: str
    menu: Menu
    tables: list[Table]
    addresses: list[str]
    logins: dict[str, str]

    def choose(self, chance: random.Random, most: int = 3) -> dict[str, Any]:
        """Return a dish with valid modifiers, as `cart:add` wants it."""
        return self.chosen(chance.choice(self.menu.dishes), chance, most)

    def chosen(self, dish: Dish, chance: random.Random, most: int = 3) -> dict[str, Any]:
        """Return some portions of a dish with valid modifiers."""
        return {"itemId": dish.id, "quantity": chance.randint(1, most), "modifiers": self._modifiers(dish, chance)}

    def price(self, item_id: str, modifiers: list[str]) -> int:
        """Return what one portion costs, in minor units."""
        dish = next(one for one in self.menu.dishes if one.id == item_id)
        options = {option.id: option.price for group in self.menu.modifier_groups for option in group.options}
        return dish.price + sum(options[one] for one in modifiers)

    def stations(self, item_id: str) -> tuple[str, ...]:
        """Return where a dish is cooked."""
        return next(one for one in self.menu.dishes if one.id == item_id).stations

    @property
    def canaries(self) -> set[int]:
        """All prices of the menu."""
        options = {option.price for group in self.menu.modifier_groups for option in group.options}
        return options | {dish.price for dish in self.menu.dishes}

    async def token(self, role: str) -> str:
        """Log someone in and return the access token."""
        door = await Connection(self.addresses, "/floor").open()
        answer = await door.send(
            "staff:login", {"login": self.logins[role], "password": PASSWORD, "restaurantId": self.id}
        )
        await door.close()
        return str(answer["accessToken"])

    async def pair(self, manager: Connection, name: str, stations: list[str]) -> str:
        """Enrol and pair a kitchen screen; returns its device token."""
        enrolled = await manager.operate("device:enrol", {"kind": "SCREEN", "name": name, "stations": stations})
        screen = await Connection(self.addresses, "/kitchen").open()
        answer = await screen.send("device:pair", {"code": enrolled["code"]})
        await screen.close()
        return str(answer["deviceToken"])

    async def open_tables(self, count: int) -> list[Party]:
        """Open tables, every other one with a cart for each phone."""
        token = await self.token("WAITER")
        parties = []
        waiter = await Connection(self.addresses, "/floor", {"accessToken": token}).open()
        for number, table in enumerate(self.tables[:count]):
            if number and number % 9 == 0:  # as many as one connection may open at once
                await waiter.close()
                waiter = await Connection(self.addresses, "/floor", {"accessToken": token}).open()
            mode = ("FAMILY", "INDIVIDUAL")[number % 2]
            answer = await waiter.send("session:open", {"tableId": table.id, "mode": mode, "covers": 2})
            parties.append(Party(answer["session"]["id"], mode, answer["pin"], answer["tableToken"]))
        await waiter.close()
        return parties

    async def join(self, party: Party, name: str, turn: int = 0, **options: Any) -> Connection:
        """Return a phone that has joined, connected to the server of its turn, ready to be kept open."""
        turn %= len(self.addresses)
        addresses = self.addresses[turn:] + self.addresses[:turn]
        phone = Connection(addresses, "/table", {"table": party.token}, first_pause=0.05, **options)
        await phone.open()
        answer = await phone.send("session:join", {"pin": party.pin, "name": name})
        phone.auth["sessionToken"] = answer["sessionToken"]
        return phone

    def _modifiers(self, dish: Dish, chance: random.Random) -> list[str]:
        chosen: list[str] = []
        for group in self.menu.modifier_groups:
            if group.id in dish.modifier_groups:
                count = chance.randint(group.min_select, group.max_select)
                chosen += [option.id for option in chance.sample(group.options, count)]
        return chosen


async def furnish(mongo_url: str, addresses: list[str]) -> Premises:
    """Write a new house with canary prices into the database of an installation."""
    clock = Clock()
    demo = _with_canaries(load_demo_house())
    client = mongodb.connect(mongo_url)
    try:
        database = client[DATABASE]
        await ensure_indexes(database)
        store = Store(database, Cache(1_000), clock.monotonic)
        house = await write_house(store, clock, demo, _hash)
        work = store.begin(house.id, clock.monotonic() + 10)
        tables = sorted(await work.members(Table, "house", house.id), key=lambda table: table.position)
        menu = (await work.members(Menu, "house", house.id))[0]
    finally:
        await client.close()
    logins = {str(role): person.login for person in demo.staff for role in person.roles}
    return Premises(house.id, menu, tables, addresses, logins)


def _with_canaries(demo: DemoHouse) -> DemoHouse:
    """Give everything a price of its own, leave out what guests at a table cannot have at any hour, and let no station
    be so busy that they are warned.
    """
    prices, options = iter(range(FIRST_DISH, FIRST_OPTION)), iter(range(FIRST_OPTION, FIRST_OPTION + 1_000))
    content = always(demo.content)
    return demo.with_(
        stations=tuple(one.with_(busy_portions=None) for one in demo.stations),
        content=content.with_(
            dishes=tuple(dish.with_(price=next(prices), prices={}) for dish in content.dishes),
            modifier_groups=tuple(
                group.with_(options=tuple(option.with_(price=next(options)) for option in group.options))
                for group in content.modifier_groups
            ),
        ),
    )


def always(content: MenuContent) -> MenuContent:
    """Leave out what guests at a table cannot have, or not at any hour."""
    timed = {category.id for category in content.categories if category.hours}
    dishes = [dish for dish in content.dishes if dish.category_id not in timed and not dish.hours]
    return content.with_(dishes=tuple(dish for dish in dishes if DiningOption.DINE_IN in dish.dining_options))
