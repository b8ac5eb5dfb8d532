"""Closing a table: only when nothing is owed, cooked or undecided, or when a manager says why; and counting guests."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from comanda_client import Connection, Refused
from integration.gate import send_round, stored
from integration.house import House, Party

from models.audit import AuditEntry
from models.cart import Cart
from models.check import Check
from models.order import Order
from models.session import TableSession
from models.ticket import Ticket


async def close(staff: Connection, party: Party, reason: str = "") -> str:
    """Close a table; returns DONE or the code of the refusal."""
    try:
        await staff.operate("session:close", {"sessionId": party.id, "reason": reason})
    except Refused as refused:
        return refused.code
    return "DONE"


async def pay(staff: Connection, party: Party, order: dict[str, Any]) -> None:
    """Pay a round that is alone on its check."""
    paid = {"method": "CARD_TERMINAL", "amount": order["total"]["amount"], "idempotencyKey": str(uuid4())}
    await staff.send("payment:record", {"sessionId": party.id, **paid})


async def states(house: House, party: Party) -> set[str]:
    """Return the states that the lines of a party's tickets are in."""
    return {line["status"] for one in await stored(house, Ticket, session_id=party.id) for line in one["lines"]}


# ── dishes that are cooking ───────────────────────────────────────────────────────────────────────────────────────────


async def test_a_table_that_has_paid_is_not_closed_while_its_dishes_are_cooking(house: House) -> None:
    waiter, cook = await house.waiter(), await house.cook()
    party = await house.party(waiter)
    order = (await send_round(house, await house.phone(party), house.dish("grill"), house.dish("bar")))["order"]
    await pay(waiter, party, order)
    with pytest.raises(Refused) as refused:
        await waiter.operate("session:close", {"sessionId": party.id})
    assert (refused.value.code, refused.value.details) == ("DISHES_COOKING", {"lines": 2})
    state = await cook.until(lambda known: sum(1 for _ in known.of("ticket")) == 2)
    for ticket in list(state.of("ticket")):
        await cook.send("ticket:bump", {"ticketId": ticket["id"]})
    assert await close(waiter, party) == "DONE"


async def test_a_dish_in_progress_keeps_the_table_open_and_a_ready_one_does_not(house: House) -> None:
    waiter, cook = await house.waiter(), await house.cook()
    party = await house.party(waiter)
    order = (await send_round(house, await house.phone(party)))["order"]
    await pay(waiter, party, order)
    (ticket,) = (await cook.until(lambda known: any(known.of("ticket")))).of("ticket")
    line = {"ticketId": ticket["id"], "lineId": order["lines"][0]["id"]}
    await cook.send("line:set-status", {**line, "status": "IN_PROGRESS", "expected": "NEW"})
    assert await close(waiter, party) == "DISHES_COOKING"
    await cook.send("line:set-status", {**line, "status": "READY", "expected": "IN_PROGRESS"})
    assert await close(waiter, party) == "DONE"


@pytest.mark.parametrize("role", ["WAITER", "CASHIER"])
async def test_a_reason_does_not_help_who_is_no_manager(house: House, role: str) -> None:
    staff = await house.staff(house.login_of(role))
    party = await house.party(staff)
    order = (await send_round(house, await house.phone(party)))["order"]
    assert await close(staff, party, "they are friends of mine") == "CHECK_OPEN"
    await pay(staff, party, order)
    assert await close(staff, party, "they are friends of mine") == "DISHES_COOKING"


async def test_a_manager_needs_a_reason(house: House) -> None:
    manager = await house.staff(house.login_of("MANAGER"))
    party = await house.party(manager)
    await send_round(house, await house.phone(party))
    assert await close(manager, party) == "CHECK_OPEN"
    assert await close(manager, party, "   ") == "CHECK_OPEN"
    assert await close(manager, party, "power cut") == "DONE"


async def test_what_a_manager_cuts_short_stays_struck_on_its_ticket_until_it_is_bumped(house: House) -> None:
    manager, cook = await house.staff(house.login_of("MANAGER")), await house.cook()
    party = await house.party(manager)
    phone = await house.phone(party)
    order = (await send_round(house, phone, house.dish("grill"), house.dish("grill")))["order"]
    (ticket,) = (await cook.until(lambda known: any(known.of("ticket")))).of("ticket")
    first, second = (line["id"] for line in order["lines"])
    await cook.send(
        "line:set-status", {"ticketId": ticket["id"], "lineId": first, "status": "READY", "expected": "NEW"}
    )
    assert await close(manager, party, "power cut") == "DONE"
    await cook.until(lambda known: any(line["status"] == "CANCELLED" for line in next(known.of("ticket"))["lines"]))
    (shown,) = (await cook.send("board:get"))["tickets"]
    assert {line["id"]: line["status"] for line in shown["lines"]} == {first: "READY", second: "CANCELLED"}
    told = await phone.until(lambda known: any(one["lines"][1]["status"] == "CANCELLED" for one in known.of("order")))
    assert next(told.of("order"))["lines"][0]["status"] == "READY"
    await cook.send("ticket:bump", {"ticketId": ticket["id"]})
    assert (await cook.send("board:get"))["tickets"] == []
    (kept,) = await stored(house, Ticket, session_id=party.id)
    assert [line["status"] for line in kept["lines"]] == ["READY", "CANCELLED"]


