"""What becomes of a round that cannot simply be placed, as its sender reads it."""

from collections.abc import AsyncIterator
from functools import partial

import pytest
from browser.diner_page import add, go_to, join, lines, outcome, review, send, send_unheard, until_in
from browser.dining import Dining
from browser.kitchen import Kitchen, Premises
from browser.tab import LOST
from integration import people
from integration.gate import change_menu, decide
from integration.house import Installation, TestClock, free_socket, in_a_hurry, settings_for
from playwright.async_api import Browser, expect
from web.paper import Network

from server.app import App

pytestmark = pytest.mark.long


@pytest.fixture
async def gated(mongo_url: str, redis_url: str, browser: Browser) -> AsyncIterator[Dining]:
    """A house in which a waiter approves the first round of a party."""
    sock, clock = free_socket(), TestClock()
    port = int(sock.getsockname()[1])
    server, gate = {"origins": [f"http://127.0.0.1:{port}"]}, {"first_order_gate": True}
    app = in_a_hurry(App(settings_for(mongo_url, redis_url, "gated-pages", server=server, limits=gate), clock=clock))
    await app.start(sock)
    installation = Installation([app], [port], clock)
    house = await installation.new_house()
    premises = Premises(installation, Network(port), "")
    dining = Dining(Kitchen(house, premises, browser, await people.manager(house), await house.waiter()))
    yield dining
    await dining.close()
    await house.close()
    await installation.stop()


async def test_a_busy_kitchen_asks_whether_one_waits(dining: Dining) -> None:
    kitchen = dining.kitchen
    station = next(one for one in kitchen.boss.state.of("station") if one["code"] == "grill")
    await kitchen.boss.operate("station:change", {"stationId": station["id"], "busyPortions": 1})
    await kitchen.order({"itemId": kitchen.house.dish("grill"), "quantity": 6}, table=1)
    await kitchen.waiter.until(lambda state: any(one["isBusy"] for one in state.of("station")))
    ana = await dining.diner(await dining.party(), "Ana")
    await add(ana, kitchen.house.dish("grill"))
    await send(ana)
    await expect(outcome(ana, "busy")).to_contain_text("minutes. Send it all the same?")
    await ana.page.get_by_role("button", name="Yes, send it").click()
    await expect(outcome(ana, "placed")).to_be_visible()


async def test_a_price_that_changes_while_one_looks_is_seen_before_anything_is_sent(dining: Dining) -> None:
    party = await dining.party()
    ana = await dining.diner(party, "Ana")
    await add(ana, "zacusca")
    sheet = await review(ana)
    await expect(sheet).to_contain_text("24.00")
    await change_menu(dining.house, price=3100)
    await sheet.get_by_role("button", name="Send to the kitchen").click()
    await expect(sheet.get_by_role("alert")).to_contain_text("The cart has changed.")
    await expect(sheet).to_contain_text("31.00")
    await sheet.get_by_role("button", name="Send to the kitchen").click()
    await expect(outcome(ana, "placed")).to_be_visible()


async def test_whoever_took_too_long_looks_again_before_anything_is_sent(dining: Dining) -> None:
    party = await dining.party()
    ana = await dining.diner(party, "Ana")
    await add(ana, "zacusca")
    sheet = await review(ana)
    await expect(sheet).to_be_visible()
    dining.house.clock.advance(minutes=5)
    await sheet.get_by_role("button", name="Send to the kitchen").click()
    await expect(sheet.get_by_role("alert")).to_contain_text("You took too long.")
    await sheet.get_by_role("button", name="Send to the kitchen").click()
    await expect(outcome(ana, "placed")).to_be_visible()


