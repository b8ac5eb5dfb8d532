"""What can be recalled: the tickets that were cleared, the last one first."""

import pytest
from comanda_client import Connection, Refused
from integration.dinner import dine
from integration.house import House
from integration.passing import COLD, GRILLED, at_the_pass, bump

from handlers.context import Context, Done
from kitchen_display.ticket import last_bumped
from models.dish import Course
from models.status import LineStatus
from models.ticket import Ticket, TicketStatus
from models.ticket_line import TicketLine


async def listed(client: Connection, **narrowed: str) -> list[str]:
    """Return the ids of what can be recalled."""
    return [one["id"] for one in (await client.send("ticket:list", narrowed))["tickets"]]


async def bumped_before(house: House, *stations: str, count: int = 1) -> None:
    """Have tickets of earlier parties that were bumped a while ago."""

    async def act(ctx: Context, subject: None) -> Done:
        for number in range(count):
            for station in stations:
                dish = {"name": {"en": "Soup"}, "course": Course.MAINS, "quantity": 1, "changed_at": ctx.now}
                ctx.store.add(
                    Ticket(
                        id=ctx.ids.new_id(),
                        restaurant_id=ctx.store.restaurant_id,
                        session_id="an-earlier-party",
                        order_id=ctx.ids.new_id(),
                        number=number,
                        round=1,
                        station=station,
                        table_name="T1",
                        placed_at=ctx.now,
                        status=TicketStatus.BUMPED,
                        is_shown=False,
                        bumped_at=ctx.now,
                        lines=(TicketLine(id=ctx.ids.new_id(), status=LineStatus.SERVED, **dish),),
                    )
                )
        return Done()

    await house.perform(act)
    house.clock.advance(seconds=1)


async def test_what_was_bumped_is_listed_the_last_one_first(house: House) -> None:
    dinner = await dine(house, GRILLED, COLD, quantity=1)
    cook, other = await house.cook(), await house.cook()
    bumped = []
    for ticket in await dinner.tickets(cook):
        house.clock.advance(seconds=5)
        bumped.append((await bump(cook, ticket))["id"])
    assert await listed(other) == bumped[::-1]
    grill = [one["id"] for one in cook.state.of("ticket") if one["station"] == "grill"]
    assert await listed(other, station="grill") == grill


async def test_a_screen_lists_what_was_bumped_at_its_own_stations(house: House) -> None:
    table = await at_the_pass(house)
    tickets = await table.ask("order:bump", level="READY")
    by_station = {one["station"]: one["id"] for one in tickets}
    assert await listed(table.grill) == [by_station["grill"]]
    assert await listed(table.cold) == [by_station["cold"]]
    assert sorted(await listed(table.expo)) == sorted(by_station.values())
    with pytest.raises(Refused, match="NOT_FOUND"):
        await listed(table.grill, station="cold")


async def test_the_last_hundred_are_listed_and_none_of_another_house(house: House) -> None:
    other = await house.installation.new_house()
    cook, theirs = await house.cook(), await other.cook()
    await bumped_before(house, "grill", count=101)
    await bumped_before(house, "cold", count=2)
    try:
        assert len(await listed(cook)) == len(await listed(cook, station="grill")) == 100
        assert len(await listed(cook, station="cold")) == 2
        assert await listed(theirs) == []
        house.clock.advance(days=1)
        assert await listed(cook) == []
    finally:
        await other.close()


@pytest.mark.parametrize("stations", [(), ("cold",)], ids=["house", "station"])
async def test_the_list_is_read_in_the_order_of_its_index_and_no_further_than_it_is_long(
    house: House, stations: tuple[str, ...]
) -> None:
    await bumped_before(house, "grill", "cold", count=120)
    tickets = house.apps[0].store.collection(Ticket)
    latest = last_bumped(frozenset(stations), house.clock.now())
    found = tickets.find(latest.filter(house.restaurant.id)).sort(latest.by, -1).limit(latest.most)
    explained = await found.explain()
    assert "'stage': 'SORT'" not in str(explained["queryPlanner"]["winningPlan"])
    assert "restaurant_id_1_bumped_at_-1_station_1_placed_at_1" in str(explained["queryPlanner"]["winningPlan"])
    assert explained["executionStats"]["nReturned"] == 100
    assert explained["executionStats"]["totalDocsExamined"] <= 240