async def test_the_audit_has_all_that_ended_with_before_and_after(house: House) -> None:
    manager = await house.staff(house.login_of("MANAGER"))
    party = await house.party(manager)
    order = (await send_round(house, await house.phone(party)))["order"]
    await close(manager, party, "power cut")
    (closed,) = await stored(house, AuditEntry, act="session-closed", session_id=party.id)
    assert (closed["before"], closed["after"]) == ({"status": "OPEN"}, {"status": "CLOSED"})
    assert closed["details"] == {
        "due": order["total"]["amount"],
        "overpaid": 0,
        "cooking": 1,
        "waiting": 0,
        "reason": "power cut",
    }
    (cancelled,) = await stored(house, AuditEntry, act="line-cancelled", session_id=party.id)
    assert cancelled["subject"] == order["lines"][0]["id"]
    assert (cancelled["before"], cancelled["after"]) == ({"status": "NEW"}, {"status": "CANCELLED"})
    assert cancelled["details"] == {"reason": "power cut"}


async def test_the_same_closing_twice_is_one(house: House) -> None:
    managers = [await house.staff(house.login_of("MANAGER")) for _ in range(2)]
    party = await house.party(managers[0])
    await send_round(house, await house.phone(party))
    closing = {"sessionId": party.id, "reason": "power cut", "opId": str(uuid4())}
    answers = await asyncio.gather(*(manager.send("session:close", closing) for manager in managers * 2))
    assert len({one["session"]["version"] for one in answers}) == 1
    assert len(await stored(house, AuditEntry, act="line-cancelled", session_id=party.id)) == 1


# ── at the same moment, perhaps on another server ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("reason", ["", "power cut"])
async def test_a_round_that_is_sent_while_the_table_closes_is_ended_with_it_or_not_sent(
    house: House, reason: str
) -> None:
    manager = await house.staff(house.login_of("MANAGER"))
    for table in range(8):
        party = await house.party(manager, table)
        phone = await house.phone(party)
        added = await phone.operate("cart:add", {"itemId": house.dish("grill")})
        placing = {"idempotencyKey": str(uuid4()), "cartVersion": added["cart"]["version"]}
        tasks = [close(manager, party, reason), phone.send("order:place", placing)]
        closed, placed = await asyncio.gather(*tasks, return_exceptions=True)
        (session,) = await stored(house, TableSession, _id=party.id)
        orders, tickets = await stored(house, Order, session_id=party.id), await states(house, party)
        assert len(orders) == isinstance(placed, dict)
        if closed == "DONE":
            assert (session["status"], tickets - {"CANCELLED"}) == ("CLOSED", set())
            assert {one["is_closed"] for one in await stored(house, Cart, session_id=party.id)} == {True}
        else:
            assert (closed, session["status"], tickets) == ("CHECK_OPEN", "OPEN", {"NEW"})


async def test_a_cook_who_goes_on_while_the_table_closes_leaves_nothing_half_done(house: House) -> None:
    manager, cook = await house.staff(house.login_of("MANAGER")), await house.cook()
    for table in range(8):
        party = await house.party(manager, table)
        order = (await send_round(house, await house.phone(party)))["order"]
        state = await cook.until(
            lambda known, order=order: any(one["orderId"] == order["id"] for one in known.of("ticket"))
        )
        ticket = next(one for one in state.of("ticket") if one["orderId"] == order["id"])
        step = {"ticketId": ticket["id"], "lineId": order["lines"][0]["id"], "status": "IN_PROGRESS", "expected": "NEW"}
        closed, _ = await asyncio.gather(
            close(manager, party, "power cut"), cook.send("line:set-status", step), return_exceptions=True
        )
        assert closed == "DONE"
        assert await states(house, party) == {"CANCELLED"}
        (kept,) = await stored(house, Order, session_id=party.id)
        assert kept["lines"][0]["status"] == "CANCELLED"


