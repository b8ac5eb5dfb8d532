"""`comanda customer export` and `erase`: what a house must do when somebody asks for their data, or for its end.

What was ordered, and for how much, belongs to the house's books and stays; whom it was for does not.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from models.audit import AuditEntry
from models.customer import PHONE_INDEX, Customer, address_place, name_place, phone_place
from models.customer_session import CustomerSession
from models.delivery import destination_place
from models.house import Restaurant
from models.order import Order
from models.payment import Payment
from models.phone import normalised
from models.store.client import DatabaseRefused
from models.store.outcome import Conflict
from models.store.work import Store, Work
from server.beside import BY, begin, house_of, open_store, record
from server.clock import Clock
from server.config import Settings
from server.sealing import Safe

ERASED = "erased"
"""Why the sessions end of somebody who was erased."""


class OrderUnderWay(Exception):  # noqa: N818  (a sentence for the operator, not a fault)
    """Somebody is to be erased to whom something is still to be brought."""


async def export(settings: Settings, restaurant_id: str | None, phone: str) -> dict[str, Any] | None:
    """Return everything that a house holds of the person of a phone number, opened; None when that is nothing.

    That it was asked for is in the log, with the customer's id. Raises `DatabaseRefused`.
    """
    clock = Clock()
    safe = Safe.of(settings.secrets, clock.nonce)
    async with open_store(settings) as store:
        house = await house_of(store, restaurant_id)
        work = begin(store, house.id)
        customer = await _find(work, house, safe, phone)
        if customer is None:
            return None
        exported = await _everything(work, safe, customer)
        record(work, clock, "customer-exported", {}, subject=customer.id)
        await work.commit()
    return exported


async def erase(settings: Settings, restaurant_id: str | None, phone: str, *, force: bool) -> bool:
    """Take the person of a phone number out of a house; returns whether there was one.

    Their orders stay without name, phone and address. It may be repeated when it was stopped: until all else is gone
    the number still finds them. Raises `OrderUnderWay` unless `force`, and `DatabaseRefused`.
    """
    clock = Clock()
    safe = Safe.of(settings.secrets, clock.nonce)
    async with open_store(settings) as store:
        house = await house_of(store, restaurant_id)
        while True:
            customer = await _find(begin(store, house.id), house, safe, phone)
            if customer is None:
                return False
            try:
                await _erase(store, customer, clock, force=force)
            except Conflict:
                # Somebody ordered, cooked or logged in meanwhile: what that has written has to be looked at, too.
                continue
            return True


async def _find(work: Work, house: Restaurant, safe: Safe, phone: str) -> Customer | None:
    try:
        number = normalised(phone, house.countries)
    except ValueError:
        countries = ", ".join(house.countries)
        raise DatabaseRefused(f"This is no mobile number of the countries of the house ({countries}).") from None
    digests = [one.digest for one in safe.blind(house.id, PHONE_INDEX, number)]
    return await work.first(
        Customer, restaurant_id=house.id, **{"phone_indexes.digest": {"$in": digests}, "erased_at": None}
    )


# ── what is held ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def _everything(work: Work, safe: Safe, customer: Customer) -> dict[str, Any]:
    house, own = customer.restaurant_id, {"restaurant_id": customer.restaurant_id}
    orders = await work.every(Order, **own, customer_id=customer.id)
    sessions = await work.every(CustomerSession, **own, customer_id=customer.id)
    payments = await work.every(Payment, **own, participant_id=customer.id)
    log = await work.every(AuditEntry, **own, **{"actor.id": customer.id})
    return {
        "id": customer.id,
        "phone": safe.unseal(phone_place(house, customer.id), customer.phone),
        "name": safe.unseal(name_place(house, customer.id), customer.name),
        **_plain(customer, "language", "orders", "spent", "created_at", "verified_at", "last_order_at"),
        "addresses": [
            json.loads(safe.unseal(address_place(house, customer.id, one.id), one.details))
            | _plain(one, "is_default", "uses", "last_used_at", "created_at")
            for one in customer.addresses_by_use
        ],
        "orders_placed": [_order(safe, one) for one in sorted(orders, key=lambda one: one.placed_at)],
        "payments": [
            _plain(one, "started_at", "status", "amount", "tip", "provider")
            for one in sorted(payments, key=lambda one: one.started_at)
        ],
        "sessions": [
            _plain(one, "started_at", "expires_at", "ended_at", "end_reason")
            for one in sorted(sessions, key=lambda one: one.started_at)
        ],
        "log": [_plain(one, "at", "act", "address") for one in sorted(log, key=lambda one: one.at)],
    }


def _order(safe: Safe, order: Order) -> dict[str, Any]:
    delivery, destination = order.delivery, None
    if delivery is not None and delivery.destination is not None:
        destination = json.loads(safe.unseal(destination_place(order.restaurant_id, order.id), delivery.destination))
    lines = [_plain(one, "name", "quantity", "modifiers", "note", "avoid", "unit_price") for one in order.lines]
    described = _plain(order, "number", "placed_at", "status", "dining_option", "payment_method")
    of_delivery = _plain(delivery, "status", "fee", "slot", "left_at", "delivered_at") if delivery else None
    total = order.total.model_dump(mode="json")
    return {**described, "total": total, "lines": lines, "delivery": of_delivery, "destination": destination}


def _plain(value: Any, *fields: str) -> dict[str, Any]:
    """Return some fields as JSON has them."""
    plain: dict[str, Any] = value.model_dump(mode="json", include=set(fields))
    return plain


# ── what goes ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def _erase(store: Store, customer: Customer, clock: Clock, *, force: bool) -> None:
    """Erase a customer as they were read; raises `Conflict` when they, or what is theirs, changed meanwhile.

    The customer comes last: whoever orders, logs in or saves an address writes it, so nothing new can have come in
    between.
    """
    own = {"restaurant_id": customer.restaurant_id, "customer_id": customer.id}
    orders = await begin(store, customer.restaurant_id).every(Order, **own)
    under_way = [one.number for one in orders if one.is_under_way]
    if under_way and not force:
        numbers = ", ".join(str(number) for number in under_way)
        raise OrderUnderWay(f"Order {numbers} is under way; wait, or erase where it goes, too, with --force.")
    await _erase_destinations(store, orders)
    work = begin(store, customer.restaurant_id)
    sessions = await work.every(CustomerSession, **own, ended_at=None)
    work.save(customer.erased(clock.now()))
    _end(work, sessions, clock)
    record(work, clock, "customer-erased", {"orders": len(orders), "is_forced": bool(under_way)}, subject=customer.id)
    await work.commit()


async def _erase_destinations(store: Store, orders: Iterable[Order]) -> None:
    for order in orders:
        if order.delivery is not None and order.delivery != order.delivery.without_person():
            work = begin(store, order.restaurant_id)
            work.save(order.with_(delivery=order.delivery.without_person()))
            await work.commit()


def _end(work: Work, sessions: Sequence[CustomerSession], clock: Clock) -> None:
    for session in sessions:
        work.save(session.ended(ERASED, BY, clock.now()))
