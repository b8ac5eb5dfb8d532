"""`comanda customer export` and `erase`: what a house must do when somebody asks for their data, or for its end.

What was ordered, and for how much, belongs to the house's books and stays; whom it was for does not.
"""

import asyncio
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import typer

from models.audit import AuditEntry, Facts
from models.challenge import OtpChallenge
from models.customer import PHONE_INDEX, Customer, address_place, name_place
from models.customer_session import CustomerSession
from models.delivery import destination_place
from models.house import Restaurant
from models.order import Order
from models.payment import Payment
from models.phone import last_four, normalised
from models.sealed import GONE
from models.sms import TRANSITIONS, MessageStatus, SmsMessage
from models.sms import phone_place as message_phone_place
from models.store.client import DatabaseRefused
from models.store.outcome import Conflict
from models.store.work import Store, Work
from server.beside import BY, begin, house_of, open_store, record
from server.clock import Clock
from server.config import Settings
from server.sealing import Safe, SealBroken

ERASED = "erased"
"""Why the sessions end of somebody who was erased, and why no message is sent to them."""

PAUSE = timedelta(milliseconds=20)
"""How long to wait for somebody who was quicker."""


class OrderUnderWay(Exception):  # noqa: N818  (a sentence for the operator, not a fault)
    """Somebody is to be erased to whom something is still to be brought."""


@dataclass(frozen=True, slots=True)
class Person:
    """What a house holds of the person of a phone number: who has proved it, and who has only begun to."""

    house: Restaurant
    phone: str
    customer: Customer | None
    challenges: Sequence[OtpChallenge]
    messages: Sequence[SmsMessage]
    """Those that are still to be sent; of the others nothing is left that says whose they were but four digits."""
    unreadable: Sequence[str]
    """The ids of messages to be sent that cannot be opened: theirs, perhaps."""

    @property
    def is_nobody(self) -> bool:
        """Whether nothing is held."""
        return not (self.customer or self.challenges or self.messages)


async def export(settings: Settings, restaurant_id: str | None, phone: str) -> dict[str, Any] | None:
    """Return everything that a house holds of the person of a phone number, opened; None when that is nothing.

    That it was asked for is in the log, with the customer's id. Raises `DatabaseRefused`.
    """
    clock = Clock()
    safe = Safe.of(settings.secrets, clock.nonce)
    async with open_store(settings) as store:
        person = await _find(store, await house_of(store, restaurant_id), safe, phone)
        _say_unreadable(person)
        if person.is_nobody:
            return None
        work = begin(store, person.house.id)
        exported = await _everything(work, safe, person)
        record(work, clock, "customer-exported", {}, subject=person.customer.id if person.customer else None)
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
        house, was_there = await house_of(store, restaurant_id), False
        while True:
            person = await _find(store, house, safe, phone)
            if person.is_nobody:
                _say_unreadable(person)
                return was_there
            was_there = True
            try:
                await _erase(store, person, clock, force=force)
            except Conflict:
                # Somebody ordered, cooked or logged in meanwhile: what that has written has to be looked at, too.
                await asyncio.sleep(PAUSE.total_seconds())


async def _find(store: Store, house: Restaurant, safe: Safe, phone: str) -> Person:
    try:
        number = normalised(phone, house.countries)
    except ValueError:
        countries = ", ".join(house.countries)
        raise DatabaseRefused(f"This is no mobile number of the countries of the house ({countries}).") from None
    found: dict[str, Any] = {"$in": [one.digest for one in safe.blind(house.id, PHONE_INDEX, number)]}
    work = begin(store, house.id)
    customer = await work.first(Customer, restaurant_id=house.id, **{"phone_indexes.digest": found})
    challenges = await work.every(OtpChallenge, restaurant_id=house.id, phone=found)
    unsent = await work.every(SmsMessage, restaurant_id=house.id, is_finished=False)
    phones = {one.id: _phone_of(safe, one) for one in unsent}
    theirs = [one for one in unsent if phones[one.id] == number]
    unreadable = sorted(one for one, phone in phones.items() if phone is None)
    return Person(house, number, customer, [one for one in challenges if one.name != GONE], theirs, unreadable)


