"""People at home who have proved a phone number: stored as the door stores them, connected by their token."""

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from comanda_client import Connection, Refused
from integration.house import House

from models.customer import PHONE_INDEX, Address, Customer, address_place, name_place, phone_place
from models.customer_session import TOKEN_PURPOSE, CustomerSession
from models.delivery_plan import DeliveryPlan
from models.hours import Window
from models.slot import SlotRule
from models.zone import Zone

HOME = {
    "street": "Strada Lalelelor 12, ap. 7",
    "city": "București",
    "county": "București",
    "postal_code": "030167",
    "notes": "interfon 7",
}
"""Where the customers of the tests live, unless they say otherwise."""

NAME = "Maria Ionescu"

ALWAYS = SlotRule(hours=(Window(opens="00:00", closes="24:00"),), minutes=30, cap=5, days=1)
"""Slots of half an hour, round the clock, each with room for five dishes."""


@dataclass
class Caller:
    """A proved customer: their phone number, the proof, and the ids of their addresses."""

    house: House
    id: str
    session_id: str
    phone: str
    token: str
    address_ids: tuple[str, ...]

    @property
    def address_id(self) -> str:
        return self.address_ids[0]

    def renew(self) -> None:
        """Have a token that is as good as new."""
        vault, home = self.house.apps[0].vault, self.house.restaurant.id
        self.token = vault.sign(TOKEN_PURPOSE, home, self.session_id, "1")

    async def connect(self, **options: Any) -> Connection:
        """Open one more connection of this customer, to the next server in turn."""
        return await self.house.connect("/checkout", {"token": self.token}, **options)


async def proved(
    house: House, phone: str = "+40712345678", *, name: str = NAME, addresses: tuple[dict[str, str], ...] = (HOME,)
) -> Caller:
    """Store somebody who has proved a phone number and saved addresses; the first one is the default."""
    app, home = house.apps[0], house.restaurant.id
    customer_id, session_id = app.clock.new_id(), app.clock.new_id()
    now = house.clock.now()
    address_ids = tuple(app.clock.new_id() for _ in addresses)
    seal = app.vault.seal
    customer = Customer(
        id=customer_id,
        restaurant_id=home,
        phone=seal(phone_place(home, customer_id), phone),
        phone_indexes=app.vault.blind(home, PHONE_INDEX, phone),
        last_four=phone[-4:],
        name=seal(name_place(home, customer_id), name),
        addresses=tuple(
            Address(
                id=address_id,
                details=seal(address_place(home, customer_id, address_id), json.dumps(fields, ensure_ascii=False)),
                is_default=address_id == address_ids[0],
                created_at=now,
            )
            for address_id, fields in zip(address_ids, addresses, strict=True)
        ),
        created_at=now,
        verified_at=now,
    )
    session = CustomerSession(
        id=session_id,
        restaurant_id=home,
        customer_id=customer_id,
        started_at=now,
        expires_at=now + timedelta(hours=12),
        ends_at=now + timedelta(hours=12),
    )
    work = app.store.begin(home, app.clock.monotonic() + 5)
    work.add(customer)
    work.add(session)
    await work.commit()
    work.close()
    token = app.vault.sign(TOKEN_PURPOSE, home, session_id, str(session.generation))
    return Caller(house, customer_id, session_id, phone, token, address_ids)


async def proved_again(caller: Caller) -> Caller:
    """Have a customer prove the same number once more."""
    app, home, now = caller.house.apps[0], caller.house.restaurant.id, caller.house.clock.now()
    session = CustomerSession(
        id=app.clock.new_id(),
        restaurant_id=home,
        customer_id=caller.id,
        started_at=now,
        expires_at=now + timedelta(hours=12),
        ends_at=now + timedelta(hours=12),
    )
    work = app.store.begin(home, app.clock.monotonic() + 5)
    work.add(session)
    await work.commit()
    work.close()
    token = app.vault.sign(TOKEN_PURPOSE, home, session.id, str(session.generation))
    return replace(caller, session_id=session.id, token=token)


def key() -> str:
    """Return a new idempotency key."""
    return str(uuid4())


CENTRE = Zone(
    id="centre", name={"en": "Centre", "ro": "Centru"}, postal_codes=("03*",), fee=1200, minimum=3000, minutes=20
)
"""Where `HOME` is."""


async def deliver(house: House, **plan: Any) -> DeliveryPlan:
    """Have the house bring its dishes to the centre and hand them out, unless the plan says otherwise; returns when all
    its servers know.
    """
    usual = {"is_offered": True, "zones": (CENTRE,), "take_out": True, "slots": None}
    content: dict[str, Any] = usual | {"pack_minutes": 5, "lead_minutes": 0} | plan
    app = house.apps[0]
    work = app.store.begin(house.restaurant.id, app.clock.monotonic() + 5)
    known = await work.first(DeliveryPlan, restaurant_id=house.restaurant.id)
    if known:
        stored = work.save(known.with_(pause=None, **content))
    else:
        stored = work.add(DeliveryPlan(id=app.clock.new_id(), restaurant_id=house.restaurant.id, **content))
    await work.commit()
    work.close()
    for one in house.apps:
        one.store.cache.drop_group(("delivery_plans", "house", f"{house.restaurant.id}/{house.restaurant.id}"))
    return stored


def wanted(house: House, station: str = "grill", quantity: int = 2, **fields: Any) -> dict[str, Any]:
    """Return an item of a station, as orders from home have it."""
    return {"itemId": house.dish(station), "quantity": quantity, **fields}


def order_of(caller: Caller, **fields: Any) -> dict[str, Any]:
    """Return an order of two dishes of the grill to the customer's home, under a new key."""
    asked = {
        "idempotencyKey": key(),
        "items": [wanted(caller.house)],
        "paymentMethod": "CASH",
        "diningOption": "DELIVERY",
        "addressId": caller.address_id,
    }
    return {name: value for name, value in (asked | fields).items() if value is not None}


@dataclass
class Meal:
    """Something that a customer at home has ordered."""

    caller: Caller
    phone: Connection
    order: dict[str, Any]
    check: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.order["id"])

    @property
    def session_id(self) -> str:
        return str(self.order["sessionId"])

    @property
    def due(self) -> int:
        return int(self.check["due"]["amount"])


async def ordered(house: House, phone_number: str = "+40712345678", *, name: str = NAME, **fields: Any) -> Meal:
    """Have a new customer order something in a house that delivers."""
    caller = await proved(house, phone_number, name=name)
    phone = await caller.connect()
    answer = await phone.operate("order:place", order_of(caller, **fields))
    return Meal(caller, phone, answer["order"], answer["check"])


async def refused(client: Connection, name: str, asked: dict[str, Any]) -> Refused:
    """Return the refusal of a command."""
    with pytest.raises(Refused) as refusal:
        await client.send(name, asked)
    return refusal.value
