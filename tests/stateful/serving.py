"""What the house does: the kitchen cooks, the floor moves, sends away, approves, corrects, settles and closes."""

from typing import Any

from stateful.dining import join, open_table, place
from stateful.evening import Evening, Picks

from models.check import Check
from models.principal import Role
from models.split import shares
from models.status import LineStatus
from models.store.codec import from_document
from models.ticket_line import TRANSITIONS


async def cook(evening: Evening, picks: Picks) -> None:
    """A cook moves a line on, or bumps, recalls or sees a ticket."""
    tickets = evening.truth.found["tickets"]
    if not tickets:
        return await place(evening, picks)
    server, ticket = picks.below(2), picks.one_of(tickets)
    steps = ("line:set-status", "line:set-status", "line:acknowledge", "ticket:bump", "ticket:recall", "ticket:seen")
    name = picks.one_of(steps)
    request: dict[str, Any] = {"ticketId": ticket["_id"]}
    if name == "line:set-status":
        line = picks.one_of(ticket["lines"])
        possible = sorted(TRANSITIONS[LineStatus(line["status"])])
        status = picks.one_of((*possible, *possible, LineStatus.SERVED))
        request |= {"lineId": line["id"], "expected": line["status"], "status": status.value}
    elif name == "line:acknowledge":
        line = picks.one_of(ticket["lines"])
        request |= {"lineId": line["id"], "voided": max(1, line["voided"])}
    elif name == "ticket:seen":
        request = {"ticketIds": [ticket["_id"]]}
    await evening.say(server, evening.house.staff[Role.CHEF], name, request)
    return None


async def serve(evening: Evening, picks: Picks) -> None:
    """A dish reaches the table."""
    ready = [
        (order, line)
        for order in evening.truth.found["orders"]
        for line in order["lines"]
        if line["status"] == LineStatus.READY
    ]
    if not ready:
        return await cook(evening, picks)
    server, (order, line) = picks.below(2), picks.one_of(ready)
    party = evening.party_of(order["session_id"])
    request = {"orderId": order["_id"], "lineId": line["id"]}
    await evening.say(server, evening.staff(picks), "line:serve", request, party)
    return None


async def decide(evening: Evening, picks: Picks) -> None:
    """A waiter approves or rejects a round that waits."""
    waiting = [one for one in evening.truth.found["orders"] if one["status"] == "WAITING"]
    if not waiting:
        return await place(evening, picks)
    server, order = picks.below(2), picks.one_of(waiting)
    is_good = picks.below(4) < 3
    request = {"orderId": order["_id"], "opId": evening.operation()} | ({} if is_good else {"reason": "sold out"})
    name, act = ("order:approve", "order-approved") if is_good else ("order:reject", "order-rejected")
    await evening.act(server, evening.staff(picks), name, request, evening.party_of(order["session_id"]), [act])
    return None


async def cancel(evening: Evening, picks: Picks) -> None:
    """A round that waits is taken back, whole or one line of it, by who sent it or by a waiter."""
    waiting = [one for one in evening.truth.found["orders"] if one["status"] == "WAITING"]
    if not waiting:
        return await place(evening, picks)
    server, order = picks.below(2), picks.one_of(waiting)
    party = evening.party_of(order["session_id"])
    sender = next((one for one in party.guests if one.id == order["placed_by"]["id"]), None)
    guest = sender if picks.below(2) else None
    lines = [one["id"] for one in order["lines"]]
    named = [picks.one_of(lines)] if picks.below(2) else lines
    request = {"orderId": order["_id"], "lineIds": named, "opId": evening.operation()}
    person = guest.person if guest else evening.house.staff[Role.WAITER]
    why = {} if guest else {"reason": "they left"}

    def noted(_: dict[str, Any]) -> None:
        evening.ledger.cancelled |= set(named)

    await evening.act(server, person, "order:cancel", request | why, party, ["order-cancelled"], noted, guest)
    return None


async def move(evening: Evening, picks: Picks) -> None:
    """A party moves, or a move is undone."""
    party = evening.party(picks)
    if party is None:
        return await join(evening, picks)
    server, person, request = picks.below(2), evening.staff(picks), {"opId": evening.operation()}

    def seated(answer: dict[str, Any]) -> None:
        party.table_id = answer["session"]["tableId"]

    party.has_moved = True

    if picks.below(4) == 3:
        await evening.act(server, person, "session:undo-move", request, party, ["session-move-undone"], seated)
    else:
        request["tableId"] = picks.one_of(evening.house.tables).id
        await evening.act(server, person, "session:move", request, party, ["session-moved"], seated)
    return None


async def merge(evening: Evening, picks: Picks) -> None:
    """A party joins another one's session, or parts from it again."""
    one, other = evening.party(picks), evening.party(picks)
    if one is None or other is None or (one is other and not one.friends):
        return await open_table(evening, picks)
    server, person, request = picks.below(2), evening.staff(picks), {"opId": evening.operation()}
    merged = [session["_id"] for session in evening.truth.found["table_sessions"] if session["merged_into"]]
    if merged and picks.below(2):
        party = evening.party_of(picks.one_of(merged))
        await evening.act(server, person, "session:unmerge", request, party, ["session-unmerged"])
    else:
        one.meet(other)
        request |= {"from": one.id, "into": other.id}
        await evening.act(server, person, "session:merge", request, one, ["session-merged"])
    return None


