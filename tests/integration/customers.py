"""People at home who have proved a phone number: stored as the door stores them, connected by their token."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from comanda_client import Connection
from integration.house import House

from models.customer import PHONE_INDEX, Address, Customer, address_place, name_place, phone_place
from models.customer_session import TOKEN_PURPOSE, CustomerSession

HOME = {
    "street": "Strada Lalelelor 12, ap. 7",
    "city": "București",
    "county": "București",
    "postal_code": "030167",
    "notes": "interfon 7",
}
"""Where the customers of the tests live, unless they say otherwise."""

NAME = "Maria Ionescu"


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
        expires_at=now + timedelta(hours=1),
        ends_at=now + timedelta(hours=12),
    )
    work = app.store.begin(home, app.clock.monotonic() + 5)
    work.add(customer)
    work.add(session)
    await work.commit()
    work.close()
    token = app.vault.sign(TOKEN_PURPOSE, home, session_id, str(session.generation))
    return Caller(house, customer_id, session_id, phone, token, address_ids)


def key() -> str:
    """Return a new idempotency key."""
    return str(uuid4())
