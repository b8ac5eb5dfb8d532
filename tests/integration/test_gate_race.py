"""Rounds that wait, when two decide at once, or the party moves or leaves meanwhile: on two servers."""

import asyncio
import itertools
from uuid import uuid4

import pytest
from comanda_client import Refused
from integration.gate import decide, seated, send_round, stored
from integration.house import House

from handlers.context import Context, Done
from models.audit import AuditEntry
from models.cart import Cart
from models.check import Check
from models.errors import OrderNotWaiting
from models.order import Order
from models.session import TableSession
from models.ticket import Ticket

# ── deciding at once ──────────────────────────────────────────────────────────────────────────────────────────────────


async def test_of_two_waiters_who_decide_at_once_one_wins_and_the_other_gets_the_state(gated: House) -> None:
    waiters = [await gated.waiter(), await gated.waiter()]
    for table in range(5):
        party = await gated.party(waiters[0], table)
        order = (await send_round(gated, await gated.phone(party)))["order"]
        outcomes = await asyncio.gather(
            decide(waiters[table % 2], "approve", order), decide(waiters[1 - table % 2], "reject", order, reason="no")
        )
        assert sorted(outcomes) == ["DONE", "ORDER_NOT_WAITING"]
        tickets = await stored(gated, Ticket, session_id=party.id)
        assert len(tickets) == (1 if outcomes[0] == "DONE" else 0)


async def test_the_second_waiter_is_told_how_the_round_stands(gated: House) -> None:
    waiter, party, ana = await seated(gated)
    order = (await send_round(gated, ana))["order"]
    assert await decide(waiter, "approve", order) == "DONE"
    other = await gated.waiter()
    with pytest.raises(Refused) as refused:
        await other.operate("order:reject", {"sessionId": party.id, "orderId": order["id"], "reason": "no"})
    assert refused.value.code == "ORDER_NOT_WAITING"
    assert refused.value.details["order"]["status"] == "PLACED"


@pytest.mark.parametrize(("verb", "more"), [("approve", {}), ("reject", {"reason": "no"})])
async def test_the_same_tap_twice_is_one(gated: House, verb: str, more: dict[str, str]) -> None:
    waiters = [await gated.waiter(), await gated.waiter()]
    party = await gated.party(waiters[0])
    order = (await send_round(gated, await gated.phone(party)))["order"]
    data = {"sessionId": party.id, "orderId": order["id"], "opId": str(uuid4()), **more}
    answers = await asyncio.gather(*(waiter.send(f"order:{verb}", data) for waiter in waiters * 2))
    assert [one["replayed"] for one in answers].count(False) == 1
    assert len({one["order"]["version"] for one in answers}) == 1


async def test_what_was_read_half_before_and_half_after_a_decision_refuses_nobody(gated: House) -> None:
    """The session as it was before another server's commit, the order as it is after: neither alone was stale."""
    waiter, party, ana = await seated(gated)
    order = (await send_round(gated, ana))["order"]
    again, attempts = str(uuid4()), itertools.count(1)

    async def look(ctx: Context, _: None) -> Done:
        session = await ctx.store.get(TableSession, party.id)
        attempt = next(attempts)
        if attempt == 2:
            await waiter.send(
                "order:reject", {"sessionId": party.id, "orderId": order["id"], "opId": again, "reason": "no"}
            )
        found = await ctx.store.get(Order, order["id"])
        assert session is not None
        assert found is not None
        if attempt == 1 or not (found.is_waiting or session.has_done(again)):
            raise OrderNotWaiting
        return Done()

    await gated.perform(look)
    assert next(attempts) == 4


async def test_a_round_of_another_session_or_house_is_not_found(gated: House) -> None:
    waiter, _, ana = await seated(gated)
    order = (await send_round(gated, ana))["order"]
    other = await gated.party(waiter, 1)
    assert await decide(waiter, "approve", order | {"sessionId": other.id}) == "NOT_FOUND"
    elsewhere = await gated.installation.new_house()
    try:
        assert await decide(await elsewhere.waiter(), "approve", order) == "NOT_FOUND"
    finally:
        await elsewhere.close()


