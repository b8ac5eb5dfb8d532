"""A screen without a network: it says so, stays readable, takes taps, and does each of them once when it is back."""

import re
from typing import Any

from browser.kitchen import LOST, Display, Kitchen
from playwright.async_api import expect

DISH, OTHER = "mici", "ceafa-de-porc"
WITHIN = 5_000
"""Milliseconds in which the banner is there; the promise of the product."""


async def behind_the_network(kitchen: Kitchen) -> Display:
    """A display whose network can fail."""
    display = await kitchen.display("grill", url=kitchen.premises.network_url)
    display.foresee(LOST)
    return display


async def versions(kitchen: Kitchen) -> dict[str, int]:
    """Return the version of each ticket of the house, as a screen that starts afresh is told."""
    cook = await kitchen.house.cook()
    return {one["id"]: one["version"] for one in cook.state.of("ticket")}


async def test_a_dead_network_is_told_within_five_seconds_and_the_board_stays_readable(kitchen: Kitchen) -> None:
    display = await behind_the_network(kitchen)
    order = await kitchen.order(DISH)
    await expect(display.ticket(order)).to_be_visible()
    kitchen.premises.network.swallow()
    await expect(display.banner).to_be_visible(timeout=WITHIN)
    await expect(display.page.get_by_role("alert")).to_contain_text(re.compile(r"Not live.*as it was at \d\d:\d\d"))
    await expect(display.ticket(order)).to_contain_text(kitchen.name(DISH))
    kitchen.premises.network.restore()
    await expect(display.banner).to_have_count(0)
    await display.until_live()


async def test_a_server_that_is_gone_is_told_within_five_seconds_on_a_tablet_whose_clock_is_wrong(
    kitchen: Kitchen,
) -> None:
    ahead = "const now = Date.now; Date.now = () => now() + 3600000;"
    display = await kitchen.display("grill", url=kitchen.premises.network_url, before=[ahead])
    display.foresee(LOST)
    kitchen.premises.network.cut()
    await expect(display.banner).to_be_visible(timeout=WITHIN)
    time = await display.page.locator(".clock").inner_text()
    await expect(display.banner).to_contain_text(time[:2])


async def test_taps_made_meanwhile_are_shown_counted_and_sent_once(kitchen: Kitchen) -> None:
    display = await behind_the_network(kitchen)
    first, second = await kitchen.order(DISH, OTHER), await kitchen.order(DISH, table=1)
    await expect(display.tickets("New")).to_have_count(2)
    await kitchen.waiter.until(lambda state: all(line["seenAt"] for one in state.of("order") for line in one["lines"]))
    before = await versions(kitchen)
    kitchen.premises.network.cut()
    await expect(display.banner).to_be_visible()
    await display.ticket(first).locator(".step").nth(1).click()
    await expect(display.ticket(first).locator(".line").nth(1)).to_have_attribute("data-status", "IN_PROGRESS")
    await expect(display.banner).to_contain_text("1 tap will be sent")
    await display.button("Bump", display.ticket(second)).click()
    await expect(display.ticket(second)).to_have_count(0)
    await expect(display.banner).to_contain_text("2 taps will be sent")
    kitchen.premises.network.restore()
    await kitchen.until_order(first, "NEW", "IN_PROGRESS")
    await kitchen.until_order(second, "READY")
    await display.until_live()
    await expect(display.banner).to_have_count(0)
    assert await versions(kitchen) == {one: version + 1 for one, version in before.items()}


async def test_taps_outlive_the_page(kitchen: Kitchen) -> None:
    display = await behind_the_network(kitchen)
    order = await kitchen.order(DISH)
    await expect(display.ticket(order)).to_be_visible()
    kitchen.premises.network.cut()
    await expect(display.banner).to_be_visible()
    await display.ticket(order).locator(".step").click()
    await expect(display.banner).to_contain_text("1 tap will be sent")
    await display.page.goto("about:blank")
    kitchen.premises.network.restore()
    await display.open(kitchen.premises.network_url)
    await kitchen.until_order(order, "IN_PROGRESS")
    await expect(display.ticket(order, display.column("In progress"))).to_be_visible()


