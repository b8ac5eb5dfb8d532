"""The outbox of a page: what was tapped is done once, in order, whatever became of the network and the page."""

import asyncio

from web.conftest import Kitchen, begun
from web.paper import Page

BEGUN = "IN_PROGRESS"


async def until_sent(page: Page) -> None:
    """Wait until nothing waits any more."""
    async with asyncio.timeout(10):
        while await page.ask("waiting"):  # noqa: ASYNC110  (nothing tells)
            await asyncio.sleep(0.05)


async def test_what_is_tapped_while_live_is_done_and_answered(kitchen: Kitchen) -> None:
    page = await kitchen.open()
    (ticket,) = await kitchen.order()
    reply = await page.ask("put", name="line:set-status", payload=begun(ticket))
    assert reply["ticket"]["lines"][0]["status"] == BEGUN
    assert await page.ask("waiting") == []


async def test_what_is_tapped_offline_waits_and_is_done_once_when_it_is_back(kitchen: Kitchen) -> None:
    page = await kitchen.open()
    first, second = await kitchen.order("grill", "bar")
    kitchen.network.cut()
    await page.until(lambda it: it.of("status")[-1] == "offline")
    taps = [page.ask("put", name="line:set-status", payload=begun(one)) for one in (first, second)]
    waiting = await page.ask("waiting")
    assert [one["payload"]["ticketId"] for one in waiting] == [first["id"], second["id"]]
    kitchen.network.restore()
    for tap in taps:
        assert (await asyncio.wait_for(tap, 10))["ticket"]["lines"][0]["status"] == BEGUN
    for before in (first, second):
        assert (await kitchen.stored(before))["version"] == before["version"] + 1
    assert page.of("refused") == []


async def test_what_waits_outlives_the_page(kitchen: Kitchen) -> None:
    page = await kitchen.open()
    (ticket,) = await kitchen.order()
    kitchen.network.cut()
    await page.until(lambda it: it.of("status")[-1] == "offline")
    page.ask("put", name="line:set-status", payload=begun(ticket))
    (before,) = await page.ask("waiting")
    await kitchen.reload()
    assert await page.ask("waiting") == [before]
    kitchen.network.restore()
    await until_sent(page)
    after = await kitchen.stored(ticket)
    assert (after["lines"][0]["status"], after["version"]) == (BEGUN, ticket["version"] + 1)


async def test_a_tap_whose_answer_was_lost_is_sent_again_and_done_once(kitchen: Kitchen) -> None:
    page = await kitchen.open()
    (ticket,) = await kitchen.order()
    kitchen.network.swallow("back")
    tap = page.ask("put", name="line:set-status", payload=begun(ticket))
    await kitchen.until_begun(ticket)
    kitchen.network.cut()
    await page.until(lambda it: it.of("status")[-1] == "offline")
    kitchen.network.restore()
    await asyncio.wait_for(tap, 10)
    assert (await kitchen.stored(ticket))["version"] == ticket["version"] + 1
    assert page.of("refused") == []


async def test_a_tap_whose_answer_was_lost_with_the_page_is_done_once(kitchen: Kitchen) -> None:
    page = await kitchen.open()
    (ticket,) = await kitchen.order()
    kitchen.network.swallow("back")
    page.ask("put", name="line:set-status", payload=begun(ticket))
    await kitchen.until_begun(ticket)
    await kitchen.reload()
    kitchen.network.restore()
    await until_sent(page)
    assert (await kitchen.stored(ticket))["version"] == ticket["version"] + 1
    assert page.of("refused") == []


async def test_a_refusal_of_what_waited_reaches_the_page_and_what_comes_after_is_sent(kitchen: Kitchen) -> None:
    page = await kitchen.open()
    first, second = await kitchen.order("grill", "bar")
    kitchen.network.cut()
    await page.until(lambda it: it.of("status")[-1] == "offline")
    for one in (first, second):
        page.ask("put", name="line:set-status", payload=begun(one)).add_done_callback(lambda tap: tap.exception())
    await page.ask("waiting")
    await kitchen.cook.send("line:set-status", begun(first))
    await kitchen.reload()
    kitchen.network.restore()
    await until_sent(page)
    (refused,) = page.of("refused")
    assert (refused["command"], refused["code"]) == ("line:set-status", "STATUS_CONFLICT")
    assert refused["details"]["ticket"]["id"] == first["id"]
    assert (await kitchen.stored(second))["lines"][0]["status"] == BEGUN


async def test_pages_of_other_names_do_not_send_what_waits(kitchen: Kitchen) -> None:
    page = await kitchen.open()
    (ticket,) = await kitchen.order()
    kitchen.network.cut()
    await page.until(lambda it: it.of("status")[-1] == "offline")
    page.ask("put", name="line:set-status", payload=begun(ticket))
    await page.ask("waiting")
    await page.ask("leave")
    kitchen.network.restore()
    await page.open(kitchen.url, kitchen.auth, "another device")
    await page.live()
    assert await page.ask("waiting") == []
    assert (await kitchen.stored(ticket))["version"] == ticket["version"]
