"""The sealer beside running servers: every entry gets its place in one chain of its house, whoever seals."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from unittest.mock import ANY

from bson import ObjectId
from bson.int64 import Int64
from integration.house import House
from integration.office import KEYS, Office
from structlog.testing import capture_logs

from models.audit import AuditEntry
from models.chain import BEGINNING, ChainHead, Fault, Wrong, seal
from models.store.ledger import Ledger
from server.audit_command import verify_house
from server.sealer import BATCH, STUCK_AFTER, Sealer


def ledger_of(house: House) -> Ledger:
    return Ledger(house.apps[0].database)


async def stored(house: House) -> list[dict[str, Any]]:
    """The entries of the house in the order of the chain; those without a seal first."""
    collection = house.apps[0].store.collection(AuditEntry)
    return await collection.find({"restaurant_id": house.restaurant.id}).sort("seal.number").to_list()


async def all_sealed(house: House) -> list[dict[str, Any]]:
    async with asyncio.timeout(5):
        while True:
            entries = await stored(house)
            if entries and all(entry.get("seal") for entry in entries):
                return entries
            await asyncio.sleep(0.05)


async def verified(house: House) -> tuple[int, Fault | None]:
    return await verify_house(ledger_of(house), house.restaurant.id, KEYS, (), house.clock.now())


async def evening(house: House, table: int = 0) -> None:
    """Something to write down."""
    waiter = await house.waiter()
    party = await house.party(waiter, table)
    phone = await house.phone(party)
    await phone.send("session:leave", {})


async def test_every_entry_is_in_the_chain_soon_after_its_act(house: House) -> None:
    await evening(house)
    entries = await all_sealed(house)
    assert [entry["seal"]["number"] for entry in entries] == list(range(1, len(entries) + 1))
    assert {entry["act"] for entry in entries} == {"login", "session-opened", "session-joined", "session-left"}
    assert await verified(house) == (len(entries), None)


async def test_a_chain_goes_on_where_it_was(house: House) -> None:
    await evening(house)
    before = await all_sealed(house)
    await evening(house, table=1)
    after = await all_sealed(house)
    assert after[: len(before)] == before
    assert await verified(house) == (len(after), None)
    assert len(after) > len(before)


# ── on a database of its own, where the test says who seals ──────────────────────────────────────────────────────────


async def test_entries_from_before_there_were_seals_are_sealed_in_portions(office: Office) -> None:
    await office.write(BATCH + 20)
    await office.write(5, house="r2")
    assert await office.sealer().seal()
    assert await office.verify("r1") == (BATCH + 20, None)
    assert await office.verify("r2") == (5, None)


async def test_a_house_with_a_long_backlog_lets_the_others_have_their_turn(office: Office) -> None:
    await office.write(2 * BATCH)
    await office.write(1, house="r2")
    first = await office.ledger.unsealed("", BATCH)
    assert {one["restaurant_id"] for one in first} == {"r1"}
    assert [one["restaurant_id"] for one in await office.ledger.unsealed("r1", BATCH)] == ["r2"]
    await office.sealer().seal()
    assert await office.verify("r1") == (2 * BATCH, None)
    assert await office.verify("r2") == (1, None)


async def test_many_sealers_at_once_make_one_chain(office: Office) -> None:
    sealers = [office.sealer(name) for name in ("one", "two", "three", "four")]

    async def write() -> None:
        for portion in range(20):
            await office.write(10, first=portion * 10 + 1)

    async def seal(sealer: Sealer) -> None:
        for _ in range(25):
            await sealer.seal()

    await asyncio.gather(write(), *(seal(sealer) for sealer in sealers))
    await sealers[0].seal()
    assert await office.verify() == (200, None)


async def test_a_sealer_that_slept_through_its_lease_does_not_write_behind_the_next(office: Office) -> None:
    await office.write(3)
    slow, next_one = office.sealer("one"), office.sealer("one")
    await slow.seal()
    head = await office.head()
    await office.write(2, first=4)
    await office.database["audit_chains"].update_one({"_id": "r1"}, {"$set": {"fence": head.fence + 1}})
    await slow.seal()
    assert await office.head() == head.with_(fence=head.fence + 1)
    await office.database["leases"].update_many({}, {"$inc": {"fence": 1}})
    await next_one.seal()
    assert await office.verify() == (5, None)


async def test_a_slow_step_of_another_sealer_is_no_reason_to_alarm_anyone(office: Office) -> None:
    sealer = office.sealer()
    await office.write(1)
    await sealer.seal()
    await office.write(2, first=2)
    with capture_logs() as logs:
        async with office.database.client.start_session() as session, await session.start_transaction():
            # What the other one writes, and has not committed.
            await office.database["audit_chains"].update_one({"_id": "r1"}, {"$inc": {"number": 1}}, session=session)
            for _ in range(2 * STUCK_AFTER):
                assert await sealer.seal()
            await session.abort_transaction()
        assert await office.verify() == (1, Fault(Wrong.UNSEALED, None, "r1-000002", "login", ANY))
        await sealer.seal()
    assert [one["event"] for one in logs if one["log_level"] == "error"] == []
    assert await office.verify() == (3, None)


async def test_a_chain_that_cannot_be_continued_is_told(office: Office) -> None:
    sealer = office.sealer()
    await office.write(2)
    await sealer.seal()
    await office.write(1, first=3)
    await office.database["audit_chains"].delete_many({})
    with capture_logs() as logs:
        await sealer.seal()
    assert "an audit chain cannot be continued" in "".join(one["event"] for one in logs if one["log_level"] == "error")


async def test_a_step_that_is_interrupted_leaves_nothing_half_done(office: Office) -> None:
    await office.write(3)
    entries = await office.ledger.unsealed("", BATCH)
    made = [(entry, seal(entry, number, BEGINNING, KEYS)) for number, entry in enumerate(entries, 1)]
    head = ChainHead(id="r1", restaurant_id="r1", number=3, hash=made[-1][1].hash, fence=1, at=datetime.now(UTC))
    gone = ({"_id": "deleted meanwhile"}, made[0][1])
    assert not await office.ledger.append(None, [*made, gone], head)
    assert await office.head() is None
    assert len(await office.ledger.unsealed("", BATCH)) == 3


async def test_nothing_that_someone_puts_into_the_log_stops_the_sealer(office: Office) -> None:
    await office.write(2)
    odd = [
        {"_id": ObjectId(), "restaurant_id": "r1", "at": "noon", "$odd": 1.5, "act": None},
        {"_id": 7, "restaurant_id": "r1", "details": {"a": [b"x", Int64(3), {"$time": "now"}]}},
    ]
    await office.database["audit"].insert_many(odd)
    await office.sealer().seal()
    assert await office.verify() == (4, None)


async def test_a_new_key_goes_on_where_the_old_one_was(office: Office) -> None:
    await office.write(2)
    await office.sealer("one", {"old": b"o" * 32}).seal()
    await office.write(2, first=3)
    await office.sealer("two", {"new": b"n" * 32, "old": b"o" * 32}).seal()
    both = {"new": b"n" * 32, "old": b"o" * 32}
    assert await verify_house(office.ledger, "r1", both, (), datetime.now(UTC)) == (4, None)
    _, fault = await verify_house(office.ledger, "r1", {"new": b"n" * 32}, (), datetime.now(UTC))
    assert (fault.wrong, fault.number) == (Wrong.KEY, 1)


async def test_a_chain_whose_head_was_deleted_is_not_begun_anew(office: Office) -> None:
    await office.write(3)
    sealer = office.sealer()
    await sealer.seal()
    await office.database["audit_chains"].delete_many({})
    await office.write(BATCH, first=4)
    for _ in range(4):
        await sealer.seal()
    verified, fault = await office.verify()
    assert (verified, fault.wrong) == (3, Wrong.NO_HEAD)


async def test_what_the_sealer_does_is_counted(office: Office) -> None:
    await office.write(3)
    sealer = office.sealer()
    await sealer.seal()
    await sealer.anchor()
    shown = sealer._metrics.text().decode()
    assert "comanda_audit_sealed_total 3.0" in shown
    assert "comanda_audit_anchors_total 1.0" in shown
    assert sealer._metrics.registry.get_sample_value("comanda_audit_unsealed_seconds") >= 3_600
    await sealer.seal()
    assert sealer._metrics.registry.get_sample_value("comanda_audit_unsealed_seconds") == 0


async def test_what_was_never_sealed_is_told_after_a_minute(office: Office) -> None:
    await office.write(2)
    await office.sealer().seal()
    await office.write(1, first=3)
    verified, fault = await office.verify()
    assert (verified, fault.wrong, fault.id) == (2, Wrong.UNSEALED, "r1-000003")
    await office.database["audit"].update_one({"_id": "r1-000003"}, {"$set": {"at": datetime.now(UTC)}})
    assert await office.verify() == (2, None)