async def test_guests_and_cooks_decide_nothing(gated: House) -> None:
    _, _, ana = await seated(gated)
    order = (await send_round(gated, ana))["order"]
    assert await decide(ana, "approve", order) == "UNKNOWN_COMMAND"
    assert await decide(await gated.staff(gated.login_of("CHEF")), "approve", order) == "FORBIDDEN"


async def test_moving_while_a_round_is_approved_elsewhere_leaves_no_ticket_at_the_old_table(gated: House) -> None:
    waiters = [await gated.waiter(), await gated.waiter()]
    for table in range(4):
        party = await gated.party(waiters[0], table)
        order = (await send_round(gated, await gated.phone(party)))["order"]
        target = gated.tables[10 + table]
        moving = waiters[table % 2].operate("session:move", {"sessionId": party.id, "tableId": target.id})
        await asyncio.gather(moving, decide(waiters[1 - table % 2], "approve", order))
        assert [one["table_name"] for one in await stored(gated, Ticket, session_id=party.id)] == [target.name]


# ── closing ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_table_is_not_closed_while_a_round_waits_but_by_a_manager_who_says_why(gated: House) -> None:
    waiter, party, ana = await seated(gated)
    manager = await gated.staff(gated.login_of("MANAGER"))
    order = (await send_round(gated, ana))["order"]
    for who, reason in ((waiter, ""), (waiter, "they left"), (manager, "")):
        with pytest.raises(Refused) as refused:
            await who.operate("session:close", {"sessionId": party.id, "reason": reason})
        assert (refused.value.code, refused.value.details) == ("ORDERS_WAITING", {"orders": [order["id"]]})
    await manager.operate("session:close", {"sessionId": party.id, "reason": "they left"})
    state = await ana.until(lambda known: any(one["status"] == "REJECTED" for one in known.of("order")))
    assert next(state.of("order"))["reason"] == "they left"
    (entry,) = await stored(gated, AuditEntry, act="order-rejected", subject=order["id"])
    assert (entry["before"], entry["after"]) == ({"status": "WAITING"}, {"status": "REJECTED"})


async def test_a_round_that_is_sent_while_the_table_closes_elsewhere_is_closed_with_it_or_refused(gated: House) -> None:
    manager = await gated.staff(gated.login_of("MANAGER"))
    for table in range(6):
        party = await gated.party(manager, table)
        phone = await gated.phone(party)
        added = await phone.operate("cart:add", {"itemId": gated.dish("grill")})
        placing = {"idempotencyKey": str(uuid4()), "cartVersion": added["cart"]["version"]}
        closing = manager.operate("session:close", {"sessionId": party.id, "reason": "fire alarm"})
        _, placed = await asyncio.gather(closing, phone.send("order:place", placing), return_exceptions=True)
        assert isinstance(placed, dict) or placed.code in ("SESSION_CLOSED", "CART_CHANGED")  # type: ignore[union-attr]
        assert {one["status"] for one in await stored(gated, Order, session_id=party.id)} <= {"REJECTED"}
        assert {one["is_closed"] for one in await stored(gated, Cart, session_id=party.id)} == {True}


async def test_approving_while_the_table_closes_elsewhere_leaves_nothing_to_cook(gated: House) -> None:
    waiter, manager = await gated.waiter(), await gated.staff(gated.login_of("MANAGER"))
    for table in range(6):
        party = await gated.party(waiter, table)
        order = (await send_round(gated, await gated.phone(party)))["order"]
        closing = manager.operate("session:close", {"sessionId": party.id, "reason": "fire alarm"})
        _, outcome = await asyncio.gather(closing, decide(waiter, "approve", order))
        assert outcome in ("DONE", "SESSION_CLOSED", "ORDER_NOT_WAITING")
        lines = [line for one in await stored(gated, Ticket, session_id=party.id) for line in one["lines"]]
        assert {line["status"] for line in lines} <= {"CANCELLED"}
        (check,) = await stored(gated, Check, session_id=party.id)
        assert check["status"] == "CLOSED"
        assert len(check["rounds"]) == len(lines)
