"""How many codes go out: to a phone in a day, for an address in an hour, from a house; and what the floor is told."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from integration.house import House, Installation, start_installation
from integration.texting import Asker, LetterBox, letter_box

from models.message_budget import MessageBudget, PhoneBudget
from models.sms import SmsMessage

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LIMITS = {"house_messages": 6, "code_use_sample": 4, "code_use_percent": 50}


@pytest.fixture(scope="module")
async def installation_that_saves(mongo_url: str, redis_url: str) -> AsyncIterator[Installation]:
    """Two servers of which a house may send six codes in an hour, half of which have to be used."""
    installation = await start_installation(mongo_url, redis_url, servers=2, database="saving", limits=LIMITS)
    yield installation
    await installation.stop()


@pytest.fixture
async def saving(installation_that_saves: Installation) -> AsyncIterator[House]:
    """A new house with a small budget; its clients are compared with the truth at the end."""
    house = await installation_that_saves.new_house()
    with letter_box(house):
        yield house
    try:
        await house.require_all_know_the_truth()
    finally:
        await house.close()


@pytest.fixture
def box(house: House) -> Iterator[LetterBox]:
    with letter_box(house) as box:
        yield box


def number(at: int) -> str:
    """Return one of many phone numbers."""
    return f"+4072200{at:04d}"


def asker(house: House, at: int = 0) -> Asker:
    """Return one of many browsers at many addresses."""
    return Asker(house, device=f"browser {at}", address=f"198.51.100.{at}")


async def sent(house: House) -> int:
    """Return how many messages were queued."""
    return await house.apps[0].store.collection(SmsMessage).count_documents({"restaurant_id": house.restaurant.id})


async def to_noon(house: House) -> datetime:
    """Let time pass until it is noon in the house; returns that moment."""
    noon = house.restaurant.next_midnight(house.clock.now()) + 12 * HOUR
    house.clock.ahead += noon - house.clock.now()
    return noon


async def test_a_phone_has_three_codes_a_day_and_the_next_after_midnight_of_the_house(
    house: House, box: LetterBox
) -> None:
    """The old defect: a day limit without a day."""
    noon = await to_noon(house)
    for at in range(3):
        assert (await asker(house, at).ask(server=at))["codeSent"] is True
        house.clock.advance(minutes=2)
    refused = await asker(house, 9).ask()
    midnight = house.restaurant.next_midnight(noon)
    assert refused == {"code": "SMS_LIMIT_EXCEEDED", "limit": 3, "reset_time": f"{midnight:%Y-%m-%dT%H:%M:%SZ}"}
    house.clock.ahead += midnight - house.clock.now() - MINUTE
    assert (await asker(house, 9).ask(server=1))["code"] == "SMS_LIMIT_EXCEEDED"
    house.clock.advance(minutes=1)
    assert (await asker(house, 9).ask())["codeSent"] is True
    assert await sent(house) == 4


async def test_a_code_and_what_is_counted_of_its_phone_live_on_when_servers_get_another_index_key(
    house: House, box: LetterBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They get it one after the other: what one has counted the other finds."""
    await to_noon(house)
    own, new = house.apps[0].vault.safe._index_keys, {"new": b"n" * 40}
    for app, keys in zip(house.apps, (own | new, new | own), strict=True):
        monkeypatch.setattr(app.vault.safe, "_index_keys", keys)
    one = asker(house)
    for server in (0, 1, 0):
        assert (await one.ask(server=server))["codeSent"] is True
        code = await box.code()
        house.clock.advance(minutes=2)
    assert (await one.ask(server=1))["code"] == "SMS_LIMIT_EXCEEDED"
    assert (await one.show(code, server=1))["verified"] is True


async def test_an_address_has_five_codes_in_any_hour(house: House, box: LetterBox) -> None:
    start = house.clock.now()
    for at in range(5):
        assert (await Asker(house, device=str(at)).ask(number(at), server=at))["codeSent"] is True
        house.clock.advance(minutes=10)
    refused = await Asker(house, device="new").ask(number(7))
    assert (refused["code"], refused["limit"]) == ("SMS_LIMIT_EXCEEDED", 5)
    reset = datetime.fromisoformat(refused["reset_time"])
    assert start + HOUR <= reset < start + HOUR + MINUTE
    assert (await Asker(house, address="192.0.2.2").ask(number(7), server=1))["codeSent"] is True
    house.clock.ahead += reset - house.clock.now()
    assert (await Asker(house, device="new").ask(number(8)))["codeSent"] is True


async def test_one_line_has_one_limit_however_many_addresses_it_has(house: House, box: LetterBox) -> None:
    for at in range(5):
        await Asker(house, address=f"2001:db8:1:2::{at}").ask(number(at), server=at)
    refused = await Asker(house, address="2001:db8:1:2:ffff::1").ask(number(7))
    assert refused["code"] == "SMS_LIMIT_EXCEEDED"
    assert (await Asker(house, address="2001:db8:1:3::1").ask(number(7)))["codeSent"] is True


