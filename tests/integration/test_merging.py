"""Parties that sit together: merged with everything they have, and parted again as if they had not been."""

from typing import Any
from uuid import uuid4

import pytest
from comanda_client import Refused
from integration.house import House, Party
from integration.joined import (
    busy_evening,
    documents,
    evening,
    lasting,
    own,
    placing,
    send_round,
    shows,
)

from models.audit import AuditEntry

MODES = [("FAMILY", "FAMILY"), ("FAMILY", "INDIVIDUAL"), ("INDIVIDUAL", "FAMILY"), ("INDIVIDUAL", "INDIVIDUAL")]

each_mode = pytest.mark.parametrize(("host_mode", "mode"), MODES, ids=[f"{party} into {host}" for host, party in MODES])


def lines_in(found: dict[str, dict[str, Any]], *parties: Party) -> list[tuple[str, str]]:
    """Return the lines of carts and rounds that some parties have, with whose they are."""
    ids = {party.id for party in parties}
    having = [one for one in found.values() if "currency" in one and one["session_id"] in ids]
    return sorted((line["id"], line["added_by"]["name"]) for one in having for line in one["lines"])


# ── there and back ────────────────────────────────────────────────────────────────────────────────────────────────────


@each_mode
async def test_parties_that_were_merged_and_parted_have_what_they_had(house: House, host_mode: str, mode: str) -> None:
    seated = await busy_evening(house, host_mode, mode)
    before = await seated.everything()
    await seated.merge()
    assert lines_in(await seated.everything(), seated.host) == lines_in(before, seated.host, seated.party)
    for phone in (*seated.hosts_phones, *seated.phones):
        await shows(phone, seated.host)
    await seated.unmerge()
    after = lasting(await seated.everything())
    assert {entry_id: after.get(entry_id) for entry_id in before} == lasting(before)
    assert [one for entry_id, one in after.items() if entry_id not in before and one["lines"]] == []
    for phone in seated.hosts_phones:
        await shows(phone, seated.host)
    for phone in seated.phones:
        await shows(phone, seated.party)


async def test_personal_carts_get_the_lines_of_their_owners_and_the_shared_one_the_rest(house: House) -> None:
    seated = await busy_evening(house, "INDIVIDUAL", "FAMILY")
    await seated.merge()
    carts = [one for one in (await seated.everything()).values() if one.get("session_id") == seated.host.id]
    names = {one["owner"]: {line["added_by"]["id"] for line in one["lines"]} for one in carts if "line_homes" in one}
    assert len(names.pop(None)) == 1
    assert len(names) == 4
    assert all(added_by == {owner} for owner, added_by in names.items())


# ── phones ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("host_mode", "mode"), MODES[:3])
async def test_a_phone_of_the_merged_party_goes_on_at_its_host_at_once(house: House, host_mode: str, mode: str) -> None:
    seated = await evening(house, host_mode, mode)
    await seated.merge()
    for phone in seated.phones:
        added = await phone.operate("cart:add", {"itemId": house.dish("grill")})
        assert added["cart"]["sessionId"] == seated.host.id
    placed = await send_round(house, seated.phones[0])
    assert placed["order"]["tableName"] == seated.host.table.name
    await shows(seated.phones[0], seated.host)
    await seated.unmerge()
    for phone in seated.phones:
        added = await phone.operate("cart:add", {"itemId": house.dish("grill")})
        assert added["cart"]["sessionId"] == seated.party.id


async def test_phones_of_both_parties_hear_each_other_from_then_on(house: House) -> None:
    seated = await evening(house)
    await seated.merge()
    ana, vlad = seated.hosts_phones[0], seated.phones[0]
    await shows(vlad, seated.host)
    for one, other in ((ana, vlad), (vlad, ana)):
        line = (await one.operate("cart:add", {"itemId": house.dish("grill")}))["cart"]["lines"][-1]["id"]
        await other.until(lambda known, line=line: line in str(list(known.of("cart"))))
    state = await ana.until(lambda known: len(next(known.of("session"))["participants"]) == 4)
    session = next(state.of("session"))
    assert session["tables"] == [seated.host.table.name, seated.party.table.name]
    assert session["mergedInto"] is None


