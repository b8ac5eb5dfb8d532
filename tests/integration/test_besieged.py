"""A house under attack: its budget of wrong PINs is small here, and used up in most tests."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest
from comanda_client import Refused
from integration.house import House, Installation, Party, housed, start_installation
from integration.intruder import code, knock, new_address, wrong

from models.audit import AuditEntry
from models.pin import AttemptLimit

BUDGET, PER_ADDRESS = 6, 4
TRIES = 100


@pytest.fixture(scope="module", params=[1, 2], ids=["one server", "two servers"])
async def installation(request: pytest.FixtureRequest, mongo_url: str, redis_url: str) -> AsyncIterator[Installation]:
    """Servers whose houses stand few wrong PINs."""
    limits = {"house_failures": BUDGET, "address_failures": PER_ADDRESS, "house_network_failures": PER_ADDRESS}
    installation = await start_installation(
        mongo_url, redis_url, servers=request.param, database=f"besieged-{request.param}", limits=limits
    )
    yield installation
    await installation.stop()


@pytest.fixture
async def house(installation: Installation) -> AsyncIterator[House]:
    """A new house; its clients are compared with the truth at the end."""
    async with housed(installation) as house:
        yield house


async def guess(house: House, party: Party, pin: str, *, server: int = 0, address: str = "") -> dict[str, Any]:
    app = house.apps[server % len(house.apps)]
    return await knock(app, house.restaurant.id, party.table.id, pin, address or new_address())


async def besiege(house: House, waiter: Any, times: int = BUDGET) -> list[str]:
    """Try wrong PINs from everywhere, at two other tables in turn; return the codes."""
    parties = [await house.party(waiter, table) for table in (2, 3)]
    codes = []
    for turn in range(times):
        party = parties[turn % 2]
        codes.append(code(await guess(house, party, wrong(party.pin), server=turn)))
        house.clock.advance(seconds=20)
    return codes


async def until(house: House, party: Party, expected: str) -> None:
    """Try the right PIN until every server answers it in one way: what another server did is heard a moment later."""
    for server in range(len(house.apps)):
        for _ in range(TRIES):
            answer = code(await guess(house, party, party.pin, server=server))
            if answer == expected:
                break
            await asyncio.sleep(0.02)
        assert answer == expected


async def seated(house: House) -> tuple[Any, Party, Party]:
    """Open two tables."""
    waiter = await house.waiter()
    return waiter, await house.party(waiter), await house.party(waiter, 1)


async def alarms(house: House) -> list[dict[str, Any]]:
    return await house.apps[0].database["alarms"].find({"restaurant_id": house.restaurant.id}).to_list()


async def test_when_the_budget_is_used_up_a_right_pin_gets_the_answer_of_a_wrong_one(house: House) -> None:
    waiter, one, _ = await seated(house)
    assert await besiege(house, waiter) == ["INVALID_PIN"] * BUDGET
    await until(house, one, "JOIN_NEEDS_WAITER")
    for server in range(len(house.apps)):
        answers = [await guess(house, one, pin, server=server) for pin in (one.pin, wrong(one.pin))]
        assert answers[0] == answers[1]


async def test_the_floor_gets_one_alarm_and_it_comes_with_the_last_failure(house: House) -> None:
    waiter, one, other = await seated(house)
    assert await besiege(house, waiter, BUDGET - 1) == ["INVALID_PIN"] * (BUDGET - 1)
    assert await alarms(house) == []
    for server, party in enumerate((one, other, one)):
        await guess(house, party, wrong(party.pin), server=server)
    (alarm,) = await alarms(house)
    assert (alarm["kind"], alarm["subject"]) == ("PIN_SPRAY", "house")
    assert alarm["details"] == {"failures": BUDGET, "seconds": 900}
    await waiter.until(lambda state: [one["id"] for one in state.of("alarm")] == [alarm["_id"]])


async def test_members_order_while_their_house_takes_no_joins(house: House) -> None:
    waiter, one, _ = await seated(house)
    member = await house.phone(one)
    await besiege(house, waiter)
    added = await member.operate("cart:add", {"itemId": house.dish("grill")})
    placing = {"idempotencyKey": "k-besieged-0001", "cartVersion": added["cart"]["version"]}
    assert (await member.operate("order:place", placing))["order"]["number"]
    await member.drop()
    await member.open()
    assert member.hello["principal"]["roles"] == ["GUEST"]


async def test_a_waiters_tap_opens_the_door_of_one_session_for_two_minutes(house: House) -> None:
    waiter, one, other = await seated(house)
    await besiege(house, waiter)
    admitted = await waiter.operate("session:admit", {"sessionId": one.id})
    assert admitted["session"]["admitsUntil"] is not None
    await until(house, one, "JOINED")
    assert code(await guess(house, other, other.pin)) == "JOIN_NEEDS_WAITER"
    await waiter.until(
        lambda state: any(
            session["id"] == one.id and session["admitsUntil"] == admitted["session"]["admitsUntil"]
            for session in state.of("session")
        )
    )
    house.clock.advance(seconds=121)
    for server in range(len(house.apps)):
        assert code(await guess(house, one, one.pin, server=server)) == "JOIN_NEEDS_WAITER"


async def test_a_guest_with_a_phone_comes_in_by_a_waiters_tap(house: House) -> None:
    waiter, one, _ = await seated(house)
    await besiege(house, waiter)
    await until(house, one, "JOIN_NEEDS_WAITER")
    phone = await house.connect("/table", {"table": one.token})
    with pytest.raises(Refused, match="JOIN_NEEDS_WAITER"):
        await phone.send("session:join", {"pin": one.pin})
    await waiter.operate("session:admit", {"sessionId": one.id})
    await until(house, one, "JOINED")
    assert (await phone.send("session:join", {"pin": one.pin, "name": "Ana"}))["success"]


async def test_behind_an_open_door_wrong_pins_count_and_lock_the_session(house: House) -> None:
    waiter, one, _ = await seated(house)
    await besiege(house, waiter)
    await waiter.operate("session:admit", {"sessionId": one.id})
    await until(house, one, "JOINED")
    codes = []
    for _ in range(6):
        codes.append(code(await guess(house, one, wrong(one.pin))))
        house.clock.advance(seconds=16)
    assert codes == ["INVALID_PIN"] * 5 + ["PIN_LOCKED"]
    (count,) = (
        await house.apps[0]
        .store.collection(AttemptLimit)
        .find({"restaurant_id": house.restaurant.id, "scope": "house"})
        .to_list()
    )
    assert len(count["failures"]["at"]) == BUDGET + 5


async def test_a_new_pin_unlocks_a_session_whose_door_is_open(house: House) -> None:
    waiter, one, _ = await seated(house)
    await besiege(house, waiter)
    await waiter.operate("session:admit", {"sessionId": one.id})
    await until(house, one, "JOINED")
    assert code(await guess(house, one, wrong(one.pin))) == "INVALID_PIN"
    assert code(await guess(house, one, one.pin)) == "PIN_LOCKED"
    one.pin = (await waiter.operate("pin:rotate", {"sessionId": one.id}))["pin"]
    await until(house, one, "JOINED")


@pytest.mark.parametrize("address", ["203.0.113.7", "2001:db8:1:2::{}"], ids=["IPv4", "one line of IPv6"])
async def test_an_address_that_failed_too_often_stays_out_of_an_open_door(house: House, address: str) -> None:
    waiter, one, other = await seated(house)
    for turn in range(PER_ADDRESS):
        assert code(await guess(house, other, wrong(other.pin), address=address.format(turn))) == "INVALID_PIN"
        house.clock.advance(seconds=20)
    await besiege(house, waiter, BUDGET - PER_ADDRESS)
    await waiter.operate("session:admit", {"sessionId": one.id})
    await until(house, one, "JOINED")
    refused = await guess(house, one, one.pin, address=address.format("ffff"))
    assert (code(refused), refused["error"]["details"]["scope"]) == ("PIN_LOCKED", "address")


async def test_when_the_window_has_passed_pins_are_looked_at_again(house: House) -> None:
    waiter, one, other = await seated(house)
    await besiege(house, waiter)
    house.clock.advance(minutes=15)
    await until(house, one, "JOINED")
    assert code(await guess(house, other, wrong(other.pin))) == "INVALID_PIN"


async def test_of_many_guesses_at_once_at_many_tables_the_budget_is_looked_at(house: House) -> None:
    waiter = await house.waiter()
    parties = [await house.party(waiter, table) for table in range(9)]
    guesses = [guess(house, parties[turn % 9], wrong(parties[turn % 9].pin), server=turn) for turn in range(180)]
    codes = Counter(code(answer) for answer in await asyncio.gather(*guesses))
    assert set(codes) <= {"INVALID_PIN", "PIN_LOCKED", "JOIN_NEEDS_WAITER"}
    assert codes["INVALID_PIN"] == BUDGET
    audit = house.apps[0].store.collection(AuditEntry)
    assert await audit.count_documents({"restaurant_id": house.restaurant.id, "act": "pin-failed"}) == BUDGET


async def test_a_right_pin_that_comes_behind_a_crowd_of_wrong_ones_is_not_looked_at(house: House) -> None:
    waiter = await house.waiter()
    parties = [await house.party(waiter, table) for table in range(BUDGET + 1)]
    addresses = [new_address() for _ in parties]
    for party, address in zip(parties, addresses, strict=True):  # then all is in memory, and nobody overtakes
        assert code(await guess(house, party, party.pin, address=address)) == "JOINED"
    crowd = [guess(house, parties[turn], wrong(parties[turn].pin), address=addresses[turn]) for turn in range(BUDGET)]
    behind = guess(house, parties[BUDGET], parties[BUDGET].pin, address=addresses[BUDGET])
    answers = await asyncio.gather(*crowd, behind)
    assert [code(answer) for answer in answers] == ["INVALID_PIN"] * BUDGET + ["JOIN_NEEDS_WAITER"]


async def test_a_house_under_attack_leaves_other_houses_alone(installation: Installation, house: House) -> None:
    other = await installation.new_house()
    party = await other.party(await other.waiter())
    await besiege(house, await house.waiter())
    try:
        await until(other, party, "JOINED")
        assert await alarms(other) == []
    finally:
        await other.close()


async def test_the_log_says_who_opened_which_door_until_when(house: House) -> None:
    waiter, one, _ = await seated(house)
    first = await waiter.operate("session:admit", {"sessionId": one.id})
    house.clock.advance(seconds=60)
    operation = {"sessionId": one.id, "opId": "operation-of-a-tap"}
    again = await waiter.operate("session:admit", operation)
    assert (await waiter.operate("session:admit", operation))["session"] == again["session"]
    audit = house.apps[0].store.collection(AuditEntry)
    entries = await audit.find({"session_id": one.id, "act": "session-admitted"}).sort("at").to_list()
    assert [entry["actor"]["kind"] for entry in entries] == ["STAFF", "STAFF"]
    assert entries[0]["before"] == {"admits_until": None}
    assert entries[1]["before"] == entries[0]["after"]
    assert first["session"]["admitsUntil"] < again["session"]["admitsUntil"]
