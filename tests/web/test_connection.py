"""The connection of a page: it catches up after every return, and says within 5 seconds that it is not live."""

import asyncio
from datetime import UTC, datetime

import pytest
from comanda_client import State
from integration import people
from integration.house import House, start_installation
from web.conftest import GUARD, Kitchen, begun
from web.paper import Failed, Network, Page

OFFLINE_SECONDS = 5.0
"""Issue 5: a clear banner within 5 s when it is not live."""


def statuses(page: Page) -> list[str]:
    return page.of("status")


async def tickets(kitchen: Kitchen) -> dict[str, dict[str, object]]:
    """Return what a client that starts afresh is told."""
    state: State = await kitchen.cook.fresh()
    return {one["id"]: one for one in state.of("ticket")}


async def test_a_page_shows_what_was_there_before_it_came(kitchen: Kitchen) -> None:
    await kitchen.order("grill", "bar")
    page = await kitchen.open()
    assert await page.known("ticket") == await tickets(kitchen)
    assert statuses(page) == ["offline", "catching-up", "live"]


async def test_what_comes_in_pages_is_known_whole(kitchen: Kitchen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.sync.MOST_LETTERS", 2_000)
    for _ in range(3):
        await kitchen.order("grill", "bar")
    page = await kitchen.open()
    assert len(await page.known("ticket")) == 6
    assert await page.known("ticket") == await tickets(kitchen)


async def test_a_page_hears_what_happens_and_what_it_was(kitchen: Kitchen) -> None:
    page = await kitchen.open()
    (ticket,) = await kitchen.order()
    await page.until_known("ticket", lambda known: ticket["id"] in known)
    await kitchen.cook.send("line:set-status", begun(ticket))
    await page.until_known("ticket", lambda known: known[ticket["id"]]["lines"][0]["status"] == "IN_PROGRESS")
    heard = [one for one in page.of("news") if one["id"] == ticket["id"]]
    assert [one["version"] for one in heard] == sorted({one["version"] for one in heard})
    assert heard[-1]["change"]["by"]["kind"] == "STAFF"


async def test_the_answer_to_a_command_is_known_at_once(kitchen: Kitchen) -> None:
    page = await kitchen.open()
    (ticket,) = await kitchen.order()
    reply = await page.ask("send", name="line:set-status", payload=begun(ticket))
    known = (await page.known("ticket"))[ticket["id"]]
    assert known["version"] >= reply["ticket"]["version"]
    assert known["lines"][0]["status"] == "IN_PROGRESS"


async def test_a_refusal_reaches_the_caller_with_its_details(kitchen: Kitchen) -> None:
    page = await kitchen.open()
    (ticket,) = await kitchen.order()
    await kitchen.cook.send("line:set-status", begun(ticket))
    with pytest.raises(Failed) as refused:
        await page.ask("send", name="line:set-status", payload=begun(ticket))
    assert (refused.value.name, refused.value.code) == ("Refused", "STATUS_CONFLICT")
    assert refused.value.details["ticket"]["lines"][0]["status"] == "IN_PROGRESS"


async def test_a_page_that_was_cut_off_catches_up(kitchen: Kitchen) -> None:
    (first,) = await kitchen.order()
    page = await kitchen.open()
    kitchen.network.cut()
    await page.until(lambda it: statuses(it)[-1] == "offline")
    await kitchen.order("bar")
    await kitchen.cook.send("ticket:bump", {"ticketId": first["id"]})
    assert set(await page.known("ticket")) == {first["id"]}
    kitchen.network.restore()
    await page.live()
    known = await page.known("ticket")
    assert known == await tickets(kitchen)
    assert known[first["id"]]["status"] == "BUMPED"


async def test_packets_that_vanish_are_noticed_within_5_seconds_and_what_was_shown_stays(kitchen: Kitchen) -> None:
    (ticket,) = await kitchen.order()
    page = await kitchen.open()
    kitchen.network.swallow()
    unanswered = page.ask("send", name="line:set-status", payload=begun(ticket))
    await page.until(lambda it: statuses(it)[-1] == "offline", OFFLINE_SECONDS)
    with pytest.raises(Failed, match="no server answered line:set-status") as failed:
        await asyncio.wait_for(unanswered, 0.5)
    assert failed.value.name == "Unsent"
    assert ticket["id"] in await page.known("ticket")
    (other,) = await kitchen.order("bar")
    kitchen.network.restore()
    await page.until_known("ticket", lambda known: other["id"] in known)
    await page.live()


async def test_a_quiet_evening_is_no_dead_network(kitchen: Kitchen) -> None:
    page = await kitchen.open()
    await asyncio.sleep(5)
    assert statuses(page) == ["offline", "catching-up", "live"]


async def test_who_slept_asks_first_and_is_live_without_coming_back(kitchen: Kitchen) -> None:
    page = await kitchen.open()
    page.sleep()
    await asyncio.sleep(5)
    page.wake()
    await asyncio.sleep(0.5)
    assert statuses(page) == ["offline", "catching-up", "live"]


async def test_whoever_may_have_missed_something_asks_again(kitchen: Kitchen) -> None:
    page = await kitchen.open()
    kitchen.house.apps[0].realtime.tell_to_catch_up()
    await page.until(lambda it: len(statuses(it)) == 5)
    assert statuses(page)[-2:] == ["catching-up", "live"]


async def test_a_page_comes_back_when_the_server_does(
    kitchen: Kitchen, mongo_url: str, redis_url: str, house: House
) -> None:
    page = await kitchen.open()
    kitchen.network.cut()
    await page.until(lambda it: statuses(it)[-1] == "offline")
    later = await start_installation(mongo_url, redis_url, servers=1, database="web", guard=GUARD)
    try:
        kitchen.network.port = later.ports[0]
        kitchen.network.restore()
        await page.live()
        (ticket,) = await kitchen.order()
        await page.until_known("ticket", lambda known: ticket["id"] in known)
    finally:
        await page.ask("leave")
        await later.stop()


async def test_a_stranger_pairs_and_is_a_screen_when_it_comes_again(kitchen: Kitchen) -> None:
    boss = await people.manager(kitchen.house)
    enrolled = await boss.operate("device:enrol", {"kind": "SCREEN", "name": "Bar", "stations": ["bar"]})
    await kitchen.page.open(kitchen.url, {})
    await kitchen.page.live()
    assert (await kitchen.page.ask("hello"))["principal"]["roles"] == ["STRANGER"]
    paired = await kitchen.page.ask("send", name="device:pair", payload={"code": enrolled["code"]})
    await kitchen.page.ask("leave")
    await kitchen.page.open(kitchen.url, {"deviceToken": paired["deviceToken"]})
    await kitchen.page.live()
    assert (await kitchen.page.ask("hello"))["principal"]["stations"] == ["bar"]


async def test_who_has_no_business_there_is_told_so_and_does_not_come_again(kitchen: Kitchen) -> None:
    door, answer = await people.log_in(kitchen.house, kitchen.house.login_of("WAITER"))
    await kitchen.page.open(kitchen.url, {"accessToken": answer["accessToken"]})
    with pytest.raises(Failed) as failed:
        await kitchen.page.live()
    assert failed.value.code == "FORBIDDEN"
    assert (await kitchen.page.ask("refusal"))["code"] == "FORBIDDEN"
    assert statuses(kitchen.page) == ["offline"]
    await door.close()


async def test_a_page_tells_the_servers_time_and_not_its_own(kitchen: Kitchen) -> None:
    kitchen.house.clock.advance(hours=2)
    page = await kitchen.open()
    ahead = (kitchen.house.clock.now() - datetime.now(UTC)).total_seconds()
    assert ahead > 7199
    assert abs((await page.ask("ahead")) / 1000 - ahead) < 5


async def test_a_network_that_comes_and_goes_leaves_every_ticket_once(kitchen: Kitchen) -> None:
    page = await kitchen.open()
    network: Network = kitchen.network
    for _ in range(6):
        await kitchen.order("grill", "bar")
        network.cut()
        await kitchen.order("grill")
        network.restore()
        await asyncio.sleep(0.3)
    await page.live()
    expected = await tickets(kitchen)
    assert len(expected) == 18
    await page.until_known("ticket", lambda known: known == expected)
