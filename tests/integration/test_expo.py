"""The pass: an order is assembled and run as a whole, by those who see all of it, whatever a cook does meanwhile."""

import asyncio
import json
import re
from uuid import uuid4

import pytest
from comanda_client import Refused
from integration.dinner import dine
from integration.house import House
from integration.passing import COLD, GRILLED, at_the_pass, board, on_pass, screen, states

MONEY = re.compile(r"price|amount|total|currency|\bRON\b|\bdue\b|paid|payment|tender|phone|\+40", re.IGNORECASE)


async def test_what_is_assembled_is_ready_leaves_the_stations_and_waits_on_the_pass(house: House) -> None:
    table = await at_the_pass(house)
    tickets = await table.ask("order:bump", level="READY")
    assert [one["station"] for one in tickets] == ["cold", "grill"]
    assert states(tickets) == ["READY", "READY"]
    assert {one["status"] for one in tickets} == {"BUMPED"}
    assert all(one["assembledAt"] for one in tickets)
    await table.grill.until(lambda state: all(one["status"] == "BUMPED" for one in state.of("ticket")))
    assert await board(table.grill) == []
    assert sorted(await on_pass(table.expo)) == sorted(one["id"] for one in tickets)
    await table.dinner.phone.until(
        lambda state: all(line["status"] == "READY" for one in state.of("order") for line in one["lines"])
    )


async def test_what_is_run_is_served_also_what_no_cook_said_to_be_ready(house: House) -> None:
    table = await at_the_pass(house)
    await table.step(table.grill, "grill", "IN_PROGRESS", "NEW")
    tickets = await table.ask("order:bump", level="RUN")
    assert states(tickets) == ["SERVED", "SERVED"]
    times = [line[name] for one in tickets for line in one["lines"] for name in ("startedAt", "readyAt", "servedAt")]
    assert all(times)
    for client in (table.cold, table.expo):
        await client.until(lambda state: "OPEN" not in [one["status"] for one in state.of("ticket")])
    assert await board(table.cold) == await board(table.expo) == await on_pass(table.expo) == []
    await table.dinner.waiter.until(
        lambda state: all(line["status"] == "SERVED" for one in state.of("order") for line in one["lines"])
    )
    (entry,) = await table.dinner.entries("order-run")
    assert (entry["before"], entry["after"], entry["subject"]) == ({"served": 0}, {"served": 2}, table.order_id)


async def test_an_order_that_was_run_in_part_stays_until_the_rest_is_run(house: House) -> None:
    table = await at_the_pass(house)
    line = table.dinner.line(0)
    grill = await table.ticket("grill")
    await table.grill.send("ticket:bump", {"ticketId": grill["id"]})
    await table.dinner.waiter.send("line:serve", {"sessionId": table.dinner.party.id, **line})
    for client in (table.expo, table.other):
        await client.until(lambda state: "SERVED" in states(list(state.of("ticket"))))
    assert await on_pass(table.expo) == []
    cold = await table.ticket("cold")
    assert await board(table.other) == [cold["id"]]
    await table.ask("order:bump", level="READY")
    assert await on_pass(table.expo) == [cold["id"]]
    await table.ask("order:bump", level="RUN")
    assert await on_pass(table.expo) == []


async def test_a_screen_of_a_station_neither_assembles_nor_runs_nor_recalls_an_order(house: House) -> None:
    table = await at_the_pass(house)
    for command, data in (
        ("order:bump", {"level": "READY"}),
        ("order:bump", {"level": "RUN"}),
        ("order:recall", {}),
    ):
        assert (await table.refusal(command, by=table.grill, **data)).code == "FORBIDDEN"
    assert states(await table.dinner.tickets(table.expo)) == ["NEW", "NEW"]


async def test_what_is_held_is_not_run_and_is_run_once_it_is_fired(house: House) -> None:
    dinner = await dine(house, COLD, GRILLED, quantity=1)
    expo = await house.cook()
    await dinner.tickets(expo)
    await dinner.ask("course:hold", {"course": "MAINS"})
    operation = str(uuid4())
    run = {"orderId": dinner.order["id"], "level": "RUN", "opId": operation}
    tickets = (await expo.send("order:bump", run))["tickets"]
    lines = {line["itemId"]: line for one in tickets for line in one["lines"]}
    assert (lines[COLD]["status"], lines[GRILLED]["status"], lines[GRILLED]["isHeld"]) == ("SERVED", "NEW", True)
    held = next(one["id"] for one in tickets if any(line["isHeld"] for line in one["lines"]))
    assert await board(expo) == [held]
    await dinner.ask("course:fire", {"course": "MAINS"})
    again = (await expo.send("order:bump", run))["tickets"]
    assert sorted(states(again)) == ["NEW", "SERVED"], "a repeated tap is not a tap on what was fired since"
    last = (await expo.send("order:bump", run | {"opId": str(uuid4())}))["tickets"]
    assert set(states(last)) == {"SERVED"}
    assert await board(expo) == []


