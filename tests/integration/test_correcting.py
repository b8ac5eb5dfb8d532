"""Voids, comps and discounts: on the check, in the kitchen and in the audit, once each, never beyond what is there."""

import asyncio
import json
from uuid import uuid4

import pytest
from comanda_client import Refused, State
from integration.dinner import dine, line_of
from integration.house import House
from integration.test_kitchen import MONEY_WORDS

from models.order import Order
from models.rules import Rules

LIMIT = Rules().approval_amount
WHY = {"reason": "cold"}


def _states(state: State, line_id: str) -> list[str]:
    """Return the states of a line on all tickets that a screen knows."""
    return [part["status"] for one in state.of("ticket") for part in one["lines"] if part["id"] == line_id]


def shared_dish(house: House) -> str:
    """Return a dish that two stations cook."""
    return next(dish.id for dish in house.menu.dishes if len(dish.stations) > 1)


# ── voids ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_voided_line_is_off_the_check_cancelled_on_the_order_and_struck_in_the_kitchen(house: House) -> None:
    cook, dinner = await house.cook(), await dine(house, quantity=1)
    line = dinner.line()["lineId"]
    answer = await dinner.ask("line:void", {**dinner.line(), **WHY})
    assert (answer["check"]["total"]["amount"], answer["check"]["due"]["amount"]) == (0, 0)
    struck = await cook.until(
        lambda state: any(part["status"] == "CANCELLED" for one in state.of("ticket") for part in one["lines"])
    )
    (ticket,) = struck.of("ticket")
    assert (ticket["status"], line_of(ticket, line)["voided"]) == ("OPEN", 1)
    assert [one["id"] for one in (await cook.send("board:get"))["tickets"]] == [ticket["id"]]
    await dinner.phone.until(lambda state: line_of(next(state.of("order")), line)["status"] == "CANCELLED")
    order = next(dinner.phone.state.of("order"))
    assert order["total"]["amount"] == dinner.total
    await cook.send("ticket:bump", {"ticketId": ticket["id"]})
    await cook.until(lambda state: all(one["status"] == "BUMPED" for one in state.of("ticket")))
    assert line_of(cook.state.snapshots[ticket["id"]].body, line)["status"] == "CANCELLED"


async def test_a_line_that_is_voided_in_part_is_cooked_for_the_rest(house: House) -> None:
    cook, dinner = await house.cook(), await dine(house, quantity=3)
    await dinner.ask("line:void", {**dinner.line(), "quantity": 2, **WHY})
    line = dinner.line()["lineId"]
    await cook.until(lambda state: any(part["voided"] for one in state.of("ticket") for part in one["lines"]))
    (ticket,) = await dinner.tickets(cook)
    shown = line_of(ticket, line)
    assert (shown["quantity"], shown["voided"], shown["status"]) == (3, 2, "NEW")
    assert sum((await cook.send("board:get"))["allDay"].values()) == 1
    assert (await dinner.check())["total"]["amount"] == dinner.price()


async def test_a_dish_of_two_stations_is_struck_on_both_tickets(house: House) -> None:
    cook, dinner = await house.cook(), await dine(house, shared_dish(house), quantity=1)
    await dinner.ask("line:void", {**dinner.line(), **WHY})
    await cook.until(lambda state: _states(state, dinner.line()["lineId"]) == ["CANCELLED"] * 2)


@pytest.mark.parametrize("bump", [False, True], ids=["cooking", "bumped"])
async def test_a_line_that_is_cooking_or_was_cleared_can_be_voided(house: House, bump: bool) -> None:
    cook, dinner = await house.cook(), await dine(house, quantity=1)
    (ticket,) = await dinner.tickets(cook)
    step = {"ticketId": ticket["id"], "lineId": dinner.line()["lineId"], "status": "IN_PROGRESS", "expected": "NEW"}
    acts = (("ticket:bump", {"ticketId": ticket["id"]}),) if bump else (("line:set-status", step),)
    for command, data in acts:
        await cook.send(command, data)
    assert (await dinner.ask("line:void", {**dinner.line(), **WHY}))["check"]["total"]["amount"] == 0


