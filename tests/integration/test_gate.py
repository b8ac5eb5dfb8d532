"""The first-order gate: on two servers that have a waiter approve the first round of a session."""

import asyncio
from uuid import uuid4

import pytest
from comanda_client import Refused
from integration.gate import change_menu, decide, seated, send_round, stored
from integration.house import House

from models.audit import AuditEntry
from models.check import Check
from models.dish import Allergen
from models.order import Order
from models.ticket import Ticket

# ── waiting ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_guests_first_round_waits_and_neither_kitchen_nor_check_knows_of_it(gated: House) -> None:
    waiter, party, ana = await seated(gated)
    cook = await gated.cook()
    answer = await send_round(gated, ana)
    assert (answer["order"]["status"], answer["cart"]["lines"]) == ("WAITING", [])
    state = await waiter.until(lambda known: any(one["status"] == "WAITING" for one in known.of("order")))
    assert next(state.of("order"))["id"] == answer["order"]["id"]
    (check,) = await stored(gated, Check, session_id=party.id)
    assert (check["rounds"], check["total"]["amount"]) == ([], 0)
    assert await stored(gated, Ticket, session_id=party.id) == []
    assert (await cook.send("board:get"))["tickets"] == []


async def test_a_waiting_round_is_one_however_often_its_key_comes(gated: House) -> None:
    _, party, ana = await seated(gated)
    ion = await gated.phone(party, "Ion")
    added = await ana.operate("cart:add", {"itemId": gated.dish("grill")})
    placing = {"idempotencyKey": str(uuid4()), "cartVersion": added["cart"]["version"]}
    answers = await asyncio.gather(*(phone.send("order:place", placing) for phone in (ana, ion) * 5))
    assert len({one["order"]["id"] for one in answers}) == 1
    assert [one["replayed"] for one in answers].count(False) == 1
    assert len(await stored(gated, Order, session_id=party.id)) == 1


async def test_the_key_of_a_round_answers_with_it_after_it_was_decided(gated: House) -> None:
    waiter, _, ana = await seated(gated)
    added = await ana.operate("cart:add", {"itemId": gated.dish("grill")})
    placing = {"idempotencyKey": str(uuid4()), "cartVersion": added["cart"]["version"]}
    placed = await ana.send("order:place", placing)
    assert await decide(waiter, "approve", placed["order"]) == "DONE"
    await ana.until(lambda state: any(one["status"] == "PLACED" for one in state.of("order")))
    repeat = await ana.send("order:place", placing)
    assert repeat["replayed"] is True
    assert (repeat["order"]["id"], repeat["order"]["status"]) == (placed["order"]["id"], "PLACED")


async def test_with_the_gate_shut_every_round_waits_for_a_tap_of_its_own(gated: House) -> None:
    waiter, party, ana = await seated(gated)
    first, second = await send_round(gated, ana), await send_round(gated, ana, gated.dish("bar"))
    assert second["order"]["status"] == "WAITING"
    assert await decide(waiter, "approve", second["order"]) == "DONE"
    assert [one["order_id"] for one in await stored(gated, Ticket, session_id=party.id)] == [second["order"]["id"]]
    assert await decide(waiter, "reject", first["order"], reason="sent twice") == "DONE"


async def test_one_approved_round_opens_the_gate_of_the_session_and_of_no_other(gated: House) -> None:
    waiter, _, ana = await seated(gated)
    assert await decide(waiter, "approve", (await send_round(gated, ana))["order"]) == "DONE"
    await ana.until(lambda state: any(one["status"] == "PLACED" for one in state.of("order")))
    assert (await send_round(gated, ana))["order"]["status"] == "PLACED"
    stranger = await gated.phone(await gated.party(waiter, 1))
    assert (await send_round(gated, stranger))["order"]["status"] == "WAITING"


async def test_what_staff_place_passes_and_opens_the_gate(gated: House) -> None:
    waiter, party, ana = await seated(gated)
    assert (await send_round(gated, waiter, sessionId=party.id))["order"]["status"] == "PLACED"
    await ana.until(lambda state: any(state.of("order")))
    assert (await send_round(gated, ana))["order"]["status"] == "PLACED"


