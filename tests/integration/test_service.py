"""Service requests: asked once from whichever phone, taken by one, resolved by anyone, and never overlooked."""

import asyncio
from uuid import uuid4

import pytest
from comanda_client import Connection, Refused, Unreachable
from comanda_client.state import State
from integration.house import House, Party, start_installation

from models.audit import AuditEntry
from models.service import ServiceRequest
from models.staff import Staff
from server.waiting import ESCALATION, IDLENESS


async def ask(phone: Connection, kind: str = "WAITER", **more: str) -> dict[str, object]:
    return (await phone.send("service:request", {"kind": kind, **more}))["service"]


def requests(state: State, status: str | None = None) -> list[dict[str, object]]:
    return [one for one in state.of("service") if status in (None, one["status"])]


async def waiters(house: House) -> tuple[Connection, Connection]:
    """Two waiters; where there are two servers, each is on one of them."""
    first = await house.staff("ana")
    return first, await house.staff("mihai")


async def stored(house: House) -> list[dict[str, object]]:
    return await house.apps[0].store.collection(ServiceRequest).find({"restaurant_id": house.restaurant.id}).to_list()


async def seat(house: House, mode: str = "FAMILY") -> tuple[Connection, Party, Connection, Connection]:
    waiter = await house.waiter()
    party = await house.party(waiter, mode=mode)
    return waiter, party, await house.phone(party, "Maria"), await house.phone(party, "Ion")


async def test_what_one_phone_asks_is_seen_by_the_party_and_the_floor(house: House) -> None:
    waiter, party, maria, ion = await seat(house)
    asked = await ask(maria, "WATER", note="plată, vă rog")
    assert asked["by"]["name"] == "Maria"  # type: ignore[index]
    assert (asked["tableName"], asked["sessionId"], asked["status"]) == (party.table.name, party.id, "OPEN")
    assert asked["waiter"]["name"] == "Ana Ionescu"  # type: ignore[index]
    for client in (maria, ion, waiter):
        state = await client.until(lambda known: any(requests(known)))
        assert requests(state) == [asked]


async def test_another_party_hears_nothing_of_it(house: House) -> None:
    waiter, _, maria, _ = await seat(house)
    other = await house.phone(await house.party(waiter, 1))
    await ask(maria)
    await ask(other, "BILL")
    await other.until(lambda known: any(requests(known)))
    assert [one["kind"] for one in requests(other.state)] == ["BILL"]


@pytest.mark.parametrize("mode", ["FAMILY", "INDIVIDUAL"])
async def test_the_same_thing_asked_by_two_phones_at_once_is_one_request(house: House, mode: str) -> None:
    _, _, maria, ion = await seat(house, mode)
    answers = await asyncio.gather(*(ask(phone, "BILL", opId=str(uuid4())) for phone in (maria, ion) * 2))
    assert len({answer["id"] for answer in answers}) == 1
    assert len(await stored(house)) == 1


async def test_two_things_are_two_requests(house: House) -> None:
    waiter, _, maria, _ = await seat(house)
    await ask(maria, "WATER")
    await ask(maria, "OTHER", note="un scaun de copil")
    await ask(maria, "OTHER", note="o pătură")
    await waiter.until(lambda known: len(requests(known, "OPEN")) == 3)


async def test_a_repeat_after_it_was_resolved_asks_for_nothing(house: House) -> None:
    waiter, _, maria, ion = await seat(house)
    first, second = str(uuid4()), str(uuid4())
    asked = await ask(maria, opId=first)
    await ask(ion, opId=second)
    await waiter.send("service:resolve", {"requestId": asked["id"]})
    for phone, operation in ((maria, first), (ion, second)):
        again = await ask(phone, opId=operation)
        assert (again["id"], again["status"]) == (asked["id"], "RESOLVED")
    assert len(await stored(house)) == 1


async def test_what_was_resolved_can_be_asked_for_anew(house: House) -> None:
    waiter, _, maria, _ = await seat(house)
    asked = [await ask(maria)]
    for _ in range(8):
        await waiter.send("service:resolve", {"requestId": asked[-1]["id"]})
        asked.append(await ask(maria))
    assert len({one["id"] for one in asked}) == 9


async def test_asking_leaves_the_cart_as_the_other_guest_saw_it(house: House) -> None:
    _, _, maria, ion = await seat(house)
    added = await ion.operate("cart:add", {"itemId": house.dish("grill")})
    await ask(maria, "WATER")
    await ion.send("order:place", {"idempotencyKey": str(uuid4()), "cartVersion": added["cart"]["version"]})


async def test_of_two_waiters_at_once_one_goes_there(house: House) -> None:
    first, second = await waiters(house)
    maria = await house.phone(await house.party(first))
    for kind in ("WAITER", "BILL", "WATER"):
        asked = await ask(maria, kind)
        tries = [one.send("service:take", {"requestId": asked["id"]}) for one in (first, second)]
        took, *refused = sorted(await asyncio.gather(*tries, return_exceptions=True), key=lambda one: str(type(one)))
        if isinstance(took, Refused):
            took, refused = refused[0], [took]
        assert [one.code for one in refused] == ["ALREADY_TAKEN"]  # type: ignore[union-attr]
        assert refused[0].details["by"] == took["service"]["takenBy"]  # type: ignore[union-attr, index]