async def test_a_cook_takes_no_step_on_a_struck_line(house: House) -> None:
    cook, dinner = await house.cook(), await dine(house, quantity=1)
    (ticket,) = await dinner.tickets(cook)
    await dinner.ask("line:void", {**dinner.line(), **WHY})
    step = {"ticketId": ticket["id"], "lineId": dinner.line()["lineId"], "status": "READY"}
    for expected, code in (("NEW", "STATUS_CONFLICT"), ("CANCELLED", "TRANSITION_REFUSED")):
        with pytest.raises(Refused, match=code):
            await cook.send("line:set-status", {**step, "expected": expected})


async def test_of_two_cooks_and_a_waiter_at_the_same_moment_the_void_holds(house: House) -> None:
    cook, other, dinner = (
        await house.cook(),
        await house.cook(),
        await dine(house, *[shared_dish(house)] * 4, quantity=1),
    )
    for number, waiter in enumerate(dinner.waiters * 2):
        line = dinner.line(number)
        tickets = [one["id"] for one in await dinner.tickets(cook)]
        step = {"lineId": line["lineId"], "status": "READY", "expected": "NEW"}
        voided, *stepped = await asyncio.gather(
            dinner.ask("line:void", {**line, **WHY}, by=waiter),
            *(
                screen.send("line:set-status", {"ticketId": ticket, **step})
                for screen, ticket in zip((cook, other), tickets, strict=True)
            ),
            return_exceptions=True,
        )
        assert isinstance(voided, dict), voided
        assert {one.code for one in stepped if isinstance(one, Refused)} <= {"STATUS_CONFLICT"}
        await cook.until(lambda state, line=line: _states(state, line["lineId"]) == ["CANCELLED"] * 2)
    stored = await house.apps[0].store.collection(Order).find_one({"_id": dinner.order["id"]})
    assert stored
    assert [one["status"] for one in stored["lines"]] == ["CANCELLED"] * 4
    assert (await dinner.check())["total"]["amount"] == 0


async def test_of_twenty_who_void_one_portion_each_as_many_succeed_as_there_are(house: House) -> None:
    dinner = await dine(house, quantity=3)
    outcomes = await asyncio.gather(
        *(
            dinner.outcome("line:void", {**dinner.line(), "quantity": 1, **WHY}, by=dinner.waiters[number % 2])
            for number in range(20)
        )
    )
    assert sorted(set(outcomes)) == ["DONE", "LINE_TAKEN_OFF"]
    assert outcomes.count("DONE") == 3
    check = await dinner.check()
    assert (len(check["corrections"]), check["total"]["amount"]) == (3, 0)


async def test_a_round_that_is_sent_while_another_is_voided_is_on_the_check(house: House) -> None:
    dinner = await dine(house, quantity=3)
    added = await dinner.phone.operate("cart:add", {"itemId": house.dish("bar"), "quantity": 1})
    placed, _ = await asyncio.gather(
        dinner.phone.operate("order:place", {"idempotencyKey": str(uuid4()), "cartVersion": added["cart"]["version"]}),
        dinner.ask("line:void", {**dinner.line(), "quantity": 1, **WHY}, by=dinner.colleague),
    )
    total = placed["order"]["total"]["amount"] + 2 * dinner.price()
    assert (await dinner.check())["total"]["amount"] == total


async def test_a_line_of_another_table_or_one_that_does_not_exist_is_not_found(house: House) -> None:
    dinner = await dine(house)
    other = await house.party(dinner.waiter, 1)
    for data in (
        {**dinner.line(), "sessionId": other.id},
        {**dinner.line(), "lineId": "nothing"},
        {**dinner.line(), "orderId": "nothing"},
    ):
        assert await dinner.outcome("line:void", {**data, **WHY}) == "NOT_FOUND"


# ── comps and discounts ───────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_comped_line_is_free_and_the_kitchen_goes_on(house: House) -> None:
    cook, dinner = await house.cook(), await dine(house, quantity=3)
    before = await dinner.tickets(cook)
    answer = await dinner.ask("line:comp", {**dinner.line(), "quantity": 1, **WHY})
    assert answer["check"]["total"]["amount"] == 2 * dinner.price()
    assert (await cook.send("board:get"))["tickets"] == before