async def test_a_run_that_changed_nothing_changes_nothing_when_it_is_repeated_either(house: House) -> None:
    dinner = await dine(house, GRILLED, quantity=1)
    expo = await house.cook()
    await dinner.tickets(expo)
    await dinner.ask("course:hold", {"course": "MAINS"})
    run = {"orderId": dinner.order["id"], "level": "RUN", "opId": str(uuid4())}
    assert states((await expo.send("order:bump", run))["tickets"]) == ["NEW"]
    await dinner.ask("course:fire", {"course": "MAINS"})
    assert states((await expo.send("order:bump", run))["tickets"]) == ["NEW"]
    assert await dinner.entries("order-run") == []


async def test_a_tap_on_what_was_voided_since_is_refused_with_the_ticket(house: House) -> None:
    table = await at_the_pass(house)
    shown = {one["id"]: one["revision"] for one in await table.dinner.tickets(table.expo)}
    await table.dinner.ask("line:void", {**table.dinner.line(0), "reason": "too late"})
    for level in ("READY", "RUN"):
        refused = await table.refusal("order:bump", level=level, revisions=shown)
        assert refused.code == "STATUS_CONFLICT"
        assert refused.details["ticket"]["lines"][0]["voided"] == 1
    tickets = await table.ask("order:bump", level="RUN", revisions={refused.details["ticket"]["id"]: 1})
    assert sorted(states(tickets)) == ["CANCELLED", "SERVED"]


async def test_two_expediters_who_run_an_order_at_once_run_it_once(house: House) -> None:
    table = await at_the_pass(house)
    answers = await asyncio.gather(*(table.ask("order:bump", by=one, level="RUN") for one in (table.expo, table.other)))
    assert [states(one) for one in answers] == [["SERVED", "SERVED"]] * 2
    assert len(await table.dinner.entries("order-run")) == 1


async def test_whatever_cooks_do_at_the_same_moment_what_is_run_is_served(house: House) -> None:
    table = await at_the_pass(house)
    results = await asyncio.gather(
        table.step(table.grill, "grill", "IN_PROGRESS", "NEW"),
        table.step(table.cold, "cold", "READY", "NEW"),
        table.ask("order:bump", level="RUN"),
        return_exceptions=True,
    )
    assert {one.code for one in results if isinstance(one, Refused)} <= {"STATUS_CONFLICT"}
    assert not [one for one in results if isinstance(one, Exception) and not isinstance(one, Refused)]
    (again,) = [await table.ask("order:bump", level="RUN")]
    assert states(again) == ["SERVED", "SERVED"]


async def test_what_waits_for_a_waiters_tap_is_not_on_the_pass(gated: House) -> None:
    dinner, expo = await dine(gated, quantity=1), await gated.cook()
    assert dinner.order["status"] == "WAITING"
    for command, data in (("order:bump", {"level": "RUN"}), ("order:recall", {})):
        with pytest.raises(Refused, match="NOT_FOUND"):
            await expo.send(command, {"orderId": dinner.order["id"], **data})


async def test_nothing_that_the_pass_receives_speaks_of_money_or_of_a_guests_phone(house: House) -> None:
    table = await at_the_pass(house)
    received: list[str] = []
    canaries = {str(dish.price) for dish in house.menu.dishes if dish.price > 999}
    for client in (table.expo, table.other, table.grill):
        client._log = lambda kind, name, data: received.append(json.dumps([kind, name, data]))
    await table.dinner.pay(100)
    await table.ask("order:prioritize", isPriority=True)
    for command, data in (
        ("order:bump", {"level": "READY"}),
        ("order:bump", {"level": "RUN"}),
        ("order:recall", {}),
    ):
        await table.ask(command, **data)
    grill = await table.ticket("grill")
    await table.grill.send("ticket:bump", {"ticketId": grill["id"]})
    out = {"itemId": GRILLED, "state": "OUT", "opId": str(uuid4())}
    await table.grill.send("item:set-availability", out)
    for client in (table.expo, table.grill):
        await client.send("ticket:list", {})
        await client.send("board:get", {})
        await client.sync()
    text = "\n".join(received)
    assert len(received) > 20
    assert not MONEY.search(text)
    assert not set(re.findall(r"(?<![\w.:-])\d{4,5}(?![\w.:-])", text)) & canaries


async def test_what_was_never_run_leaves_the_pass_with_its_party(house: House) -> None:
    table = await at_the_pass(house)
    await table.ask("order:bump", level="READY")
    await table.boss.operate("session:close", {"sessionId": table.dinner.party.id, "reason": "they ran"})
    await table.expo.until(lambda state: not any(one["hasExpo"] for one in state.of("ticket")))
    assert await on_pass(table.expo) == await board(table.expo) == []


async def test_a_screen_of_the_pass_shows_the_tickets_of_all_stations(house: House) -> None:
    table = await at_the_pass(house)
    both = await screen(house, table.boss, "expo", "cold")
    assert len(await board(both)) == len(await board(table.expo)) == 2
    assert len(await board(table.cold)) == len(await board(table.grill)) == 1
