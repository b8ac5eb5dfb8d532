"""Promotion codes: valid where and when the house says, used as often as it allows, once a check, and hard to guess."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from comanda_client import Connection, Refused
from integration.dinner import Dinner, dine
from integration.gate import send_round
from integration.house import House
from integration.promoted import promotion, publish

from models.check import Check
from models.dining import DiningOption
from models.promotion import PromotionCount
from models.rules import Rules

CODE = "PRANZ-10"
FAILURES, WINDOW = Rules().promotion_failures, Rules().promotion_window


async def enter(client: Connection, dinner: Dinner, code: str = CODE, **more: Any) -> str:
    """Enter a code as a guest or as staff; returns DONE, REPLAYED or the code of the refusal."""
    session = {"sessionId": dinner.party.id} if client.namespace == "/floor" else {}
    try:
        answer = await client.send("promotion:apply", {**session, "code": code, "opId": str(uuid4()), **more})
    except Refused as refused:
        return refused.code
    return "REPLAYED" if answer["replayed"] else "DONE"


async def uses(house: House, code: str = CODE) -> int:
    found = (
        await house.apps[0]
        .store.collection(PromotionCount)
        .find_one({"restaurant_id": house.restaurant.id, "code": code})
    )
    return int(found["used"]) if found else 0


async def test_a_guest_enters_a_code_and_everybody_sees_what_it_takes_off(house: House) -> None:
    await publish(house, promotion(most=1500))
    dinner = await dine(house, quantity=1)
    off = (dinner.total + 5) // 10
    assert await enter(dinner.phone, dinner, " pranz-10 ") == "DONE"
    for client in (dinner.phone, dinner.waiter):
        state = await client.until(lambda known: any(one["corrections"] for one in known.of("check")))
        (shown,) = next(state.of("check"))["corrections"]
        assert (shown["kind"], shown["code"], shown["amount"]["amount"]) == ("PROMOTION", CODE, off)
    assert (await dinner.check())["total"]["amount"] == dinner.total - off
    (entry,) = await dinner.entries("promotion-applied")
    assert (entry["before"], entry["after"]) == ({"total": dinner.total}, {"total": dinner.total - off})
    assert (entry["actor"]["kind"], entry["details"]["code"]) == ("GUEST", CODE)


async def test_it_stays_on_the_check_as_it_was_whatever_is_published_later(house: House) -> None:
    await publish(house, promotion(most=100))
    dinner = await dine(house, quantity=2)
    assert await enter(dinner.phone, dinner) == "DONE"
    await publish(house)
    assert await enter(dinner.waiter, dinner, "OTHER") == "PROMOTION_REFUSED"
    await send_round(house, dinner.phone)
    assert (await dinner.check())["corrections"][0]["amount"]["amount"] == 100


async def test_a_code_is_once_on_a_check_and_a_repeat_changes_nothing(house: House) -> None:
    await publish(house, promotion(), promotion("SECOND", amount=100))
    dinner = await dine(house)
    key = str(uuid4())
    outcomes = await asyncio.gather(*(enter(dinner.phone, dinner, opId=key) for _ in range(5)))
    assert sorted(outcomes) == ["DONE", *["REPLAYED"] * 4]
    assert await enter(dinner.waiter, dinner) == "PROMOTION_ON_CHECK"
    assert await enter(dinner.phone, dinner, "SECOND", opId=key) == "IDEMPOTENCY_KEY_REUSED"
    assert await enter(dinner.waiter, dinner, "SECOND") == "DONE"
    assert (await uses(house), await uses(house, "SECOND")) == (1, 1)


async def test_of_two_hundred_who_enter_a_code_at_once_as_many_get_it_as_it_has_uses(house: House) -> None:
    await publish(house, promotion(uses=3))
    waiters = [await house.waiter() for _ in range(10)]
    sessions = [await house.party(waiter, table) for table, waiter in enumerate(waiters)]
    for waiter, party in zip(waiters, sessions, strict=True):
        await send_round(house, waiter, house.dish("bar"), sessionId=party.id)

    async def enter_at(number: int) -> str:
        request = {"sessionId": sessions[number % 10].id, "code": CODE, "opId": str(uuid4())}
        try:
            await waiters[number % 10].send("promotion:apply", request, seconds=30)
        except Refused as refused:
            return refused.code
        return "DONE"

    outcomes = await asyncio.gather(*(enter_at(number) for number in range(200)))
    assert set(outcomes) <= {"DONE", "PROMOTION_REFUSED", "PROMOTION_ON_CHECK"}
    assert outcomes.count("DONE") == 3
    checks = house.apps[0].store.collection(Check).find({"restaurant_id": house.restaurant.id})
    assert sum(len(one["corrections"]) for one in await checks.to_list()) == await uses(house) == 3


@pytest.mark.parametrize(
    "terms",
    [
        {"starts_at": timedelta(hours=1)},
        {"ends_at": timedelta(0)},
        {"dining_options": (DiningOption.TAKE_OUT,)},
        {"code": "OTHER"},
    ],
    ids=["not begun", "ended", "not at the table", "another code"],
)
async def test_whatever_is_wrong_with_a_code_is_answered_alike(house: House, terms: dict[str, Any]) -> None:
    now = house.clock.now()
    given = {name: now + value if isinstance(value, timedelta) else value for name, value in terms.items()}
    await publish(house, promotion(**given))
    dinner = await dine(house)
    with pytest.raises(Refused, match="PROMOTION_REFUSED") as refused:
        await dinner.phone.send("promotion:apply", {"code": CODE, "opId": str(uuid4())})
    assert refused.value.details == {"attemptsLeft": FAILURES - 1}


async def test_a_party_that_guesses_has_to_wait_and_the_staff_have_not(house: House) -> None:
    await publish(house, promotion())
    dinner = await dine(house)
    ion = await house.phone(dinner.party, "Ion")
    wrong = (enter((dinner.phone, ion)[number % 2], dinner, f"GUESS-{number}") for number in range(30))
    outcomes = await asyncio.gather(*wrong)
    assert outcomes.count("PROMOTION_REFUSED") == FAILURES
    assert outcomes.count("PROMOTION_LOCKED") == 30 - FAILURES
    assert await enter(ion, dinner) == "PROMOTION_LOCKED"
    assert len(await dinner.entries("promotion-refused")) == FAILURES
    assert await enter(dinner.waiter, dinner) == "DONE"
    house.clock.advance(seconds=WINDOW)
    assert await enter(ion, dinner) == "PROMOTION_ON_CHECK"


async def test_a_code_is_not_used_up_while_it_takes_nothing_off(house: House) -> None:
    dinner = await dine(house, quantity=1)
    await publish(house, promotion(from_amount=dinner.total + 1, uses=1))
    with pytest.raises(Refused, match="PROMOTION_NOT_YET") as refused:
        await dinner.phone.send("promotion:apply", {"code": CODE, "opId": str(uuid4())})
    assert refused.value.details["fromAmount"]["amount"] == dinner.total + 1
    assert await uses(house) == 0
    await send_round(house, dinner.phone)
    assert await enter(dinner.phone, dinner) == "DONE"


async def test_staff_take_a_promotion_off_and_its_code_can_be_used_again(house: House) -> None:
    await publish(house, promotion(uses=1))
    dinner = await dine(house)
    assert await enter(dinner.phone, dinner) == "DONE"
    (shown,) = (await dinner.check())["corrections"]
    removal = {"correctionId": shown["id"], "reason": "not valid today"}
    assert [await dinner.outcome("promotion:remove", removal, by=one) for one in dinner.waiters] == ["DONE", "REPLAYED"]
    assert (await dinner.check())["total"]["amount"] == dinner.total
    (entry,) = await dinner.entries("promotion-removed")
    assert entry["details"]["reason"] == "not valid today"
    assert await uses(house) == 0
    assert await enter(dinner.phone, dinner) == "DONE"
    discount = (await dinner.ask("discount:apply", {"amount": 1, "reason": "cold"}))["correction"]["id"]
    assert await dinner.outcome("promotion:remove", removal | {"correctionId": discount}) == "NOT_FOUND"


async def test_nobody_enters_a_code_after_the_party_is_gone(house: House) -> None:
    await publish(house, promotion())
    dinner = await dine(house, quantity=1)
    await dinner.ask("line:void", {**dinner.line(), "reason": "cold"})
    await dinner.waiter.operate("session:close", {"sessionId": dinner.party.id})
    assert await enter(dinner.waiter, dinner) == "SESSION_CLOSED"
    assert await uses(house) == 0
