"""A screen of a very full kitchen comes back: every ticket exactly once, page by page, in the order of the board."""

import json
from typing import Any

from comanda_client import Connection
from integration.house import House
from integration.passing import board, board_pages, screen, sorted_by_client
from integration.people import manager

from handlers.context import Context, Done
from models.dish import Allergen, Course
from models.ticket import Ticket
from models.ticket_line import TicketLine

MANY, SEVERAL = 1_500, 800
AT_ONCE = 150
LARGEST = 600_000
"""Letters of one answer: what it holds, and the rest of it."""


FILL_SECONDS = 30.0
"""For the tickets of one step to come to a screen, on a busy machine."""


async def fill(house: House, count: int) -> None:
    """Put tickets on the boards, every seventh of them rushed, half of them of the grill; both servers know them then:
    whoever comes is not told of them one by one.
    """
    cooks = await house.cook(), await house.cook()

    async def act(ctx: Context, first: int) -> Done:
        for number in range(first, min(first + AT_ONCE, count)):
            ctx.store.add(_ticket(ctx, number))
        return Done()

    for first in range(0, count, AT_ONCE):
        await house.perform(act, first)
        known = min(first + AT_ONCE, count)
        for cook in cooks:
            await cook.until(lambda state, known=known: len(list(state.of("ticket"))) == known, FILL_SECONDS)
    for cook in cooks:
        await cook.close()


def _ticket(ctx: Context, number: int) -> Ticket:
    line = TicketLine(
        id=ctx.ids.new_id(),
        name={"ro": "Ciorbă de burtă", "en": "Tripe soup"},
        quantity=1 + number % 3,
        note="fără ardei",
        allergens=(Allergen.CELERY, Allergen.EGGS, Allergen.MILK),
        course=Course.STARTERS,
        fired_at=ctx.now,
        starts_at=ctx.now,
        changed_at=ctx.now,
    )
    return Ticket(
        id=ctx.ids.new_id(),
        restaurant_id=ctx.store.restaurant_id,
        session_id=f"party-{number // 10}",
        order_id=ctx.ids.new_id(),
        number=number,
        round=1,
        station=("grill", "cold")[number % 2],
        table_name=f"T{number % 40}",
        placed_at=ctx.now,
        is_priority=number % 7 == 0,
        has_expo=True,
        lines=(line,),
    )


async def rush(house: House, ticket: dict[str, Any]) -> None:
    """Put a ticket before all that are not rushed."""

    async def act(ctx: Context, ticket_id: str) -> Done:
        found = await ctx.store.get(Ticket, ticket_id)
        assert found
        ctx.store.save(found.prioritized(True, ctx.principal.actor, ctx.now))
        return Done()

    await house.perform(act, ticket["id"])


def watched(client: Connection) -> list[dict[str, Any]]:
    """Return the answers to `sync:get`, as they come."""
    answers: list[dict[str, Any]] = []

    def note(kind: str, name: str, data: Any) -> None:
        if (kind, name) == ("answered", "sync:get"):
            answers.append(data)

    client._log = note
    return answers


async def test_a_screen_that_comes_back_to_1500_tickets_has_each_once_in_the_order_of_the_board(house: House) -> None:
    expo = await screen(house, await manager(house), "expo")
    answers = watched(expo)
    await expo.drop()
    await fill(house, MANY)
    await expo.open()
    told = [
        one["payload"]["ticket"]["id"] for page in answers for one in page["messages"] if "ticket" in one["payload"]
    ]
    assert len(answers) > 2
    assert all(len(json.dumps(page, ensure_ascii=False)) < LARGEST for page in answers)
    assert len(told) == len(set(told)) == MANY
    assert sorted_by_client(expo.state) == await board(expo)
    answers.clear()
    await expo.drop()
    await expo.open()
    assert len(sorted_by_client(expo.state)) == MANY, "what it could not name, it was told again, and forgot nothing"


async def test_a_board_of_1500_tickets_comes_in_pages_with_each_once_in_order_and_then_the_pass(house: House) -> None:
    expo, cook = await screen(house, await manager(house), "expo"), await house.cook()
    await expo.drop()
    await fill(house, MANY)
    await expo.open()
    await cook.until(lambda state: len(list(state.of("ticket"))) == MANY)
    to_the_pass = sorted_by_client(cook.state)[1]
    await cook.send("ticket:bump", {"ticketId": to_the_pass})
    await expo.until(lambda state: state.snapshots[to_the_pass].body["status"] == "BUMPED")
    pages = await board_pages(expo)
    assert len(pages) > 2
    assert all(len(json.dumps(page, ensure_ascii=False)) < LARGEST for page in pages)
    told = [one["id"] for page in pages for one in (*page["tickets"], *page["onPass"])]
    assert told == [*sorted_by_client(expo.state), to_the_pass]
    assert {page["allDay"]["Ciorbă de burtă"] for page in pages} == {sum(1 + one % 3 for one in range(MANY)) - 2}


async def test_what_is_rushed_between_two_pages_of_a_board_hides_nothing(house: House) -> None:
    expo, cook = await screen(house, await manager(house), "expo"), await house.cook()
    await expo.drop()
    await fill(house, SEVERAL)
    await cook.until(lambda state: len(list(state.of("ticket"))) == SEVERAL)
    first = await cook.send("board:get", {})
    last = first["tickets"][-1]
    await rush(house, last)
    await cook.until(lambda state: state.snapshots[last["id"]].body["isPriority"])
    rest = await cook.send("board:get", {"after": first["next"]})
    told = [one["id"] for page in (first, rest) for one in page["tickets"]]
    assert (len(told), len(set(told)), rest["next"]) == (SEVERAL, SEVERAL, None)


async def test_what_changes_between_two_pages_is_known_at_the_end(house: House) -> None:
    expo, cook = await screen(house, await manager(house), "expo"), await house.cook()
    await expo.drop()
    await fill(house, SEVERAL)
    first = (await board(cook))[0]
    answers = watched(expo)
    took = expo._pages

    async def slowly(have: dict[str, int]) -> Any:
        async for page in took(have):
            yield page
            if len(answers) == 1:
                await cook.send("ticket:bump", {"ticketId": first})

    expo._pages = slowly
    await expo.open()
    assert len(answers) > 1
    await expo.until(lambda state: state.snapshots[first].body["status"] == "BUMPED")
    assert len(sorted_by_client(expo.state)) == SEVERAL - 1


async def test_a_station_comes_back_to_its_own_150_tickets_in_one_answer(house: House) -> None:
    grill = await screen(house, await manager(house), "grill")
    answers = watched(grill)
    await grill.drop()
    await fill(house, 300)
    await grill.open()
    assert len(answers) == 1
    assert answers[0]["next"] is None
    assert {one["station"] for one in grill.state.of("ticket")} == {"grill"}
    assert sorted_by_client(grill.state) == await board(grill)
    assert len(await board(grill)) == 150


async def test_whoever_logs_in_to_more_than_one_answer_holds_catches_up_by_asking(house: House) -> None:
    await fill(house, SEVERAL)
    cook = await house.cook()
    door = await house.connect("/kitchen")
    answers = watched(door)
    answer = await door.send(
        "staff:login",
        {"login": house.login_of("CHEF"), "password": "a password of the tests", "restaurantId": house.restaurant.id},
    )
    assert answer["snapshot"] is None
    assert len(answers) > 1
    assert sorted_by_client(door.state) == await board(cook)
