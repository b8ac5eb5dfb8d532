"""An order from home, from the quote to the kitchen: priced once, placed once, whole, with no name on a ticket."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from comanda_client import Refused
from integration.customers import CENTRE, HOME, NAME, Caller, deliver, order_of, ordered, proved, wanted
from integration.house import House
from integration.people import entries, stored

from models.coursing import AHEAD
from models.customer import Customer
from models.hours import Window
from models.item import Item
from models.order import Order
from models.place import point_of
from models.slot import SlotLoad, SlotRule
from models.ticket import Ticket
from models.zone import Zone
from server.coursing import PACING

ALWAYS = SlotRule(hours=(Window(opens="00:00", closes="24:00"),), minutes=30, cap=5, days=1)


async def refused(phone: Any, name: str, asked: dict[str, Any]) -> Refused:
    """Return the refusal of a command."""
    with pytest.raises(Refused) as refusal:
        await phone.send(name, asked)
    return refusal.value


async def test_what_was_quoted_is_what_is_placed(house: House) -> None:
    await deliver(house)
    caller = await proved(house)
    phone = await caller.connect()
    asked = {"items": [wanted(house)], "addressId": caller.address_id}
    quote = (await phone.send("order:quote", asked))["quote"]
    assert quote["total"]["amount"] == quote["subtotal"]["amount"] + CENTRE.fee
    assert (quote["zone"]["id"], quote["fee"]["amount"]) == ("centre", CENTRE.fee)
    placed = await phone.operate("order:place", order_of(caller, expectedTotal=quote["total"]["amount"]))
    assert placed["check"]["total"] == quote["total"]
    assert placed["check"]["bill"] == quote["bill"]


async def test_a_quote_leaves_no_trace(house: House) -> None:
    await deliver(house, slots=ALWAYS)
    caller = await proved(house)
    phone = await caller.connect()
    await phone.send("order:quote", {"items": [wanted(house)], "addressId": caller.address_id})
    assert [await stored(house, one) for one in (Order, Ticket, SlotLoad)] == [[], [], []]
    assert (await stored(house, Customer))[0]["orders"] == 0


async def test_an_order_reaches_the_kitchen_without_a_name_a_number_or_an_address(house: House) -> None:
    await deliver(house)
    cook = await house.cook()
    meal = await ordered(house, items=[wanted(house), wanted(house, "bar", 1)])
    state = await cook.until(lambda known: len(list(known.of("ticket"))) == 2)
    for ticket in state.of("ticket"):
        assert (ticket["diningOption"], ticket["tableName"], ticket["number"]) == ("DELIVERY", "", meal.order["number"])
        text = json.dumps(ticket, ensure_ascii=False)
        assert [one for one in (NAME, HOME["street"], meal.caller.phone, meal.caller.id) if one in text] == []


async def test_an_order_has_a_session_a_cart_and_a_check_of_its_own_that_the_floor_sees(house: House) -> None:
    await deliver(house)
    waiter = await house.waiter()
    meal = await ordered(house)
    state = await waiter.until(lambda known: any(known.of("order")) and any(known.of("check")))
    session = next(state.of("session"))
    assert (session["id"], session["diningOption"], session["tableName"], session["covers"]) == (
        meal.session_id,
        "DELIVERY",
        "",
        0,
    )
    order = next(state.of("order"))
    assert (order["delivery"]["lastFour"], order["delivery"]["status"]) == ("5678", "PREPARING")
    heard = json.dumps(list(waiter.heard), ensure_ascii=False)
    assert [one for one in (NAME, HOME["street"], meal.caller.phone) if one in heard] == []


async def test_a_later_change_of_the_address_changes_nothing_of_the_order(house: House) -> None:
    await deliver(house)
    waiter = await house.waiter()
    meal = await ordered(house)
    document = (await stored(house, Customer))[0]
    app = house.apps[0]
    work = app.store.begin(house.restaurant.id, app.clock.monotonic() + 5)
    customer = await work.fresh(Customer, document["_id"])
    assert customer
    work.save(customer.without_address(meal.caller.address_id))
    await work.commit()
    shown = await waiter.send("delivery:show", {"orderId": meal.id})
    assert shown["destination"]["address"]["street"] == HOME["street"]


async def test_the_totals_of_the_customer_and_the_use_of_the_address_move_with_the_order(house: House) -> None:
    await deliver(house)
    meal = await ordered(house)
    (customer,) = await stored(house, Customer)
    assert (customer["orders"], customer["spent"]) == (1, meal.due)
    assert (customer["addresses"][0]["uses"], customer["addresses"][0]["last_used_at"]) == (
        1,
        customer["last_order_at"],
    )


async def test_who_orders_is_in_the_audit_by_id_alone(house: House) -> None:
    await deliver(house)
    meal = await ordered(house)
    (entry,) = await entries(house, "order-placed")
    assert (entry["actor"], entry["subject"]) == ({"kind": "CUSTOMER", "id": meal.caller.id, "name": ""}, meal.id)
    assert [one for one in (NAME, HOME["street"], meal.caller.phone) if one in str(entry)] == []


# ── once, whole, or not at all ────────────────────────────────────────────────────────────────────────────────────────


async def test_the_same_key_at_once_on_two_servers_makes_one_order(house: House) -> None:
    await deliver(house)
    caller = await proved(house)
    phones = [await caller.connect() for _ in range(4)]
    asked = order_of(caller)
    answers = await asyncio.gather(*(one.operate("order:place", asked) for one in phones for _ in range(2)))
    assert len({one["order"]["id"] for one in answers}) == 1
    assert sum(not one["replayed"] for one in answers) == 1
    assert len(await stored(house, Order)) == 1
    assert (await stored(house, Customer))[0]["orders"] == 1


async def test_a_key_with_other_content_is_refused(house: House) -> None:
    await deliver(house)
    meal = await ordered(house, idempotencyKey="k-0000-0001")
    others = ({"items": [wanted(house, quantity=3)]}, {"paymentMethod": "CARD_TERMINAL"}, {"diningOption": "TAKE_OUT"})
    for other in others:
        asked = order_of(meal.caller, idempotencyKey="k-0000-0001", **other)
        assert (await refused(meal.phone, "order:place", asked)).code == "IDEMPOTENCY_KEY_REUSED"


async def test_a_repeat_is_answered_also_when_the_house_takes_nothing_any_more(house: House) -> None:
    await deliver(house)
    asked = {"idempotencyKey": "k-0000-0001"}
    meal = await ordered(house, **asked)
    await deliver(house, is_offered=False)
    again = await meal.phone.send("order:place", order_of(meal.caller, **asked))
    assert (again["replayed"], again["order"]["id"], again["check"]["id"]) == (True, meal.id, meal.check["id"])


async def test_two_customers_may_use_the_same_key(house: House) -> None:
    await deliver(house)
    first = await ordered(house, "+40712345678", idempotencyKey="k-0000-0001")
    second = await ordered(house, "+40712345679", idempotencyKey="k-0000-0001")
    assert first.id != second.id


async def test_the_last_portion_goes_to_one_of_two_customers(house: House) -> None:
    await deliver(house)
    waiter = await house.waiter()
    dish = house.dish("grill")
    await waiter.operate("item:set-availability", {"itemId": dish, "state": "AVAILABLE", "left": 2})
    callers = [await proved(house, f"+4071234567{number}") for number in range(4)]
    phones = [await one.connect() for one in callers]
    for phone in phones:
        await phone.until(lambda state: any(state.of("item")))

    async def place(caller: Caller, phone: Any) -> str:
        try:
            await phone.operate("order:place", order_of(caller))
        except Refused as refusal:
            return refusal.code
        return "DONE"

    outcomes = await asyncio.gather(*map(place, callers, phones))
    assert sorted(outcomes) == ["DONE", *["ITEM_UNAVAILABLE"] * 3]
    assert [one["left"] for one in await stored(house, Item)] == [0]


# ── prices ────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_another_total_than_was_shown_is_refused_with_the_new_quote(house: House) -> None:
    await deliver(house)
    caller = await proved(house)
    phone = await caller.connect()
    refusal = await refused(phone, "order:place", order_of(caller, expectedTotal=1))
    assert refusal.code == "PRICE_CHANGED"
    total = refusal.details["quote"]["total"]["amount"]
    assert (await phone.operate("order:place", order_of(caller, expectedTotal=total)))["order"]


async def test_the_zone_decides_on_the_fee_and_from_when_on_it_is_free(house: House) -> None:
    await deliver(house, zones=(CENTRE.with_(free_from=5000),))
    caller = await proved(house)
    phone = await caller.connect()
    asked = {"items": [wanted(house, quantity=1)], "addressId": caller.address_id}
    small = (await phone.send("order:quote", asked))["quote"]
    large = (await phone.send("order:quote", asked | {"items": [wanted(house, quantity=9)]}))["quote"]
    assert (small["fee"]["amount"], large["fee"]["amount"]) == (CENTRE.fee, 0)


async def test_no_place_that_a_phone_names_moves_an_address_into_another_zone(house: House) -> None:
    corners = ("44.0,26.0", "44.0,26.1", "44.1,26.1", "44.1,26.0")
    near = Zone(
        id="near", name={"en": "Near", "ro": "Aproape"}, polygon=tuple(map(point_of, corners)), fee=100, minutes=5
    )
    await deliver(house, zones=(near, CENTRE))
    waiter = await house.waiter()
    place, nowhere = "44.05,26.05", HOME | {"postal_code": "999999"}
    known = await proved(house)
    stranger = await proved(house, "+40712345679", addresses=(nowhere,))
    for caller, zone, is_by_phone in ((known, CENTRE, False), (stranger, near, True)):
        phone = await caller.connect()
        asked = {"items": [wanted(house)], "addressId": caller.address_id, "location": place}
        assert (await phone.send("order:quote", asked))["quote"]["fee"]["amount"] == zone.fee
        placed = (await phone.operate("order:place", order_of(caller, location=place)))["order"]
        assert (placed["delivery"]["zone"], placed["delivery"]["fee"]["amount"]) == (zone.id, zone.fee)
        shown = await waiter.send("delivery:show", {"orderId": placed["id"]})
        assert shown["isZoneByPhone"] is is_by_phone


async def test_what_is_fetched_costs_no_fee_and_needs_no_address(house: House) -> None:
    await deliver(house, zones=())
    meal = await ordered(house, diningOption="TAKE_OUT", addressId=None)
    assert (meal.order["delivery"]["zone"], meal.order["delivery"]["fee"]["amount"]) == (None, 0)
    assert meal.check["total"] == meal.order["total"]
    (customer,) = await stored(house, Customer)
    assert customer["addresses"][0]["uses"] == 0


# ── what is refused ───────────────────────────────────────────────────────────────────────────────────────────────────


REFUSED: tuple[tuple[dict[str, Any], dict[str, Any], str], ...] = (
    ({"is_offered": False}, {}, "DELIVERY_OFF"),
    ({"zones": ()}, {}, "DELIVERY_OFF"),
    ({"take_out": False}, {"diningOption": "TAKE_OUT"}, "DELIVERY_OFF"),
    ({}, {"diningOption": "DINE_IN"}, "DELIVERY_OFF"),
    ({"zones": (CENTRE.with_(postal_codes=("01*",)),)}, {}, "ADDRESS_NOT_SERVED"),
    ({"zones": (CENTRE.with_(minimum=10**6),)}, {}, "BELOW_MINIMUM"),
    ({}, {"slot": "2026-01-01T00:00:00Z"}, "SLOT_REFUSED"),
    ({"slots": ALWAYS}, {"slot": "2026-01-01T00:00:00Z"}, "SLOT_REFUSED"),
    ({"slots": ALWAYS.with_(cap=1)}, {}, "SLOT_FULL"),
    ({}, {"addressId": "06aaaaaaaaaaaaaaaaaaaaaa"}, "NOT_FOUND"),
    ({}, {"addressId": None}, "VALIDATION_FAILED"),
    ({}, {"items": []}, "VALIDATION_FAILED"),
    ({}, {"items": [{"itemId": "no-such-dish"}] * 61}, "VALIDATION_FAILED"),
    ({}, {"items": [{"itemId": "no-such-dish"}] * 60}, "UNKNOWN_ITEM"),
)


async def test_quote_and_order_are_refused_alike(house: House) -> None:
    callers = [await proved(house, number) for number in ("+40712345678", "+40712345679")]
    phones = [await one.connect() for one in callers]
    for place, (plan, fields, code) in enumerate(REFUSED):
        caller, phone = callers[place % 2], phones[place % 2]  # one alone would order faster than is allowed
        await deliver(house, **plan)
        asked = order_of(caller, **fields)
        question = {name: asked[name] for name in asked if name not in ("idempotencyKey", "paymentMethod")}
        codes = [(await refused(phone, *one)).code for one in (("order:quote", question), ("order:place", asked))]
        assert codes == [code, code], (plan, fields)
    assert await stored(house, Order) == []


async def test_a_pause_is_told_with_its_end_and_over_by_itself(house: House) -> None:
    plan = await deliver(house)
    caller, cashier = await proved(house), await house.staff(house.login_of("CASHIER"))
    phone = await caller.connect()
    until = (house.clock.now() + timedelta(minutes=10)).isoformat()
    await cashier.operate("delivery:pause", {"until": until})
    await phone.until(lambda state: any(one["version"] > plan.version for one in state.of("plan")))
    refusal = await refused(phone, "order:place", order_of(caller))
    assert (refusal.code, refusal.details["until"][:19]) == ("DELIVERY_PAUSED", until[:19])
    house.clock.advance(minutes=11)
    assert (await phone.operate("order:place", order_of(caller)))["order"]


async def test_a_house_without_a_plan_takes_nothing(house: House) -> None:
    plan = await deliver(house)
    app = house.apps[0]
    await app.store.collection(type(plan)).delete_one({"_id": plan.id})
    for one in house.apps:
        one.store.cache.clear()
    caller = await proved(house)
    phone = await caller.connect()
    assert (await refused(phone, "order:place", order_of(caller))).code == "DELIVERY_OFF"


async def test_what_is_sold_out_or_not_brought_home_is_refused(house: House) -> None:
    await deliver(house)
    waiter, caller = await house.waiter(), await proved(house)
    phone = await caller.connect()
    await waiter.operate("item:set-availability", {"itemId": house.dish("grill"), "state": "OUT"})
    await phone.until(lambda state: any(state.of("item")))
    refusal = await refused(phone, "order:place", order_of(caller))
    assert (refusal.code, refusal.details["itemId"]) == ("ITEM_UNAVAILABLE", house.dish("grill"))


async def test_a_customer_cannot_order_more_than_the_ceiling_over_all_that_is_under_way(house: House) -> None:
    await deliver(house)
    caller = await proved(house)
    phone = await caller.connect()
    many = {"items": [wanted(house, quantity=99), wanted(house, "bar", 99)]}
    codes = set()
    for _ in range(6):
        try:
            await phone.operate("order:place", order_of(caller, **many))
        except Refused as refusal:
            codes.add((refusal.code, refusal.details["scope"]))
    assert codes == {("ORDER_TOO_LARGE", "session")} or codes == {("ORDER_TOO_LARGE", "round")}


async def test_nothing_is_ordered_with_a_payment_that_nobody_takes(house: House) -> None:
    await deliver(house)
    caller = await proved(house)
    phone = await caller.connect()
    refusal = await refused(phone, "order:place", order_of(caller, paymentMethod="ONLINE"))
    assert (refusal.code, await stored(house, Order)) == ("ONLINE_PAYMENT_OFF", [])


# ── slots ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_slot_takes_dishes_until_it_is_full(house: House) -> None:
    await deliver(house, slots=ALWAYS)
    caller = await proved(house)
    phone = await caller.connect()
    asked = {"items": [wanted(house, quantity=3)], "addressId": caller.address_id}
    slots = (await phone.send("order:quote", asked))["quote"]["slots"]
    assert all(one["hasRoom"] for one in slots)
    chosen = slots[3]["beginsAt"]
    placed = await phone.operate("order:place", order_of(caller, items=asked["items"], slot=chosen))
    assert placed["order"]["delivery"]["slot"] == chosen
    after = (await phone.send("order:quote", asked))["quote"]["slots"]
    assert [one["beginsAt"] for one in after if not one["hasRoom"]] == [chosen]
    refusal = await refused(phone, "order:place", order_of(caller, items=asked["items"], slot=chosen))
    assert (refusal.code, refusal.details["slot"]) == ("SLOT_FULL", chosen)


async def test_two_servers_never_sell_more_into_a_slot_than_it_holds(house: House) -> None:
    await deliver(house, slots=ALWAYS)
    callers = [await proved(house, f"+4071234567{number}") for number in range(6)]
    phones = [await one.connect() for one in callers]
    slots = await phones[0].send("order:quote", {"items": [wanted(house)], "addressId": callers[0].address_id})
    chosen = slots["quote"]["slots"][2]["beginsAt"]

    async def place(caller: Caller, phone: Any) -> str:
        try:
            await phone.operate("order:place", order_of(caller, slot=chosen))
        except Refused as refusal:
            return refusal.code
        return "DONE"

    outcomes = await asyncio.gather(*map(place, callers, phones))
    assert sorted(outcomes) == ["DONE", "DONE", *["SLOT_FULL"] * 4]
    assert [one["dishes"] for one in await stored(house, SlotLoad)] == [4]


async def test_what_is_for_a_later_slot_is_begun_so_that_it_is_ready_for_it(house: House) -> None:
    await deliver(house, slots=ALWAYS)
    caller = await proved(house)
    phone = await caller.connect()
    quote = await phone.send("order:quote", {"items": [wanted(house)], "addressId": caller.address_id})
    chosen = quote["quote"]["slots"][6]["beginsAt"]
    await phone.operate("order:place", order_of(caller, slot=chosen))
    (load,) = await stored(house, SlotLoad)
    (held,) = await stored(house, Ticket)
    line = held["lines"][0]
    starts_at = load["begins_at"] - timedelta(minutes=CENTRE.minutes + 5 + line["prep_minutes"])
    assert (line["is_held"], line["held_until"], line["starts_at"]) == (True, starts_at - AHEAD, None)
    await house.apps[0].duties.perform(PACING)
    assert (await stored(house, Ticket))[0]["version"] == held["version"]
    house.clock.advance(seconds=(starts_at - AHEAD - house.clock.now()).total_seconds() + 1)
    await house.apps[0].duties.perform(PACING)
    (fired,) = await stored(house, Ticket)
    line = fired["lines"][0]
    assert (line["is_held"], line["held_until"], line["starts_at"]) == (False, None, starts_at)
    (order,) = await stored(house, Order)
    assert order["lines"][0]["is_held"] is False
    assert [one["details"]["lines"] for one in await entries(house, "slot-fired")] == [1]


async def test_what_is_kept_back_for_a_later_slot_is_fired_by_hand_and_not_by_the_rule_of_courses(house: House) -> None:
    await deliver(house, slots=ALWAYS)
    caller, waiter = await proved(house), await house.waiter()
    phone = await caller.connect()
    quote = await phone.send("order:quote", {"items": [wanted(house)], "addressId": caller.address_id})
    chosen = quote["quote"]["slots"][8]["beginsAt"]
    order = (await phone.operate("order:place", order_of(caller, slot=chosen)))["order"]
    assert order["lines"][0]["isHeld"]
    course = {"sessionId": order["sessionId"], "course": order["lines"][0]["course"]}
    await waiter.operate("course:hold", course)
    (ticket,) = await stored(house, Ticket)
    assert (ticket["lines"][0]["held_by"] is not None, ticket["lines"][0]["held_until"]) == (True, None)
    (fired,) = (await waiter.operate("course:fire", course))["orders"]
    assert not fired["lines"][0]["isHeld"]


# ── the list ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_customer_lists_their_own_last_orders_the_newest_first(house: House) -> None:
    await deliver(house)
    meal = await ordered(house)
    other = await ordered(house, "+40712345679")
    second = await meal.phone.operate("order:place", order_of(meal.caller))
    listed = [one["id"] for one in (await meal.phone.send("order:list"))["orders"]]
    assert listed == [second["order"]["id"], meal.id]
    assert other.id not in listed


async def test_the_fee_is_taxed_with_what_is_brought(house: House) -> None:
    await deliver(house)
    meal = await ordered(house)
    taxes = [one for one in meal.check["bill"] if one["kind"] == "TAX"]
    assert sum(one["base"]["amount"] for one in taxes) == meal.order["total"]["amount"] + CENTRE.fee