async def test_the_one_who_goes_there_may_say_so_twice(house: House) -> None:
    waiter, _, maria, _ = await seat(house)
    asked = await ask(maria)
    taken = await waiter.send("service:take", {"requestId": asked["id"]})
    assert await waiter.send("service:take", {"requestId": asked["id"]}) == taken
    state = await maria.until(lambda known: any(requests(known, "TAKEN")))
    assert requests(state)[0]["takenBy"]["name"] == "Ana Ionescu"  # type: ignore[index]


async def test_anyone_who_serves_may_resolve_what_another_has_taken(house: House) -> None:
    waiter, _, maria, _ = await seat(house)
    cashier = await house.staff(house.login_of("CASHIER"))
    asked = await ask(maria, "BILL")
    await waiter.send("service:take", {"requestId": asked["id"]})
    answers = await asyncio.gather(
        *(one.send("service:resolve", {"requestId": asked["id"]}) for one in (cashier, waiter))
    )
    assert [answer["service"]["status"] for answer in answers] == ["RESOLVED", "RESOLVED"]
    await maria.until(lambda known: any(requests(known, "RESOLVED")))


async def test_the_party_takes_it_back_and_nobody_goes_there(house: House) -> None:
    waiter, _, maria, ion = await seat(house)
    asked = await ask(maria)
    for _ in range(2):
        answer = await ion.send("service:cancel", {"requestId": asked["id"]})
        assert answer["service"]["status"] == "CANCELLED"
    with pytest.raises(Refused, match="REQUEST_FINISHED"):
        await waiter.send("service:take", {"requestId": asked["id"]})


async def test_another_party_cannot_take_it_back(house: House) -> None:
    waiter, _, maria, _ = await seat(house)
    other = await house.phone(await house.party(waiter, 1))
    asked = await ask(maria)
    with pytest.raises(Refused, match="NOT_FOUND"):
        await other.send("service:cancel", {"requestId": asked["id"]})


async def test_who_has_not_joined_may_not_ask(house: House) -> None:
    _, party, _, _ = await seat(house)
    visitor = await house.connect("/table", {"table": party.token})
    with pytest.raises(Refused, match="UNAUTHENTICATED"):
        await ask(visitor)


async def test_who_left_may_not_ask_any_more(house: House) -> None:
    _, _, maria, _ = await seat(house)
    await maria.send("session:leave")
    with pytest.raises(Refused, match="UNAUTHENTICATED"):
        await ask(maria)


async def test_who_is_sent_away_at_this_moment_may_not_ask(house: House) -> None:
    waiter, party, _, ion = await seat(house)
    state = await waiter.until(lambda known: any(len(one["participants"]) == 2 for one in known.of("session")))
    people = {one["name"]: one["id"] for session in state.of("session") for one in session["participants"]}
    request = {"sessionId": party.id, "participantId": people["Ion"]}
    await waiter.operate("participant:eject", request)
    with pytest.raises((Refused, Unreachable)):
        await ask(ion)
    assert await stored(house) == []


async def test_a_party_that_asks_ten_times_in_ten_minutes_has_to_wait(house: House) -> None:
    _, _, maria, ion = await seat(house)
    for number in range(10):
        await ask((maria, ion)[number % 2], "OTHER", note=f"dorința {number}")
    with pytest.raises(Refused) as refused:
        await ask(ion, "WATER")
    assert refused.value.code == "RATE_LIMITED"
    assert 500 < refused.value.details["retryAfter"] <= 600
    house.clock.advance(seconds=601)
    await ask(ion, "WATER")


async def test_closing_the_table_ends_what_was_asked_for(house: House) -> None:
    waiter, party, maria, _ = await seat(house)
    for kind in ("WAITER", "BILL"):
        await ask(maria, kind)
    await waiter.send("session:close", {"sessionId": party.id})
    await waiter.until(lambda known: len(requests(known, "CANCELLED")) == 2)
    with pytest.raises(Refused, match="SESSION_CLOSED"):
        await ask(maria, "WATER")


async def test_nothing_that_is_asked_while_the_table_closes_stays(house: House) -> None:
    manager = await house.staff(house.login_of("MANAGER"))
    for table in range(4):
        party = await house.party(manager, table)
        phones = [await house.phone(party, name) for name in ("Maria", "Ion")]
        closing = manager.operate("session:close", {"sessionId": party.id})
        await asyncio.gather(closing, *(ask(phone, "BILL") for phone in phones), return_exceptions=True)
    assert [one for one in await stored(house) if not one["is_finished"]] == []


