"""After the order, in real browsers: how far it is, what guests ask for, and a party that is moved."""

import re
from typing import Any

import pytest
from browser.diner_page import add, go_to, lines, outcome, review
from browser.dining import Dining
from browser.tab import Tab
from comanda_client import Connection
from playwright.async_api import Locator, expect

GREEN = "rgb(20, 104, 58)"


def meal(tab: Tab, dish: str) -> Locator:
    """A dish among the orders."""
    return tab.page.locator(".meal-line").filter(has_text=dish)


async def cook_line(cook: Connection, order: dict[str, Any], dish: str, status: str, expected: str) -> None:
    """Have the kitchen move a dish of an order on, at every station that cooks it."""
    await cook.until(lambda state: any(one["orderId"] == order["id"] for one in state.of("ticket")))
    for ticket in [one for one in cook.state.of("ticket") if one["orderId"] == order["id"]]:
        for line in [one for one in ticket["lines"] if one["itemId"] == dish]:
            step = {"ticketId": ticket["id"], "lineId": line["id"], "status": status, "expected": expected}
            await cook.operate("line:set-status", step)


async def test_a_dish_moves_up_when_it_is_ready_and_is_served_before_the_guests_eyes(dining: Dining) -> None:
    kitchen = dining.kitchen
    party = kitchen.parties[0] = await dining.party()
    ana, ion = await dining.diner(party, "Ana"), await dining.diner(party, "Ion")
    cook = await dining.house.cook()
    order = await kitchen.order("zacusca", "humus")
    name = kitchen.name("humus")
    await expect(ion.page.locator(".bell")).to_be_visible()
    await go_to(ana, "orders")
    await expect(meal(ana, name)).to_have_attribute("data-stage", re.compile("SENT|SEEN"))
    await expect(ana.page.locator(".meal-line").first).to_contain_text(kitchen.name("zacusca"))
    await cook_line(cook, order, "humus", "IN_PROGRESS", "NEW")
    await expect(meal(ana, name)).to_contain_text("Being made")
    await cook_line(cook, order, "humus", "READY", "IN_PROGRESS")
    await expect(ana.page.locator(".meal-line").first).to_contain_text("Hummus")
    await expect(ana.page.locator(".meal-line").first).to_have_attribute("data-stage", "READY")
    # It has moved, and looks like what it is now.
    await expect(ana.page.locator(".meal-line").first.locator(".stage-name")).to_have_css("color", GREEN)
    # Who looks elsewhere is told.
    await expect(ion.page.locator(".toast")).to_contain_text(f"{name} is ready")
    await ana.require_no_serious()
    line = next(one["id"] for one in order["lines"] if one["itemId"] == "humus")
    await kitchen.waiter.send("line:serve", {"sessionId": party.id, "orderId": order["id"], "lineId": line})
    await expect(meal(ana, name)).to_have_attribute("data-stage", "SERVED")
    await ana.page.get_by_role("button", name=f"One more {name}").click()
    await go_to(ion, "cart")
    await expect(lines(ion).filter(has_text=name)).to_have_count(1)


async def test_what_a_guest_asks_for_the_waiter_sees_and_the_guest_who_comes(dining: Dining) -> None:
    party = await dining.party()
    ana, waiter = await dining.diner(party, "Ana"), dining.kitchen.waiter
    await ana.page.get_by_role("button", name="Call the waiter").click()
    sheet = ana.page.get_by_role("dialog")
    await sheet.get_by_role("button", name="Water", exact=True).click()
    await sheet.get_by_role("button", name="Something else").click()
    await sheet.get_by_label("What would you like?").fill("A high chair")
    await sheet.get_by_role("button", name="Ask", exact=True).click()
    await waiter.until(lambda state: {one["kind"] for one in state.of("service")} == {"WATER", "OTHER"})
    asked = {one["kind"]: one for one in waiter.state.of("service")}
    assert (asked["OTHER"]["note"], asked["OTHER"]["by"]["name"]) == ("A high chair", "Ana")
    rows = sheet.locator(".service-list li")
    await waiter.send("service:take", {"requestId": asked["WATER"]["id"]})
    await expect(rows.filter(has_text="Water")).to_contain_text("is on the way")
    await ana.require_no_serious()
    await waiter.send("service:resolve", {"requestId": asked["WATER"]["id"]})
    await expect(rows.filter(has_text="Water")).to_contain_text("Done at")
    await rows.filter(has_text="A high chair").get_by_role("button").click()
    await waiter.until(lambda state: all(one["status"] != "OPEN" for one in state.of("service")))


@pytest.mark.long
async def test_parties_that_are_seated_together_and_parted_again_are_told_and_keep_their_own(dining: Dining) -> None:
    waiter, house = dining.kitchen.waiter, dining.house
    party, host = await dining.party(0), await dining.party(1)
    ana, ion = await dining.diner(party, "Ana"), await dining.diner(host, "Ion")
    await add(ana, "zacusca")
    await expect(ion.page.locator(".bell")).to_be_visible()
    await waiter.send("session:merge", {"from": party.id, "into": host.id})
    both = f"{house.tables[1].name} + {house.tables[0].name}"
    for tab in (ana, ion):
        await expect(tab.page.locator(".moved")).to_contain_text(f"You sit together now: {both}.")
        await go_to(tab, "cart")
        await expect(lines(tab)).to_have_count(1)
    await waiter.send("session:unmerge", {"sessionId": party.id})
    # Back where they were: there is nothing to tell.
    for tab in (ana, ion):
        await expect(tab.page.locator(".moved")).to_have_count(0)
    await expect(ana.page.locator(".table-name b")).to_have_text(house.tables[0].name)
    await expect(lines(ana)).to_have_count(1)
    await expect(lines(ion)).to_have_count(0)


async def test_a_party_that_is_moved_while_it_orders_loses_nothing_and_is_told_once(dining: Dining) -> None:
    party, waiter, house = await dining.party(), dining.kitchen.waiter, dining.house
    ana = await dining.diner(party, "Ana")
    await add(ana, "zacusca")
    await ana.go_offline()
    await add(ana, "humus")
    await waiter.send("session:move", {"sessionId": party.id, "tableId": house.tables[3].id})
    await ana.go_online()
    name = house.tables[3].name
    await expect(ana.page.locator(".moved")).to_contain_text(f"We moved you to {name}.")
    await expect(ana.page.locator(".table-name b")).to_have_text(name)
    await ana.require_no_serious()
    await ana.open()
    await expect(ana.page.locator(".moved")).to_be_visible()
    sheet = await review(ana)
    # While somebody looks at what is to be sent, it moves on.
    await waiter.send("session:move", {"sessionId": party.id, "tableId": house.tables[4].id})
    await expect(ana.page.locator(".table-name b")).to_have_text(house.tables[4].name)
    await sheet.get_by_role("button", name="Send to the kitchen").click()
    await outcome(ana, "placed").get_by_text("Order 1").wait_for()
    orders = (await waiter.send("order:list", {"sessionId": party.id}))["orders"]
    assert [sorted(line["itemId"] for line in one["lines"]) for one in orders] == [["humus", "zacusca"]]
    assert orders[0]["tableName"] == house.tables[4].name
    await ana.page.get_by_role("button", name="Follow it").click()
    await ana.page.get_by_role("button", name="All right").click()
    await ana.open()
    await expect(ana.page.locator(".bell")).to_be_visible()
    await expect(ana.page.locator(".moved")).to_have_count(0)
