"""An order from home, from the kitchen to the door: who brings it, what the floor may do with it, and its end."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from comanda_client import Connection, Refused
from integration.customers import ALWAYS, CENTRE, HOME, NAME, Meal, deliver, ordered, wanted
from integration.house import House
from integration.people import entries, stored
from integration.sms_jobs import until_away
from integration.sms_phone import pair
from integration.texting import letter_box

from models.check import Check
from models.customer import Customer
from models.item import Item
from models.session import TableSession
from models.slot import SlotLoad
from models.sms import SmsMessage
from models.ticket import Ticket
from server.delivering import SETTLED
from server.waiting import IDLENESS


async def pay(waiter: Connection, meal: Meal, amount: int | None = None) -> None:
    """Take the money at the door."""
    request = {"sessionId": meal.session_id, "method": "CASH", "amount": amount or meal.due}
    await waiter.operate("payment:record", request | {"idempotencyKey": str(uuid4())})


async def refused(client: Connection, name: str, asked: dict[str, Any]) -> Refused:
    """Return the refusal of a command."""
    with pytest.raises(Refused) as refusal:
        await client.operate(name, asked)
    return refusal.value


async def session_of(house: House, meal: Meal) -> dict[str, Any]:
    """Return the session of an order as it is stored."""
    return next(one for one in await stored(house, TableSession) if one["_id"] == meal.session_id)


# ── to the door ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_customer_follows_on_every_phone_from_the_stove_to_the_door(house: House) -> None:
    await deliver(house)
    waiter, cook = await house.waiter(), await house.cook()
    meal = await ordered(house)
    phones = [meal.phone, await meal.caller.connect()]

    async def all_see(status: str, line: str) -> None:
        for one in phones:
            await one.until(
                lambda state: any(
                    (order["delivery"]["status"], order["lines"][0]["status"]) == (status, line)
                    for order in state.of("order")
                )
            )

    await all_see("PREPARING", "NEW")
    await cook.until(lambda state: any(state.of("ticket")))
    ticket = next(cook.state.of("ticket"))
    step = {"ticketId": ticket["id"], "lineId": ticket["lines"][0]["id"], "status": "READY", "expected": "NEW"}
    await cook.send("line:set-status", step)
    await all_see("PREPARING", "READY")
    await waiter.operate("delivery:send", {"orderId": meal.id})
    await all_see("ON_THE_WAY", "READY")
    await waiter.operate("delivery:done", {"orderId": meal.id})
    await all_see("DELIVERED", "SERVED")


async def test_a_phone_that_was_away_catches_up(house: House) -> None:
    await deliver(house)
    waiter = await house.waiter()
    meal = await ordered(house)
    await meal.phone.drop()
    await waiter.operate("delivery:send", {"orderId": meal.id})
    await meal.phone.open()
    assert next(meal.phone.state.of("order"))["delivery"]["status"] == "ON_THE_WAY"
    await meal.phone.drop()
    await waiter.operate("delivery:done", {"orderId": meal.id})
    await meal.phone.open()
    assert next(meal.phone.state.of("order"))["delivery"]["status"] == "DELIVERED"


async def test_another_customer_hears_nothing_of_it(house: House) -> None:
    await deliver(house)
    waiter = await house.waiter()
    other = await ordered(house, "+40712345679")
    meal = await ordered(house)
    await waiter.operate("delivery:send", {"orderId": meal.id})
    await waiter.operate("delivery:send", {"orderId": other.id})
    await other.phone.until(lambda state: next(state.of("order"))["delivery"]["status"] == "ON_THE_WAY")
    assert meal.id not in str(list(other.phone.heard))
    assert {one["id"] for one in (await other.phone.send("order:list"))["orders"]} == {other.id}


async def test_who_brings_it_sees_where_it_goes_and_that_is_written_down(house: House) -> None:
    await deliver(house)
    waiter = await house.waiter()
    meal = await ordered(house, location="44.4325,26.1039")
    shown = (await waiter.send("delivery:show", {"orderId": meal.id}))["destination"]
    assert (shown["name"], shown["phone"], shown["address"]["street"]) == (NAME, meal.caller.phone, HOME["street"])
    assert shown["point"] == {"latitude": 44_432_500, "longitude": 26_103_900}
    (entry,) = await entries(house, "delivery-disclosed")
    assert (entry["subject"], entry["session_id"], entry["details"]) == (meal.id, meal.session_id, {})


async def test_where_a_first_round_waits_for_a_tap_an_order_from_home_does_not(gated: House) -> None:
    await deliver(gated)
    meal = await ordered(gated)
    assert meal.order["status"] == "PLACED"


async def test_where_the_house_wants_it_the_customer_gets_a_message_that_it_has_left(gated: House) -> None:
    await deliver(gated)
    waiter = await gated.waiter()
    with letter_box(gated) as box:
        meal = await ordered(gated)
        for _ in range(2):
            await waiter.operate("delivery:send", {"orderId": meal.id})
        message = await box.next()
        assert (message.phone, gated.restaurant.name in message.text) == (meal.caller.phone, True)
    assert len(await stored(gated, SmsMessage)) == 1


@pytest.mark.parametrize(("step", "asked"), [("delivery:done", {}), ("delivery:cancel", {"reason": "lost"})])
async def test_nobody_is_told_that_an_order_has_left_once_it_is_there_or_called_off(
    gated: House, step: str, asked: dict[str, Any]
) -> None:
    await deliver(gated)
    waiter, phone = await gated.waiter(), await pair(gated)
    await phone.connection.close()
    await until_away(gated, phone)
    meal = await ordered(gated)
    await waiter.operate("delivery:send", {"orderId": meal.id})
    (waiting,) = await stored(gated, SmsMessage)
    assert waiting["status"] == "QUEUED"
    await waiter.operate(step, {"orderId": meal.id, **asked})
    (ended,) = await stored(gated, SmsMessage)
    assert (ended["status"], ended["text"]) == ("CANCELLED", None)


async def test_where_it_does_not_no_message_goes_out(house: House) -> None:
    await deliver(house)
    waiter = await house.waiter()
    meal = await ordered(house)
    await waiter.operate("delivery:send", {"orderId": meal.id})
    assert await stored(house, SmsMessage) == []


async def test_steps_are_taken_once_and_in_order(house: House) -> None:
    await deliver(house)
    waiter, colleague = await house.waiter(), await house.staff(house.login_of("CASHIER"))
    meal = await ordered(house)
    named = {"orderId": meal.id}
    for step in ("delivery:send", "delivery:done"):
        await asyncio.gather(*(one.operate(step, named) for one in (waiter, colleague)))
    assert [len(await entries(house, act)) for act in ("delivery-sent-out", "delivery-done")] == [1, 1]
    assert (await refused(waiter, "delivery:send", named)).details == {"status": "DELIVERED"}
    again = await refused(waiter, "delivery:cancel", named | {"reason": "late"})
    assert again.code == "DELIVERY_FINISHED"


async def test_what_is_fetched_is_not_sent(house: House) -> None:
    await deliver(house)
    waiter = await house.waiter()
    meal = await ordered(house, diningOption="TAKE_OUT")
    assert (await refused(waiter, "delivery:send", {"orderId": meal.id})).code == "TRANSITION_REFUSED"
    done = await waiter.operate("delivery:done", {"orderId": meal.id})
    assert done["order"]["delivery"]["status"] == "DELIVERED"


async def test_what_is_held_back_is_not_handed_over(house: House) -> None:
    await deliver(house)
    waiter = await house.waiter()
    meal = await ordered(house)
    course = {"sessionId": meal.session_id, "course": meal.order["lines"][0]["course"]}
    await waiter.operate("course:hold", course)
    assert (await refused(waiter, "delivery:done", {"orderId": meal.id})).code == "LINE_HELD"
    await waiter.operate("course:fire", course)
    assert (await waiter.operate("delivery:done", {"orderId": meal.id}))["order"]["lines"][0]["status"] == "SERVED"


# ── the end ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_what_is_paid_and_handed_over_is_closed(house: House) -> None:
    await deliver(house)
    waiter = await house.waiter()
    meal = await ordered(house)
    await pay(waiter, meal)
    await waiter.operate("delivery:done", {"orderId": meal.id})
    await waiter.until(lambda state: next(state.of("session"))["status"] == "CLOSED")
    await meal.phone.until(lambda state: next(state.of("check"))["status"] == "CLOSED")
    assert (await refused(waiter, "cart:add", added(house, meal))).code == "SESSION_CLOSED"


async def test_what_is_not_paid_yet_stays_open_and_closes_by_itself_when_it_is(house: House) -> None:
    await deliver(house)
    waiter = await house.waiter()
    meal = await ordered(house)
    await waiter.operate("delivery:done", {"orderId": meal.id})
    duties = house.apps[0].duties
    await duties.perform(SETTLED)
    assert (await session_of(house, meal))["status"] == "OPEN"
    await pay(waiter, meal)
    await duties.perform(SETTLED)
    assert (await session_of(house, meal))["status"] == "CLOSED"


async def test_what_is_never_paid_is_closed_by_a_manager(house: House) -> None:
    await deliver(house)
    boss = await house.staff(house.login_of("MANAGER"))
    meal = await ordered(house)
    await boss.operate("delivery:done", {"orderId": meal.id})
    assert (await refused(boss, "session:close", {"sessionId": meal.session_id})).code == "CHECK_OPEN"
    await boss.operate("session:close", {"sessionId": meal.session_id, "reason": "they ran away"})
    assert (await session_of(house, meal))["status"] == "CLOSED"


async def test_what_is_on_its_way_is_not_closed_over(house: House) -> None:
    await deliver(house)
    boss = await house.staff(house.login_of("MANAGER"))
    meal = await ordered(house)
    await pay(boss, meal)
    await house.apps[0].duties.perform(SETTLED)
    refusal = await refused(boss, "session:close", {"sessionId": meal.session_id, "reason": "late"})
    assert (refusal.code, refusal.details) == ("DELIVERY_UNDER_WAY", {"orders": [meal.id]})


async def test_what_is_called_off_comes_off_the_check_and_is_given_back(house: House) -> None:
    await deliver(house, slots=ALWAYS.with_(cap=50))
    boss, cook = await house.staff(house.login_of("MANAGER")), await house.cook()
    await boss.operate("item:set-availability", {"itemId": house.dish("grill"), "state": "AVAILABLE", "left": 9})
    meal = await ordered(house)
    await cook.until(lambda state: any(state.of("ticket")))
    answer = await boss.operate("delivery:cancel", {"orderId": meal.id, "reason": "nobody there"})
    assert answer["order"]["delivery"]["status"] == "CANCELLED"
    (check,) = await stored(house, Check)
    assert (check["total"]["amount"], check["status"]) == (0, "CLOSED")
    assert (await session_of(house, meal))["status"] == "CLOSED"
    assert [one["left"] for one in await stored(house, Item)] == [9]
    assert [one["dishes"] for one in await stored(house, SlotLoad)] == [0]
    (customer,) = await stored(house, Customer)
    assert (customer["orders"], customer["spent"]) == (0, 0)
    state = await cook.until(lambda known: any(one["lines"][0]["voided"] for one in known.of("ticket")))
    assert next(state.of("ticket"))["lines"][0]["status"] == "CANCELLED"
    told = await meal.phone.until(lambda known: next(known.of("order"))["delivery"]["status"] == "CANCELLED")
    assert next(told.of("order"))["reason"] == "nobody there"


async def test_calling_off_needs_a_second_person_like_every_void(house: House) -> None:
    await deliver(house)
    waiter = await house.waiter()
    meal = await ordered(house, items=[wanted(house, quantity=9)])
    cancel = {"orderId": meal.id, "reason": "nobody there"}
    assert (await refused(waiter, "delivery:cancel", cancel)).code == "APPROVER_REQUIRED"
    await waiter.operate("delivery:cancel", cancel | {"approval": house.approval()})
    (entry,) = await entries(house, "line-voided")
    assert (entry["details"]["amount"], entry["details"]["quantity"]) == (meal.order["total"]["amount"], 9)


async def test_what_was_paid_for_and_called_off_is_given_back_and_then_closed(house: House) -> None:
    await deliver(house)
    boss = await house.staff(house.login_of("MANAGER"))
    meal = await ordered(house)
    await pay(boss, meal)
    await boss.operate("delivery:cancel", {"orderId": meal.id, "reason": "closed early"})
    (check,) = await stored(house, Check)
    assert (check["status"], check["total"]["amount"], check["paid"]["amount"]) == ("OPEN", 0, meal.due)
    back = {"sessionId": meal.session_id, "tenderId": check["tenders"][0]["id"], "amount": meal.due}
    await boss.operate("payment:refund", back | {"reason": "closed early", "idempotencyKey": str(uuid4())})
    await house.apps[0].duties.perform(SETTLED)
    assert (await session_of(house, meal))["status"] == "CLOSED"


# ── without a table ───────────────────────────────────────────────────────────────────────────────────────────────────


def added(house: House, meal: Meal) -> dict[str, Any]:
    """Return what staff add to an order from home."""
    return {"sessionId": meal.session_id, "itemId": house.dish("bar"), "quantity": 1}


async def test_what_makes_no_sense_without_a_table_is_refused(house: House) -> None:
    await deliver(house)
    boss = await house.staff(house.login_of("MANAGER"))
    party = await house.party(boss)
    meal = await ordered(house)
    session = {"sessionId": meal.session_id}
    asked: dict[str, dict[str, Any]] = {
        "session:move": session | {"tableId": house.tables[3].id},
        "session:undo-move": session,
        "session:set-covers": session | {"covers": 3},
        "session:unmerge": session,
        "session:admit": session,
        "pin:rotate": session,
        "participant:eject": session | {"participantId": meal.caller.id},
    }
    codes = {name: (await refused(boss, name, data)).code for name, data in asked.items()}
    assert codes == dict.fromkeys(asked, "NOT_AT_TABLE")
    for source, host in ((meal.session_id, party.id), (party.id, meal.session_id)):
        assert (await refused(boss, "session:merge", {"from": source, "into": host})).code == "NOT_AT_TABLE"


async def test_a_party_counts_no_delivery_and_sales_do(house: House) -> None:
    await deliver(house)
    boss = await house.staff(house.login_of("MANAGER"))
    meal = await ordered(house)
    await pay(boss, meal)
    await boss.operate("delivery:done", {"orderId": meal.id})
    report = (await boss.send("report:get"))["report"]
    assert (report["bills"]["checks"], report["bills"]["covers"]) == (1, 0)
    assert report["bills"]["deliveryFee"]["amount"] == CENTRE.fee
    (row,) = report["diningOptions"]
    assert (row["diningOption"], row["checks"], row["total"]["amount"]) == ("DELIVERY", 1, meal.due)
    assert report["turns"] == []


async def test_an_order_from_home_is_never_idle(house: House) -> None:
    await deliver(house)
    meal = await ordered(house)
    house.clock.advance(hours=2)
    await house.apps[0].duties.perform(IDLENESS)
    assert (await session_of(house, meal))["idle_since"] is None


async def test_the_customer_gets_a_receipt_without_table_or_guests(house: House) -> None:
    await deliver(house)
    waiter = await house.waiter()
    meal = await ordered(house)
    printed = await waiter.send("receipt:get", {"sessionId": meal.session_id, "language": "en", "format": "TEXT"})
    assert "Delivery" in printed["content"]


async def test_of_an_order_that_is_struck_nothing_stays_on_the_boards_when_a_cook_has_seen_it(house: House) -> None:
    await deliver(house)
    boss, cook = await house.staff(house.login_of("MANAGER")), await house.cook()
    meal = await ordered(house)
    await boss.operate("delivery:cancel", {"orderId": meal.id, "reason": "nobody there"})
    state = await cook.until(lambda known: any(one["lines"][0]["voided"] for one in known.of("ticket")))
    ticket = next(state.of("ticket"))
    struck = {"ticketId": ticket["id"], "lineId": ticket["lines"][0]["id"], "voided": 2}
    await cook.send("line:acknowledge", struck)
    (after,) = await stored(house, Ticket)
    assert after["is_shown"] is False
