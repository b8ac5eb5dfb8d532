"""An order from home, from the quote to the kitchen: priced once, placed once, whole, with no name on a ticket."""

import asyncio
import json
from typing import Any

from comanda_client import Refused
from integration.customers import (
    ALWAYS,
    CENTRE,
    HOME,
    NAME,
    Caller,
    deliver,
    order_of,
    ordered,
    proved,
    refused,
    wanted,
)
from integration.house import House
from integration.people import entries, stored

from models.customer import Customer
from models.item import Item
from models.order import Order
from models.place import point_of
from models.slot import SlotLoad
from models.ticket import Ticket
from models.zone import Zone


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
