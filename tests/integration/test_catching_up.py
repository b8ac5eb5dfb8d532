"""A screen of a very full kitchen comes back: every ticket exactly once, page by page, in the order of the board."""

import json
from typing import Any

from comanda_client import Connection
from integration.house import House
from integration.passing import board, screen, sorted_by_client
from integration.people import manager

from handlers.context import Context, Done
from models.dish import Allergen, Course
from models.principal import Principal
from models.ticket import Ticket
from models.ticket_line import TicketLine

MANY, SEVERAL = 1_500, 800
AT_ONCE = 150
LARGEST = 600_000
"""Letters of one answer: what it holds, and the rest of it."""


async def fill(house: House, count: int) -> None:
    """Put tickets on the boards, every seventh of them rushed, half of them of the grill; both servers know them then:
    whoever comes is not told of them one by one.
    """
    cooks = await house.cook(), await house.cook()

    async def act(ctx: Context, first: int) -> Done:
        for number in range(first, min(first + AT_ONCE, count)):
            ctx.store.add(_ticket(ctx, number))
        return Done()

    someone = Principal(restaurant_id=house.restaurant.id, roles=frozenset(), address="", device="")
    for first in range(0, count, AT_ONCE):
        await house.apps[0].dispatcher.perform(someone, act, first)
        known = min(first + AT_ONCE, count)
        for cook in cooks:
            await cook.until(lambda state, known=known: len(list(state.of("ticket"))) == known)
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
        lines=(line,),
    )


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