async def test_a_moved_party_is_found_at_its_new_table(house: House) -> None:
    waiter, party, maria, _ = await seat(house)
    await ask(maria)
    house.clock.advance(seconds=121)
    await house.apps[0].duties.perform(ESCALATION)
    await waiter.until(lambda known: any(known.of("alarm")))
    await waiter.operate("session:move", {"sessionId": party.id, "tableId": house.tables[5].id})
    name = house.tables[5].name
    await maria.until(lambda known: [one["tableName"] for one in requests(known)] == [name])
    await waiter.until(lambda known: [one["tableName"] for one in known.of("alarm")] == [name])


async def test_what_nobody_takes_raises_an_alarm_once(house: House) -> None:
    waiter, party, maria, _ = await seat(house)
    asked = await ask(maria)
    await house.apps[0].duties.perform(ESCALATION)
    assert list(waiter.state.of("alarm")) == []
    house.clock.advance(seconds=121)
    await asyncio.gather(*(app.duties.perform(ESCALATION) for app in house.apps * 2))
    state = await waiter.until(lambda known: any(known.of("alarm")))
    (alarm,) = state.of("alarm")
    assert (alarm["kind"], alarm["subject"], alarm["tableName"]) == ("SERVICE_WAITING", asked["id"], party.table.name)
    assert alarm["details"] == {"asked": "WAITER", "waited": 121}
    await maria.until(lambda known: requests(known)[0]["escalatedAt"] is not None)


@pytest.mark.parametrize("step", ["service:take", "service:resolve", "service:cancel"])
async def test_the_alarm_is_over_when_somebody_sees_to_the_request(house: House, step: str) -> None:
    waiter, _, maria, _ = await seat(house)
    colleague = await house.staff("mihai")
    asked = await ask(maria)
    house.clock.advance(seconds=121)
    await house.apps[-1].duties.perform(ESCALATION)
    await (maria if step == "service:cancel" else colleague).send(step, {"requestId": asked["id"]})
    await waiter.until(lambda known: [one["status"] for one in known.of("alarm")] == ["RESOLVED"])


async def test_what_was_taken_in_time_alarms_nobody(house: House) -> None:
    waiter, _, maria, _ = await seat(house)
    asked = await ask(maria)
    await waiter.send("service:take", {"requestId": asked["id"]})
    house.clock.advance(seconds=300)
    await house.apps[0].duties.perform(ESCALATION)
    assert list((await waiter.fresh()).of("alarm")) == []


async def test_taking_while_it_is_escalated_leaves_no_alarm(house: House) -> None:
    waiter, _, maria, _ = await seat(house)
    for kind in ("WAITER", "BILL", "WATER"):
        asked = await ask(maria, kind)
        house.clock.advance(seconds=121)
        await asyncio.gather(
            waiter.send("service:take", {"requestId": asked["id"]}), house.apps[-1].duties.perform(ESCALATION)
        )
    assert list((await waiter.fresh()).of("alarm")) == []


async def test_every_step_is_in_the_log(house: House) -> None:
    waiter, party, maria, _ = await seat(house)
    asked = await ask(maria)
    await waiter.send("service:take", {"requestId": asked["id"]})
    await waiter.send("service:resolve", {"requestId": asked["id"]})
    await maria.send("service:cancel", {"requestId": (await ask(maria))["id"]})
    log = house.apps[0].store.collection(AuditEntry)
    entries = await log.find({"session_id": party.id, "act": {"$regex": "^service-"}}).sort("_id").to_list()
    assert [entry["act"] for entry in entries] == [
        "service-requested",
        "service-taken",
        "service-resolved",
        "service-requested",
        "service-cancelled",
    ]
    assert (entries[1]["before"], entries[1]["after"]) == ({"status": "OPEN"}, {"status": "TAKEN"})


async def test_all_of_it_works_without_redis(mongo_url: str) -> None:
    installation = await start_installation(mongo_url, None, servers=2, database="service_without_redis")
    house = await installation.new_house()
    try:
        waiter, party, maria, ion = await seat(house)
        asked = await ask(maria)
        await waiter.until(lambda known: any(requests(known)))
        house.clock.advance(seconds=121)
        await installation.apps[1].duties.perform(ESCALATION)
        await waiter.until(lambda known: any(known.of("alarm")))
        await waiter.send("service:take", {"requestId": asked["id"]})
        await ion.until(lambda known: any(requests(known, "TAKEN")))
        await waiter.send("service:resolve", {"requestId": asked["id"]})
        await maria.until(lambda known: any(requests(known, "RESOLVED")))
        mihai = {"restaurant_id": house.restaurant.id, "login": "mihai"}
        colleague = await house.apps[0].store.collection(Staff).find_one(mihai)
        assert colleague is not None
        await waiter.operate("shift:handover", {"to": colleague["_id"]})
        house.clock.advance(minutes=46)
        await installation.apps[0].duties.perform(IDLENESS)
        await waiter.until(lambda known: any(one["idleSince"] for one in known.of("session")))
        (session,) = waiter.state.of("session")
        assert (session["id"], session["waiter"]["name"]) == (party.id, "Mihai Stan")
        await house.require_all_know_the_truth()
    finally:
        await house.close()
        await installation.stop()
