"""A dinner from the first guest to the closed table, with every command at the table, for it, and in the kitchen."""

from typing import Any

import pytest
from comanda_client import Connection, Refused
from integration.house import PASSWORD, House
from integration.promoted import promotion, publish

from server.waiting import ESCALATION


async def dine(house: House) -> None:
    """Play it, with two phones, a waiter, a cook and a manager."""
    await publish(house, promotion())
    waiter, cook = await house.waiter(), await house.cook()
    party = await house.party(waiter)
    ana, ion = await house.phone(party, "Ana"), await house.phone(party, "Ion")
    await ana.send("menu:get", {"language": "ro"})
    added = await ana.operate("cart:add", {"itemId": house.dish("grill"), "quantity": 2, "note": "fără sare"})
    line = added["cart"]["lines"][0]["id"]
    await ana.operate("cart:update", {"lineId": line, "quantity": 1})
    await ana.operate("cart:remove", {"lineId": line})
    await ana.operate("cart:add", {"itemId": house.dish("grill"), "opId": "op-00000001"})
    await ion.operate("cart:clear", {})
    await waiter.operate("cart:add", {"itemId": house.dish("grill"), "quantity": 3, "sessionId": party.id})
    await ana.send("checkout:hold")
    held = await ana.send("checkout:release")
    placing = {"idempotencyKey": "k-0000-0001", "cartVersion": held["cart"]["version"]}
    placed = await ion.send("order:place", placing)
    await waiter.operate("order:approve", {"sessionId": party.id, "orderId": placed["order"]["id"]})
    await waiter.operate("session:set-covers", {"sessionId": party.id, "covers": 3})
    await ion.send("order:list")
    await cook.until(lambda state: any(state.of("ticket")))
    board = await cook.send("board:get")
    ticket = board["tickets"][0]
    await cook.send("ticket:seen", {"ticketIds": [ticket["id"]]})
    step = {"ticketId": ticket["id"], "lineId": ticket["lines"][0]["id"], "status": "READY", "expected": "NEW"}
    await cook.send("line:set-status", step)
    with pytest.raises(Refused, match="STATUS_CONFLICT"):
        await cook.send("line:set-status", step)
    await cook.send("ticket:bump", {"ticketId": ticket["id"]})
    await cook.send("ticket:recall", {"ticketId": ticket["id"]})
    await _hold_and_fire(waiter, cook, {"sessionId": party.id, "course": ticket["lines"][0]["course"]})
    await _rush(waiter, cook, ticket["orderId"])
    await cook.send("sync:probe")
    await _be_served(house, waiter, ana)
    await waiter.operate("session:move", {"sessionId": party.id, "tableId": house.tables[1].id})
    await waiter.operate("session:undo-move", {"sessionId": party.id})
    other = await house.party(waiter, 3)
    await waiter.operate("session:merge", {"from": other.id, "into": party.id})
    await waiter.operate("session:unmerge", {"sessionId": other.id})
    await waiter.operate("pin:rotate", {"sessionId": party.id})
    await _settle(waiter, ana, {"sessionId": party.id}, ticket)
    await cook.send("line:acknowledge", {"ticketId": ticket["id"], "lineId": ticket["lines"][0]["id"], "voided": 1})
    await ion.send("session:leave")
    screen = await house.connect("/kitchen")
    chef = {"login": house.login_of("CHEF"), "password": PASSWORD, "restaurantId": house.restaurant.id}
    await screen.send("staff:login", chef)
    await screen.send("staff:logout")
    manager = await house.staff(house.login_of("MANAGER"))
    await manager.operate("session:close", {"sessionId": party.id, "reason": "invited by the house"})
    await manager.send("audit:list", {"sessionId": party.id, "limit": 5})
    await manager.operate("item:set-availability", {"itemId": house.dish("grill"), "state": "AVAILABLE", "left": 7})
    for client in (ana, cook):
        await client.until(lambda state: any(one["isAvailable"] for one in state.of("item")))
    grill = next(one for one in manager.state.of("station") if one["code"] == "grill")
    ages = {"MAINS": {"amber": 12, "red": 20}, "DRINKS": None}
    await manager.operate(
        "station:change", {"stationId": grill["id"], "backup": "pizza", "busyPortions": 25, "ages": ages}
    )
    await cook.until(lambda state: state.snapshots[grill["id"]].version > grill["version"])
    await ana.until(lambda state: any(one["wait"] for one in state.of("station")), 10)
    await manager.send("report:get")
    await ana.until(lambda state: any(one["status"] == "CLOSED" for one in state.of("session")))
    await manager.send("staff:logout")


