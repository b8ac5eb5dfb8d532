"""Joining a party: the PIN and its limits, coming back, leaving."""

import asyncio
from collections import Counter

import pytest
from comanda_client import Connection, Refused
from integration.house import House, Party

from models.audit import AuditEntry
from models.session import TableSession

ORIGIN = "https://order.example.com"


def wrong(pin: str) -> str:
    return f"{(int(pin) + 1) % 10_000:04d}"


async def guess(house: House, party: Party, pin: str) -> str:
    """Try a PIN on a socket of its own and return the code of the answer."""
    phone = await house.connect("/table", {"table": party.token})
    try:
        await phone.send("session:join", {"pin": pin})
    except Refused as refused:
        return refused.code
    return "JOINED"


async def test_a_wrong_pin_says_how_many_tries_are_left(house: House) -> None:
    party = await house.party(await house.waiter())
    phone = await house.connect("/table", {"table": party.token})
    with pytest.raises(Refused) as refused:
        await phone.send("session:join", {"pin": wrong(party.pin)})
    assert refused.value.code == "INVALID_PIN"
    assert refused.value.details == {"attemptsLeft": 4, "retryAfter": 1}


async def test_after_a_wrong_pin_the_next_try_waits_twice_as_long_each_time(house: House) -> None:
    party = await house.party(await house.waiter())
    phone = await house.connect("/table", {"table": party.token})
    waits = []
    for _ in range(4):
        with pytest.raises(Refused) as refused:
            await phone.send("session:join", {"pin": wrong(party.pin)})
        waits.append(refused.value.details["retryAfter"])
        house.clock.advance(seconds=waits[-1])
    assert waits == [1, 2, 4, 8]


async def test_of_500_parallel_guesses_at_most_five_are_evaluated(house: House) -> None:
    party = await house.party(await house.waiter())
    phones = await asyncio.gather(*(house.connect("/table", {"table": party.token}) for _ in range(50)))
    answers: Counter[str] = Counter()

    async def guess_ten_times(phone: Connection) -> None:
        for _ in range(10):
            try:
                await phone.send("session:join", {"pin": wrong(party.pin)})
            except Refused as refused:
                answers[refused.code] += 1

    await asyncio.gather(*(guess_ten_times(phone) for phone in phones))
    assert sum(answers.values()) == 500
    assert 1 <= answers["INVALID_PIN"] <= 5
    assert set(answers) <= {"INVALID_PIN", "PIN_LOCKED"}
    entries = house.apps[0].store.collection(AuditEntry)
    assert await entries.count_documents({"session_id": party.id, "act": "pin-failed"}) == answers["INVALID_PIN"]


async def test_five_failures_lock_new_joins_and_never_the_members(house: House) -> None:
    party = await house.party(await house.waiter())
    member = await house.phone(party)
    for _ in range(5):
        assert await guess(house, party, wrong(party.pin)) == "INVALID_PIN"
        house.clock.advance(seconds=20)
    assert await guess(house, party, party.pin) == "PIN_LOCKED"
    assert (await member.operate("cart:add", {"itemId": house.dish()}))["success"]


async def test_a_lock_ends_after_its_window(house: House) -> None:
    party = await house.party(await house.waiter())
    for _ in range(5):
        await guess(house, party, wrong(party.pin))
        house.clock.advance(seconds=20)
    house.clock.advance(minutes=15)
    assert await guess(house, party, party.pin) == "JOINED"


async def test_fifty_failures_from_one_address_lock_it_for_every_table(house: House) -> None:
    waiters = [await house.waiter(), await house.waiter()]
    codes: Counter[str] = Counter()
    for table in range(11):
        party = await house.party(waiters[table % 2], table)
        for _ in range(5):
            codes[await guess(house, party, wrong(party.pin))] += 1
            house.clock.advance(seconds=20)
    assert codes == {"INVALID_PIN": 50, "PIN_LOCKED": 5}
    untouched = await house.party(waiters[0], 12)
    assert await guess(house, untouched, untouched.pin) == "PIN_LOCKED"


async def test_without_a_valid_table_token_nothing_is_told(house: House) -> None:
    await house.party(await house.waiter())
    for token in ("AAAAAAAAAAAAAAAAAAAAAA", "", "x" * 500):
        with pytest.raises(Refused) as refused:
            await house.connect("/table", {"table": token})
        assert refused.value.code == "JOIN_REFUSED"


async def test_a_table_that_is_not_open_is_joined_by_nobody(house: House) -> None:
    phone = await house.connect("/table", {"table": house.tables[3].token})
    with pytest.raises(Refused, match="JOIN_REFUSED"):
        await phone.send("session:join", {"pin": "0000"})


