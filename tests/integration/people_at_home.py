"""People at home in a database where no server need be: sealed under whatever keys a test names."""

import json
from datetime import UTC, datetime
from typing import Any

from models.base import Actor
from models.customer import PHONE_INDEX, Address, Customer, address_place, name_place, phone_place
from models.delivery import Delivery, destination_place
from models.dining import DiningOption
from models.dish import Course
from models.money import Money
from models.order import Order, OrderLine
from models.store.work import Store
from server.clock import Clock
from server.sealing import Safe

NOW = datetime(2026, 11, 21, 18, tzinfo=UTC)
KEYS = {name: f"{name} {'k' * 40}" for name in ("e1", "e2", "e3", "i1", "i2")}


def safe(encryption: str, index: str) -> Safe:
    """A safe with keys of these names, newest first: `"e2,e1"`."""
    return Safe(
        *({one: KEYS[one].encode() for one in names.split(",")} for names in (encryption, index)), Clock().nonce
    )


def secrets(encryption: str, index: str) -> dict[str, str]:
    """The same keys as environment variables."""
    listed = [",".join(f"{one}:{KEYS[one]}" for one in names.split(",")) for names in (encryption, index)]
    others = {f"COMANDA_SECRETS__{name}": f"x1:{'x' * 40}" for name in ("PEPPERS", "TOKEN_KEYS", "AUDIT_KEYS")}
    return others | {"COMANDA_SECRETS__ENCRYPTION_KEYS": listed[0], "COMANDA_SECRETS__INDEX_KEYS": listed[1]}


def keys_of(encryption: str, index: str) -> dict[str, list[dict[str, str]]]:
    """The same keys as a section of settings."""
    others = {name: [{"id": "x1", "key": "x" * 40}] for name in ("peppers", "token_keys", "audit_keys")}
    listed = [[{"id": one, "key": KEYS[one]} for one in names.split(",")] for names in (encryption, index)]
    return others | {"encryption_keys": listed[0], "index_keys": listed[1]}


def phone_of(number: int) -> str:
    return f"+4072200{number:04d}"


def street_of(number: int) -> str:
    return f"Strada Lungă {number}"


def details_of(number: int) -> dict[str, str]:
    return {
        "street": street_of(number),
        "city": "Cluj-Napoca",
        "county": "Cluj",
        "postal_code": "400101",
        "notes": "etaj 1",
    }


def customer(house: str, number: int, keys: Safe) -> Customer:
    """Somebody with a phone, a name and one address."""
    name = f"customer-{house}-{number}"
    details = json.dumps(details_of(number), ensure_ascii=False)
    return Customer(
        id=name,
        restaurant_id=house,
        phone=keys.seal(phone_place(house, name), phone_of(number)),
        phone_indexes=keys.blind(house, PHONE_INDEX, phone_of(number)),
        last_four=phone_of(number)[-4:],
        name=keys.seal(name_place(house, name), f"Ștefan {number}"),
        addresses=(
            Address(
                id=f"a{number}",
                details=keys.seal(address_place(house, name, f"a{number}"), details),
                is_default=True,
                created_at=NOW,
            ),
        ),
        created_at=NOW,
        verified_at=NOW,
    )


def order(one: Customer, number: int, keys: Safe, *, is_under_way: bool = False) -> Order:
    """What a customer ordered, with the sealed copy of where to."""
    entry_id, by = f"order-{one.id}-{number}", Actor(kind="CUSTOMER", id=one.id)
    destination = {"name": "Ștefan", "phone": phone_of(number), "address": details_of(number)}
    place = destination_place(one.restaurant_id, entry_id)
    line = OrderLine(
        id="l1",
        item_id="soup",
        name={"ro": "Supă"},
        quantity=2,
        course=Course.STARTERS,
        unit_price=Money(amount=1500, currency="RON"),
        added_by=by,
        stations=("kitchen",),
    )
    return Order(
        id=entry_id,
        restaurant_id=one.restaurant_id,
        session_id=f"session-{entry_id}",
        number=number,
        round=1,
        table_name="",
        dining_option=DiningOption.DELIVERY,
        placed_by=by,
        placed_at=NOW,
        idempotency_key=f"key-{entry_id}",
        fingerprint="f",
        cart_id="c",
        cart_version=1,
        currency="RON",
        customer_id=one.id,
        is_under_way=is_under_way,
        delivery=Delivery(
            destination=keys.seal(place, json.dumps(destination)),
            last_four="0001",
            fee=Money(amount=900, currency="RON"),
        ),
        lines=(line,),
    )


async def write(store: Store, house: str, everything: list[Any]) -> None:
    """Store some aggregates, all or nothing."""
    work = store.begin(house, Clock().monotonic() + 30)
    for one in everything:
        work.add(one)
    await work.commit()
