"""The audit log as managers read it: what they ask for, page by page, of their own house, and that they read it."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from comanda_client import Connection, Refused
from integration.house import House

from models.audit import AuditEntry
from models.store.schema import KINDS


async def manager_of(house: House) -> Connection:
    return await house.staff(house.login_of("MANAGER"))


async def dinner(house: House, table: int = 0) -> tuple[str, str]:
    """A party that orders; returns the session's and a participant's id."""
    waiter = await house.waiter()
    party = await house.party(waiter, table)
    phone = await house.phone(party)
    added = await phone.send("cart:add", {"itemId": house.dish("grill"), "quantity": 1, "opId": str(uuid4())})
    await phone.send("order:place", {"idempotencyKey": str(uuid4()), "cartVersion": added["cart"]["version"]})
    guest = added["cart"]["lines"][0]["addedBy"]["id"]
    await phone.send("session:leave", {})
    return party.id, guest


async def listed(manager: Connection, **asked: Any) -> list[dict[str, Any]]:
    return (await manager.send("audit:list", asked))["entries"]


async def write(house: House, count: int) -> None:
    """Put entries into the log, several of them in the same millisecond."""
    work = house.apps[0].store.begin(house.restaurant.id, house.clock.monotonic() + 10)
    now = house.clock.now()
    for number in range(count):
        work.add(
            AuditEntry(
                id=f"{number:05}{house.clock.new_id()}",
                restaurant_id=house.restaurant.id,
                at=now.replace(microsecond=number // 4 * 1_000),
                act="tested",
                actor={"kind": "HOUSE", "id": ""},
                details={"n": number},
            )
        )
    await work.commit()


async def test_a_manager_reads_what_happened_newest_first(house: House) -> None:
    session_id, guest = await dinner(house)
    entries = await listed(await manager_of(house), sessionId=session_id)
    assert [one["act"] for one in entries] == ["session-left", "order-placed", "session-joined", "session-opened"]
    assert [one["actor"]["kind"] for one in entries] == ["GUEST", "GUEST", "GUEST", "STAFF"]
    assert entries[0]["subject"] == guest
    assert all(one["address"] == "127.0.0.0/24" for one in entries)


async def test_every_filter_alone_and_together_leaves_what_fits(house: House) -> None:
    session_id, guest = await dinner(house)
    await dinner(house, table=1)
    manager = await manager_of(house)
    assert {one["sessionId"] for one in await listed(manager, sessionId=session_id)} == {session_id}
    assert {one["act"] for one in await listed(manager, act="order-placed")} == {"order-placed"}
    assert {one["actor"]["id"] for one in await listed(manager, actorId=guest)} == {guest}
    assert {one["subject"] for one in await listed(manager, subject=guest)} == {guest}
    (both,) = await listed(manager, sessionId=session_id, act="order-placed", actorId=guest)
    assert await listed(manager, since=both["at"], until=both["at"]) == []
    # By its id: its number, it has only when it is sealed, which may be any moment.
    assert both["id"] in {one["id"] for one in await listed(manager, since=both["at"], act="order-placed")}
    assert both["id"] not in {one["id"] for one in await listed(manager, until=both["at"])}


async def test_pages_hold_every_entry_once_while_entries_are_added(house: House) -> None:
    await write(house, 50)
    manager = await manager_of(house)
    asked: dict[str, Any] = {"act": "tested", "limit": 7}
    seen: list[int] = []
    while True:
        page = await manager.send("audit:list", asked)
        seen += [one["details"]["n"] for one in page["entries"]]
        if page["next"] is None:
            break
        asked["before"] = page["next"]
        if len(seen) == 14:
            house.clock.advance(seconds=2)
            await write(house, 5)
    assert seen == list(range(49, -1, -1))


async def test_an_entry_gets_its_number_in_the_chain(house: House) -> None:
    manager = await manager_of(house)
    async with asyncio.timeout(5):
        # That somebody reads is in the log, too, a moment later.
        while None in (numbers := [one["number"] for one in await listed(manager)]):  # noqa: ASYNC110
            await asyncio.sleep(0.2)
    assert numbers == list(range(len(numbers), 0, -1))


@pytest.mark.parametrize("role", ["WAITER", "CASHIER", "CHEF"])
async def test_nobody_but_a_manager_reads_the_log(house: House, role: str) -> None:
    other = await house.staff(house.login_of(role))
    with pytest.raises(Refused, match="FORBIDDEN"):
        await other.send("audit:list", {})


async def test_no_other_house_is_in_the_log(house: House) -> None:
    session_id, guest = await dinner(house)
    stranger = await house.installation.new_house()
    manager = await manager_of(stranger)
    assert {one["act"] for one in await listed(manager)} <= {"login", "audit-read"}
    assert await listed(manager, sessionId=session_id) == []
    assert await listed(manager, actorId=guest) == []
    await stranger.close()


async def test_reading_the_log_is_in_it_once_a_minute_for_each_person(house: House) -> None:
    manager = await manager_of(house)
    for _ in range(3):
        await listed(manager)
    assert len(await listed(manager, act="audit-read")) == 1
    house.clock.advance(seconds=61)
    await listed(manager)
    assert len(await listed(manager, act="audit-read")) == 2


@pytest.mark.parametrize(
    "asked",
    [
        {"limit": 0},
        {"limit": 101},
        {"since": "yesterday"},
        {"since": "2026-11-21T19:30:00"},
        {"until": "0001-01-01T00:00:00+14:00"},
        {"before": "1.x"},
        {"before": "9999999999999999999.x"},
        {"act": {"$ne": "login"}},
    ],
)
async def test_what_cannot_be_looked_for_is_refused(house: House, asked: dict[str, Any]) -> None:
    manager = await manager_of(house)
    with pytest.raises(Refused, match="VALIDATION_FAILED"):
        await manager.send("audit:list", asked)


async def test_a_page_is_read_from_an_index_however_long_the_log(house: House) -> None:
    await write(house, 300)
    manager = await manager_of(house)
    mine = next(one["actor"]["id"] for one in await listed(manager, act="login"))
    filters = ({}, {"act": "login"}, {"actor.id": mine}, {"session_id": "s"}, {"subject": mine})
    for fields in filters:
        query = {"restaurant_id": house.restaurant.id} | fields
        found = house.apps[0].database["audit"].find(query).sort([("at", -1), ("_id", -1)]).limit(10)
        plan = await found.explain()
        assert plan["executionStats"]["totalDocsExamined"] <= 10
        assert "SORT" not in str(plan["queryPlanner"]["winningPlan"]).split("'")


def test_every_index_of_the_log_begins_with_the_house() -> None:
    names = [next(iter(index.document["key"])) for index in KINDS[AuditEntry].indexes]
    assert set(names) == {"restaurant_id"}
