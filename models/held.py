"""What is sealed of people, and where: every aggregate that has something, and how all of it is sealed anew.

What is missing here is forgotten when keys change, and cannot be read any more once the old one is taken away.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from models.base import Aggregate
from models.challenge import OtpChallenge
from models.challenge import name_place as challenge_name_place
from models.customer import Customer
from models.delivery import destination_place
from models.order import Order
from models.sealed import GONE, Reseal
from models.sms import SmsMessage, phone_place, text_place

A = TypeVar("A", bound=Aggregate)

EACH = "[]."
"""In a path: each element of the list before it."""


@dataclass(frozen=True, slots=True)
class Held(Generic[A]):
    """What one kind of aggregate has sealed: the paths of the sealed texts in its documents.

    `where` keeps the search to those documents that can have some.
    """

    model: type[A]
    paths: tuple[str, ...]
    resealed: Callable[[A, Reseal], A]
    where: Mapping[str, Any] = field(default_factory=dict)
    has_phone_indexes: bool = False

    def under_other_keys(self, newest_key: str, index_keys: tuple[str, ...]) -> dict[str, Any]:
        """Return the query for what is sealed under another key than the newest, or not indexed under exactly these."""
        other = {"$type": "string", "$nin": [newest_key, GONE.key]}
        stale = [_with_key(path, other) for path in self.paths]
        if self.has_phone_indexes:
            # Who was erased has none, and gets none.
            lacking = {"phone_indexes.key": {"$exists": True, "$not": {"$all": list(index_keys)}}}
            stale += [lacking, {"phone_indexes": {"$elemMatch": {"key": {"$nin": list(index_keys)}}}}]
        return {**self.where, "$or": stale}


def _with_key(path: str, key: Mapping[str, Any]) -> dict[str, Any]:
    elements, each, inner = path.partition(EACH)
    return {elements: {"$elemMatch": {f"{inner}.key": key}}} if each else {f"{path}.key": key}


def _order(order: Order, reseal: Reseal) -> Order:
    delivery = order.delivery
    if delivery is None or delivery.destination is None:
        return order
    place = destination_place(order.restaurant_id, order.id)
    return order.with_(delivery=delivery.with_(destination=reseal(place, delivery.destination)))


def _challenge(challenge: OtpChallenge, reseal: Reseal) -> OtpChallenge:
    if challenge.name == GONE:
        return challenge
    place = challenge_name_place(challenge.restaurant_id, challenge.id)
    return challenge.with_(name=reseal(place, challenge.name))


def _message(message: SmsMessage, reseal: Reseal) -> SmsMessage:
    if message.phone is None or message.text is None:
        return message
    house = message.restaurant_id
    return message.with_(
        phone=reseal(phone_place(house, message.id), message.phone),
        text=reseal(text_place(house, message.id), message.text),
    )


HELD: tuple[Held[Any], ...] = (
    Held(Customer, ("phone", "name", "addresses[].details"), Customer.resealed, has_phone_indexes=True),
    Held(Order, ("delivery.destination",), _order, where={"customer_id": {"$gt": ""}}),
    Held(OtpChallenge, ("name",), _challenge),
    Held(SmsMessage, ("phone", "text"), _message, where={"is_finished": False}),
)
