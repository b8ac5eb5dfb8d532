"""Which screens are live: red on the floor at once, whatever the reason, and an alarm when there is something to do."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest
from comanda_client import Connection
from integration import people
from integration.brigade import AT_ONCE, alarms, has_alarms, has_screens, screen, send_round, station, stored_station
from integration.house import House, start_installation

from handlers.screens import Connected, count_screens, forget_processes, notice_dark
from models.alarm import AlarmKind
from models.errors import Unavailable
from models.principal import Principal
from server.dispatch import Dispatcher
from server.duties import Duty
from server.pulse import DEAD_BEATS, Pulse
from server.watching import DARK, dead_processes

SILENT_SECONDS = 7.0
"""A screen is pinged after 2 s, and has 3 s to answer."""


async def perform(house: House, duty: Duty) -> None:
    """Have a duty done by all servers at once, as when two hold the lease."""
    await asyncio.gather(*(app.duties.perform(duty) for app in house.apps))


async def require_nothing_is_due(house: House) -> None:
    """Require that no station of a house is found dark, and that no alarm follows where one was a moment ago."""
    app, now = house.apps[0], house.clock.now()
    found = await DARK.find(app.store.begin("", app.clock.monotonic() + 5), now)
    assert house.restaurant.id not in {due.restaurant_id for due in found}
    for server in range(len(house.apps)):
        await house.perform(notice_dark, "grill", server)
    assert await alarms(house, AlarmKind.STATION_DARK) == []


# ── which are live ────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_station_is_red_on_the_floor_at_once_when_its_last_screen_goes(house: House) -> None:
    boss, waiter = await people.manager(house), await house.waiter()
    grill = await screen(house, boss, "grill")
    await waiter.until(has_screens(grill=1, cold=0), AT_ONCE)
    await grill.drop()
    await waiter.until(has_screens(grill=0), AT_ONCE)
    assert (await stored_station(house, "grill"))["dark_since"] is not None
    await grill.open()
    await waiter.until(has_screens(grill=1), AT_ONCE)
    assert (await stored_station(house, "grill"))["dark_since"] is None


async def test_a_station_with_two_screens_on_two_servers_stays_live_without_one(house: House) -> None:
    boss, waiter = await people.manager(house), await house.waiter()
    first, second = await screen(house, boss, "grill", name="One"), await screen(house, boss, "grill", name="Two")
    await waiter.until(has_screens(grill=2))
    await first.drop()
    await waiter.until(has_screens(grill=1))
    await second.drop()
    await waiter.until(has_screens(grill=0))


@pytest.mark.parametrize(
    ("shows", "live"),
    [
        (["grill"], {"grill": 1, "cold": 0, "bar": 0}),
        (["grill", "bar"], {"grill": 1, "cold": 0, "bar": 0}),
        (["bar"], {"grill": 1, "cold": 1, "bar": 0}),
        ("grill", {"grill": 1, "cold": 1, "bar": 0}),
        ([], {"grill": 0, "cold": 0, "bar": 0}),
    ],
    ids=["one", "another's-besides", "only-another's", "nonsense", "none-yet"],
)
async def test_a_screen_that_says_what_it_shows_is_of_that_alone_and_never_of_more_than_it_is_for(
    house: House, shows: Any, live: dict[str, int]
) -> None:
    boss, waiter = await people.manager(house), await house.waiter()
    both = await screen(house, boss, "grill", "cold")
    await both.drop()
    await waiter.until(has_screens(grill=0, cold=0))
    both.auth["shows"] = shows
    await both.open()
    await screen(house, boss, "pizza", name="The one that was counted last")
    await waiter.until(has_screens(pizza=1, **live))


@pytest.mark.parametrize(
    ("stations", "live"),
    [(["grill", "cold"], {"grill": 0, "cold": 0}), ([], {"grill": 0, "cold": 0}), (["cold"], {"grill": 0, "cold": 1})],
    ids=["several", "all", "one"],
)
async def test_a_screen_that_was_paired_now_is_of_no_station_before_one_is_chosen_but_of_its_only_one(
    house: House, stations: list[str], live: dict[str, int]
) -> None:
    boss = await people.manager(house)
    enrolled = await boss.operate("device:enrol", {"kind": "SCREEN", "name": "New", "stations": stations})
    door = await house.connect("/kitchen", {"shows": []})
    await door.send("device:pair", {"code": enrolled["code"]})
    await screen(house, boss, "pizza", name="The one that was counted last")
    await boss.until(has_screens(pizza=1, **live))


async def test_a_cook_who_logs_in_where_a_station_was_chosen_is_a_screen_of_that_one(house: House) -> None:
    boss = await people.manager(house)
    door = await house.connect("/kitchen", {"shows": ["grill"]})
    await door.send("staff:login", people.credentials(house, house.login_of("CHEF")))
    await boss.until(has_screens(grill=1, cold=0))


async def test_one_screen_is_of_several_stations_and_one_without_any_is_of_all(house: House) -> None:
    boss, waiter = await people.manager(house), await house.waiter()
    both = await screen(house, boss, "grill", "cold", name="Both")
    await waiter.until(has_screens(grill=1, cold=1, pizza=0, bar=0, expo=0))
    await screen(house, boss, name="All")
    await waiter.until(has_screens(grill=2, cold=2, pizza=1, bar=1, expo=1))
    await both.drop()
    await waiter.until(has_screens(grill=1, cold=1, pizza=1, bar=1, expo=1))


async def test_a_screen_that_only_assembles_is_of_no_other_station(house: House) -> None:
    boss = await people.manager(house)
    await screen(house, boss, "expo")
    await boss.until(has_screens(expo=1, grill=0, cold=0, pizza=0, bar=0))


async def test_a_socket_counts_once_whoever_it_is_in_turn(house: House) -> None:
    boss = await people.manager(house)
    door = await house.connect("/kitchen")
    for _ in range(2):
        await door.send("staff:login", people.credentials(house, house.login_of("CHEF")))
        await boss.until(has_screens(grill=1, expo=1))
        await door.send("staff:logout")
        await boss.until(has_screens(grill=0, expo=0))
    enrolled = await boss.operate("device:enrol", {"kind": "SCREEN", "name": "Grill", "stations": ["grill"]})
    await door.send("device:pair", {"code": enrolled["code"]})
    await boss.until(has_screens(grill=1, expo=0))
    await door.drop()
    await boss.until(has_screens(grill=0))


async def test_who_is_no_screen_is_not_counted(house: House) -> None:
    boss = await people.manager(house)
    await house.connect("/kitchen")
    await people.enrol(house, boss, "/floor")
    await screen(house, boss, "bar")
    await boss.until(has_screens(bar=1, grill=0))


async def test_a_screen_that_is_revoked_is_live_no_more(house: House) -> None:
    boss = await people.manager(house)
    _, answer = await people.enrol(house, boss, "/kitchen", stations=["grill"])
    await boss.until(has_screens(grill=1))
    await boss.operate("device:revoke", {"deviceId": answer["deviceId"]})
    await boss.until(has_screens(grill=0), people.CLOSED_SECONDS)


async def test_a_screen_that_says_nothing_any_more_is_red_in_seconds(watched: House) -> None:
    boss = await people.manager(watched)
    grill = await screen(watched, boss, "grill")
    proof = json.dumps({"deviceToken": grill.auth["deviceToken"]})
    await grill.close()
    await boss.until(has_screens(grill=0))
    async with aiohttp.ClientSession() as http:
        # It takes what comes and answers no ping, as if its network had swallowed the answers.
        address = f"{watched.installation.addresses[0]}/socket.io/?EIO=4&transport=websocket"
        async with http.ws_connect(address) as silent:
            await silent.send_str(f"40/kitchen,{proof}")
            await boss.until(has_screens(grill=1))
            await boss.until(has_screens(grill=0), SILENT_SECONDS)


async def test_screens_hear_of_each_other_and_guests_of_nothing_but_the_wait(house: House) -> None:
    boss = await people.manager(house)
    bar = await screen(house, boss, "bar", name="Bar")
    guest = await house.phone(await house.party(await house.waiter()))
    await screen(house, boss, "grill", name="Grill")
    await bar.until(has_screens(grill=1))
    known = station((await guest.fresh()), "grill")
    assert set(known) == {"id", "version", "code", "name", "wait"}


# ── whatever happens to the server ────────────────────────────────────────────────────────────────────────────────────


async def test_a_count_is_written_once_the_database_answers_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    boss = await people.manager(house)
    grill = await screen(house, boss, "grill")
    await boss.until(has_screens(grill=1))
    refused: list[Any] = []
    perform_well = Dispatcher.perform

    async def perform_badly(self: Dispatcher, by: Principal, act: Any, *rest: Any) -> Any:
        if act is count_screens and by.restaurant_id == house.restaurant.id and len(refused) < 2:
            refused.append(rest)
            raise Unavailable(retry_after=1)
        return await perform_well(self, by, act, *rest)

    monkeypatch.setattr(Dispatcher, "perform", perform_badly)
    await grill.drop()
    await boss.until(has_screens(grill=0), 5)
    assert len(refused) == 2


async def test_a_process_that_was_taken_for_dead_has_its_screens_counted_again(house: House) -> None:
    boss = await people.manager(house)
    await screen(house, boss, "grill")
    await boss.until(has_screens(grill=1))
    everyone = frozenset(app.process_id for app in house.apps)
    await house.perform(forget_processes, everyone)
    await boss.until(has_screens(grill=0))
    for app in house.apps:
        app.screens.look()
    await boss.until(has_screens(grill=1))


async def test_the_screens_of_a_process_that_died_are_taken_out_and_no_others(house: House) -> None:
    boss = await people.manager(house)
    await screen(house, boss, "grill")
    dead = Connected("a process that died", (frozenset({"grill"}), None))
    await house.perform(count_screens, dead)
    await boss.until(has_screens(grill=3, bar=1))
    pulse = Pulse("this one")
    duty = dead_processes(pulse)
    await perform(house, duty)
    for _ in range(DEAD_BEATS):
        for process in ("this one", *(app.process_id for app in house.apps)):
            pulse.hear(process)
    await perform(house, duty)
    await boss.until(has_screens(grill=1, bar=0))


async def test_a_process_that_stops_takes_its_screens_out(mongo_url: str, redis_url: str) -> None:
    installation = await start_installation(mongo_url, redis_url, servers=2, database="stopping")
    house, (staying, stopping) = await installation.new_house(), installation.apps
    boss, door = (Connection([address], "/floor") for address in installation.addresses)
    grill = Connection([installation.addresses[1]], "/kitchen")
    house.clients += [boss, door, grill]
    try:
        for client in house.clients:
            await client.open()
            await client.send("staff:login", people.credentials(house, house.login_of("MANAGER")))
        await boss.until(has_screens(grill=1))
        await stopping.stop()
        await boss.until(has_screens(grill=0))
    finally:
        await house.close()
        await staying.stop()


# ── the alarm ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_floor_is_alarmed_when_the_last_screen_of_a_station_goes_while_there_are_guests(
    watched: House,
) -> None:
    boss, waiter = await people.manager(watched), await watched.waiter()
    grill = await screen(watched, boss, "grill")
    await watched.party(waiter)
    await waiter.until(has_screens(grill=1))
    await grill.drop()
    await waiter.until(has_screens(grill=0))
    await perform(watched, DARK)
    assert await alarms(watched, AlarmKind.STATION_DARK) == []
    watched.clock.advance(seconds=6)
    await perform(watched, DARK)
    state = await waiter.until(has_alarms(AlarmKind.STATION_DARK))
    (alarm,) = state.of("alarm")
    assert (alarm["subject"], alarm["details"]) == ("grill", {"tickets": 0})
    await grill.open()
    await waiter.until(has_alarms())
    (over,) = await alarms(watched, AlarmKind.STATION_DARK)
    assert (over["status"], over["resolved_by"]) == ("RESOLVED", None)
    assert len(await people.entries(watched, "station-dark")) == 1
    (entry,) = await people.entries(watched, "alarm-resolved")
    assert (entry["subject"], entry["details"]["kind"]) == (over["_id"], "STATION_DARK")


async def test_a_house_without_guests_may_switch_its_screens_off(watched: House) -> None:
    boss = await people.manager(watched)
    grill = await screen(watched, boss, "grill")
    await boss.until(has_screens(grill=1))
    await grill.drop()
    await boss.until(has_screens(grill=0))
    watched.clock.advance(seconds=6)
    await require_nothing_is_due(watched)


async def test_a_station_that_never_had_a_screen_is_an_alarm_when_it_has_something_to_cook(watched: House) -> None:
    waiter = await watched.waiter()
    phone = await watched.phone(await watched.party(waiter))
    watched.clock.advance(seconds=6)
    await require_nothing_is_due(watched)
    await send_round(watched, phone, watched.dish("grill"))
    await perform(watched, DARK)
    assert await alarms(watched, AlarmKind.STATION_DARK) == []
    watched.clock.advance(seconds=6)
    await perform(watched, DARK)
    (alarm,) = await alarms(watched, AlarmKind.STATION_DARK)
    assert (alarm["subject"], alarm["details"]) == ("grill", {"tickets": 1})
    await waiter.until(has_alarms(AlarmKind.STATION_DARK))


async def test_an_alarm_about_a_station_that_somebody_has_seen_to_comes_back_only_after_it_was_live(
    watched: House,
) -> None:
    boss = await people.manager(watched)
    phone = await watched.phone(await watched.party(boss))
    await send_round(watched, phone, watched.dish("grill"))
    watched.clock.advance(seconds=6)
    await perform(watched, DARK)
    (alarm,) = (await boss.until(has_alarms(AlarmKind.STATION_DARK))).of("alarm")
    await boss.operate("alarm:resolve", {"alarmId": alarm["id"]})
    watched.clock.advance(minutes=1)
    await perform(watched, DARK)
    assert len(await alarms(watched, AlarmKind.STATION_DARK)) == 1
    grill = await screen(watched, boss, "grill")
    await boss.until(has_screens(grill=1))
    await grill.drop()
    await boss.until(has_screens(grill=0))
    watched.clock.advance(seconds=6)
    await perform(watched, DARK)
    await boss.until(has_alarms(AlarmKind.STATION_DARK))
    assert len(await alarms(watched, AlarmKind.STATION_DARK)) == 2
