"""What an order from home comes to and when it is begun: pure, without a house."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from unit.making import session
from unit.menus import CONTENT, dish

from models.base import Actor
from models.bill import PartKind
from models.coursing import not_before
from models.delivery_plan import DeliveryPlan
from models.dining import DiningOption
from models.errors import BelowMinimum, ItemUnavailable, OrderTooLarge, SlotFull, SlotRefused
from models.hours import Window
from models.item import Item
from models.menu import Menu
from models.offer import Offer
from models.order import Order
from models.placing import Round
from models.pricing import Pricing, ServiceCharge
from models.quote import Quoted, Situation, Wanted, WantedItem, quoted
from models.rules import Rules
from models.slot import SlotRule, new_slot_load
from models.station import Station, Wait, WaitBasis
from models.zone import Zone

NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
MARIA = Actor(kind="CUSTOMER", id="u1")
ZONE = Zone(id="near", name={"en": "Near"}, postal_codes=("01*",), fee=1000, minimum=2000, minutes=20)
ALWAYS = SlotRule(hours=(Window(opens="00:00", closes="24:00"),), minutes=30, cap=10)
PLAN = DeliveryPlan(id="p", restaurant_id="r", zones=(ZONE,), take_out=True, pack_minutes=5)
DISHES = {"dishes": (dish("soup", prep_minutes=10),), "modifier_groups": ()}
MENU = Menu(id="m", restaurant_id="r", **(dict(CONTENT) | DISHES))
OFFER = Offer(MENU, {}, "UTC", NOW, DiningOption.DELIVERY)
WAIT = Wait(minutes=15, long_minutes=25, basis=WaitBasis.MENU, samples=0, measured_at=NOW)
GRILL = Station(id="s", restaurant_id="r", code="grill", name={"en": "Grill"}, wait=WAIT)
HOUSE = Situation(OFFER, PLAN, (), {"grill": GRILL}, Rules())
SESSION = session(
    id="t1",
    table_id="t1",
    table_name="",
    covers=0,
    seatings=(),
    opened_at=NOW,
    opened_by=MARIA,
    dining_option=DiningOption.DELIVERY,
    customer_id="u1",
)
SENDING = Round("o1", 0, "k-0000-0001", "f", "CASH", MARIA, NOW)


def quote(quantity: int = 3, house: Situation = HOUSE, **fields: Any) -> Quoted:
    """Ask for some soups."""
    items = (WantedItem(item_id="soup", quantity=quantity),)
    wanted = Wanted(items, DiningOption.DELIVERY, **({"postal_code": "010101"} | fields))
    numbers = count()
    return quoted(wanted, house, SESSION, SENDING, lambda: f"id-{next(numbers)}")


def charged(rate: int, from_covers: int) -> Situation:
    """Return the house with a service charge on what it brings."""
    fee = ServiceCharge(rate=rate, dining_options=(DiningOption.DELIVERY,), from_covers=from_covers)
    menu = MENU.with_(pricing=Pricing(tax_classes=MENU.pricing.tax_classes, service_charge=fee))
    return replace(HOUSE, offer=replace(OFFER, menu=menu))


def test_the_check_is_the_order_and_the_fee() -> None:
    asked = quote()
    assert (asked.order.total.amount, asked.delivery.fee.amount, asked.check.total.amount) == (3000, 1000, 4000)
    assert [part.kind for part in asked.bill] == [PartKind.ITEMS, PartKind.DELIVERY_FEE, PartKind.TOTAL]


def test_it_is_somebodys_and_under_way() -> None:
    asked = quote()
    assert (asked.order.customer_id, asked.check.customer_id, asked.order.is_under_way) == ("u1", "u1", True)
    assert asked.numbered(7).check.rounds[0].number == asked.numbered(7).order.number == 7


@pytest.mark.parametrize(("from_covers", "charge"), [(1, 300), (2, 0), (8, 0)])
def test_a_service_charge_for_parties_of_several_is_not_for_those_at_home(from_covers: int, charge: int) -> None:
    parts = quote(house=charged(1000, from_covers)).bill
    assert sum(part.amount.amount for part in parts if part.kind is PartKind.SERVICE_CHARGE) == charge


def test_the_minimum_is_about_the_dishes_alone() -> None:
    with pytest.raises(BelowMinimum) as refused:
        quote(1)
    assert refused.value.details["amount"]["amount"] == 1000
    assert quote(2).check.total.amount == 3000


def test_it_is_there_after_the_slowest_station_packing_and_the_way() -> None:
    asked = quote()
    assert asked.minutes == 15 + 5 + 20
    assert asked.delivery.promised_at == NOW + timedelta(minutes=40)


def test_nothing_is_promised_where_a_station_has_no_estimate() -> None:
    asked = quote(house=replace(HOUSE, stations={}))
    assert (asked.minutes, asked.delivery.promised_at) == (None, None)


def test_what_is_wanted_at_once_takes_the_room_of_the_slot_in_which_it_will_be_there() -> None:
    asked = quote(house=replace(HOUSE, plan=PLAN.with_(slots=ALWAYS)))
    assert (asked.delivery.slot, asked.delivery.room, asked.ready_by) == (None, NOW + timedelta(minutes=30), None)


def test_what_is_wanted_for_a_slot_is_to_be_ready_before_the_way() -> None:
    slot = NOW + timedelta(hours=3)
    asked = quote(house=replace(HOUSE, plan=PLAN.with_(slots=ALWAYS)), slot=slot)
    assert (asked.delivery.room, asked.ready_by) == (slot, slot - timedelta(minutes=25))


def test_a_slot_is_full_by_portions() -> None:
    slot = NOW + timedelta(hours=3)
    load = new_slot_load("l", "r", slot).taken(8, 10)
    house = replace(HOUSE, plan=PLAN.with_(slots=ALWAYS), loads=(load,))
    assert quote(2, house, slot=slot).portions == 2
    with pytest.raises(SlotFull) as full:
        quote(3, house, slot=slot)
    # Whoever is refused has no quote: what else can be chosen comes with the refusal.
    told = {one["beginsAt"]: one["hasRoom"] for one in full.value.details["slots"]}
    assert told.pop(slot.isoformat().replace("+00:00", "Z")) is False
    assert set(told.values()) == {True}
    with pytest.raises(SlotRefused) as refused:
        quote(3, house, slot=slot + timedelta(minutes=1))
    assert len(refused.value.details["slots"]) == len(told) + 1


def test_of_a_chosen_slot_the_hours_of_the_dishes_are_asked_and_not_of_now() -> None:
    slot = NOW + timedelta(hours=3)
    at_once, then = [
        replace(
            HOUSE,
            plan=PLAN.with_(slots=ALWAYS),
            offer=replace(OFFER, menu=MENU.with_(dishes=tuple(one.with_(hours=(window,)) for one in MENU.dishes))),
        )
        for window in (Window(opens="18:00", closes="19:00"), Window(opens="21:00", closes="22:00"))
    ]
    assert quote(house=at_once).portions == quote(house=then, slot=slot).portions == 3
    for house, asked in ((then, None), (at_once, slot)):
        with pytest.raises(ItemUnavailable):
            quote(house=house, slot=asked)
    with pytest.raises(SlotRefused):
        quote(house=at_once, slot=datetime.max.replace(tzinfo=UTC))


def test_of_what_is_counted_no_more_is_quoted_than_there_is() -> None:
    left = Item(id="i", restaurant_id="r", item_id="soup", left=2)
    house = replace(HOUSE, offer=replace(OFFER, items={"soup": left}))
    assert quote(2, house).portions == 2
    with pytest.raises(ItemUnavailable) as refused:
        quote(3, house)
    assert refused.value.details == {"itemId": "soup", "left": 2}


def test_what_is_under_way_already_counts_towards_the_ceiling() -> None:
    other: Order = quote(5).order.with_(id="o2")
    house = replace(HOUSE, rules=Rules(session_portions=7), others=(other,))
    assert quote(2, house).portions == 2
    with pytest.raises(OrderTooLarge):
        quote(3, house)


def test_nothing_is_begun_before_its_time_and_nothing_is_put_off() -> None:
    order = quote().order
    line = order.lines[0]
    late, early = NOW + timedelta(hours=2), NOW - timedelta(hours=2)
    assert not_before(order.lines, late, {line.id: NOW}) == {line.id: late - timedelta(minutes=10)}
    assert not_before(order.lines, early, {line.id: NOW}) == {line.id: NOW}
