"""Cancelling: what waits at the first-order gate is taken back, whole or in part, and the kitchen never hears of it."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from comanda_client import Connection, Refused
from integration.gate import decide, seated, send_round, stored
from integration.house import House

from models.audit import AuditEntry
from models.check import Check
from models.order import Order
from models.ticket import Ticket


async def cancel(client: Connection, order: dict[str, Any], *lines: int, **more: Any) -> str:
    """Cancel a round, or some of its lines; returns DONE, REPLAYED or the code of the refusal."""
    data = {"orderId": order["id"], "opId": str(uuid4()), **more}
    if lines:
        data["lineIds"] = [order["lines"][number]["id"] for number in lines]
    if client.namespace == "/floor":
        data = {"sessionId": order["sessionId"], "reason": "they left", **data}
    try:
        answer = await client.send("order:cancel", data)
    except Refused as refused:
        return refused.code
    return "REPLAYED" if answer["replayed"] else "DONE"


async def test_a_guest_takes_back_a_round_that_waits_and_nobody_can_decide_about_it(gated: House) -> None:
    waiter, party, ana = await seated(gated)
    order = (await send_round(gated, ana))["order"]
    assert await cancel(ana, order) == "DONE"
    for client in (ana, waiter):
        state = await client.until(lambda known: any(one["status"] == "CANCELLED" for one in known.of("order")))
        (shown,) = state.of("order")
        assert [one["status"] for one in shown["lines"]] == ["CANCELLED"]
        assert shown["total"] == order["total"]
    assert await decide(waiter, "approve", order) == "ORDER_NOT_WAITING"
    assert await decide(waiter, "reject", order, reason="late") == "ORDER_NOT_WAITING"
    assert await stored(gated, Ticket, session_id=party.id) == []
    (check,) = await stored(gated, Check, session_id=party.id)
    assert check["rounds"] == []
    await waiter.operate("session:close", {"sessionId": party.id})


async def test_of_a_round_that_is_cancelled_in_part_the_rest_is_sent(gated: House) -> None:
    waiter, party, ana = await seated(gated)
    order = (await send_round(gated, ana, gated.dish("grill"), gated.dish("bar"), gated.dish("cold")))["order"]
    assert await cancel(ana, order, 1) == "DONE"
    assert await cancel(waiter, order, 2) == "DONE"
    assert await decide(waiter, "approve", order) == "DONE"
    (ticket,) = await stored(gated, Ticket, session_id=party.id)
    kept = order["lines"][0]
    assert [one["id"] for one in ticket["lines"]] == [kept["id"]]
    (check,) = await stored(gated, Check, session_id=party.id)
    (sent,) = check["rounds"]
    assert [one["id"] for one in sent["lines"]] == [kept["id"]]
    assert check["total"]["amount"] == sent["amount"]["amount"] == kept["unitPrice"]["amount"]
    (now,) = await stored(gated, Order, session_id=party.id)
    assert [one["status"] for one in now["lines"]] == ["NEW", "CANCELLED", "CANCELLED"]
    gone = {"sessionId": party.id, "orderId": order["id"], "lineId": order["lines"][1]["id"], "opId": str(uuid4())}
    with pytest.raises(Refused, match="LINE_TAKEN_OFF"):
        await waiter.send("line:void", {**gone, "reason": "cold"})


async def test_what_was_sent_is_not_cancelled_and_the_answer_names_what_does_it(gated: House) -> None:
    waiter, _, ana = await seated(gated)
    order = (await send_round(gated, ana))["order"]
    assert await decide(waiter, "approve", order) == "DONE"
    for client in (ana, waiter):
        with pytest.raises(Refused, match="ORDER_SENT") as refused:
            await client.send(
                "order:cancel",
                {"orderId": order["id"], "opId": str(uuid4())}
                | ({"sessionId": order["sessionId"], "reason": "late"} if client is waiter else {}),
            )
        assert refused.value.details["instead"] == "line:void"
        assert refused.value.details["order"]["status"] == "PLACED"


async def test_a_round_that_was_rejected_is_not_cancelled(gated: House) -> None:
    waiter, _, ana = await seated(gated)
    order = (await send_round(gated, ana))["order"]
    assert await decide(waiter, "reject", order, reason="sold out") == "DONE"
    assert await cancel(ana, order) == "ORDER_NOT_WAITING"


async def test_only_who_sent_a_round_and_the_staff_cancel_it(gated: House) -> None:
    waiter, party, ana = await seated(gated)
    ion = await gated.phone(party, "Ion")
    stranger = await gated.phone(await gated.party(waiter, 1), "Radu")
    order = (await send_round(gated, ana))["order"]
    assert await cancel(ion, order) == "FORBIDDEN"
    assert await cancel(stranger, order) == "NOT_FOUND"
    assert await cancel(ana, order, lineIds=["nothing"]) == "NOT_FOUND"
    assert await cancel(waiter, order, reason=" ") == "VALIDATION_FAILED"
    assert await cancel(waiter, order) == "DONE"
    state = await ana.until(lambda known: any(one["status"] == "CANCELLED" for one in known.of("order")))
    assert next(state.of("order"))["reason"] == "they left"


async def test_in_an_individual_session_nobody_learns_of_the_rounds_of_others(gated: House) -> None:
    _, party, ana = await seated(gated, "INDIVIDUAL")
    ion = await gated.phone(party, "Ion")
    order = (await send_round(gated, ana))["order"]
    assert await cancel(ion, order) == "NOT_FOUND"


async def test_a_repeat_changes_nothing_also_after_the_rest_was_approved(gated: House) -> None:
    waiter, _, ana = await seated(gated)
    order = (await send_round(gated, ana, gated.dish("grill"), gated.dish("bar")))["order"]
    key = str(uuid4())
    outcomes = await asyncio.gather(*(cancel(ana, order, 0, opId=key) for _ in range(5)))
    assert sorted(outcomes) == ["DONE", *["REPLAYED"] * 4]
    assert await cancel(ana, order, 0) == "LINE_CANCELLED"
    assert await decide(waiter, "approve", order) == "DONE"
    await ana.until(lambda known: any(one["status"] == "PLACED" for one in known.of("order")))
    assert await cancel(ana, order, 0, opId=key) == "REPLAYED"


async def test_of_a_guest_who_cancels_and_a_waiter_who_approves_one_is_first(gated: House) -> None:
    waiter = await gated.waiter()
    for table in range(4):
        party = await gated.party(waiter, table)
        ana = await gated.phone(party)
        order = (await send_round(gated, ana))["order"]
        outcomes = await asyncio.gather(cancel(ana, order), decide(waiter, "approve", order))
        tickets = await stored(gated, Ticket, session_id=party.id)
        assert (*outcomes, len(tickets)) in (("DONE", "ORDER_NOT_WAITING", 0), ("ORDER_SENT", "DONE", 1))


async def test_it_is_in_the_audit_with_before_and_after(gated: House) -> None:
    waiter, party, ana = await seated(gated)
    order = (await send_round(gated, ana, gated.dish("grill"), gated.dish("bar")))["order"]
    assert await cancel(ana, order, 0) == "DONE"
    assert await cancel(waiter, order) == "DONE"
    part, whole = sorted(
        await stored(gated, AuditEntry, session_id=party.id, act="order-cancelled"), key=lambda one: str(one["_id"])
    )
    assert (part["before"], part["after"]) == ({"status": "WAITING", "lines": 2}, {"status": "WAITING", "lines": 1})
    assert (whole["before"], whole["after"]) == ({"status": "WAITING", "lines": 1}, {"status": "CANCELLED", "lines": 0})
    assert (part["actor"]["kind"], whole["actor"]["kind"]) == ("GUEST", "STAFF")
    assert whole["details"]["reason"] == "they left"