async def test_lines_added_while_merged_go_with_who_added_them_and_rounds_stay(house: House) -> None:
    seated = await busy_evening(house)
    await seated.merge()
    ana, vlad = seated.hosts_phones[0], seated.phones[0]
    placed = await vlad.operate("order:place", placing(await vlad.send("checkout:hold")))
    assert len(placed["order"]["lines"]) == 8
    mine = (await vlad.operate("cart:add", {"itemId": house.dish("bar")}))["cart"]["lines"][-1]["id"]
    hers = (await ana.operate("cart:add", {"itemId": house.dish("bar")}))["cart"]["lines"][-1]["id"]
    await seated.unmerge()
    assert [line["id"] for line in (await vlad.send("checkout:hold"))["cart"]["lines"]] == [mine]
    assert [line["id"] for line in (await ana.send("checkout:hold"))["cart"]["lines"]] == [hers]
    await shows(ana, seated.host)
    await ana.until(lambda known: len(list(known.of("order"))) == 2)
    assert placed["order"]["id"] in ana.state.snapshots
    await shows(vlad, seated.party)
    await vlad.until(lambda known: len(list(known.of("order"))) == 1)


async def test_a_phone_of_the_host_that_was_away_forgets_what_left_with_the_party(house: House) -> None:
    seated = await busy_evening(house)
    await seated.merge()
    ana = seated.hosts_phones[0]
    await ana.until(lambda known: len(list(known.of("order"))) == 2)
    await ana.drop()
    await seated.unmerge()
    await ana.open()
    await shows(ana, seated.host)
    assert len(own(ana, "order")) == len(own(ana, "check")) == 1


async def test_a_phone_that_was_away_during_merge_finds_its_party(house: House) -> None:
    seated = await busy_evening(house)
    vlad, mara = seated.phones
    for phone in seated.phones:
        await phone.drop()
    await seated.merge()
    await vlad.open()
    await shows(vlad, seated.host)
    assert vlad.hello["principal"]["sessionId"] == seated.host.id
    await vlad.drop()
    await seated.unmerge()
    for phone in (vlad, mara):
        await phone.open()
        await shows(phone, seated.party)


# ── the kitchen ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_stations_see_the_table_change_on_the_same_tickets_and_nothing_is_fired_again(house: House) -> None:
    seated = await busy_evening(house)
    first = {one["id"]: one for one in own(seated.cook, "ticket")}
    theirs = next(one["id"] for one in first.values() if one["sessionId"] == seated.party.id)
    here, there = seated.host.table.name, seated.party.table.name
    for act, name, was in ((seated.merge, here, there), (seated.unmerge, there, None)):
        await act()
        state = await seated.cook.until(lambda known, name=name: known.snapshots[theirs].body["tableName"] == name)
        ticket = state.snapshots[theirs].body
        assert ticket["tableWas"] == was
        assert {one["id"] for one in state.of("ticket")} == first.keys()
        assert all(ticket[field] == first[theirs][field] for field in ("placedAt", "seenAt", "status", "number"))
        assert ticket["lines"][0]["status"] == "IN_PROGRESS"


async def test_tickets_know_their_former_table_also_when_the_host_moves_and_goes_back(house: House) -> None:
    seated = await busy_evening(house)
    theirs = next(one["id"] for one in own(seated.cook, "ticket") if one["sessionId"] == seated.party.id)
    here, there, far = seated.host.table.name, seated.party.table.name, house.tables[5].name
    await seated.merge()
    move = {"sessionId": seated.host.id, "tableId": house.tables[5].id}
    undo = {"sessionId": seated.host.id}
    for command, request, name, was in (
        ("session:move", move, far, here),
        ("session:undo-move", undo, here, there),
        ("session:move", move, far, here),
        ("session:unmerge", {"sessionId": seated.party.id}, there, None),
    ):
        await seated.waiter.send(command, request)
        found = (await documents(house, seated.host, seated.party))[theirs]
        assert (found["table_name"], found["table_was"]) == (name, was)


