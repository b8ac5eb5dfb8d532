"""Serving on the page of the floor: ordering for a party, dishes that are ready, what guests ask for."""

import re

import pytest
from browser.dining import Dining
from browser.tab import Tab
from playwright.async_api import Locator, expect


async def go(tab: Tab, section: str) -> None:
    """Open a section of the page."""
    await tab.page.locator(".head").get_by_role("button", name=section).tap()


def row(tab: Tab, text: str) -> Locator:
    """The row of a list in which something stands."""
    return tab.page.locator(".rows > li").filter(has_text=text)


async def test_what_a_waiter_orders_for_a_table_is_in_the_cart_that_guests_see_and_reaches_the_kitchen(
    dining: Dining,
) -> None:
    kitchen, party = dining.kitchen, await dining.party(0)
    phone = await dining.house.phone(party, "Ana")
    screen = await dining.screen()
    waiter = await dining.waiter()
    dish = dining.house.menu.dishes_by_id[dining.house.dish("grill")]
    await phone.operate("cart:add", {"itemId": dish.id, "quantity": 1})
    await waiter.page.locator(".table[data-session] .face").tap()
    await expect(waiter.page.locator(".cart .lines > li")).to_have_count(1)
    await waiter.page.get_by_role("button", name="Add dishes").tap()
    await waiter.page.get_by_role("button", name=re.compile(re.escape(dish.name["en"]))).first.tap()
    await waiter.page.get_by_role("dialog").locator(".sheet-foot .accent").tap()
    await phone.until(lambda state: any(len(one["lines"]) == 2 for one in state.of("cart")))
    await waiter.page.get_by_role("button", name=re.compile("^Send to the kitchen")).tap()
    await kitchen.waiter.until(lambda state: any(len(one["lines"]) == 2 for one in state.of("order")))
    order = next(iter(kitchen.waiter.state.of("order")))
    await expect(screen.ticket(order).first).to_be_visible()
    await expect(waiter.page.locator(".cart .lines > li")).to_have_count(0)


async def test_a_dish_that_is_ready_is_shown_and_gone_when_it_is_served(dining: Dining) -> None:
    kitchen, party = dining.kitchen, await dining.party(0)
    kitchen.parties[0] = party
    order = await kitchen.order(dining.house.dish("grill"))
    waiter, cook = await dining.waiter(), await dining.house.cook()
    await cook.until(lambda state: any(one["orderId"] == order["id"] for one in state.of("ticket")))
    ticket = next(one for one in cook.state.of("ticket") if one["orderId"] == order["id"])
    line = {"ticketId": ticket["id"], "lineId": ticket["lines"][0]["id"], "status": "READY", "expected": "NEW"}
    await cook.operate("line:set-status", line)
    await expect(waiter.page.locator(".need[data-kind='dish']")).to_be_visible()
    await go(waiter, "Ready")
    await waiter.require_no_serious()
    await waiter.page.get_by_role("button", name="Served", exact=True).tap()
    await kitchen.until_order(order, "SERVED")
    await expect(waiter.page.get_by_text("Nothing waits to be carried.")).to_be_visible()


async def test_what_guests_ask_for_is_taken_by_one_and_done(dining: Dining) -> None:
    party = await dining.party(0)
    phone = await dining.house.phone(party, "Ana")
    waiter, other = await dining.waiter(), await dining.waiter("CASHIER")
    await phone.operate("service:request", {"kind": "WATER"})
    for tab in (waiter, other):
        await go(tab, "Requests")
    await row(waiter, "water").get_by_role("button", name="I'm going").tap()
    await expect(row(waiter, "taken by you")).to_be_visible()
    await expect(row(other, "taken by")).not_to_contain_text("you")
    await waiter.require_no_serious()
    await row(other, "water").get_by_role("button", name="Done").tap()
    await phone.until(lambda state: all(one["status"] == "RESOLVED" for one in state.of("service")))
    await expect(waiter.page.get_by_text("Nobody needs anything.")).to_be_visible()


@pytest.mark.long
async def test_what_is_tapped_without_a_network_waits_and_is_done_once_when_it_is_back(
    dining: Dining,
) -> None:
    party = await dining.party(0)
    phone = await dining.house.phone(party, "Ana")
    waiter = await dining.waiter()
    await phone.operate("service:request", {"kind": "WATER"})
    await go(waiter, "Requests")
    await waiter.go_offline()
    await row(waiter, "water").get_by_role("button", name="Done").tap()
    await expect(waiter.page.locator(".banner")).to_contain_text("One change waits to be sent.")
    await waiter.go_online()
    await phone.until(lambda state: all(one["status"] == "RESOLVED" for one in state.of("service")))
    await expect(waiter.page.locator(".banner")).to_have_count(0)


@pytest.mark.long
async def test_each_tap_on_more_counts_also_without_a_network(dining: Dining) -> None:
    party = await dining.party(0)
    phone = await dining.house.phone(party, "Ana")
    waiter = await dining.waiter()
    await phone.operate("cart:add", {"itemId": "zacusca", "quantity": 1})
    await waiter.page.locator(".table[data-session] .face").tap()
    line = waiter.page.locator(".cart .lines > li")
    await expect(line).to_have_count(1)
    await waiter.go_offline()
    for count in ("2", "3", "4"):
        await line.get_by_role("button", name="One more").tap()
        await expect(line.locator("output")).to_have_text(count)
    # What they come to is the house's to say.
    await expect(line.locator(".sum")).to_be_empty()
    await waiter.go_online()
    await phone.until(lambda state: [line["quantity"] for line in next(iter(state.of("cart")))["lines"]] == [4])
    await expect(line.locator("output")).to_have_text("4")
    await expect(line.locator(".sum")).not_to_be_empty()