async def test_discounts_come_off_the_check_one_after_the_other(house: House) -> None:
    dinner = await dine(house, quantity=2)
    await dinner.ask("discount:apply", {"amount": 1000, **WHY})
    answer = await dinner.ask("discount:apply", {"percent": 5000, **WHY})
    half = (dinner.total - 1000 + 1) // 2
    assert [one["amount"]["amount"] for one in answer["check"]["corrections"]] == [1000, half]
    assert answer["check"]["total"]["amount"] == dinner.total - 1000 - half


async def test_a_discount_beyond_the_check_is_refused_with_what_is_left(house: House) -> None:
    dinner = await dine(house, quantity=1)
    with pytest.raises(Refused, match="DISCOUNT_OUT_OF_RANGE") as refused:
        await dinner.ask("discount:apply", {"amount": dinner.total + 1, **WHY})
    assert refused.value.details["left"]["amount"] == dinner.total


@pytest.mark.parametrize("data", [{}, {"amount": 1, "percent": 1}, {"percent": 10_001}, {"amount": 1, "reason": " "}])
async def test_a_discount_is_either_an_amount_or_a_percentage_and_has_a_reason(
    house: House, data: dict[str, int]
) -> None:
    dinner = await dine(house)
    assert await dinner.outcome("discount:apply", {**WHY, **data}) == "VALIDATION_FAILED"


# ── a second person, repeats, the audit ───────────────────────────────────────────────────────────────────────────────


async def test_above_the_limit_a_second_person_approves_on_the_same_command(house: House) -> None:
    dinner = await dine(house, quantity=9)
    void = {**dinner.line(), **WHY, "opId": str(uuid4())}
    assert dinner.total > LIMIT
    assert await dinner.outcome("line:void", void) == "APPROVER_REQUIRED"
    wrong = house.approval() | {"pin": "8350"}
    assert await dinner.outcome("line:void", {**void, "approval": wrong}) == "APPROVER_REFUSED"
    assert (await dinner.check())["corrections"] == []
    house.clock.advance(seconds=60)
    answer = await dinner.ask("line:void", {**void, "approval": house.approval()})
    approver = answer["correction"]["approver"]
    assert approver["id"] not in ("", answer["correction"]["by"]["id"])
    (entry,) = await dinner.entries("line-voided")
    assert entry["details"]["approver"] == approver["id"]
    assert await dinner.outcome("line:void", void, by=dinner.colleague) == "REPLAYED"


async def test_the_limit_is_on_what_an_act_takes_off(house: House) -> None:
    dinner = await dine(house, quantity=9)
    assert dinner.price() <= LIMIT < dinner.total
    assert await dinner.outcome("discount:apply", {"amount": LIMIT + 1, **WHY}) == "APPROVER_REQUIRED"
    assert await dinner.outcome("discount:apply", {"amount": LIMIT, **WHY}) == "DONE"


async def test_many_small_acts_of_one_person_are_one_large_one(house: House) -> None:
    dinner = await dine(house, quantity=9)
    assert await dinner.outcome("line:comp", {**dinner.line(), "quantity": 1, **WHY}) == "DONE"
    rest = LIMIT - dinner.price()
    assert await dinner.outcome("discount:apply", {"amount": rest, **WHY}) == "DONE"
    assert await dinner.outcome("discount:apply", {"amount": 1, **WHY}) == "APPROVER_REQUIRED"
    approved = {"amount": 1, "approval": house.approval(), **WHY}
    assert await dinner.outcome("discount:apply", approved) == "DONE"