async def test_of_a_cook_who_takes_a_dish_back_and_the_closing_of_the_table_one_is_first(house: House) -> None:
    waiter, cook = await house.waiter(), await house.cook()
    party = await house.party(waiter)
    order = (await send_round(house, await house.phone(party)))["order"]
    await pay(waiter, party, order)
    (ticket,) = (await cook.until(lambda known: any(known.of("ticket")))).of("ticket")
    line = {"ticketId": ticket["id"], "lineId": order["lines"][0]["id"]}
    await cook.send("line:set-status", {**line, "status": "READY", "expected": "NEW"})
    back = cook.send("line:set-status", {**line, "status": "IN_PROGRESS", "expected": "READY"})
    closed, answer = await asyncio.gather(close(waiter, party), back, return_exceptions=True)
    is_closed = isinstance(answer, Refused) and answer.code == "SESSION_CLOSED"
    assert closed == ("DONE" if is_closed else "DISHES_COOKING")
    assert await states(house, party) == {"READY" if is_closed else "IN_PROGRESS"}


@pytest.mark.parametrize("back", ["NEW", "IN_PROGRESS"])
async def test_a_dish_of_a_party_that_has_left_is_handed_out_and_not_cooked_again(house: House, back: str) -> None:
    waiter, cook = await house.waiter(), await house.cook()
    party = await house.party(waiter)
    order = (await send_round(house, await house.phone(party)))["order"]
    await pay(waiter, party, order)
    (ticket,) = (await cook.until(lambda known: any(known.of("ticket")))).of("ticket")
    line = {"ticketId": ticket["id"], "lineId": order["lines"][0]["id"]}
    await cook.send("line:set-status", {**line, "status": "READY", "expected": "NEW"})
    assert await close(waiter, party) == "DONE"
    with pytest.raises(Refused, match="SESSION_CLOSED"):
        await cook.send("line:set-status", {**line, "status": back, "expected": "READY"})
    assert await states(house, party) == {"READY"}
    for before, after in (("READY", "SERVED"), ("SERVED", "READY")):
        await cook.send("line:set-status", {**line, "status": after, "expected": before})
    assert await states(house, party) == {"READY"}


async def test_nothing_of_a_closed_party_is_owed_cooked_or_open(house: House) -> None:
    manager = await house.staff(house.login_of("MANAGER"))
    party = await house.party(manager, mode="INDIVIDUAL")
    for name in ("Ana", "Ion"):
        await send_round(house, await house.phone(party, name))
    assert await close(manager, party, "power cut") == "DONE"
    assert await states(house, party) == {"CANCELLED"}
    assert {one["status"] for one in await stored(house, Check, session_id=party.id)} == {"CLOSED"}
    assert {one["is_closed"] for one in await stored(house, Cart, session_id=party.id)} == {True}


# ── covers ────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_floor_sees_how_many_guests_there_are_by_now(house: House) -> None:
    waiter, colleague = await house.waiter(), await house.waiter()
    party = await house.party(waiter)
    await waiter.operate("session:set-covers", {"sessionId": party.id, "covers": 5})
    await colleague.until(lambda state: any(one["covers"] == 5 for one in state.of("session")))
    (entry,) = await stored(house, AuditEntry, act="covers-set", session_id=party.id)
    assert (entry["before"], entry["after"]) == ({"covers": 2}, {"covers": 5})


async def test_the_check_counts_the_guests_that_the_session_counts(house: House) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter)
    await waiter.operate("session:set-covers", {"sessionId": party.id, "covers": 6})
    assert [one["covers"] for one in await stored(house, Check, session_id=party.id)] == [6]
    await waiter.until(lambda state: any(one["covers"] == 6 for one in state.of("check")))


async def test_counting_the_guests_twice_under_one_operation_is_once(house: House) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter)
    counting = {"sessionId": party.id, "covers": 5, "opId": str(uuid4())}
    first = await waiter.send("session:set-covers", counting)
    await waiter.operate("session:set-covers", {"sessionId": party.id, "covers": 4})
    repeat = await waiter.send("session:set-covers", counting)
    assert (first["session"]["covers"], repeat["session"]["covers"]) == (5, 4)
    assert len(await stored(house, AuditEntry, act="covers-set", session_id=party.id)) == 2


@pytest.mark.parametrize("covers", [0, 201, "3"])
async def test_a_number_of_guests_that_no_party_has_is_refused(house: House, covers: object) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter)
    with pytest.raises(Refused, match="VALIDATION_FAILED"):
        await waiter.operate("session:set-covers", {"sessionId": party.id, "covers": covers})


async def test_the_guests_of_a_closed_table_are_not_counted_any_more(house: House) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter)
    assert await close(waiter, party) == "DONE"
    with pytest.raises(Refused, match="SESSION_CLOSED"):
        await waiter.operate("session:set-covers", {"sessionId": party.id, "covers": 3})