async def test_requests_that_race_for_the_last_code_of_a_phone_get_one(house: House, box: LetterBox) -> None:
    """The old defect: a counter that two requests race."""
    for at in range(2):
        await asker(house, at).ask()
        house.clock.advance(minutes=2)
    answers = await asyncio.gather(*(asker(house, at).ask(server=at) for at in range(10)))
    assert sum("codeSent" in one for one in answers) == 1
    assert {one["code"] for one in answers if "code" in one} <= {"RATE_LIMITED", "SMS_LIMIT_EXCEEDED"}
    assert await sent(house) == 3
    budget = await house.apps[0].store.collection(PhoneBudget).find_one({"restaurant_id": house.restaurant.id})
    assert budget is not None
    assert budget["sent"] == 3


async def test_requests_that_race_for_the_codes_of_an_address_get_five(house: House, box: LetterBox) -> None:
    asking = (Asker(house, device=str(at)).ask(number(at), server=at) for at in range(12))
    answers = await asyncio.gather(*asking)
    assert sum("codeSent" in one for one in answers) == 5
    assert {one["code"] for one in answers if "code" in one} == {"SMS_LIMIT_EXCEEDED"}
    assert await sent(house) == 5


async def test_two_first_codes_of_a_house_at_once_are_both_counted(house: House, box: LetterBox) -> None:
    await asyncio.gather(*(asker(house, at).ask(number(at), server=at) for at in range(6)))
    budgets = await house.apps[0].store.collection(MessageBudget).find({"restaurant_id": house.restaurant.id}).to_list()
    assert [len(one["codes"]) for one in budgets] == [6]


async def test_what_is_refused_counts_nowhere(house: House, box: LetterBox) -> None:
    one = asker(house)
    await one.ask()
    for _ in range(8):
        assert (await one.ask())["code"] == "RATE_LIMITED"
    for at in range(4):
        assert (await one.ask(number(at)))["codeSent"] is True


async def test_a_house_sends_no_more_than_its_budget_and_the_floor_is_told_once(saving: House) -> None:
    waiter = await saving.waiter()
    with letter_box(saving) as box:
        for at in range(6):
            one = asker(saving, at)
            assert (await one.ask(number(at), server=at))["codeSent"] is True
            await one.show(await box.code(), number(at))
        refused = [await asker(saving, at).ask(number(at), server=at) for at in (7, 8)]
    assert [one["code"] for one in refused] == ["SMS_UNAVAILABLE"] * 2
    assert all(3590 <= one["retryAfter"] <= 3600 for one in refused)
    alarm = await _alarm(waiter, "MESSAGE_BUDGET")
    assert (alarm["subject"], alarm["details"]) == ("house", {"sent": 6})
    saving.clock.advance(hours=1)
    assert (await asker(saving, 7).ask(number(7)))["codeSent"] is True
    assert [one["kind"] for one in waiter.state.of("alarm")] == ["MESSAGE_BUDGET"]


async def test_codes_that_nobody_uses_stop_all_codes_and_alarm_the_floor_once(saving: House) -> None:
    waiter = await saving.waiter()
    with letter_box(saving) as box:
        for at in range(4):
            one = asker(saving, at)
            await one.ask(number(at), server=at)
            code = await box.code()
            if at == 0:
                await one.show(code, number(at))
        saving.clock.advance(seconds=60)
        assert (await asker(saving, 4).ask(number(4)))["codeSent"] is True
        refused = [await asker(saving, at).ask(number(at), server=at) for at in (7, 8)]
        assert [one["code"] for one in refused] == ["SMS_UNAVAILABLE"] * 2
        alarm = await _alarm(waiter, "CODES_UNUSED")
        assert alarm["details"] == {"sent": 4, "used": 1, "seconds": 900}
        # Who has a code already is let in all the same.
        assert (await asker(saving, 3).show(code, number(3)))["verified"] is True
        saving.clock.advance(hours=1)
        assert (await asker(saving, 7).ask(number(7)))["codeSent"] is True
    assert [one["kind"] for one in waiter.state.of("alarm")] == ["CODES_UNUSED"]


async def test_where_nobody_brings_messages_nothing_is_queued(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for app in house.apps:
        monkeypatch.setattr(app.dispatcher, "_texting", None)
    assert await Asker(house).ask() == {"code": "SMS_UNAVAILABLE"}
    assert await sent(house) == 0


async def _alarm(waiter: Any, kind: str) -> dict[str, Any]:
    await waiter.until(lambda state: any(one["kind"] == kind for one in state.of("alarm")))
    return next(dict(one) for one in waiter.state.of("alarm") if one["kind"] == kind)