def _phone_of(safe: Safe, message: SmsMessage) -> str | None:
    """Return to whom a message goes; None when it cannot be opened, which must not keep anybody else from theirs."""
    try:
        place = message_phone_place(message.restaurant_id, message.id)
        return safe.unseal(place, message.phone) if message.phone else ""
    except SealBroken:
        return None


def _say_unreadable(person: Person) -> None:
    for one in person.unreadable:
        typer.echo(
            f"Message {one} is still to be sent and cannot be opened, so nobody knows whose it is. It ends by itself.",
            err=True,
        )


# ── what is held ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def _everything(work: Work, safe: Safe, person: Person) -> dict[str, Any]:
    begun = {
        "phone": person.phone,
        "codes": [_plain(one, "sent_at", "expires_at", "used_at", "codes", "failures") for one in person.challenges],
        "unsent_messages": [_plain(one, "kind", "status", "queued_at", "not_after") for one in person.messages],
    }
    return begun | (await _of_customer(work, safe, person.customer) if person.customer else {})


async def _of_customer(work: Work, safe: Safe, customer: Customer) -> dict[str, Any]:
    house, own = customer.restaurant_id, {"restaurant_id": customer.restaurant_id}
    orders = await work.every(Order, **own, customer_id=customer.id)
    sessions = await work.every(CustomerSession, **own, customer_id=customer.id)
    payments = await work.every(Payment, **own, participant_id=customer.id)
    log = await work.every(AuditEntry, **own, **{"actor.id": customer.id})
    return {
        "id": customer.id,
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


async def _erase(store: Store, person: Person, clock: Clock, *, force: bool) -> None:
    """Erase somebody as they were read; raises `Conflict` when they, or what is theirs, changed meanwhile.

    The customer comes last: whoever orders, logs in or saves an address writes it, so nothing new can have come in
    between.
    """
    house, now = person.house.id, clock.now()
    own = {"restaurant_id": house, "customer_id": person.customer.id if person.customer else ""}
    orders = await begin(store, house).every(Order, **own)
    under_way = [one.number for one in orders if one.is_under_way]
    if under_way and not force:
        numbers = ", ".join(str(number) for number in under_way)
        raise OrderUnderWay(f"Order {numbers} is under way; wait, or erase where it goes, too, with --force.")
    await _erase_destinations(store, orders)
    await _erase_ends(store, house, person.phone)
    work = begin(store, house)
    for challenge in person.challenges:
        work.save(challenge.used(challenge.used_at or now).with_(name=GONE))
    for message in person.messages:
        is_free = MessageStatus.CANCELLED in TRANSITIONS[message.status]
        ended = message.moved(MessageStatus.CANCELLED if is_free else MessageStatus.EXPIRED, now, reason=ERASED)
        work.save(ended.with_(last_four=""))
    if person.customer:
        for session in await work.every(CustomerSession, **own, ended_at=None):
            work.save(session.ended(ERASED, BY, now))
        work.save(person.customer.erased(now))
    details: Facts = {"orders": len(orders), "is_forced": bool(under_way)}
    record(work, clock, "customer-erased", details, subject=person.customer.id if person.customer else None)
    await work.commit()


async def _erase_destinations(store: Store, orders: Iterable[Order]) -> None:
    for order in orders:
        if order.delivery is not None and order.delivery != order.delivery.without_person():
            work = begin(store, order.restaurant_id)
            work.save(order.with_(delivery=order.delivery.without_person()))
            await work.commit()


async def _erase_ends(store: Store, house: str, phone: str) -> None:
    """Take the last digits out of the messages that were sent to a number.

    What else has said whose they were is gone, so those of others with the same digits lose them, too: nothing needs
    them there.
    """
    ended = await begin(store, house).every(
        SmsMessage, restaurant_id=house, is_finished=True, last_four=last_four(phone)
    )
    for message in ended:
        work = begin(store, house)
        work.save(message.with_(last_four=""))
        await work.commit()