async def _hold_and_fire(waiter: Connection, cook: Connection, course: dict[str, str]) -> None:
    """Keep a course back and let it be cooked, on the floor and in the kitchen; it is begun, so it stays as it is."""
    for client in (waiter, cook):
        await client.operate("course:hold", course)
        await client.operate("course:fire", course)


async def _rush(waiter: Connection, cook: Connection, order_id: str) -> None:
    """Have an order cooked before all others, put it together, and look again at what was cleared."""
    for client in (waiter, cook):
        await client.operate("order:prioritize", {"orderId": order_id, "isPriority": client is waiter})
    await cook.operate("order:bump", {"orderId": order_id, "level": "READY"})
    await cook.send("ticket:list")
    await cook.operate("order:recall", {"orderId": order_id})


async def _be_served(house: House, waiter: Connection, ana: Connection) -> None:
    """Ask for this and that, wait too long, take a step back; then the table gets another waiter."""
    water = (await ana.operate("service:request", {"kind": "WATER", "note": "plată"}))["service"]
    house.clock.advance(seconds=121)
    await house.apps[0].duties.perform(ESCALATION)
    state = await waiter.until(lambda known: any(known.of("alarm")))
    await waiter.operate("alarm:resolve", {"alarmId": next(state.of("alarm"))["id"]})
    await waiter.send("service:take", {"requestId": water["id"]})
    colleague = await house.staff("mihai")
    with pytest.raises(Refused, match="ALREADY_TAKEN"):
        await colleague.send("service:take", {"requestId": water["id"]})
    await waiter.send("service:resolve", {"requestId": water["id"]})
    bill = (await ana.operate("service:request", {"kind": "BILL"}))["service"]
    await ana.operate("service:cancel", {"requestId": bill["id"]})
    me, table = water["waiter"]["id"], house.tables[0].id
    await waiter.operate("section:assign", {"tableIds": [table], "staffId": me})
    with pytest.raises(Refused, match="NOT_FOUND"):
        await waiter.operate("shift:handover", {"to": "nobody"})
    await waiter.operate("shift:handover", {"to": me})
    await colleague.close()


async def _settle(waiter: Connection, ana: Connection, session: dict[str, Any], ticket: dict[str, Any]) -> None:
    line = {**session, "orderId": ticket["orderId"], "lineId": ticket["lines"][0]["id"]}
    await waiter.send("line:serve", line)
    await waiter.operate("line:void", {**line, "quantity": 1, "reason": "cold"})
    await waiter.operate("line:comp", {**line, "quantity": 1, "reason": "late"})
    await waiter.operate("discount:apply", {**session, "percent": 1000, "reason": "a friend of the house"})
    await ana.operate("promotion:apply", {"code": "PRANZ-10"})
    (check,) = (await waiter.send("check:get", session))["checks"]
    taken = {"correctionId": check["corrections"][-1]["id"], "reason": "not today"}
    (check,) = [(await waiter.operate("promotion:remove", session | taken))["check"]]
    await _share(waiter, ana, session, ticket["lines"][0]["id"])
    await _pay_online(waiter, ana)
    paid = {"method": "CASH", "amount": check["due"]["amount"], "tip": 500, "given": 50_000}
    tender = (await waiter.send("payment:record", {**session, **paid, "idempotencyKey": "k-0000-0003"}))["tender"]
    back = {"tenderId": tender["id"], "amount": 100, "reason": "a mistake", "idempotencyKey": "k-0000-0004"}
    await waiter.send("payment:refund", {**session, **back})
    await ana.send("check:get")
    await ana.send("receipt:get", {"format": "HTML"})
    await waiter.send("receipt:get", {**session, "language": "ro"})


async def _share(waiter: Connection, ana: Connection, session: dict[str, Any], line_id: str) -> None:
    """Claim a dish, divide the check, and take both back."""
    line = {"lineId": line_id}
    claimed = await ana.operate("check:claim", {**line, "share": {"parts": 1, "of": 2}})
    await waiter.operate("check:split", {**session, "method": "EVEN", "count": 3})
    await waiter.operate("check:unsplit", session)
    await ana.operate("check:unclaim", line)
    guest = {**session, **line, "participantId": claimed["check"]["claims"][0]["by"]["id"]}
    await waiter.operate("check:claim", guest)
    await waiter.operate("check:unclaim", guest)


async def _pay_online(waiter: Connection, ana: Connection) -> None:
    """Begin to pay from a phone, until it could; then the waiter takes it in hand."""
    asked = {"method": "ONLINE", "amount": 500, "idempotencyKey": "k-0000-0006"}
    payment = (await ana.send("payment:start", asked))["payment"]
    await ana.until(lambda state: any(one["clientSecret"] for one in state.of("payment")))
    await waiter.send("payment:cancel", {"paymentId": payment["id"]})
    await ana.until(lambda state: any(one["status"] == "CANCELLED" for one in state.of("payment")))
