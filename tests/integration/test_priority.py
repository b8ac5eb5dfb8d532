"""Rush: whoever says so, on the floor or in the kitchen, every screen of the order shows it before all others."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from comanda_client import Connection, Refused, State
from integration import gate
from integration.dinner import dine
from integration.gate import decide
from integration.house import House
from integration.passing import COLD, GRILLED, at_the_pass, board, sorted_by_client
from integration.people import entries, manager


async def rush(client: Connection, order_id: str, is_priority: bool = True, **more: Any) -> dict[str, Any]:
    return await client.operate("order:prioritize", {"orderId": order_id, "isPriority": is_priority, **more})


def are_rushed(state: State) -> bool:
    tickets = list(state.of("ticket"))
    return bool(tickets) and all(one["isPriority"] for one in tickets)


async def test_an_order_that_a_waiter_rushes_is_rushed_at_all_its_stations_and_for_its_guests(house: House) -> None:
    table = await at_the_pass(house)
    answer = await rush(table.dinner.waiter, table.order_id)
    assert answer["order"]["isPriority"]
    for screen in (table.grill, table.cold, table.expo, table.other):
        await screen.until(are_rushed)
    await table.dinner.phone.until(lambda state: all(one["isPriority"] for one in state.of("order")))
    (entry,) = await table.dinner.entries("order-prioritized")
    assert (entry["before"], entry["after"]) == ({"is_priority": False}, {"is_priority": True})


async def test_what_is_rushed_comes_before_what_waits_longer_on_every_board(house: House) -> None:
    first, cook = await dine(house, GRILLED, COLD, quantity=1), await house.cook()
    house.clock.advance(minutes=5)
    second = await first.phone.operate("cart:add", {"itemId": GRILLED, "quantity": 1})
    placing = {"idempotencyKey": str(uuid4()), "cartVersion": second["cart"]["version"]}
    late = (await first.phone.operate("order:place", placing))["order"]
    await cook.until(lambda state: len(list(state.of("ticket"))) == 3)
    (ticket,) = (await rush(cook, late["id"]))["tickets"]
    assert (await board(cook))[0] == ticket["id"]
    await cook.until(lambda state: any(one["isPriority"] for one in state.of("ticket")))
    assert sorted_by_client(cook.state) == await board(cook)
    await rush(cook, late["id"], is_priority=False)
    await cook.until(lambda state: not any(one["isPriority"] for one in state.of("ticket")))
    assert (await board(cook))[-1] == ticket["id"] == sorted_by_client(cook.state)[-1]


async def test_a_screen_of_a_station_rushes_an_order_and_is_answered_with_its_own_ticket_alone(house: House) -> None:
    table = await at_the_pass(house)
    (ticket,) = (await rush(table.grill, table.order_id))["tickets"]
    assert (ticket["station"], ticket["isPriority"]) == ("grill", True)
    await table.cold.until(are_rushed)


async def test_a_screen_does_not_rush_an_order_of_which_it_shows_nothing(house: House) -> None:
    table = await at_the_pass(house)
    drinks = await dine_at(house, 1, house.dish("bar"))
    with pytest.raises(Refused, match="NOT_FOUND"):
        await rush(table.grill, drinks)


async def dine_at(house: House, table: int, dish: str) -> str:
    """Seat another party that orders one dish; returns the order's id."""
    phone = await house.phone(await house.party(await house.waiter(), table))
    return str((await gate.send_round(house, phone, dish))["order"]["id"])


async def test_a_repeated_rush_does_not_undo_what_somebody_else_said_since(house: House) -> None:
    dinner, cook = await dine(house, GRILLED, quantity=1), await house.cook()
    await dinner.tickets(cook)
    operation = str(uuid4())
    for _ in range(2):
        await rush(dinner.waiter, dinner.order["id"], opId=operation)
        await rush(cook, dinner.order["id"], is_priority=False)
    answer = await rush(dinner.waiter, dinner.order["id"], opId=operation)
    assert not answer["order"]["isPriority"]
    assert len(await entries(house, "order-prioritized")) == 1


async def test_an_operation_that_changed_nothing_changes_nothing_when_it_is_repeated_either(house: House) -> None:
    dinner, cook = await dine(house, GRILLED, quantity=1), await house.cook()
    await dinner.tickets(cook)
    operation = str(uuid4())
    await rush(dinner.waiter, dinner.order["id"], is_priority=False, opId=operation)
    await rush(cook, dinner.order["id"])
    assert (await rush(dinner.waiter, dinner.order["id"], is_priority=False, opId=operation))["order"]["isPriority"]


async def test_a_waiter_and_a_cook_who_say_the_opposite_at_once_leave_order_and_tickets_at_one(house: House) -> None:
    table = await at_the_pass(house)
    for is_priority in (True, False):
        await asyncio.gather(
            rush(table.dinner.waiter, table.order_id, is_priority=is_priority),
            rush(table.other, table.order_id, is_priority=not is_priority),
            table.step(
                table.grill, "grill", "IN_PROGRESS" if is_priority else "NEW", "NEW" if is_priority else "IN_PROGRESS"
            ),
        )
    fresh, floor = await table.expo.fresh(), await table.dinner.waiter.fresh()
    order = next(one for one in floor.of("order") if one["id"] == table.order_id)
    assert {one["isPriority"] for one in fresh.of("ticket")} == {order["isPriority"]}


async def test_a_round_that_is_rushed_while_it_waits_for_a_tap_comes_to_the_kitchen_rushed(gated: House) -> None:
    dinner, cook = await dine(gated, quantity=1), await gated.cook()
    await rush(dinner.waiter, dinner.order["id"])
    assert await decide(dinner.waiter, "approve", dinner.order) == "DONE"
    await cook.until(are_rushed)


async def test_an_order_of_a_party_that_has_left_is_not_rushed(house: House) -> None:
    dinner, cook, boss = await dine(house, GRILLED, quantity=1), await house.cook(), await manager(house)
    await dinner.tickets(cook)
    await boss.operate("session:close", {"sessionId": dinner.party.id, "reason": "they ran"})
    for client in (dinner.waiter, cook):
        with pytest.raises(Refused, match="SESSION_CLOSED"):
            await rush(client, dinner.order["id"])
