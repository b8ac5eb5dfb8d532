"""Sections and handover: a table has its waiter, and at the end of a shift all of them go to the next one."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from comanda_client import Connection, Refused
from integration.house import House, Party

from models.audit import AuditEntry
from models.base import Actor
from models.house import Table
from models.session import TableSession
from models.staff import Staff


async def staff_id(house: House, login: str) -> str:
    found = await house.apps[0].store.collection(Staff).find_one({"restaurant_id": house.restaurant.id, "login": login})
    assert found is not None
    return str(found["_id"])


async def manager(house: House) -> Connection:
    return await house.staff(house.login_of("MANAGER"))


async def assign(by: Connection, house: House, tables: list[int], to: str | None, **more: str) -> dict[str, Any]:
    ids = [house.tables[table].id for table in tables]
    return await by.send("section:assign", {"tableIds": ids, "staffId": to, **more})


def waiter_of(known: dict[str, Any]) -> str | None:
    return known["waiter"]["name"] if known["waiter"] else None


def section(client: Connection, name: str) -> set[str]:
    """Return the names of the tables that a client thinks are someone's."""
    return {one["name"] for one in client.state.of("table") if waiter_of(one) == name}


async def served_by(house: House, party: Party) -> str | None:
    found = await house.apps[0].store.collection(TableSession).find_one({"_id": party.id})
    return found["waiter"]["name"] if found and found["waiter"] else None


async def test_a_manager_gives_tables_to_a_waiter_and_the_floor_sees_it(house: House) -> None:
    boss, ana = await manager(house), await house.staff("ana")
    answer = await assign(boss, house, [0, 1, 2], await staff_id(house, "ana"))
    names = {house.tables[table].name for table in (0, 1, 2)}
    assert {one["name"] for one in answer["tables"]} == names
    await ana.until(lambda _: section(ana, "Ana Ionescu") == names)
    await assign(boss, house, [1], None)
    await ana.until(lambda _: section(ana, "Ana Ionescu") == names - {house.tables[1].name})


async def test_a_waiter_takes_tables_on_themselves_and_on_nobody_else(house: House) -> None:
    ana, mihai = await house.staff("ana"), await staff_id(house, "mihai")
    await assign(ana, house, [3], await staff_id(house, "ana"))
    for other in (mihai, None):
        with pytest.raises(Refused, match="FORBIDDEN"):
            await assign(ana, house, [3], other)


async def test_a_party_is_served_by_the_waiter_of_its_table(house: House) -> None:
    boss, ana = await manager(house), await house.staff("ana")
    await assign(boss, house, [0], await staff_id(house, "mihai"))
    theirs, own = await house.party(ana, 0), await house.party(ana, 1)
    unserved = await house.party(boss, 2)
    assert [await served_by(house, one) for one in (theirs, own, unserved)] == ["Mihai Stan", "Ana Ionescu", None]


async def test_a_table_that_changes_hands_takes_its_party_and_what_it_asks_for_along(house: House) -> None:
    boss, ana = await manager(house), await house.staff("ana")
    party = await house.party(ana, 0)
    phone = await house.phone(party)
    await phone.send("service:request", {"kind": "WATER"})
    answer = await assign(boss, house, [0], await staff_id(house, "mihai"))
    assert [waiter_of(one) for one in answer["sessions"]] == ["Mihai Stan"]
    await ana.until(lambda known: [waiter_of(one) for one in known.of("session")] == ["Mihai Stan"])
    await ana.until(lambda known: [waiter_of(one) for one in known.of("service")] == ["Mihai Stan"])
    asked = await phone.send("service:request", {"kind": "BILL"})
    assert waiter_of(asked["service"]) == "Mihai Stan"


async def test_a_shift_hands_over_everything_at_once(house: House) -> None:
    boss, ana = await manager(house), await house.staff("ana")
    await assign(boss, house, [0, 1], await staff_id(house, "ana"))
    parties = [await house.party(ana, table) for table in (0, 5)]
    kept = await house.party(boss, 6)
    answer = await ana.operate("shift:handover", {"to": await staff_id(house, "mihai")})
    assert {one["id"] for one in answer["sessions"]} == {one.id for one in parties}
    assert [await served_by(house, one) for one in (*parties, kept)] == ["Mihai Stan", "Mihai Stan", None]
    names = {house.tables[table].name for table in (0, 1)}
    await boss.until(lambda _: section(boss, "Mihai Stan") == names)
    await boss.until(
        lambda known: sorted(str(waiter_of(one)) for one in known.of("session")) == ["Mihai Stan"] * 2 + ["None"]
    )


async def test_a_manager_hands_over_for_someone_who_has_left(house: House) -> None:
    boss, ana = await manager(house), await house.staff("ana")
    party = await house.party(ana, 0)
    people = {"from": await staff_id(house, "ana"), "to": await staff_id(house, "elena")}
    await boss.operate("shift:handover", people)
    assert await served_by(house, party) == "Elena Marin"


