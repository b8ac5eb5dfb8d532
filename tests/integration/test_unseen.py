"""A ticket that no screen shows: an alarm on the floor, the station that stands in, and what counts as a receipt."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from comanda_client import Connection, State
from integration import people
from integration.brigade import (
    alarms,
    has_alarms,
    has_tickets,
    of_two_stations,
    screen,
    send_round,
    tickets,
)
from integration.house import House, Party

from models.alarm import Alarm, AlarmKind
from models.store.stream import Committed
from models.ticket import Ticket
from server.watching import UNSEEN

TICKETS = 12


async def look(house: House) -> None:
    """Have all servers look for unseen tickets at once, as when two hold the lease."""
    await asyncio.gather(*(app.duties.perform(UNSEEN) for app in house.apps))


async def seated(house: House) -> tuple[Connection, Party, Connection]:
    """A waiter, a party and a guest of it."""
    waiter = await house.waiter()
    party = await house.party(waiter)
    return waiter, party, await house.phone(party)


async def overlooked(house: House, guest: Connection, *item_ids: str) -> dict[str, Any]:
    """Order something, and let the time pass in which a screen should have shown it."""
    order = await send_round(house, guest, *item_ids)
    house.clock.advance(seconds=21)
    await look(house)
    return order


async def see(cook: Connection, order: dict[str, Any], station: str) -> list[str]:
    """Say that a screen shows a ticket; returns what was recorded."""
    await cook.until(has_tickets(order, {station}))
    ticket = tickets(cook.state, order)[station]
    return list((await cook.send("ticket:seen", {"ticketIds": [ticket["id"]]}))["seen"])


def is_seen(order: dict[str, Any], *lines: bool) -> Callable[[State], bool]:
    """Return the condition that a client knows which lines of an order the kitchen has."""

    def is_known(state: State) -> bool:
        known = next((one for one in state.of("order") if one["id"] == order["id"]), {"lines": []})
        return [line["seenAt"] is not None for line in known["lines"]] == [*lines]

    return is_known


async def stored_ticket(house: House, order: dict[str, Any], station: str) -> dict[str, Any]:
    (found,) = await people.stored(house, Ticket, order_id=order["id"], station=station)
    return found


# ── the alarm ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_ticket_that_no_screen_shows_in_time_alarms_the_floor_and_goes_to_the_backup(watched: House) -> None:
    boss = await people.manager(watched)
    cold, bar = await screen(watched, boss, "cold", name="Cold"), await screen(watched, boss, "bar", name="Bar")
    waiter, party, guest = await seated(watched)
    order = await send_round(watched, guest, watched.dish("grill"))
    watched.clock.advance(seconds=19)
    await look(watched)
    assert await alarms(watched, AlarmKind.TICKET_UNSEEN) == []
    watched.clock.advance(seconds=2)
    await look(watched)
    (alarm,) = await alarms(watched, AlarmKind.TICKET_UNSEEN)
    ticket = await stored_ticket(watched, order, "grill")
    assert (alarm["subject"], alarm["session_id"], alarm["table_name"]) == (ticket["_id"], party.id, party.table.name)
    assert alarm["details"] == {"station": "grill", "number": order["number"]}
    await waiter.until(lambda state: any(one["id"] == alarm["_id"] for one in state.of("alarm")))
    await cold.until(has_tickets(order, {"grill"}))
    assert tickets(cold.state, order)["grill"]["backup"] == "cold"
    assert [one["id"] for one in (await cold.send("board:get"))["tickets"]] == [ticket["_id"]]
    assert tickets(await cold.fresh(), order)["grill"]["backup"] == "cold"
    assert tickets(bar.state, order) == {}
    assert is_seen(order, False)(await guest.fresh())
    (entry,) = await people.entries(watched, "ticket-unseen")
    assert (entry["subject"], entry["before"], entry["after"]) == (ticket["_id"], {"backup": None}, {"backup": "cold"})


async def test_an_unseen_ticket_is_over_when_the_backup_shows_it(watched: House) -> None:
    boss = await people.manager(watched)
    cold = await screen(watched, boss, "cold")
    waiter, _, guest = await seated(watched)
    order = await overlooked(watched, guest, watched.dish("grill"))
    await waiter.until(has_alarms(AlarmKind.TICKET_UNSEEN))
    await see(cold, order, "grill")
    await waiter.until(has_alarms())
    await guest.until(is_seen(order, True))
    (alarm,) = await alarms(watched, AlarmKind.TICKET_UNSEEN)
    assert (alarm["status"], alarm["resolved_by"]) == ("RESOLVED", None)
    (entry,) = await people.entries(watched, "alarm-resolved")
    assert (entry["subject"], entry["details"]["kind"]) == (alarm["_id"], "TICKET_UNSEEN")


async def test_a_backed_up_ticket_that_the_backup_bumps_leaves_both_stations(watched: House) -> None:
    boss = await people.manager(watched)
    _, _, guest = await seated(watched)
    order = await overlooked(watched, guest, watched.dish("grill"))
    cold, grill = await screen(watched, boss, "cold", name="Cold"), await screen(watched, boss, "grill", name="Grill")
    for cook in (cold, grill):
        await cook.until(has_tickets(order, {"grill"}))
    await cold.send("ticket:bump", {"ticketId": tickets(cold.state, order)["grill"]["id"]})
    for cook in (cold, grill):
        await cook.until(lambda state: tickets(state, order)["grill"]["status"] == "BUMPED")
        assert (await cook.send("board:get"))["tickets"] == []
    await boss.until(has_alarms())


async def test_an_alarm_about_a_ticket_is_raised_once(watched: House) -> None:
    waiter, _, guest = await seated(watched)
    await overlooked(watched, guest, watched.dish("grill"))
    (alarm,) = (await waiter.until(has_alarms(AlarmKind.TICKET_UNSEEN))).of("alarm")
    await waiter.operate("alarm:resolve", {"alarmId": alarm["id"]})
    watched.clock.advance(minutes=5)
    await look(watched)
    assert len(await alarms(watched, AlarmKind.TICKET_UNSEEN)) == 1


async def test_a_station_without_a_backup_keeps_its_ticket_to_itself(watched: House) -> None:
    boss = await people.manager(watched)
    grill = next(one for one in boss.state.of("station") if one["code"] == "grill")
    await boss.operate("station:change", {"stationId": grill["id"], "backup": None})
    _, _, guest = await seated(watched)
    order = await overlooked(watched, guest, watched.dish("grill"))
    assert len(await alarms(watched, AlarmKind.TICKET_UNSEEN)) == 1
    assert (await stored_ticket(watched, order, "grill"))["backup"] is None


async def test_a_ticket_whose_course_is_held_must_be_seen_too(watched: House) -> None:
    waiter, party, guest = await seated(watched)
    order = await send_round(watched, guest, watched.dish("grill"))
    await waiter.operate("course:hold", {"sessionId": party.id, "course": order["lines"][0]["course"]})
    watched.clock.advance(seconds=21)
    await look(watched)
    assert len(await alarms(watched, AlarmKind.TICKET_UNSEEN)) == 1


async def test_an_alarm_that_is_raised_while_a_screen_shows_the_ticket_is_over(watched: House) -> None:
    boss = await people.manager(watched)
    cooks = [await screen(watched, boss, "grill", name=name) for name in ("One", "Two")]
    _, _, guest = await seated(watched)
    orders = [await send_round(watched, guest, watched.dish("grill")) for _ in range(TICKETS)]
    for cook in cooks:
        for order in orders:
            await cook.until(has_tickets(order, {"grill"}))
    shown = [tickets(cooks[0].state, order)["grill"]["id"] for order in orders]
    watched.clock.advance(seconds=21)
    one, other = shown[: TICKETS // 2], shown[TICKETS // 2 :]
    await asyncio.gather(
        look(watched),
        *(cook.send("ticket:seen", {"ticketIds": [ticket]}) for cook in cooks for ticket in one),
        cooks[0].send("ticket:seen", {"ticketIds": other}),
        cooks[1].send("ticket:seen", {"ticketIds": other}),
    )
    await look(watched)
    assert [one["status"] for one in await alarms(watched, AlarmKind.TICKET_UNSEEN) if one["status"] == "OPEN"] == []
    assert all(one["seen_at"] for one in await people.stored(watched, Ticket))
    await guest.until(lambda state: all(is_seen(order, True)(state) for order in orders))


async def test_an_alarm_that_the_server_of_the_screen_has_not_heard_of_is_over(
    watched: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, behind = watched.apps
    boss, cook = await people.manager(watched), Connection([watched.installation.addresses[1]], "/kitchen")
    watched.clients.append(await cook.open())
    await cook.send("staff:login", people.credentials(watched, watched.login_of("CHEF")))
    floor = Connection([watched.installation.addresses[1]], "/floor")
    watched.clients.append(await floor.open())
    await floor.send("staff:login", people.credentials(watched, watched.login_of("MANAGER")))
    _, _, guest = await seated(watched)
    order = await send_round(watched, guest, watched.dish("grill"))
    held: list[Committed] = []
    hear = behind.relay._relay
    with monkeypatch.context() as late:
        late.setattr(behind.relay, "_relay", lambda one: held.append(one) if one.kind.model is Alarm else hear(one))
        late.setattr(behind.duties, "tick", lambda: asyncio.sleep(0))
        watched.clock.advance(seconds=21)
        await here.duties.perform(UNSEEN)
        await cook.until(lambda state: tickets(state, order)["grill"]["backup"] == "cold")
        await see(cook, order, "grill")
        (alarm,) = await alarms(watched, AlarmKind.TICKET_UNSEEN)
    for one in held:
        hear(one)
    assert alarm["status"] == "RESOLVED"
    await boss.until(has_alarms())


# ── what is a receipt ─────────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_guest_sees_that_the_kitchen_has_it_once_each_station_of_a_dish_shows_it(house: House) -> None:
    boss = await people.manager(house)
    _, _, guest = await seated(house)
    dish = of_two_stations(house)
    first, second = house.menu.dishes_by_id[dish].stations
    cooks = [await screen(house, boss, station, name=station) for station in (first, second)]
    order = await send_round(house, guest, dish)
    assert is_seen(order, False)(await guest.fresh())
    await see(cooks[0], order, first)
    ticket = await stored_ticket(house, order, first)
    assert (ticket["seen_at"] is not None, ticket["seen_by"]["name"]) == (True, first)
    assert is_seen(order, False)(await guest.fresh())
    await see(cooks[1], order, second)
    await guest.until(is_seen(order, True))


async def test_a_screen_that_only_assembles_gives_no_receipt(watched: House) -> None:
    boss = await people.manager(watched)
    expo = await screen(watched, boss, "expo")
    _, _, guest = await seated(watched)
    order = await send_round(watched, guest, watched.dish("grill"))
    assert await see(expo, order, "grill") == []
    watched.clock.advance(seconds=21)
    await look(watched)
    await boss.until(has_alarms(AlarmKind.TICKET_UNSEEN))
    assert is_seen(order, False)(await guest.fresh())


async def test_of_two_screens_that_show_a_ticket_at_once_the_first_counts(house: House) -> None:
    boss = await people.manager(house)
    cooks = [await screen(house, boss, "grill", name=name) for name in ("One", "Two")]
    _, _, guest = await seated(house)
    order = await send_round(house, guest, house.dish("grill"))
    answers = await asyncio.gather(*(see(cook, order, "grill") for cook in cooks))
    assert answers[0] == answers[1] != []
    ticket = await stored_ticket(house, order, "grill")
    await asyncio.gather(*(see(cook, order, "grill") for cook in cooks))
    again = await stored_ticket(house, order, "grill")
    assert (again["seen_at"], again["seen_by"], again["version"]) == (
        ticket["seen_at"],
        ticket["seen_by"],
        ticket["version"],
    )


async def test_a_step_of_a_cook_is_a_receipt(watched: House) -> None:
    boss = await people.manager(watched)
    grill = await screen(watched, boss, "grill")
    waiter, _, guest = await seated(watched)
    order = await overlooked(watched, guest, watched.dish("grill"))
    await waiter.until(has_alarms(AlarmKind.TICKET_UNSEEN))
    await grill.until(has_tickets(order, {"grill"}))
    ticket = tickets(grill.state, order)["grill"]
    step = {"ticketId": ticket["id"], "lineId": ticket["lines"][0]["id"], "status": "IN_PROGRESS", "expected": "NEW"}
    await grill.send("line:set-status", step)
    await waiter.until(has_alarms())
    await guest.until(is_seen(order, True))
    assert tickets(await grill.fresh(), order)["grill"]["lines"][0]["status"] == "IN_PROGRESS"


async def test_what_the_expediter_has_is_cooked_and_nobody_has_to_see_it_any_more(watched: House) -> None:
    boss = await people.manager(watched)
    expo = await screen(watched, boss, "expo")
    _, _, guest = await seated(watched)
    order = await overlooked(watched, guest, watched.dish("grill"))
    await boss.until(has_alarms(AlarmKind.TICKET_UNSEEN))
    await expo.send("order:bump", {"orderId": order["id"], "level": "READY"})
    await boss.until(has_alarms())
    await guest.until(is_seen(order, True))


async def test_what_the_floor_does_with_a_ticket_is_no_receipt(watched: House) -> None:
    waiter, party, guest = await seated(watched)
    order = await send_round(watched, guest, watched.dish("grill"), watched.dish("grill"))
    void = {"sessionId": party.id, "orderId": order["id"], "lineId": order["lines"][0]["id"], "quantity": 1}
    await waiter.operate("line:void", void | {"reason": "a mistake"})
    watched.clock.advance(seconds=21)
    await look(watched)
    await waiter.until(has_alarms(AlarmKind.TICKET_UNSEEN))
    assert is_seen(order, False, False)(await guest.fresh())
