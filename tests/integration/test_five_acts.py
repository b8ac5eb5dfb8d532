"""Cancel, void, comp, discount, refund: what each does to kitchen, stock, check and log; and that none of them
ever rewrites what was ordered.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from integration.dinner import Dinner, dine, line_of
from integration.gate import decide, seated, send_round, stored
from integration.house import House
from integration.test_correcting import shared_dish

from models.dish import Dish, ModifierGroup
from models.item import Item
from models.order import Order
from models.ticket import Ticket

LEFT = 10

STATES = {"version", "change", "status", "decided_by", "decided_at", "reason"}
"""What of an order is no record of what was ordered."""


@dataclass(frozen=True)
class Act:
    """One of the five, and what is so afterwards. Amounts are in portions of the one dish of the round, of which three
    were ordered; the check had been paid in full before a refund.
    """

    command: str
    entry: str
    request: Callable[[Dinner, str], dict[str, Any]]
    is_sent: bool = True
    is_paid: bool = False
    status: str = "NEW"
    voided: int = 0
    total: int = 3
    paid: int = 0
    sold: int = 3


def _of_line(dinner: Dinner, _: str) -> dict[str, Any]:
    return {**dinner.line(), "quantity": 1}


ACTS = {
    "cancel": Act(
        "order:cancel",
        "order-cancelled",
        lambda dinner, _: {"orderId": dinner.order["id"]},
        is_sent=False,
        status="CANCELLED",
        total=0,
        sold=0,
    ),
    "void": Act("line:void", "line-voided", _of_line, voided=1, total=2, sold=2),
    "void all": Act(
        "line:void", "line-voided", lambda dinner, _: dinner.line(), status="CANCELLED", voided=3, total=0, sold=0
    ),
    "comp": Act("line:comp", "line-comped", _of_line, total=2),
    "discount": Act("discount:apply", "discount-applied", lambda dinner, _: {"amount": dinner.price()}, total=2),
    "refund": Act(
        "payment:refund",
        "payment-refunded",
        lambda dinner, tender: {"tenderId": tender, "amount": dinner.price()},
        is_paid=True,
        paid=2,
    ),
}

each_act = pytest.mark.parametrize("act", ACTS.values(), ids=list(ACTS))


async def count(house: House, item_id: str, left: int = LEFT) -> None:
    """Say how many portions of a dish or option are left."""
    manager = await house.staff(house.login_of("MANAGER"))
    await manager.operate("item:set-availability", {"itemId": item_id, "state": "AVAILABLE", "left": left})


async def left_of(house: House, item_id: str) -> int:
    (item,) = await stored(house, Item, restaurant_id=house.restaurant.id, item_id=item_id)
    return int(item["left"])


async def dined(house: House, act: Act) -> tuple[Dinner, str]:
    """A party whose round waits, was sent, or was paid, as the act needs it; and the id of the payment."""
    waiter, party, phone = await seated(house)
    colleague = await house.staff(house.login_of("CASHIER"))
    order = (await send_round(house, phone, quantity=3))["order"]
    dinner = Dinner(house, party, phone, waiter, colleague, order)
    if act.is_sent:
        assert await decide(waiter, "approve", order) == "DONE"
    return dinner, (await dinner.pay(dinner.total))["id"] if act.is_paid else ""


async def carry_out(act: Act, dinner: Dinner, tender: str) -> None:
    """Carry it out; the manager's PIN goes with what may need it."""
    request = {**act.request(dinner, tender), "reason": "a complaint"}
    approval = {} if act.command == "order:cancel" else {"approval": dinner.house.approval()}
    await dinner.ask(act.command, {**request, **approval})


async def record(dinner: Dinner) -> dict[str, Any]:
    """Return what is stored of the order but for its states."""
    (order,) = await stored(dinner.house, Order, _id=dinner.order["id"])
    lines = [{name: value for name, value in line.items() if name != "status"} for line in order["lines"]]
    return {name: value for name, value in order.items() if name not in STATES} | {"lines": lines}


@each_act
async def test_what_was_ordered_stays_as_it_was_written_down(gated: House, act: Act) -> None:
    dinner, tender = await dined(gated, act)
    before = await record(dinner)
    await carry_out(act, dinner, tender)
    assert await record(dinner) == before
    assert before["lines"][0]["quantity"] == 3


@each_act
async def test_the_kitchen_sees_what_concerns_it(gated: House, act: Act) -> None:
    cook = await gated.cook()
    dinner, tender = await dined(gated, act)
    await carry_out(act, dinner, tender)
    (order,) = await stored(gated, Order, _id=dinner.order["id"])
    assert [line["status"] for line in order["lines"]] == [act.status]
    tickets = await stored(gated, Ticket, session_id=dinner.party.id)
    assert len(tickets) == act.is_sent
    shown = [line_of(one, dinner.line()["lineId"]) for one in tickets]
    assert [(one["status"], one["voided"], one["acknowledged"]) for one in shown] == [
        (act.status, act.voided, 0)
    ] * act.is_sent
    on_board = [one["id"] for one in (await cook.send("board:get"))["tickets"]]
    assert on_board == [one["_id"] for one in tickets]