async def test_what_came_meanwhile_is_on_the_board_when_it_is_back(kitchen: Kitchen) -> None:
    display = await behind_the_network(kitchen)
    cooked, waits = await kitchen.order(DISH), await kitchen.order(OTHER, table=1)
    await expect(display.tickets()).to_have_count(2)
    kitchen.premises.network.cut()
    await expect(display.banner).to_be_visible()
    cook = await kitchen.house.cook()
    (ticket,) = [one for one in cook.state.of("ticket") if one["orderId"] == cooked["id"]]
    await cook.operate("ticket:bump", {"ticketId": ticket["id"]})
    new = await kitchen.order(DISH, table=2)
    kitchen.premises.network.restore()
    await expect(display.ticket(new)).to_be_visible()
    await expect(display.ticket(cooked)).to_have_count(0)
    await expect(display.tickets("New")).to_have_count(2)
    await expect(display.tickets("New").first).to_have_accessible_name(re.compile(rf" {waits['number']}$"))


async def test_a_bump_made_offline_of_what_has_changed_since_is_refused_and_told(kitchen: Kitchen) -> None:
    display = await behind_the_network(kitchen)
    order: dict[str, Any] = await kitchen.order(DISH, OTHER)
    await expect(display.ticket(order)).to_be_visible()
    kitchen.premises.network.cut()
    await expect(display.banner).to_be_visible()
    await display.button("Bump", display.ticket(order)).click()
    await expect(display.ticket(order)).to_have_count(0)
    void = {"orderId": order["id"], "lineId": order["lines"][0]["id"], "reason": "changed their mind"}
    await kitchen.waiter.operate("line:void", void | {"sessionId": (await kitchen.party()).id})
    kitchen.premises.network.restore()
    await expect(display.page.locator(".toast.refused")).to_contain_text(f"T1 #{order['number']}")
    await expect(display.ticket(order).locator(".line").first).to_have_attribute("data-struck", "true")
    await kitchen.until_order(order, "CANCELLED", "NEW")


async def test_what_was_refused_is_not_undone(kitchen: Kitchen) -> None:
    display = await behind_the_network(kitchen)
    first, second = await kitchen.order(DISH), await kitchen.order(DISH, OTHER, table=1)
    await expect(display.tickets()).to_have_count(2)
    await display.button("Bump", display.ticket(first)).click()
    await kitchen.until_order(first, "READY")
    kitchen.premises.network.cut()
    await expect(display.banner).to_be_visible()
    await display.button("Bump", display.ticket(second)).click()
    void = {"orderId": second["id"], "lineId": second["lines"][0]["id"], "reason": "changed their mind"}
    await kitchen.waiter.operate("line:void", void | {"sessionId": (await kitchen.party(1)).id})
    kitchen.premises.network.restore()
    await expect(display.page.locator(".toast.refused")).to_be_visible()
    await display.page.keyboard.press("u")
    await kitchen.until_order(first, "NEW")


async def test_of_several_taps_that_are_refused_when_it_is_back_each_is_told(kitchen: Kitchen) -> None:
    display = await behind_the_network(kitchen)
    orders = [await kitchen.order(DISH, OTHER, table=table) for table in range(2)]
    await expect(display.tickets()).to_have_count(2)
    kitchen.premises.network.cut()
    await expect(display.banner).to_be_visible()
    for table, order in enumerate(orders):
        await display.button("Bump", display.ticket(order)).click()
        void = {"orderId": order["id"], "lineId": order["lines"][0]["id"], "reason": "changed their mind"}
        await kitchen.waiter.operate("line:void", void | {"sessionId": (await kitchen.party(table)).id})
    kitchen.premises.network.restore()
    told = display.page.locator(".toast.refused p")
    await expect(told).to_have_count(2)
    await expect(told.first).to_contain_text(f"T1 #{orders[0]['number']}")
    await expect(told.last).to_contain_text(f"T2 #{orders[1]['number']}")


async def test_what_is_refused_at_the_pass_says_which_order_it_is(kitchen: Kitchen) -> None:
    expo = await kitchen.display("expo", url=kitchen.premises.network_url)
    expo.foresee(LOST)
    order = await kitchen.order(DISH, OTHER)
    await expect(expo.ticket(order)).to_be_visible()
    kitchen.premises.network.cut()
    await expect(expo.banner).to_be_visible()
    await expo.button("Assembled", expo.ticket(order)).click()
    void = {"orderId": order["id"], "lineId": order["lines"][0]["id"], "reason": "changed their mind"}
    await kitchen.waiter.operate("line:void", void | {"sessionId": (await kitchen.party()).id})
    kitchen.premises.network.restore()
    await expect(expo.page.locator(".toast.refused")).to_contain_text(f"T1 #{order['number']}")
