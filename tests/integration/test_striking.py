"""Struck lines: a cook sees what was taken off until somebody says so, on every screen, and no longer."""

import asyncio
from typing import Any

import pytest
from comanda_client import Connection, Refused
from integration.dinner import Dinner, dine, line_of
from integration.house import House

WHY = {"reason": "cold"}


async def struck_ticket(screen: Connection, line_id: str, voided: int) -> dict[str, Any]:
    """Return the ticket of a line once a screen shows so many portions of it taken off."""

    def shows(one: dict[str, Any]) -> bool:
        return any(part["id"] == line_id and part["voided"] == voided for part in one["lines"])

    state = await screen.until(lambda known: any(shows(one) for one in known.of("ticket")))
    return next(one for one in state.of("ticket") if shows(one))


async def acknowledge(screen: Connection, ticket: dict[str, Any], line_id: str, **more: int) -> dict[str, Any]:
    """Say that one has seen it; returns the line as it is then."""
    answer = await screen.send("line:acknowledge", {"ticketId": ticket["id"], "lineId": line_id, **more})
    return line_of(answer["ticket"], line_id)


async def board(screen: Connection) -> list[str]:
    return [one["id"] for one in (await screen.send("board:get"))["tickets"]]


async def voided(dinner: Dinner, portions: int | None = None) -> str:
    """Void portions of the first line, all of them when no number is given; returns its id."""
    some = {} if portions is None else {"quantity": portions}
    await dinner.ask("line:void", {**dinner.line(), **some, **WHY, "approval": dinner.house.approval()})
    return dinner.line()["lineId"]


async def test_what_one_screen_acknowledges_is_acknowledged_on_the_other(house: House) -> None:
    first, second, dinner = await house.cook(), await house.cook(), await dine(house, quantity=5)
    line = await voided(dinner, 3)
    ticket = await struck_ticket(first, line, 3)
    assert line_of(ticket, line)["acknowledged"] == 0
    known = await acknowledge(first, ticket, line, voided=3)
    assert (known["quantity"], known["voided"], known["acknowledged"], known["status"]) == (5, 3, 3, "NEW")
    state = await second.until(
        lambda known: any(part["acknowledged"] == 3 for one in known.of("ticket") for part in one["lines"])
    )
    shown = line_of(next(state.of("ticket")), line)
    assert (shown["acknowledgedBy"]["kind"], shown["acknowledgedAt"] is None) == ("STAFF", False)
    assert await board(second) == [ticket["id"]]
    (entry,) = await dinner.entries("strike-acknowledged")
    assert (entry["before"], entry["after"]) == ({"acknowledged": 0}, {"acknowledged": 3})


async def test_what_is_struck_after_a_screen_was_read_stays_struck(house: House) -> None:
    cook, dinner = await house.cook(), await dine(house, quantity=5)
    line = await voided(dinner, 1)
    ticket = await struck_ticket(cook, line, 1)
    await voided(dinner, 2)
    known = await acknowledge(cook, ticket, line, voided=1)
    assert (known["voided"], known["acknowledged"]) == (3, 1)
    assert (await acknowledge(cook, ticket, line, voided=3))["acknowledged"] == 3


async def test_a_ticket_that_is_struck_whole_stays_until_the_last_line_is_acknowledged(house: House) -> None:
    first, second = await house.cook(), await house.cook()
    dinner = await dine(house, house.dish("grill"), house.dish("grill"), quantity=1)
    lines = [dinner.line(number)["lineId"] for number in (0, 1)]
    for number in (0, 1):
        await dinner.ask("line:void", {**dinner.line(number), **WHY})
        ticket = await struck_ticket(first, lines[number], 1)
    await acknowledge(first, ticket, lines[0])
    assert await board(second) == [ticket["id"]]
    await acknowledge(second, await struck_ticket(second, lines[1], 1), lines[1])
    for screen in (first, second):
        await screen.until(lambda state: all(one["status"] == "BUMPED" for one in state.of("ticket")))
        assert await board(screen) == []


async def test_of_two_screens_at_the_same_moment_both_are_answered_and_one_is_noted(house: House) -> None:
    first, second, dinner = await house.cook(), await house.cook(), await dine(house, quantity=2)
    line = await voided(dinner, 1)
    tickets = [await struck_ticket(screen, line, 1) for screen in (first, second)]
    answers = await asyncio.gather(
        *(acknowledge(screen, one, line, voided=1) for screen, one in zip((first, second), tickets, strict=True))
    )
    assert [one["acknowledged"] for one in answers] == [1, 1]
    assert answers[0]["acknowledgedBy"] == answers[1]["acknowledgedBy"]
    assert len(await dinner.entries("strike-acknowledged")) == 1


async def test_a_bump_acknowledges_all_that_is_struck_on_the_ticket(house: House) -> None:
    cook, dinner = await house.cook(), await dine(house, quantity=3)
    line = await voided(dinner, 2)
    ticket = await struck_ticket(cook, line, 2)
    bumped = (await cook.send("ticket:bump", {"ticketId": ticket["id"]}))["ticket"]
    assert (line_of(bumped, line)["acknowledged"], line_of(bumped, line)["status"]) == (2, "READY")
    assert len(await dinner.entries("strike-acknowledged")) == 1


async def test_what_is_struck_after_the_bump_is_shown_when_the_ticket_is_recalled(house: House) -> None:
    cook, dinner = await house.cook(), await dine(house, quantity=2)
    (ticket,) = await dinner.tickets(cook)
    await cook.send("ticket:bump", {"ticketId": ticket["id"]})
    line = await voided(dinner, 1)
    await struck_ticket(cook, line, 1)
    assert await board(cook) == []
    recalled = (await cook.send("ticket:recall", {"ticketId": ticket["id"]}))["ticket"]
    assert (line_of(recalled, line)["voided"], line_of(recalled, line)["acknowledged"]) == (1, 0)


async def test_what_a_manager_ends_by_closing_the_table_is_struck_until_it_is_acknowledged(house: House) -> None:
    cook, dinner = await house.cook(), await dine(house, quantity=2)
    manager = await house.staff(house.login_of("MANAGER"))
    await manager.operate("session:close", {"sessionId": dinner.party.id, "reason": "they ran"})
    line = dinner.line()["lineId"]
    ticket = await struck_ticket(cook, line, 2)
    assert (ticket["status"], line_of(ticket, line)["status"]) == ("OPEN", "CANCELLED")
    assert await board(cook) == [ticket["id"]]
    assert (await acknowledge(cook, ticket, line))["acknowledged"] == 2
    assert await board(cook) == []


async def test_there_is_nothing_to_acknowledge_on_a_line_that_is_not_struck(house: House) -> None:
    cook, dinner = await house.cook(), await dine(house)
    (ticket,) = await dinner.tickets(cook)
    line = dinner.line()["lineId"]
    known = await acknowledge(cook, ticket, line, voided=1)
    assert (known["acknowledged"], known["acknowledgedBy"]) == (0, None)
    for names in ({"lineId": "nothing"}, {"ticketId": "nothing"}):
        with pytest.raises(Refused, match="NOT_FOUND"):
            await cook.send("line:acknowledge", {"ticketId": ticket["id"], "lineId": line, **names})
    assert await dinner.entries("strike-acknowledged") == []