async def test_in_an_individual_session_each_sees_their_own_waiting_round_and_the_floor_sees_both(gated: House) -> None:
    waiter, party, ana = await seated(gated, "INDIVIDUAL")
    ion = await gated.phone(party, "Ion")
    orders = [(await send_round(gated, phone))["order"] for phone in (ana, ion)]
    assert [one["status"] for one in orders] == ["WAITING", "WAITING"]
    await waiter.until(lambda state: {one["id"] for one in state.of("order")} == {one["id"] for one in orders})
    assert [one["id"] for one in ana.state.of("order")] == [orders[0]["id"]]


async def test_what_is_placed_counts_for_the_ceiling_of_the_session_whoever_placed_it(gated: House) -> None:
    waiter, party, ana = await seated(gated)
    await send_round(gated, waiter, quantity=15, sessionId=party.id)
    await ana.until(lambda state: any(state.of("order")))
    added = await ana.operate("cart:add", {"itemId": gated.dish("grill"), "quantity": 6})
    line = added["cart"]["lines"][0]["id"]
    with pytest.raises(Refused) as refused:
        await ana.send("order:place", {"idempotencyKey": str(uuid4()), "cartVersion": added["cart"]["version"]})
    assert refused.value.details == {"scope": "session", "what": "portions", "limit": 20, "left": 5}
    less = await ana.operate("cart:update", {"lineId": line, "quantity": 5})
    placed = await ana.send("order:place", {"idempotencyKey": str(uuid4()), "cartVersion": less["cart"]["version"]})
    assert placed["order"]["status"] == "PLACED"


# ── approving ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_approving_sends_the_round_to_its_stations_and_onto_the_check_as_it_was_placed(gated: House) -> None:
    waiter, party, ana = await seated(gated)
    cook = await gated.cook()
    order = (await send_round(gated, ana, gated.dish("grill"), gated.dish("bar")))["order"]
    gated.clock.advance(minutes=5)
    answer = await waiter.operate("order:approve", {"sessionId": party.id, "orderId": order["id"]})
    assert (answer["order"]["status"], answer["order"]["number"]) == ("PLACED", order["number"])
    assert answer["order"]["decidedBy"]["kind"] == "STAFF"
    state = await cook.until(lambda known: sum(1 for _ in known.of("ticket")) == 2)
    assert {one["station"] for one in state.of("ticket")} == {"grill", "bar"}
    assert {one["number"] for one in state.of("ticket")} == {order["number"]}
    assert {one["placedAt"] for one in state.of("ticket")} == {answer["order"]["decidedAt"]}
    (check,) = await stored(gated, Check, session_id=party.id)
    assert [one["order_id"] for one in check["rounds"]] == [order["id"]]
    assert check["total"]["amount"] == order["total"]["amount"]
    await ana.until(lambda known: any(one["status"] == "PLACED" for one in known.of("order")))


async def test_a_menu_that_changed_meanwhile_changes_nothing_that_the_guest_saw(gated: House) -> None:
    waiter, party, ana = await seated(gated)
    order = (await send_round(gated, ana))["order"]
    dish = next(one for one in gated.menu.dishes if one.id == order["lines"][0]["itemId"])
    await change_menu(gated, price=999_999, stations=("bar",), allergens=())
    assert await decide(waiter, "approve", order) == "DONE"
    (ticket,) = await stored(gated, Ticket, session_id=party.id)
    (check,) = await stored(gated, Check, session_id=party.id)
    assert (ticket["station"], ticket["lines"][0]["allergens"]) == (
        "grill",
        [one.value for one in Allergen if one in dish.allergens],
    )
    assert check["total"]["amount"] == order["total"]["amount"]


async def test_a_dish_that_is_86_by_now_is_not_approved_and_the_round_can_be_rejected(gated: House) -> None:
    waiter, party, ana = await seated(gated)
    order = (await send_round(gated, ana))["order"]
    item = {"itemId": order["lines"][0]["itemId"], "state": "OUT"}
    await waiter.operate("item:set-availability", item)
    assert await decide(waiter, "approve", order) == "ITEM_UNAVAILABLE"
    assert await stored(gated, Ticket, session_id=party.id) == []
    assert await decide(waiter, "reject", order, reason="sold out") == "DONE"