async def test_the_sheet_of_a_round_that_is_on_its_way_can_be_closed_and_opened_again(dining: Dining) -> None:
    party = await dining.party()
    ana = await dining.diner(party, "Ana", is_on_network=True)
    await add(ana, "zacusca")
    sheet = await review(ana)
    await expect(sheet).to_be_visible()
    dining.kitchen.premises.network.swallow()
    await sheet.get_by_role("button", name="Send to the kitchen").click()
    sending = ana.page.get_by_role("dialog", name="Sending…")
    await expect(sending).to_contain_text("There is no connection.", timeout=20_000)
    cart = ana.page.locator(".cart")
    status = cart.get_by_role("status").filter(has_text="Your order is kept, and sent when the connection is back.")
    again = cart.get_by_role("button", name="Show the sending")
    for close in (sending.get_by_role("button", name="Close").tap, partial(ana.page.keyboard.press, "Escape")):
        await close()
        await expect(sending).to_have_count(0)
        await expect(status).to_be_visible()
        await expect(again).to_be_focused()
        await expect(cart.get_by_role("button", name="Look and send")).to_have_count(0)
        await again.tap()
        await expect(sending).to_be_visible()
    await sending.get_by_role("button", name="Close").tap()
    await expect(status).to_be_visible()
    await ana.require_no_serious()
    dining.kitchen.premises.network.restore()
    await expect(outcome(ana, "placed")).to_contain_text("Order 1", timeout=20_000)
    await expect(again).to_have_count(0)
    orders = await dining.kitchen.waiter.send("order:list", {"sessionId": party.id})
    assert len(orders["orders"]) == 1


async def test_the_lines_of_a_round_that_is_on_its_way_cannot_be_changed(dining: Dining) -> None:
    party = await dining.party()
    ana = await dining.diner(party, "Ana", is_on_network=True)
    await send_unheard(ana, dining.kitchen.premises.network, "zacusca")
    await ana.page.keyboard.press("Escape")
    await expect(ana.page.get_by_role("button", name="Show the sending")).to_be_visible()
    line = lines(ana)
    buttons = line.get_by_role("button")
    await expect(line.get_by_role("button", name="Take out")).to_be_disabled()
    assert [await one.is_disabled() for one in await buttons.all()] == [True] * 4
    dining.kitchen.premises.network.cut()
    ana.foresee(LOST)
    dining.kitchen.premises.network.restore()
    await expect(outcome(ana, "placed")).to_contain_text("Order 1", timeout=20_000)
    await expect(ana.page.locator(".toast.refused")).to_have_count(0)


async def test_what_is_added_while_somebody_sends_comes_after_it(dining: Dining) -> None:
    party = await dining.party()
    ana, ion = await dining.diner(party, "Ana"), await dining.diner(party, "Ion")
    await add(ana, "zacusca")
    await expect(await review(ana)).to_be_visible()
    await add(ion, "humus")
    await expect(ion.page.locator(".toast")).to_contain_text("Ana is sending the order.")
    # It is not on the server yet, and a reload keeps it.
    await ion.open()
    await go_to(ion, "cart")
    await expect(lines(ion).filter(has_text="waits to be sent")).to_have_count(1)
    await ana.page.get_by_role("button", name="Send to the kitchen").click()
    await expect(outcome(ana, "placed")).to_be_visible()
    await go_to(ion, "cart")
    await expect(lines(ion)).to_have_count(1)
    await expect(lines(ion).filter(has_text="waits to be sent")).to_have_count(0)


async def test_the_first_round_waits_for_the_waiter_where_the_house_wants_it(gated: Dining) -> None:
    party = await gated.party()
    ana = await gated.diner(party, "Ana")
    await add(ana, "zacusca")
    await send(ana)
    await expect(outcome(ana, "waiting")).to_contain_text("Your waiter approves the first order.")
    waiter = gated.kitchen.waiter
    (order,) = (await waiter.until(lambda state: bool(state.of("order")))).of("order")
    assert await decide(waiter, "approve", order) == "DONE"


NO_STORAGE = """(() => {
  const refuse = () => { throw new DOMException("no storage", "SecurityError"); };
  const stores = ["indexedDB", "localStorage", "sessionStorage"];
  for (const name of stores) Object.defineProperty(window, name, { get: refuse });
  navigator.locks.request = async () => refuse();
})()"""
"""As in a browser that keeps nothing of this page, and refuses locks for that."""


async def test_a_browser_that_keeps_nothing_sends_all_the_same(dining: Dining) -> None:
    party = await dining.party()
    ana = await dining.visitor(party)
    ana.foresee("commands are not kept over a reload")
    await ana.context.add_init_script(NO_STORAGE)
    await ana.open()
    await join(ana, party.pin, "Ana")
    await until_in(ana)
    await add(ana, "zacusca")
    await send(ana)
    await expect(outcome(ana, "placed")).to_contain_text("Order 1")
