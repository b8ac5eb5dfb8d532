"""What an order from home comes to, and when it will be there: computed in one place for the question and for the
order, so that they never differ.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from pydantic import Field

from models.base import Id, Note, Request
from models.bill import BillPart, bill
from models.cart import MOST_PORTIONS, Cart, CartLine
from models.ceiling import require_within
from models.check import Check, new_check
from models.check_line import check_round
from models.delivery import Delivery
from models.delivery_plan import DeliveryPlan, terms_for
from models.dining import DiningOption
from models.dish import MOST_CHOSEN, Avoid
from models.errors import ItemUnavailable, SlotFull, SlotRefused
from models.money import Money
from models.offer import Offer
from models.order import Order, OrderStatus
from models.place import Point
from models.placing import Round, place
from models.pricing import Terms
from models.promise import minutes_until_there, promised
from models.reckoning import reckon
from models.rules import Rules
from models.session import TableSession
from models.slot import Slot, SlotLoad, SlotView
from models.station import Station
from models.zone import Zone


class WantedItem(Request):
    """A dish, how often, with which options; `avoid` is what whoever eats it must not get."""

    item_id: Id
    quantity: int = Field(default=1, ge=1, le=MOST_PORTIONS)
    modifiers: tuple[Id, ...] = Field(default=(), max_length=MOST_CHOSEN)
    note: Note = ""
    avoid: Avoid = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody at home wants, and where it has to go: of the address only what decides on its zone."""

    items: tuple[WantedItem, ...]
    dining_option: DiningOption
    postal_code: str | None = None
    point: Point | None = None
    slot: datetime | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """The house at this moment: what it offers, where it brings it, and how much there is to do."""

    offer: Offer
    plan: DeliveryPlan
    loads: Iterable[SlotLoad]
    stations: Mapping[str, Station]
    rules: Rules
    others: Iterable[Order] = ()
    """What the same customer waits for already."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """The order, its cart and its check as they would be placed. Where it goes is not in `delivery` yet, and that not
    in the order.
    """

    order: Order
    delivery: Delivery
    cart: Cart
    check: Check
    zone: Zone | None
    slot: Slot | None
    """Into which its dishes are sold."""
    slots: tuple[SlotView, ...]
    minutes: int | None
    ready_by: datetime | None
    """When the kitchen has to be ready for the slot that was chosen; None for as soon as possible."""

    @property
    def portions(self) -> int:
        """How many dishes it is."""
        return sum(line.quantity for line in self.order.lines)

    @property
    def bill(self) -> tuple[BillPart, ...]:
        """What it comes to, part by part."""
        return bill(self.check).parts

    def numbered(self, number: int) -> Self:
        """Return it with the number that it has in the kitchen: known only when it is placed."""
        rounds = tuple(one.with_(number=number) for one in self.check.rounds)
        return replace(self, order=self.order.with_(number=number), check=self.check.with_(rounds=rounds))


def quoted(
    wanted: Wanted, house: Situation, session: TableSession, sending: Round, new_id: Callable[[], str]
) -> Quoted:
    """Return what is wanted as an order of a session of its own.

    Raises `DeliveryOff`, `DeliveryPaused`, `AddressNotServed`, `BelowMinimum`, `SlotRefused`, `SlotFull`,
    `UnknownItem`, `ModifiersInvalid`, `ItemUnavailable` or `OrderTooLarge`.
    """
    plan, offer, now = house.plan, house.offer, house.offer.now
    plan.require_open(wanted.dining_option, now)
    is_brought = wanted.dining_option is DiningOption.DELIVERY
    zone = plan.require_zone(wanted.postal_code, wanted.point) if is_brought else None
    loads, portions = list(house.loads), sum(item.quantity for item in wanted.items)
    slots = plan.slots_on(now, offer.time_zone, loads, portions)
    if wanted.slot is not None:
        # Breakfast for tomorrow is ordered tonight; a slot that there is none of is refused before its hours are asked.
        with _telling(slots):
            plan.slot_for(wanted.slot, None, now, offer.time_zone)
        offer = replace(offer, eaten_at=wanted.slot)
    cart = _cart(wanted, offer, session, sending, new_id)
    order = place(sending, cart, offer, session, OrderStatus.PLACED)
    require_within(house.rules, order, house.others)
    if zone is not None:
        zone.require_minimum(order.total)
    travel = zone.minutes if zone else 0
    away = plan.pack_minutes + travel
    minutes = minutes_until_there(order.lines, house.stations, plan.pack_minutes, travel)
    with _telling(slots):
        slot = plan.slot_for(wanted.slot, promised(now, minutes), now, offer.time_zone)
        _require_room(plan, slot, loads, portions)
    check = _check(order, zone, offer, session, sending, new_id)
    delivery = Delivery(
        destination=None,
        last_four="",
        zone=zone.id if zone else None,
        is_zone_by_phone=zone is not None and not zone.knows(wanted.postal_code),
        fee=Money(amount=reckon(check).delivery, currency=order.currency),
        slot=wanted.slot,
        room=slot.begins_at if slot else None,
        promised_at=promised(now, minutes, slot if wanted.slot else None),
    )
    return Quoted(
        order=order,
        delivery=delivery,
        cart=cart,
        check=check,
        zone=zone,
        slot=slot,
        slots=slots,
        minutes=minutes,
        ready_by=wanted.slot - timedelta(minutes=away) if wanted.slot else None,
    )


def _cart(wanted: Wanted, offer: Offer, session: TableSession, sending: Round, new_id: Callable[[], str]) -> Cart:
    """Return the cart that is sent; raises `UnknownItem`, `ModifiersInvalid` or `ItemUnavailable`."""
    lines = []
    for item in wanted.items:
        selection = offer.select(item.item_id, item.modifiers)
        lines.append(
            CartLine(
                id=new_id(),
                item_id=item.item_id,
                name=selection.dish.name,
                quantity=item.quantity,
                modifiers=item.modifiers,
                note=item.note,
                avoid=item.avoid,
                unit_price=selection.unit_price,
                added_by=sending.by,
                added_at=sending.at,
            )
        )
    cart = Cart(
        id=new_id(),
        restaurant_id=session.restaurant_id,
        session_id=session.id,
        currency=offer.menu.currency,
        dining_option=wanted.dining_option,
        lines=tuple(lines),
    )
    for line in offer.limited(cart).lines:
        if line.left is not None:
            raise ItemUnavailable(item_id=line.item_id, left=line.left)
    return cart


def _check(
    order: Order, zone: Zone | None, offer: Offer, session: TableSession, sending: Round, new_id: Callable[[], str]
) -> Check:
    terms = _without_covers(terms_for(offer.menu.pricing, zone, offer.dining_option))
    empty = new_check(
        new_id(), session.restaurant_id, session.id, order.currency, covers=0, terms=terms, now=sending.at
    )
    own = empty.with_(customer_id=session.customer_id, dining_option=offer.dining_option)
    check = own.with_order(check_round(order), sending.by, sending.at)
    # From now on the fee is fixed, as prices are: neither what the house takes off nor what staff add changes it.
    return check.with_(terms=terms.with_(delivery_fee=reckon(check).delivery, delivery_free_from=None))


def _without_covers(terms: Terms) -> Terms:
    """Return terms for nobody at a table: a service charge for parties of several is not for them."""
    if terms.service_from_covers > 1:
        return terms.with_(service_charge=0)
    return terms.with_(service_from_covers=0)


@contextmanager
def _telling(slots: tuple[SlotView, ...]) -> Iterator[None]:
    """Say with a refusal which slots there are: whoever is refused has no quote that says it."""
    try:
        yield
    except (SlotFull, SlotRefused) as refusal:
        refusal.details["slots"] = [one.model_dump(mode="json", by_alias=True) for one in slots]
        raise


def _require_room(plan: DeliveryPlan, slot: Slot | None, loads: Iterable[SlotLoad], portions: int) -> None:
    """Raise `SlotFull` when the dishes do not fit into the slot."""
    if slot is None or plan.slots is None:
        return
    sold = sum(one.dishes for one in loads if one.begins_at == slot.begins_at)
    if sold + portions > plan.slots.cap:
        raise SlotFull(slot=slot.begins_at)
