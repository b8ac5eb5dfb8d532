"""People at home in a house of the fault runs: stored as the door stores them, each with a token and one address."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from comanda_client import Connection
from fault.installation import DATABASE, KEY
from fault.premises import Premises

from models.customer import PHONE_INDEX, Address, Customer, address_place, name_place, phone_place
from models.customer_session import TOKEN_PURPOSE, CustomerSession
from models.delivery_plan import DeliveryPlan
from models.dining import DiningOption
from models.dish import Dish
from models.hours import Window
from models.item import Item
from models.slot import SlotRule
from models.store import client as mongodb
from models.store.cache import Cache
from models.store.work import Store, Work
from server.auth import Vault
from server.clock import Clock
from server.sealing import Safe

ADDRESS = {
    "street": "Strada Lalelelor 12",
    "city": "București",
    "county": "București",
    "postal_code": "030167",
    "notes": "",
}

LEFT = 100_000
"""Portions of the counted dish before anybody has ordered."""

SLOTS = SlotRule(hours=(Window(opens="00:00", closes="24:00"),), minutes=240, cap=10_000, days=1)


@dataclass(frozen=True)
class Home:
    """Somebody who has proved a phone number."""

    id: str
    token: str
    address_id: str

    async def connect(self, addresses: Sequence[str], turn: int) -> Connection:
        """Return a phone of theirs, connected to the server of its turn, not kept open yet."""
        turn %= len(addresses)
        own = [*addresses[turn:], *addresses[:turn]]
        return await Connection(own, "/checkout", {"token": self.token}, first_pause=0.05).open()


@dataclass(frozen=True)
class Suburb:
    """A house that delivers, with slots, and one dish that is counted."""

    premises: Premises
    homes: list[Home]
    counted: Dish
    others: list[Dish]

    def order(self, home: Home, chance: random.Random, key: str) -> dict[str, Any]:
        """Return an order of the counted dish and perhaps of another one."""
        dishes = [self.counted, *chance.sample(self.others, chance.randint(0, 2))]
        items = [self.premises.chosen(dish, chance) for dish in dishes]
        return {
            "idempotencyKey": key,
            "items": items,
            "paymentMethod": "CASH",
            "diningOption": "DELIVERY",
            "addressId": home.address_id,
            "acceptWait": 600,
        }


async def settle_suburb(mongo_url: str, premises: Premises, count: int) -> Suburb:
    """Have a house deliver to so many people, who have proved their phones."""
    brought = [one for one in premises.menu.dishes if DiningOption.DELIVERY in one.dining_options]
    clock = Clock()
    safe = Safe({"e1": KEY.encode()}, {"i1": KEY.encode()}, clock.nonce)
    vault = Vault({"p1": KEY.encode()}, [KEY[::-1].encode()], safe, clock.now)
    client = mongodb.connect(mongo_url)
    try:
        work = Store(client[DATABASE], Cache(1_000), clock.monotonic).begin(premises.id, clock.monotonic() + 10)
        (plan,) = await work.members(DeliveryPlan, "house", premises.id)
        work.save(plan.with_(slots=SLOTS, lead_minutes=0))
        work.add(Item(id=clock.new_id(), restaurant_id=premises.id, item_id=brought[0].id, left=LEFT))
        homes = [_move_in(work, vault, clock, f"+4072200{number:04d}") for number in range(count)]
        await work.commit()
    finally:
        await client.close()
        vault.close()
    return Suburb(premises, homes, brought[0], brought[1:])


def _move_in(work: Work, vault: Vault, clock: Clock, phone: str) -> Home:
    house, customer_id, address_id, now = work.restaurant_id, clock.new_id(), clock.new_id(), clock.now()
    work.add(
        Customer(
            id=customer_id,
            restaurant_id=house,
            phone=vault.seal(phone_place(house, customer_id), phone),
            phone_indexes=vault.blind(house, PHONE_INDEX, phone),
            last_four=phone[-4:],
            name=vault.seal(name_place(house, customer_id), "Maria Ionescu"),
            addresses=(
                Address(
                    id=address_id,
                    details=vault.seal(address_place(house, customer_id, address_id), json.dumps(ADDRESS)),
                    is_default=True,
                    created_at=now,
                ),
            ),
            created_at=now,
            verified_at=now,
        )
    )
    late = now + timedelta(hours=12)
    session = CustomerSession(
        id=clock.new_id(),
        restaurant_id=house,
        customer_id=customer_id,
        started_at=now,
        expires_at=late,
        ends_at=late,
    )
    work.add(session)
    return Home(customer_id, vault.sign(TOKEN_PURPOSE, house, session.id, "1"), address_id)
