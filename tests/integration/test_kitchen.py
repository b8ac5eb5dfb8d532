"""The kitchen: tickets by station, cooks who race, and not one price."""

import asyncio
import json
import re
from uuid import uuid4

import pytest
from comanda_client import Connection, Refused
from integration import people
from integration.house import PASSWORD, House

MONEY_WORDS = re.compile(r"price|amount|total|currency|\bRON\b|\bdue\b|paid", re.IGNORECASE)


async def send_round(house: House, phone: Connection, *stations: str) -> dict[str, object]:
    for station in stations:
        added = await phone.operate("cart:add", {"itemId": house.dish(station), "quantity": 1})
    answer = await phone.operate(
        "order:place", {"idempotencyKey": str(uuid4()), "cartVersion": added["cart"]["version"]}
    )
    return dict(answer["order"])


async def test_of_two_cooks_on_one_line_one_wins(house: House) -> None:
    first, second = await house.cook(), await house.cook()
    await send_round(house, await house.phone(await house.party(await house.waiter())), "grill")
    await first.until(lambda state: any(state.of("ticket")))
    ticket = next(first.state.of("ticket"))
    step = {"ticketId": ticket["id"], "lineId": ticket["lines"][0]["id"], "status": "IN_PROGRESS", "expected": "NEW"}
    results = await asyncio.gather(
        first.send("line:set-status", step), second.send("line:set-status", step), return_exceptions=True
    )
    refused = [one for one in results if isinstance(one, Refused)]
    assert [one.code for one in refused] == ["STATUS_CONFLICT"]
    assert refused[0].details["ticket"]["lines"][0]["status"] == "IN_PROGRESS"


async def test_a_step_that_no_line_takes_is_refused(house: House) -> None:
    cook = await house.cook()
    await send_round(house, await house.phone(await house.party(await house.waiter())), "grill")
    await cook.until(lambda state: any(state.of("ticket")))
    ticket = next(cook.state.of("ticket"))
    step = {"ticketId": ticket["id"], "lineId": ticket["lines"][0]["id"], "status": "SERVED", "expected": "NEW"}
    with pytest.raises(Refused, match="TRANSITION_REFUSED"):
        await cook.send("line:set-status", step)


async def test_a_bumped_ticket_leaves_the_board_and_a_recalled_one_is_back(house: House) -> None:
    cook, other = await house.cook(), await house.cook()
    await send_round(house, await house.phone(await house.party(await house.waiter())), "grill", "bar")
    board = (await cook.send("board:get", {}))["tickets"]
    assert len(board) == 2
    await cook.send("ticket:bump", {"ticketId": board[0]["id"]})
    assert [one["id"] for one in (await other.send("board:get", {}))["tickets"]] == [board[1]["id"]]
    await other.send("ticket:recall", {"ticketId": board[0]["id"]})
    assert len((await cook.send("board:get", {}))["tickets"]) == 2


async def test_a_board_can_be_narrowed_to_a_station_and_counts_all_day(house: House) -> None:
    cook = await house.cook()
    party = await house.party(await house.waiter())
    phone = await house.phone(party)
    await send_round(house, phone, "grill", "bar")
    await send_round(house, phone, "grill")
    board = await cook.send("board:get", {"station": "grill"})
    assert {one["station"] for one in board["tickets"]} == {"grill"}
    assert sum(board["allDay"].values()) == 2


async def test_a_screen_says_what_it_shows(house: House) -> None:
    cook = await house.cook()
    await send_round(house, await house.phone(await house.party(await house.waiter())), "grill")
    ticket = (await cook.send("board:get", {}))["tickets"][0]
    assert (await cook.send("ticket:seen", {"ticketIds": [ticket["id"], "no-such-ticket"]}))["seen"] == [ticket["id"]]
    await cook.until(lambda state: any(one["seenAt"] is not None for one in state.of("ticket")))


async def test_no_byte_that_a_kitchen_socket_receives_speaks_of_money(house: House) -> None:
    received: list[str] = []
    screen = await house.cook()
    screen._log = lambda kind, name, data: received.append(json.dumps([kind, name, data]))
    party = await house.party(await house.waiter())
    phone = await house.phone(party)
    canaries = {str(dish.price) for dish in house.menu.dishes if dish.price > 999}
    for _ in range(5):
        await send_round(house, phone, "grill", "bar", "cold")
    await screen.until(lambda state: sum(1 for _ in state.of("ticket")) >= 15)
    await screen.send("board:get", {})
    for ticket in list(screen.state.of("ticket")):
        await screen.send("ticket:bump", {"ticketId": ticket["id"]})
    await screen.sync()
    text = "\n".join(received)
    assert len(received) > 30
    assert not MONEY_WORDS.search(text)
    numbers = set(re.findall(r"(?<![\w.:-])\d{4,5}(?![\w.:-])", text))
    assert not numbers & canaries


async def test_a_waiter_is_not_let_into_the_kitchen(house: House) -> None:
    door = await house.connect("/floor")
    answer = await door.send(
        "staff:login",
        {"login": house.login_of("WAITER"), "password": PASSWORD, "restaurantId": house.restaurant.id},
    )
    with pytest.raises(Refused, match="FORBIDDEN"):
        await house.connect("/kitchen", {"accessToken": answer["accessToken"]})


async def test_a_screen_stays_one_when_a_waiter_has_logged_in_on_the_same_browser(house: House) -> None:
    _, paired = await people.enrol(house, await people.manager(house), "/kitchen", stations=["grill"])
    _, answer = await people.log_in(house, house.login_of("WAITER"))
    proofs = {"accessToken": answer["accessToken"], "deviceToken": paired["deviceToken"]}
    screen = await house.connect("/kitchen", proofs)
    assert screen.hello["principal"]["roles"] == ["SCREEN"]
    assert screen.hello["principal"]["stations"] == ["grill"]


async def test_a_refused_kitchen_socket_hears_nothing(house: House) -> None:
    stranger = await house.connect("/kitchen", {"accessToken": "forged"})
    await send_round(house, await house.phone(await house.party(await house.waiter())), "grill")
    cook = await house.cook()
    assert (await cook.send("board:get", {}))["tickets"]
    assert {name for name, _ in stranger.heard} == {"hello"}
    with pytest.raises(Refused, match="UNAUTHENTICATED"):
        await stranger.send("board:get", {})


async def test_a_screen_that_was_away_has_every_ticket_once_when_it_is_back(house: House) -> None:
    cook = await house.cook()
    phone = await house.phone(await house.party(await house.waiter()))
    await send_round(house, phone, "grill")
    await cook.until(lambda state: any(state.of("ticket")))
    first = next(cook.state.of("ticket"))["id"]
    await cook.drop()
    other = await house.cook()
    await other.send("ticket:bump", {"ticketId": first})
    for _ in range(5):
        await send_round(house, phone, "grill", "bar")
    await cook.open()
    open_tickets = [one["id"] for one in cook.state.of("ticket") if one["status"] == "OPEN"]
    assert len(open_tickets) == len(set(open_tickets)) == 10
    assert cook.state.snapshots[first].body["status"] == "BUMPED"