async def ask(evening: Evening, picks: Picks) -> None:
    """A guest asks for service, or staff see to it."""
    server, asked = picks.below(2), list(evening.asked)
    if asked and picks.below(2):
        name = picks.one_of(("service:take", "service:resolve"))
        await evening.say(server, evening.staff(picks), name, {"requestId": picks.one_of(asked)})
        return None
    party = evening.party(picks)
    if party is None or not party.guests:
        return await join(evening, picks)
    guest = picks.one_of(party.guests)
    request = {"kind": picks.one_of(("WAITER", "BILL", "WATER")), "opId": evening.operation()}
    answer = await evening.say(server, guest.person, "service:request", request, party, guest)
    if answer["success"]:
        evening.asked.add(answer["service"]["id"])
    return None


async def manage(evening: Evening, picks: Picks) -> None:
    """A waiter changes the PIN, the covers, or lets guests in."""
    party = evening.party(picks)
    if party is None:
        return await join(evening, picks)
    server, person, request = picks.below(2), evening.staff(picks), {"opId": evening.operation()}
    match picks.below(3):
        case 0:
            await evening.act(server, person, "pin:rotate", request, party, ["pin-rotated"])
        case 1:
            more = {"covers": 1 + picks.below(9)}
            await evening.act(server, person, "session:set-covers", request | more, party, ["covers-set"])
        case 2:
            await evening.act(server, person, "session:admit", request, party, ["session-admitted"])
    return None


async def eject(evening: Evening, picks: Picks) -> None:
    """A device is sent away."""
    party = evening.party(picks)
    if party is None or not party.present:
        return await join(evening, picks)
    server, guest = picks.below(2), picks.one_of(party.present)
    request = {"participantId": guest.id, "keepPin": bool(picks.below(2)), "opId": evening.operation()}
    guest.removal_begun = True
    if await evening.act(server, evening.staff(picks), "participant:eject", request, party, ["participant-ejected"]):
        guest.is_removed = True
    return None


async def take_off(evening: Evening, picks: Picks) -> None:
    """Something comes off a check."""
    orders = [one for one in evening.truth.found["orders"] if one["status"] == "PLACED"]
    if not orders:
        return await decide(evening, picks)
    server, order = picks.below(2), picks.one_of(orders)
    party, approval = evening.party_of(order["session_id"]), picks.below(3)
    name = picks.one_of(("line:void", "line:comp", "discount:apply"))
    request: dict[str, Any] = {"reason": "a test", "opId": evening.operation()}
    if name == "discount:apply":
        request["percent"] = 100 * (1 + picks.below(100))
    else:
        line = picks.one_of(order["lines"])
        request |= {"orderId": order["_id"], "lineId": line["id"]}
        if picks.below(2):
            request["quantity"] = 1
    if approval:
        request["approval"] = evening.house.manager

    def noted(answer: dict[str, Any]) -> None:
        correction = answer["correction"]
        what = tuple(correction[name] for name in ("kind", "lineId", "quantity", "percent"))
        evening.ledger.corrections[correction["id"]] = what

    acts = {"line:void": "line-voided", "line:comp": "line-comped", "discount:apply": "discount-applied"}
    await evening.act(server, evening.house.staff[Role.WAITER], name, request, party, [acts[name]], noted)
    return None


async def pay(evening: Evening, picks: Picks) -> None:
    """A payment is recorded."""
    owed = [one for one in evening.truth.found["checks"] if one["total"]["amount"] > one["paid"]["amount"]]
    if not owed:
        return await decide(evening, picks)
    server, check = picks.below(2), picks.one_of(owed)
    due, share_id = check["total"]["amount"] - check["paid"]["amount"], None
    if picks.below(2):
        share = picks.one_of(shares(from_document(Check, check)))
        due, share_id = share.due.amount or 1, share.id
    party = evening.party_of(check["session_id"])
    request = {
        "checkId": check["_id"],
        "shareId": share_id,
        "method": picks.one_of(("CASH", "CARD_TERMINAL")),
        "amount": picks.one_of((due, due, max(1, due // 2), due + 1)),
        "tip": picks.one_of((0, 100)),
        "idempotencyKey": evening.operation(),
    }

    def noted(answer: dict[str, Any]) -> None:
        evening.ledger.tenders[answer["tender"]["id"]] = request["amount"]

    await evening.act(server, evening.staff(picks), "payment:record", request, party, ["payment-recorded"], noted)
    return None


async def refund(evening: Evening, picks: Picks) -> None:
    """Money is given back."""
    paid = [(check, tender) for check in evening.truth.found["checks"] for tender in check["tenders"]]
    if not paid:
        return await pay(evening, picks)
    server, (check, tender) = picks.below(2), picks.one_of(paid)
    amount = picks.one_of((max(1, tender["amount"]["amount"] // 3), tender["amount"]["amount"]))
    party = evening.party_of(check["session_id"])
    request = {
        "tenderId": tender["id"],
        "amount": amount,
        "reason": "a test",
        "approval": evening.house.manager,
        "idempotencyKey": evening.operation(),
    }

    def noted(_: dict[str, Any]) -> None:
        evening.ledger.refunded += amount

    waiter = evening.house.staff[Role.WAITER]
    await evening.act(server, waiter, "payment:refund", request, party, ["payment-refunded"], noted)
    return None


async def close(evening: Evening, picks: Picks) -> None:
    """A waiter closes a table, if nothing is left to do; a manager does in any case."""
    party = evening.party(picks)
    if party is None:
        return await join(evening, picks)
    server, is_manager = picks.below(2), picks.below(3) == 2
    person = evening.house.staff[Role.MANAGER if is_manager else Role.WAITER]
    request = {"opId": evening.operation()} | ({"reason": "late"} if is_manager else {})
    await evening.act(server, person, "session:close", request, party, ["session-closed"])
    return None