@pytest.mark.parametrize("command", ["line:void", "line:comp", "discount:apply"])
async def test_twenty_repeats_at_once_take_off_once_and_are_all_answered_alike(house: House, command: str) -> None:
    dinner = await dine(house, quantity=3)
    what = {"amount": 500} if command == "discount:apply" else {**dinner.line(), "quantity": 1}
    request = {**what, **WHY, "opId": str(uuid4())}
    answers = await asyncio.gather(
        *(dinner.ask(command, request, by=dinner.waiters[number % 2]) for number in range(20))
    )
    assert len({one["correction"]["id"] for one in answers}) == 1
    assert sum(not one["replayed"] for one in answers) == 1
    assert len((await dinner.check())["corrections"]) == 1
    other = {"reason": "warm"}
    assert await dinner.outcome(command, {**request, **other}) == "IDEMPOTENCY_KEY_REUSED"
    pay = {"method": "CASH", "amount": 100, "idempotencyKey": request["opId"]}
    assert await dinner.outcome("payment:record", pay) == "IDEMPOTENCY_KEY_REUSED"


async def test_everything_is_in_the_audit_with_before_and_after(house: House) -> None:
    dinner = await dine(house, quantity=3)
    await dinner.ask("line:void", {**dinner.line(), "quantity": 1, **WHY})
    await dinner.ask("line:comp", {**dinner.line(), "quantity": 1, **WHY})
    await dinner.ask("discount:apply", {"amount": 100, **WHY})
    price, left = dinner.price(), dinner.total
    for act, amount in (("line-voided", price), ("line-comped", price), ("discount-applied", 100)):
        (entry,) = await dinner.entries(act)
        assert (entry["before"], entry["after"]) == ({"total": left}, {"total": left - amount})
        assert (entry["details"]["amount"], entry["details"]["reason"]) == (amount, "cold")
        assert entry["actor"]["kind"] == "STAFF"
        left -= amount


async def test_nothing_is_taken_off_after_the_party_is_gone(house: House) -> None:
    dinner = await dine(house, quantity=1)
    request = {**dinner.line(), **WHY, "opId": str(uuid4())}
    await dinner.ask("line:void", request)
    await dinner.waiter.operate("session:close", {"sessionId": dinner.party.id})
    assert await dinner.outcome("line:void", request, by=dinner.colleague) == "REPLAYED"
    for command, what in (("line:comp", dinner.line()), ("discount:apply", {"amount": 1})):
        assert await dinner.outcome(command, {**what, **WHY}, by=dinner.colleague) == "SESSION_CLOSED"


async def test_no_byte_in_the_kitchen_speaks_of_what_a_void_is_worth(house: House) -> None:
    cook, dinner = await house.cook(), await dine(house, quantity=3)
    received: list[str] = []
    cook._log = lambda kind, name, data: received.append(json.dumps([kind, name, data]))
    reason = {"reason": "prea scump"}
    await dinner.ask("line:void", {**dinner.line(), "quantity": 1, **reason})
    await dinner.ask("line:comp", {**dinner.line(), "quantity": 1, **reason})
    await dinner.pay(dinner.price())
    await cook.until(lambda state: any(part["voided"] for one in state.of("ticket") for part in one["lines"]))
    await cook.send("board:get")
    text = "\n".join(received)
    assert '"voided"' in text
    assert not MONEY_WORDS.search(text)
    assert "prea scump" not in text


# ── dishes that reach the table ───────────────────────────────────────────────────────────────────────────────────────


async def test_staff_say_that_a_ready_dish_is_on_the_table(house: House) -> None:
    cook, dinner = await house.cook(), await dine(house, shared_dish(house), quantity=1)
    line = dinner.line()
    assert await dinner.outcome("line:serve", {}) == "VALIDATION_FAILED"
    for one in await dinner.tickets(cook):
        with pytest.raises(Refused, match="TRANSITION_REFUSED"):
            await dinner.waiter.send("line:serve", {"sessionId": dinner.party.id, **line})
        await cook.send("ticket:bump", {"ticketId": one["id"]})
    for waiter in dinner.waiters:
        answer = await waiter.send("line:serve", {"sessionId": dinner.party.id, **line})
        assert line_of(answer["order"], line["lineId"])["status"] == "SERVED"
    assert len(await dinner.entries("line-served")) == 1
    await cook.until(lambda state: _states(state, line["lineId"]) == ["SERVED", "SERVED"])
