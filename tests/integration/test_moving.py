"""A party moves to another table, and back when that was a mistake."""

from typing import Any
from uuid import uuid4

import pytest
from comanda_client import Connection, Refused
from integration.house import House, Party

from models.audit import AuditEntry
from models.ticket import Ticket


async def place(house: House, phone: Connection) -> dict[str, Any]:
    added = await phone.operate("cart:add", {"itemId": house.dish("grill")})
    placing = {"idempotencyKey": str(uuid4()), "cartVersion": added["cart"]["version"]}
    return await phone.operate("order:place", placing)


async def tickets(house: House, party: Party) -> dict[str, dict[str, Any]]:
    """Return the party's tickets as they are in the database, without what any write changes."""
    found = house.apps[0].store.collection(Ticket).find({"session_id": party.id})
    return {one["_id"]: {k: v for k, v in one.items() if k not in ("version", "change")} async for one in found}


def changes_of(cook: Connection) -> list[dict[str, Any]]:
    """Return what a screen was told to have happened to tickets."""
    return [payload["change"] or {} for event, payload in cook.heard if event == "ticket:changed"]


def to(house: House, party: Party, table: int) -> dict[str, str]:
    return {"sessionId": party.id, "tableId": house.tables[table].id}


async def test_a_move_that_is_undone_leaves_everything_as_it_was(house: House) -> None:
    waiter, cook = await house.waiter(), await house.cook()
    party = await house.party(waiter)
    phone = await house.phone(party)
    await waiter.send("session:move", to(house, party, 3))
    await place(house, phone)
    state = await cook.until(lambda known: any(known.of("ticket")))
    ticket = next(state.of("ticket"))
    step = {"ticketId": ticket["id"], "lineId": ticket["lines"][0]["id"], "status": "IN_PROGRESS", "expected": "NEW"}
    await cook.send("ticket:seen", {"ticketIds": [ticket["id"]]})
    await cook.send("line:set-status", step)
    before = await tickets(house, party)
    await waiter.send("session:move", to(house, party, 5))
    answer = await waiter.send("session:undo-move", {"sessionId": party.id})
    assert await tickets(house, party) == before
    names = [house.tables[table].name for table in (0, 3)]
    assert [answer["session"]["tableWas"], answer["session"]["tableName"]] == names
    state = await cook.until(lambda known: [one.get("kind") for one in changes_of(cook)][-2:] == ["moved", "moved"])
    ticket = next(state.of("ticket"))
    assert (ticket["tableWas"], ticket["tableName"], ticket["seenAt"] is not None) == (*names, True)


async def test_a_round_sent_between_a_move_and_its_undoing_goes_to_the_former_table(house: House) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter)
    phone = await house.phone(party)
    await waiter.send("session:move", to(house, party, 5))
    await place(house, phone)
    await waiter.send("session:undo-move", {"sessionId": party.id})
    await phone.until(lambda known: next(known.of("session"))["tableName"] == house.tables[0].name)
    await place(house, phone)
    found = await tickets(house, party)
    assert {(one["table_name"], one["table_was"]) for one in found.values()} == {(house.tables[0].name, None)}
    assert len(found) == 2


async def test_an_undone_move_frees_the_table_and_counts_as_none(house: House) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter, 0)
    await waiter.send("session:move", to(house, party, 5))
    await waiter.send("session:undo-move", {"sessionId": party.id})
    await house.party(waiter, 5)
    with pytest.raises(Refused, match="UNDO_EXPIRED"):
        await waiter.send("session:undo-move", {"sessionId": party.id})
    with pytest.raises(Refused, match="TABLE_OCCUPIED"):
        await house.party(waiter, 0)


async def test_a_move_is_undone_for_two_minutes_and_not_longer(house: House) -> None:
    waiter = await house.waiter()
    early, late = await house.party(waiter, 0), await house.party(waiter, 1)
    await waiter.send("session:move", to(house, late, 6))
    house.clock.advance(seconds=5)
    await waiter.send("session:move", to(house, early, 5))
    house.clock.advance(seconds=117)
    await waiter.send("session:undo-move", {"sessionId": early.id})
    with pytest.raises(Refused, match="UNDO_EXPIRED") as refused:
        await waiter.send("session:undo-move", {"sessionId": late.id})
    assert refused.value.details == {"seconds": 120}


async def test_a_party_that_never_moved_has_nothing_to_undo(house: House) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter)
    with pytest.raises(Refused, match="UNDO_EXPIRED"):
        await waiter.send("session:undo-move", {"sessionId": party.id})


async def test_a_move_is_not_undone_onto_others_who_sit_there_by_now(house: House) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter, 0)
    await waiter.send("session:move", to(house, party, 5))
    await house.party(waiter, 0)
    with pytest.raises(Refused, match="TABLE_OCCUPIED"):
        await waiter.send("session:undo-move", {"sessionId": party.id})


async def test_undoing_repeated_undoes_one_move(house: House) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter, 0)
    for table in (3, 5):
        await waiter.send("session:move", to(house, party, table))
    undoing = {"sessionId": party.id, "opId": str(uuid4())}
    answers = [await waiter.send("session:undo-move", undoing) for _ in range(3)]
    assert {one["session"]["tableName"] for one in answers} == {house.tables[3].name}


async def test_moving_and_undoing_are_in_the_audit_with_both_tables(house: House) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter, 0)
    await waiter.send("session:move", to(house, party, 5))
    await waiter.send("session:undo-move", {"sessionId": party.id})
    acts = {"$in": ["session-moved", "session-move-undone"]}
    entries = house.apps[0].store.collection(AuditEntry).find({"session_id": party.id, "act": acts}).sort("at")
    first, last = ({"table": house.tables[table].name} for table in (0, 5))
    assert [(one["before"], one["after"]) async for one in entries] == [(first, last), (last, first)]
