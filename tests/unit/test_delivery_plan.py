"""The plan of deliveries: which zone an address is in, what it asks, which slot an order belongs to, and the pause."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from unit.charged import check_of, line

from models.base import Actor
from models.delivery_plan import DeliveryPlan, PlanContent, terms_for
from models.dining import DiningOption
from models.errors import (
    AddressNotServed,
    BelowMinimum,
    DeliveryOff,
    DeliveryPaused,
    DeliveryPlanChanged,
    SlotRefused,
)
from models.hours import Window
from models.house import Restaurant
from models.money import Money
from models.place import Point
from models.plan_view import floor_plan_view, plan_view
from models.pricing import DeliveryFee, Pricing, ServiceCharge, TaxClass, TaxRate, Terms
from models.reckoning import reckon
from models.report import Sent, Tally
from models.slot import SlotRule, new_slot_load
from models.zone import Zone

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
"""18:00 in Bucharest."""

BY = Actor(kind="STAFF", id="ana", name="Ana")
BUCHAREST = "Europe/Bucharest"
ROUND_THE_HOUSE = tuple(Point(latitude=a, longitude=b) for a, b in ((0, 0), (0, 10), (10, 10), (10, 0)))
NEAR = Zone(id="near", name={"en": "Near"}, postal_codes=("0101*", "020202"), fee=500, minutes=10)
ON_THE_MAP = Zone(id="map", name={"en": "Map"}, polygon=ROUND_THE_HOUSE, fee=900, minutes=20)
FAR = Zone(id="far", name={"en": "Far"}, postal_codes=("01*",), fee=1500, free_from=9000, minimum=4000, minutes=40)
SLOTS = SlotRule(hours=(Window(opens="18:00", closes="22:00"),), minutes=60, cap=10, days=0)


def plan(**fields: Any) -> DeliveryPlan:
    given = {"zones": (NEAR, ON_THE_MAP, FAR), "take_out": True, **fields}
    return DeliveryPlan(id="v1", restaurant_id="r1", version=3, **given)


def inside(latitude: int = 5, longitude: int = 5) -> Point:
    return Point(latitude=latitude, longitude=longitude)


# ── zones ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("postal_code", "point", "zone"),
    [
        pytest.param("010199", None, "near", id="by how the code begins"),
        pytest.param("020202", None, "near", id="by the whole code"),
        pytest.param("020203", None, None, id="another code"),
        pytest.param("011000", None, "far", id="by a shorter beginning"),
        pytest.param("0101", None, "near", id="the beginning itself"),
        pytest.param("01 01-99", None, "near", id="with spaces and hyphens"),
        pytest.param("900000", inside(), "map", id="by the place alone"),
        pytest.param(None, inside(), "map", id="without a code"),
        pytest.param("011000", inside(), "far", id="by its code, whatever the phone says"),
        pytest.param("010199", inside(), "near", id="the first zone that knows the code"),
        pytest.param("900000", inside(11), None, id="another place"),
        pytest.param("900000", inside(10), "map", id="on the border"),
        pytest.param("", None, None, id="nothing"),
        pytest.param(None, None, None, id="not even that"),
    ],
)
def test_an_address_is_in_the_first_zone_that_has_it(
    postal_code: str | None, point: Point | None, zone: str | None
) -> None:
    found = plan().zone_for(postal_code, point)
    assert (found.id if found else None) == zone


def test_one_pattern_can_stand_for_every_code() -> None:
    everywhere = NEAR.with_(id="all", postal_codes=("*",))
    assert everywhere.knows("700001")
    assert not everywhere.knows(None)
    assert not everywhere.knows(" ")


def test_an_address_in_no_zone_is_refused() -> None:
    with pytest.raises(AddressNotServed):
        plan().require_zone("900000", None)


def test_the_dishes_must_come_to_the_minimum_of_the_zone() -> None:
    FAR.require_minimum(Money(amount=4000, currency="RON"))
    with pytest.raises(BelowMinimum) as refused:
        FAR.require_minimum(Money(amount=3999, currency="RON"))
    minimum, amount = ({"amount": one, "currency": "RON"} for one in (4000, 3999))
    assert refused.value.details == {"minimum": minimum, "amount": amount}


# ── fees ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

FOOD = TaxClass(
    id="food",
    name={"en": "Food"},
    rates={DiningOption.DELIVERY: TaxRate(rate=1100), DiningOption.TAKE_OUT: TaxRate(rate=1100)},
)
PRICING = Pricing(
    tax_classes=(FOOD,),
    delivery_fee=DeliveryFee(amount=1999, free_from=20_000, tax_class="food"),
    service_charge=ServiceCharge(rate=1000),
)


def test_the_fee_of_the_zone_stands_in_place_of_the_houses_and_is_taxed_like_it() -> None:
    terms = terms_for(PRICING, FAR, DiningOption.DELIVERY)
    assert (terms.delivery_fee, terms.delivery_free_from) == (1500, 9000)
    assert terms.delivery_tax == FOOD.tax(DiningOption.DELIVERY)
    assert terms.service_charge == 0


def test_a_zone_that_is_never_free_is_not_free_as_the_house_would_be() -> None:
    assert terms_for(PRICING, NEAR, DiningOption.DELIVERY).delivery_free_from is None


def test_without_a_fee_of_the_house_that_of_the_zone_is_not_taxed() -> None:
    assert terms_for(Pricing(), FAR, DiningOption.DELIVERY) == Terms(delivery_fee=1500, delivery_free_from=9000)


def test_without_a_zone_the_house_asks_its_own_fee() -> None:
    assert terms_for(PRICING, None, DiningOption.DELIVERY) == PRICING.terms(DiningOption.DELIVERY)


@pytest.mark.parametrize("zone", [None, FAR], ids=["no zone", "a zone"])
def test_what_is_fetched_costs_no_fee(zone: Zone | None) -> None:
    assert terms_for(PRICING, zone, DiningOption.TAKE_OUT) == Terms()


@pytest.mark.parametrize(("price", "fee"), [(8999, 1500), (9000, 0)])
def test_the_fee_of_a_zone_is_on_the_check_and_in_the_report(price: int, fee: int) -> None:
    check = check_of(line("pizza", price), terms=terms_for(PRICING, FAR, DiningOption.DELIVERY), covers=0)
    assert (reckon(check).delivery, reckon(check).total) == (fee, price + fee)
    tally = Tally(Restaurant(id="r", restaurant_id="r", name="Casa", currency="RON"))
    tally.add_bill(check, {"o": Sent(NOW, None)})
    assert (tally.figures().bills.delivery_fee, tally.figures().bills.total) == (fee, price + fee)


# ── pause ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("fields", "option", "is_offered"),
    [
        pytest.param({}, DiningOption.DELIVERY, True, id="zones"),
        pytest.param({}, DiningOption.TAKE_OUT, True, id="take-out"),
        pytest.param({"zones": ()}, DiningOption.DELIVERY, False, id="no zone"),
        pytest.param({"zones": ()}, DiningOption.TAKE_OUT, True, id="take-out alone"),
        pytest.param({"take_out": False}, DiningOption.TAKE_OUT, False, id="no take-out"),
        pytest.param({"is_offered": False}, DiningOption.DELIVERY, False, id="switched off"),
        pytest.param({"is_offered": False}, DiningOption.TAKE_OUT, False, id="all of it switched off"),
        pytest.param({}, DiningOption.DINE_IN, False, id="at the table"),
    ],
)
def test_what_is_offered_follows_from_the_plan(fields: dict[str, Any], option: DiningOption, is_offered: bool) -> None:
    assert plan(**fields).offers(option) is is_offered


def test_what_is_not_offered_is_refused() -> None:
    plan().require_open(DiningOption.DELIVERY, NOW)
    with pytest.raises(DeliveryOff):
        plan(is_offered=False).paused(None, BY, NOW, "op-1").require_open(DiningOption.DELIVERY, NOW)


def test_a_pause_ends_at_its_moment() -> None:
    until = NOW + timedelta(minutes=30)
    paused = plan().paused(until, BY, NOW, "op-1")
    assert paused.is_paused(NOW)
    with pytest.raises(DeliveryPaused) as refused:
        paused.require_open(DiningOption.DELIVERY, until - timedelta(seconds=1))
    assert refused.value.details == {"until": until}
    assert not paused.is_paused(until)
    paused.require_open(DiningOption.DELIVERY, until)


def test_a_pause_without_an_end_ends_when_somebody_resumes() -> None:
    paused = plan().paused(None, BY, NOW, "op-1")
    with pytest.raises(DeliveryPaused) as refused:
        paused.require_open(DiningOption.TAKE_OUT, NOW + timedelta(days=9))
    assert refused.value.details == {}
    assert not paused.resumed(BY, NOW, "op-2").is_paused(NOW)


def test_a_longer_pause_has_lasted_since_the_first() -> None:
    first = plan().paused(NOW + timedelta(minutes=10), BY, NOW, "op-1")
    longer = first.paused(None, BY, NOW + timedelta(minutes=5), "op-2")
    assert longer.pause is not None
    assert longer.pause.since == NOW
    later = first.paused(None, BY, NOW + timedelta(minutes=15), "op-3")
    assert later.pause is not None
    assert later.pause.since == NOW + timedelta(minutes=15)


def test_setting_up_keeps_the_pause_and_remembers_the_operation() -> None:
    changed = plan().paused(None, BY, NOW, "op-1").set_up(PlanContent(zones=(FAR,)), BY, NOW, "op-2")
    assert changed.is_paused(NOW)
    assert changed.zones == (FAR,)
    assert not changed.take_out
    assert changed.has_done("op-1")
    assert changed.has_done("op-2")
    assert not changed.has_done("op-3")


def test_only_the_version_that_was_seen_is_replaced() -> None:
    plan().require(3)
    with pytest.raises(DeliveryPlanChanged) as refused:
        plan().require(2)
    assert refused.value.details == {"version": 3}


# ── slots ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def hour(number: int) -> datetime:
    """A full hour of the evening, as the clock in Bucharest shows it."""
    return NOW + timedelta(hours=number - 18)


def test_slots_can_be_chosen_from_the_lead_time_on() -> None:
    begun = [slot.begins_at for slot in plan(slots=SLOTS).slots_on(NOW, BUCHAREST, ())]
    later = [slot.begins_at for slot in plan(slots=SLOTS, lead_minutes=60).slots_on(NOW, BUCHAREST, ())]
    too_late = [slot.begins_at for slot in plan(slots=SLOTS, lead_minutes=61).slots_on(NOW, BUCHAREST, ())]
    assert begun == [hour(18), hour(19), hour(20), hour(21)]
    assert later == begun[1:]
    assert too_late == begun[2:]


def test_a_slot_has_room_for_as_many_portions_as_are_asked_for() -> None:
    loads = [new_slot_load("l", "r1", hour(19)).taken(8, 10), new_slot_load("m", "r1", hour(20)).taken(10, 10)]
    for dishes, room in ((1, [True, True, False, True]), (3, [True, False, False, True]), (11, [False] * 4)):
        found = plan(slots=SLOTS).slots_on(NOW, BUCHAREST, loads, dishes)
        assert [slot.has_room for slot in found] == room


def test_a_house_without_slots_shows_none_and_takes_no_wish() -> None:
    assert plan().slots_on(NOW, BUCHAREST, ()) == ()
    assert plan().slot_for(None, NOW, NOW, BUCHAREST) is None
    with pytest.raises(SlotRefused):
        plan().slot_for(hour(19), None, NOW, BUCHAREST)


def test_a_slot_that_is_asked_for_is_one_that_can_be_chosen() -> None:
    found = plan(slots=SLOTS, lead_minutes=60).slot_for(hour(19), None, NOW, BUCHAREST)
    assert found is not None
    assert (found.begins_at, found.ends_at) == (hour(19), hour(20))


@pytest.mark.parametrize(
    "asked",
    [hour(18), hour(19) + timedelta(minutes=1), hour(22), hour(19 + 24)],
    ids=["too soon", "no", "closed", "far"],
)
def test_what_is_no_slot_is_refused(asked: datetime) -> None:
    with pytest.raises(SlotRefused):
        plan(slots=SLOTS, lead_minutes=60).slot_for(asked, None, NOW, BUCHAREST)


@pytest.mark.parametrize(
    ("there_at", "begins_at"),
    [
        pytest.param(hour(18) + timedelta(minutes=59), hour(18), id="within the lead time, too"),
        pytest.param(hour(19), hour(19), id="when the next begins"),
        pytest.param(None, hour(18) + timedelta(hours=1), id="after the lead time, where nobody knows"),
    ],
)
def test_what_is_wanted_as_soon_as_possible_belongs_to_the_slot_in_which_it_is_there(
    there_at: datetime | None, begins_at: datetime
) -> None:
    found = plan(slots=SLOTS, lead_minutes=90).slot_for(None, there_at, NOW, BUCHAREST)
    assert found is not None
    assert found.begins_at == begins_at


def test_what_would_be_there_after_hours_is_refused() -> None:
    with pytest.raises(SlotRefused):
        plan(slots=SLOTS).slot_for(None, hour(22), NOW, BUCHAREST)


# ── what is shown ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_customers_see_neither_caps_nor_borders_nor_who_paused() -> None:
    shown = plan(slots=SLOTS, pack_minutes=7).paused(None, BY, NOW, "op-1")
    told = plan_view(shown).model_dump()
    assert told["zones"][2] == {
        "id": "far", "name": {"en": "Far"}, "fee": 1500, "free_from": 9000, "minimum": 4000, "minutes": 40
    }  # fmt: skip
    assert set(told["slots"]) == {"hours", "minutes", "days"}
    assert told["pause"] == {"until": None}
    assert "Ana" not in str(told)


def test_the_floor_is_shown_what_can_be_handed_in_again() -> None:
    shown = plan(slots=SLOTS)
    told = floor_plan_view(shown).model_dump()
    assert PlanContent(**{name: told[name] for name in PlanContent.model_fields}) == shown.content