# ── money ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_session_has_the_checks_of_both_parties_its_own_first(house: House) -> None:
    seated = await busy_evening(house)
    before = {
        party.id: (await seated.waiter.send("check:get", {"sessionId": party.id}))["checks"][0]
        for party in (seated.host, seated.party)
    }
    await seated.merge()
    await send_round(house, seated.hosts_phones[0])
    own = before[seated.host.id]["id"]
    await seated.waiter.until(lambda known: own in known.snapshots and len(known.snapshots[own].body["rounds"]) == 2)
    checks = (await seated.waiter.send("check:get", {"sessionId": seated.host.id}))["checks"]
    assert [one["id"] for one in checks] == [before[seated.host.id]["id"], before[seated.party.id]["id"]]
    assert [len(one["rounds"]) for one in checks] == [2, 1]
    paying = {"sessionId": seated.host.id, "checkId": checks[1]["id"], "method": "CASH"}
    amount = checks[1]["due"]["amount"]
    await seated.waiter.send("payment:record", {**paying, "amount": amount, "idempotencyKey": str(uuid4())})
    await seated.unmerge()
    (back,) = (await seated.waiter.send("check:get", {"sessionId": seated.party.id}))["checks"]
    assert (back["id"], back["due"]["amount"], back["paid"]["amount"]) == (checks[1]["id"], 0, amount)


async def test_a_host_is_not_closed_while_a_merged_partys_money_is_open(house: House) -> None:
    seated = await evening(house)
    placed = await send_round(house, seated.phones[0])
    ticket = await seated.cook.until(lambda known: any(known.of("ticket")))
    await seated.cook.send("ticket:bump", {"ticketId": next(ticket.of("ticket"))["id"]})
    await seated.merge()
    with pytest.raises(Refused, match="CHECK_OPEN") as refused:
        await seated.waiter.send("session:close", {"sessionId": seated.host.id})
    assert refused.value.details["due"] == placed["order"]["total"]


async def test_a_host_that_closes_takes_the_merged_party_with_it(house: House) -> None:
    seated = await evening(house)
    visitor = await house.connect("/table", {"table": seated.party.token})
    await seated.merge()
    await seated.waiter.send("session:close", {"sessionId": seated.host.id})
    await visitor.lost()
    for party in (seated.host, seated.party):
        with pytest.raises(Refused, match="JOIN_REFUSED"):
            await house.connect("/table", {"table": party.token})
        await seated.waiter.until(lambda known, party=party: known.snapshots[party.id].body["status"] == "CLOSED")
    await house.party(seated.waiter, 1)
    for phone in seated.phones:
        with pytest.raises(Refused, match="SESSION_CLOSED"):
            await phone.send("cart:clear", {"opId": str(uuid4())})


@pytest.mark.parametrize(("host_mode", "mode"), [MODES[0], MODES[-1]])
async def test_no_cart_of_a_merged_party_stays_open_when_its_host_closes(
    house: House, host_mode: str, mode: str
) -> None:
    seated = await evening(house, host_mode, mode)
    await seated.merge()
    await seated.waiter.send("session:close", {"sessionId": seated.host.id})
    carts = [one for one in (await seated.everything()).values() if "line_homes" in one]
    assert {one["session_id"] for one in carts} == {seated.host.id, seated.party.id}
    assert [one["_id"] for one in carts if not one["is_closed"]] == []


async def test_both_acts_are_in_the_audit_with_what_they_changed(house: House) -> None:
    seated = await busy_evening(house)
    await seated.merge()
    await seated.unmerge()
    acts = {"$in": ["session-merged", "session-unmerged"]}
    entries = house.apps[0].store.collection(AuditEntry).find({"session_id": seated.party.id, "act": acts}).sort("at")
    here, there = seated.host.table.name, seated.party.table.name
    apart = {"merged_into": None, "tables": here}
    together = {"merged_into": seated.host.id, "tables": f"{here}, {there}"}
    assert [(one["before"], one["after"], one["subject"]) async for one in entries] == [
        (apart, together, seated.host.id),
        (together, apart, seated.host.id),
    ]


# ── rounds that wait ──────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_waiting_round_that_is_approved_while_merged_goes_home_with_its_ticket_and_its_check(
    gated: House,
) -> None:
    seated = await evening(gated)
    waiting = (await send_round(gated, seated.phones[0]))["order"]
    assert waiting["status"] == "WAITING"
    await seated.merge()
    await seated.waiter.operate("order:approve", {"sessionId": seated.host.id, "orderId": waiting["id"]})
    await seated.unmerge()
    theirs = [one for one in (await seated.everything()).values() if one.get("session_id") == seated.party.id]
    (ticket,) = [one for one in theirs if one.get("order_id") == waiting["id"]]
    (check,) = [one for one in theirs if "tenders" in one]
    assert (ticket["table_name"], ticket["table_was"]) == (seated.party.table.name, None)
    assert [one["order_id"] for one in check["rounds"]] == [waiting["id"]]