async def test_a_round_that_is_too_much_with_what_was_placed_since_is_not_approved_and_can_be_rejected(
    gated: House,
) -> None:
    waiter, party, ana = await seated(gated)
    other = await gated.party(waiter, 1)
    orders = [(await send_round(gated, one, quantity=15))["order"] for one in (ana, await gated.phone(other))]
    await waiter.operate("session:merge", {"from": other.id, "into": party.id})
    first, second = (one | {"sessionId": party.id} for one in orders)
    assert await decide(waiter, "approve", first) == "DONE"
    with pytest.raises(Refused) as refused:
        await waiter.operate("order:approve", {"sessionId": party.id, "orderId": second["id"]})
    assert refused.value.code == "ORDER_TOO_LARGE"
    assert refused.value.details == {"scope": "session", "what": "portions", "limit": 20, "left": 5}
    assert [one["order_id"] for one in await stored(gated, Ticket, session_id=party.id)] == [first["id"]]
    assert await decide(waiter, "reject", second, reason="too much") == "DONE"


async def test_a_party_that_moved_while_its_round_waited_gets_it_at_its_new_table(gated: House) -> None:
    waiter, party, ana = await seated(gated)
    order = (await send_round(gated, ana))["order"]
    await waiter.operate("session:move", {"sessionId": party.id, "tableId": gated.tables[4].id})
    assert await decide(waiter, "approve", order) == "DONE"
    (ticket,) = await stored(gated, Ticket, session_id=party.id)
    assert ticket["table_name"] == gated.tables[4].name


async def test_approving_and_rejecting_are_in_the_audit_with_before_and_after(gated: House) -> None:
    waiter, party, ana = await seated(gated)
    orders = [(await send_round(gated, ana))["order"] for _ in range(2)]
    await decide(waiter, "approve", orders[0])
    await decide(waiter, "reject", orders[1], reason="sent twice")
    for order, act, status in ((orders[0], "order-approved", "PLACED"), (orders[1], "order-rejected", "REJECTED")):
        (entry,) = await stored(gated, AuditEntry, act=act, subject=order["id"])
        assert (entry["before"], entry["after"]) == ({"status": "WAITING"}, {"status": status})
        assert (entry["session_id"], entry["actor"]["kind"]) == (party.id, "STAFF")
    assert entry["details"]["reason"] == "sent twice"


# ── rejecting ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_rejected_round_is_told_to_the_guests_with_its_reason_and_cooked_by_nobody(gated: House) -> None:
    waiter, party, ana = await seated(gated)
    order = (await send_round(gated, ana))["order"]
    await waiter.operate("order:reject", {"sessionId": party.id, "orderId": order["id"], "reason": "kitchen is closed"})
    state = await ana.until(lambda known: any(one["status"] == "REJECTED" for one in known.of("order")))
    rejected = next(state.of("order"))
    assert (rejected["reason"], rejected["lines"][0]["status"]) == ("kitchen is closed", "CANCELLED")
    assert await stored(gated, Ticket, session_id=party.id) == []
    assert (await stored(gated, Check, session_id=party.id))[0]["total"]["amount"] == 0


async def test_a_rejection_needs_a_reason(gated: House) -> None:
    waiter, _, ana = await seated(gated)
    order = (await send_round(gated, ana))["order"]
    assert await decide(waiter, "reject", order) == "VALIDATION_FAILED"
    assert await decide(waiter, "reject", order, reason="  ") == "VALIDATION_FAILED"


async def test_a_rejected_round_does_not_open_the_gate_and_does_not_count_for_the_ceiling(gated: House) -> None:
    waiter, _, ana = await seated(gated)
    rejected = (await send_round(gated, ana, quantity=15))["order"]
    await decide(waiter, "reject", rejected, reason="a joke")
    await ana.until(lambda state: any(one["status"] == "REJECTED" for one in state.of("order")))
    assert (await send_round(gated, ana, quantity=15))["order"]["status"] == "WAITING"


async def test_what_waits_counts_for_the_ceiling_of_the_session(gated: House) -> None:
    _, _, ana = await seated(gated)
    await send_round(gated, ana, quantity=15)
    with pytest.raises(Refused) as refused:
        await send_round(gated, ana, quantity=6)
    assert refused.value.code == "ORDER_TOO_LARGE"
    assert refused.value.details == {"scope": "session", "what": "portions", "limit": 20, "left": 5}