@each_act
async def test_what_was_not_begun_can_be_sold_again(gated: House, act: Act) -> None:
    await count(gated, gated.dish("grill"))
    dinner, tender = await dined(gated, act)
    await carry_out(act, dinner, tender)
    assert await left_of(gated, gated.dish("grill")) == LEFT - act.sold


@each_act
async def test_the_check_comes_to_what_is_left(gated: House, act: Act) -> None:
    dinner, tender = await dined(gated, act)
    await carry_out(act, dinner, tender)
    check = await dinner.check()
    assert check["total"]["amount"] == act.total * dinner.price()
    assert check["paid"]["amount"] == act.paid * dinner.price()
    assert check["due"]["amount"] == (act.total - act.paid) * dinner.price()


@each_act
async def test_it_is_in_the_log_once_with_who_why_before_and_after(gated: House, act: Act) -> None:
    dinner, tender = await dined(gated, act)
    await carry_out(act, dinner, tender)
    (entry,) = await dinner.entries(act.entry)
    assert entry["actor"]["kind"] == "STAFF"
    assert entry["details"]["reason"] == "a complaint"
    assert set(entry["before"]) == set(entry["after"]) != set()
    assert entry["before"] != entry["after"]


@each_act
async def test_it_is_done_once_however_often_it_is_sent(gated: House, act: Act) -> None:
    dinner, tender = await dined(gated, act)
    request = {**act.request(dinner, tender), "reason": "a complaint", "approval": gated.approval()}
    name = "idempotencyKey" if act.command.startswith("payment:") else "opId"
    request = {**request, name: str(uuid4())}
    if act.command == "order:cancel":
        del request["approval"]
    assert [await dinner.outcome(act.command, request) for _ in range(3)] == ["DONE", "REPLAYED", "REPLAYED"]
    assert len(await dinner.entries(act.entry)) == 1


# ── what goes back to the stock ───────────────────────────────────────────────────────────────────────────────────────


async def test_of_a_dish_that_one_of_two_stations_has_begun_nothing_goes_back(house: House) -> None:
    dish = shared_dish(house)
    await count(house, dish)
    cook, dinner = await house.cook(), await dine(house, dish, quantity=2)
    ticket, _ = await dinner.tickets(cook)
    line = dinner.line()["lineId"]
    step = {"ticketId": ticket["id"], "lineId": line, "status": "IN_PROGRESS", "expected": "NEW"}
    await cook.send("line:set-status", step)
    await dinner.ask("line:void", {**dinner.line(), "quantity": 1, "reason": "cold"})
    assert await left_of(house, dish) == LEFT - 2
    await cook.send("line:set-status", step | {"status": "NEW", "expected": "IN_PROGRESS"})
    await dinner.ask("line:void", {**dinner.line(), "quantity": 1, "reason": "cold"})
    assert await left_of(house, dish) == LEFT - 1
    assert [one["details"]["uncooked"] for one in await dinner.entries("line-voided")] == [0, 1]


async def test_the_options_of_a_dish_go_back_with_it(house: House) -> None:
    dish = next(one for one in house.menu.dishes if any(_groups(house, one)))
    option = next(_groups(house, dish)).options[0].id
    await count(house, option)
    waiter = await house.waiter()
    session = {"sessionId": (await house.party(waiter)).id}
    wish = {"itemId": dish.id, "quantity": 3, "modifiers": [option]}
    version = (await waiter.operate("cart:add", session | wish))["cart"]["version"]
    placing = {"idempotencyKey": str(uuid4()), "cartVersion": version}
    order = (await waiter.send("order:place", session | placing))["order"]
    line = {"orderId": order["id"], "lineId": order["lines"][0]["id"], "quantity": 2, "reason": "cold"}
    await waiter.operate("line:void", session | line | {"approval": house.approval()})
    assert await left_of(house, option) == LEFT - 1


async def test_what_a_manager_ends_by_closing_the_table_goes_back_unless_it_was_begun_or_voided(house: House) -> None:
    grill, bar = house.dish("grill"), house.dish("bar")
    for one in (grill, bar):
        await count(house, one)
    cook, dinner = await house.cook(), await dine(house, grill, bar, quantity=3)
    ticket = next(one for one in await dinner.tickets(cook) if one["station"] == "bar")
    step = {"ticketId": ticket["id"], "lineId": ticket["lines"][0]["id"], "status": "IN_PROGRESS", "expected": "NEW"}
    await cook.send("line:set-status", step)
    await dinner.ask("line:void", {**dinner.line(0), "quantity": 1, "reason": "cold"})
    manager = await house.staff(house.login_of("MANAGER"))
    await manager.operate("session:close", {"sessionId": dinner.party.id, "reason": "they ran"})
    assert (await left_of(house, grill), await left_of(house, bar)) == (LEFT, LEFT - 3)


def _groups(house: House, dish: Dish) -> Iterator[ModifierGroup]:
    """The groups of a dish from which one option may be chosen by itself."""
    groups = [one for one in house.menu.modifier_groups if one.id in dish.modifier_groups]
    required = [one for one in groups if one.min_select]
    return iter(groups if not required else required if len(required) == 1 and required[0].min_select == 1 else [])
