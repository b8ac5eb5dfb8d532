"""What the page of orders from home keeps: the cart over tabs and reloads, an order over a lost answer, an address
over somebody else's change.
"""

from typing import Any

import pytest
from browser.at_home import Customer, customer, known_customer
from browser.dining import Dining
from integration.calling import bearer, call
from integration.customers import deliver, proved
from playwright.async_api import expect

DISH = "mici"
NIGHT_MS = 10 * 3_600_000

LOADED = """() => ["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind))
    .reduce((sum, one) => sum + one.encodedBodySize, 0)"""


@pytest.fixture(autouse=True)
async def plan(dining: Dining) -> None:
    """The house brings its dishes to the centre."""
    await deliver(dining.house)


async def orders(dining: Dining) -> list[dict[str, Any]]:
    """Return what the floor knows to be ordered, when there is something."""
    return list((await dining.kitchen.waiter.until(lambda state: any(state.of("order")))).of("order"))


async def test_an_order_whose_answer_was_lost_is_there_once_after_a_reload(dining: Dining) -> None:
    ana = await known_customer(dining, is_on_network=True)
    await ana.choose(DISH)
    await ana.to_cart()
    ana.tab.foresee("Connection closed before receiving a handshake response")
    network = dining.kitchen.premises.network
    network.swallow("back")
    await ana.ordering.click()
    (order,) = await orders(dining)
    network.cut()
    network.restore()
    await ana.tab.page.reload()
    await expect(ana.thanks).to_be_visible()
    await expect(ana.tab.page.locator(".steps")).to_be_visible()
    assert await ana.tab.page.evaluate("location.hash") == f"#order/{order['id']}"
    assert [one["id"] for one in await orders(dining)] == [order["id"]]


async def test_an_order_that_nobody_answered_is_not_sent_by_itself_the_next_morning(dining: Dining) -> None:
    ana = await known_customer(dining, is_on_network=True)
    await ana.choose(DISH)
    await ana.to_cart()
    ana.tab.foresee("Connection closed before receiving a handshake response", "ERR_")
    page, network = ana.tab.page, dining.kitchen.premises.network
    network.swallow("there")
    await ana.ordering.click()
    await expect(page.locator(".sending")).to_be_visible()
    network.cut()
    await page.clock.install()
    await page.clock.fast_forward(NIGHT_MS)
    network.restore()
    await expect(page.locator(".foot [role=alert]")).to_contain_text("got no answer and is not sent any more by itself")
    await page.reload()
    await expect(page.locator(".foot [role=alert]")).to_contain_text("got no answer and is not sent any more by itself")
    waiter = await dining.house.waiter()
    assert list(waiter.state.of("order")) == []
    await ana.ordering.click()
    await expect(ana.thanks).to_be_visible()
    assert len(await orders(dining)) == 1


async def test_two_tabs_have_one_cart_and_order_it_once(dining: Dining) -> None:
    ana = await known_customer(dining)
    again = Customer(await ana.tab.another())
    await expect(again.tab.page.get_by_role("searchbox")).to_be_visible()
    await ana.choose(DISH)
    await expect(again.tab.page.locator(f"[data-dish={DISH}] .in-cart")).to_be_visible()
    for tab in (ana, again):
        await tab.to_cart()
    await ana.tab.page.evaluate("document.querySelector('.foot .accent').click()")
    await again.tab.page.evaluate("document.querySelector('.foot .accent')?.click()")
    for tab in (ana, again):
        await expect(tab.tab.page.locator(".lines")).to_have_count(0)
        await tab.tab.page.evaluate("location.hash = 'orders'")
        await expect(tab.tab.page.locator(".card")).to_have_count(1)
    assert len(await orders(dining)) == 1


async def test_an_address_that_was_changed_elsewhere_is_brought_together_by_hand(dining: Dining) -> None:
    caller = await proved(dining.house)
    ana = await known_customer(dining, caller)
    ana.tab.foresee("status of 409")
    await ana.choose(DISH)
    await ana.to_cart()
    await ana.button("Change Strada Lalelelor 12, ap. 7").click()
    changed = {"street": "Strada Lalelelor 14", "notes": "etaj 3", "__v": 1}
    of_caller = {"headers": bearer(caller.token)}
    answer = await call(dining.house, "PUT", f"/addresses/{caller.address_id}", changed, **of_caller)
    assert answer.status == 200
    await ana.type_address(notes="interfon 9")
    await ana.button("Save", ana.dialog).click()
    await expect(ana.dialog.get_by_role("alert").first).to_contain_text("changed elsewhere")
    await expect(ana.dialog.locator(".other-value")).to_have_count(2)
    await ana.tab.require_no_serious()
    await ana.button("Take this", ana.dialog).first.click()
    await ana.button("Save it like this", ana.dialog).click()
    await expect(ana.dialog).to_have_count(0)
    (kept,) = (await call(dining.house, "GET", "/addresses", **of_caller)).body["addresses"]
    assert (kept["street"], kept["notes"]) == ("Strada Lalelelor 14", "interfon 9")


async def test_what_cannot_be_ordered_is_said_before_it_is(dining: Dining) -> None:
    far = {"street": "Strada Lungă 5", "city": "Brașov", "county": "Brașov", "postal_code": "500035", "notes": ""}
    ana = await known_customer(dining, await proved(dining.house, addresses=(far,)))
    await ana.choose(DISH)
    await ana.tab.page.get_by_role("link", name="Cart: 1 dish").click()
    await expect(ana.tab.page.locator(".foot")).to_contain_text("We do not deliver to this address.")
    await expect(ana.button("Order")).to_be_disabled()
    await ana.button("Collect it").click()
    await expect(ana.ordering).to_be_enabled()


async def test_the_first_load_is_small(dining: Dining, record_property: Any) -> None:
    """Over the wire, packed: all that comes before somebody can type their number."""
    ana = await customer(dining, is_blank=True)
    await ana.tab.context.unroute_all()
    await ana.tab.context.route("**/order/inside.js*", lambda route: route.abort())
    ana.tab.foresee("net::ERR_FAILED")
    await ana.tab.open()
    await expect(ana.field("Mobile number")).to_be_visible()
    first = await ana.tab.page.evaluate(LOADED)
    record_property("order: bytes of the first load", first)
    assert 50_000 < first < 100_000