async def test_a_visitor_hears_nothing_of_the_party(house: House) -> None:
    party = await house.party(await house.waiter())
    visitor = await house.connect("/table", {"table": party.token})
    member = await house.phone(party)
    await member.operate("cart:add", {"itemId": house.dish(), "quantity": 1})
    await member.until(lambda state: any(cart["lines"] for cart in state.of("cart")))
    assert {name for name, _ in visitor.heard} <= {"hello"}


async def test_a_phone_that_lost_its_socket_is_back_with_its_session_token(house: House) -> None:
    party = await house.party(await house.waiter())
    ana, ion = await house.phone(party, "Ana"), await house.phone(party, "Ion")
    await ana.drop()
    await ion.operate("cart:add", {"itemId": house.dish(), "quantity": 3})
    await ana.open()
    assert ana.hello["principal"]["name"] == "Ana"
    assert next(ana.state.of("cart"))["lines"][0]["quantity"] == 3


async def test_a_device_cookie_from_a_listed_origin_resumes_the_participant(house: House) -> None:
    party = await house.party(await house.waiter())
    browser = {"Origin": ORIGIN, "Cookie": "comanda_device=a-cookie-of-this-test-" + party.id}
    first = await house.connect("/table", {"table": party.token}, headers=browser)
    joined = await first.send("session:join", {"pin": party.pin, "name": "Ana"})
    await first.close()
    again = await house.connect("/table", {"table": party.token}, headers=browser)
    assert again.hello["principal"]["participantId"] == joined["participantId"]


async def test_a_device_cookie_without_a_listed_origin_counts_for_nothing(house: House) -> None:
    party = await house.party(await house.waiter())
    cookie = {"Cookie": "comanda_device=another-cookie-of-this-test-" + party.id}
    first = await house.connect("/table", {"table": party.token}, headers=cookie | {"Origin": ORIGIN})
    await first.send("session:join", {"pin": party.pin})
    stolen = await house.connect("/table", {"table": party.token}, headers=cookie)
    assert stolen.hello["principal"]["roles"] == ["VISITOR"]


async def test_joining_twice_with_one_cookie_stays_one_participant(house: House) -> None:
    party = await house.party(await house.waiter())
    browser = {"Origin": ORIGIN, "Cookie": "comanda_device=cookie-of-two-tabs-" + party.id}
    tabs = [await house.connect("/table", {"table": party.token}, headers=browser) for _ in range(2)]
    answers = [await tab.send("session:join", {"pin": party.pin, "name": "Ana"}) for tab in tabs]
    assert answers[0]["participantId"] == answers[1]["participantId"]
    assert len(answers[1]["session"]["participants"]) == 1


async def test_who_left_hears_nothing_more_and_may_join_again(house: House) -> None:
    party = await house.party(await house.waiter())
    ana, ion = await house.phone(party, "Ana"), await house.phone(party, "Ion")
    await ana.send("session:leave", {})
    heard = len(ana.heard)
    await ion.operate("cart:add", {"itemId": house.dish()})
    await ion.until(lambda state: any(len(one["participants"]) == 1 for one in state.of("session")))
    assert len(ana.heard) == heard
    with pytest.raises(Refused, match="UNAUTHENTICATED"):
        await ana.send("cart:add", {"itemId": house.dish(), "opId": "op-after-leaving"})
    assert (await ana.send("session:join", {"pin": party.pin}))["success"]


async def test_a_rotated_pin_ends_the_old_one_and_the_lock(house: House) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter)
    for _ in range(5):
        await guess(house, party, wrong(party.pin))
        house.clock.advance(seconds=20)
    answer = await waiter.send("pin:rotate", {"sessionId": party.id})
    assert await guess(house, party, answer["pin"]) == "JOINED"
    assert answer["tableToken"] == party.token


async def test_presence_tells_who_is_connected_anywhere(house: House) -> None:
    party = await house.party(await house.waiter())
    ana, ion = await house.phone(party, "Ana"), await house.phone(party, "Ion")
    ids = {ana.hello["principal"].get("participantId"), ion.hello["principal"].get("participantId")}
    session = next(ana.state.of("session"))
    ids = {one["id"] for one in session["participants"]} | {
        one["id"] for one in next(ion.state.of("session"))["participants"]
    }
    await ana.until(lambda state: any(set(one["online"]) == ids for one in state.of("presence")))
    await ion.drop()
    await ana.until(lambda state: all(len(one["online"]) == 1 for one in state.of("presence")))


async def test_a_session_keeps_its_pin_only_as_a_keyed_hash(house: House) -> None:
    party = await house.party(await house.waiter())
    stored = await house.apps[0].store.collection(TableSession).find_one({"_id": party.id})
    assert stored is not None
    assert party.pin not in str(stored["pin"]["key"])
    assert len(stored["pin"]["digest"]) == 64