async def test_a_waiter_hands_over_nobody_elses_shift(house: House) -> None:
    ana, ids = await house.staff("ana"), [await staff_id(house, login) for login in ("mihai", "ana")]
    with pytest.raises(Refused, match="FORBIDDEN"):
        await ana.operate("shift:handover", {"from": ids[0], "to": ids[1]})


async def test_nobody_but_who_serves_can_have_tables(house: House) -> None:
    boss = await manager(house)
    elsewhere = await house.installation.new_house()
    ids = {
        await staff_id(house, "radu"): "NOT_IN_SERVICE",
        "06aaaaaaaaaaaaaaaaaaaaaa": "NOT_FOUND",
        await staff_id(elsewhere, "ana"): "NOT_FOUND",
    }
    for someone, code in ids.items():
        with pytest.raises(Refused, match=code):
            await assign(boss, house, [0], someone)
        with pytest.raises(Refused, match=code):
            await boss.operate("shift:handover", {"to": someone})


async def test_a_repeat_hands_over_nothing_that_came_since(house: House) -> None:
    boss, ana = await manager(house), await house.staff("ana")
    mine, theirs = await staff_id(house, "ana"), await staff_id(house, "mihai")
    await assign(boss, house, [0], mine)
    first, giving = {"to": theirs, "opId": str(uuid4())}, {"opId": str(uuid4())}
    await ana.send("shift:handover", first)
    await assign(boss, house, [1], mine, **giving)
    await assign(boss, house, [1], theirs)
    await assign(boss, house, [1], mine, **giving)
    await assign(boss, house, [2], mine)
    answer = await ana.send("shift:handover", first)
    assert [one["name"] for one in answer["tables"]] == [house.tables[0].name]
    names = [{house.tables[table].name for table in tables} for tables in ((2,), (0, 1))]
    await boss.until(lambda _: [section(boss, name) for name in ("Ana Ionescu", "Mihai Stan")] == names)


async def test_a_table_of_the_section_that_is_opened_meanwhile_is_handed_over_too(house: House) -> None:
    boss, ana, mihai = await manager(house), await house.staff("ana"), await house.staff("mihai")
    tables = list(range(8))
    ids = [await staff_id(house, login) for login in ("ana", "mihai")]
    await assign(boss, house, tables, ids[0])
    opening = [house.party(mihai, table) for table in tables]
    moving = await house.party(ana, 9)
    handing = ana.operate("shift:handover", {"to": ids[1]})
    going = mihai.operate("session:move", {"sessionId": moving.id, "tableId": house.tables[10].id})
    *parties, _, _ = await asyncio.gather(*opening, handing, going)
    assert {await served_by(house, one) for one in (*parties, moving)} == {"Mihai Stan"}


async def test_a_table_that_is_opened_as_soon_as_it_was_closed_still_cuts_off_who_came_by_the_old_code(
    house: House,
) -> None:
    party = await house.party(await house.waiter(), 0)
    visitor = await house.connect("/table", {"table": party.token})
    work = house.apps[-1].store.begin(house.restaurant.id, house.clock.monotonic() + 5)
    table = await work.fresh(Table, party.table.id)
    assert table is not None
    someone = Actor(kind="STAFF", id="ana")
    # As a server hears it when the opening has overtaken the closing: only the newest version counts.
    work.save(table.with_(token=f"new-{party.token[4:]}").opened(someone, house.clock.now(), "next", None))
    await work.commit()
    await asyncio.wait_for(visitor.lost(), 2)


async def test_a_handover_is_in_the_log_with_before_and_after(house: House) -> None:
    ana = await house.staff("ana")
    party = await house.party(ana, 0)
    ids = [await staff_id(house, login) for login in ("ana", "mihai")]
    await ana.operate("shift:handover", {"to": ids[1]})
    log = house.apps[0].store.collection(AuditEntry)
    (entry,) = await log.find({"restaurant_id": house.restaurant.id, "act": "shift-handed-over"}).to_list()
    assert (entry["before"], entry["after"]) == ({party.id: ids[0]}, {party.id: ids[1]})
    assert (entry["actor"]["id"], entry["subject"]) == (ids[0], ids[1])


async def test_who_is_revoked_keeps_no_table_and_no_party(house: House) -> None:
    boss, ana = await manager(house), await house.staff("ana")
    await assign(boss, house, [0, 1], await staff_id(house, "ana"))
    party = await house.party(ana)
    await ana.until(lambda _: len(section(ana, "Ana Ionescu")) == 2)
    await boss.send("staff:revoke", {"staffId": await staff_id(house, "ana")})
    await boss.until(lambda _: section(boss, "Ana Ionescu") == set())
    assert await served_by(house, party) is None
    opened = await boss.send("session:open", {"tableId": house.tables[1].id, "mode": "FAMILY", "covers": 2})
    assert opened["session"]["waiter"] is None
