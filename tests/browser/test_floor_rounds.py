"""Rounds on the page of the floor: first ones that wait for a tap and are decided once; courses held and fired."""

import asyncio
from typing import Any

import pytest
from browser.diner_page import go_to
from browser.dining import Dining
from browser.tab import Tab
from browser.test_floor_check import go
from integration.coursed import MAIN, STARTER
from integration.gate import decide, send_round, stored
from playwright.async_api import Locator, expect

from models.ticket import Ticket


def waiting(tab: Tab, order: dict[str, Any]) -> Locator:
    """The row of a first round that waits for a tap."""
    return tab.page.locator(".rows > li").filter(has_text=f"#{order['number']}")


CLICK = "all => all.forEach((one) => one.click())"
"""What one of two was too late for may not be there any more."""


async def press(within: Tab | Locator, name: str) -> None:
    """Tap the button that is called so, on a page or in a part of it."""
    await (within.page if isinstance(within, Tab) else within).get_by_role("button", name=name, exact=True).tap()


async def test_a_first_round_that_is_sent_back_tells_the_guest_why_and_the_next_one_is_cooked(gated: Dining) -> None:
    house, party = gated.house, await gated.party(0)
    guest, phone = await gated.diner(party, "Ana"), await house.phone(party, "Ion")
    screen, waiter = await gated.screen(), await gated.waiter()
    first = (await send_round(house, phone))["order"]
    await go(waiter, "requests")
    await press(waiting(waiter, first), "Reject")
    dialog = waiter.page.get_by_role("dialog")
    await expect(dialog.locator("button[type=submit]")).to_be_disabled()
    await press(dialog, "The kitchen is closing")
    await waiter.require_no_serious()
    await press(dialog, "Reject")
    await go_to(guest, "orders")
    await expect(guest.page.locator(".round")).to_have_attribute("data-status", "REJECTED")
    await expect(guest.page.locator(".round")).to_contain_text("The kitchen is closing")
    second = (await send_round(house, phone))["order"]
    await expect(waiting(waiter, first)).to_have_count(0)
    await waiting(waiter, second).get_by_role("button", name="Approve", exact=True).dblclick()
    await expect(screen.ticket(second).first).to_be_visible()
    await expect(screen.tickets()).to_have_count(1)
    await expect(guest.page.locator(f"[data-order='{second['id']}']")).to_have_attribute("data-status", "PLACED")
    await expect(waiter.page.get_by_text("Nobody needs anything.")).to_be_visible()
    # The second tap asked for nothing more.
    await expect(waiter.page.get_by_text("already decided")).to_have_count(0)


async def test_a_round_that_another_waiter_has_approved_meanwhile_is_not_asked_about_any_more(gated: Dining) -> None:
    party = await gated.party(0)
    order = (await send_round(gated.house, await gated.house.phone(party, "Ana")))["order"]
    slow = await gated.waiter()
    await go(slow, "requests")
    await press(waiting(slow, order), "Reject")
    await expect(slow.page.get_by_role("dialog")).to_be_visible()
    assert await decide(gated.kitchen.waiter, "approve", order) == "DONE"
    await expect(slow.page.get_by_role("dialog")).to_have_count(0)
    await expect(slow.page.get_by_role("status").filter(has_text=f"#{order['number']}")).to_contain_text("Approved by")
    await go(slow, f"tables/{party.id}/rounds")
    await expect(slow.page.locator(".round")).to_have_attribute("data-status", "PLACED")


@pytest.mark.long
async def test_the_lines_of_a_round_that_is_on_its_way_cannot_be_changed(dining: Dining) -> None:
    party = await dining.party(0)
    phone = await dining.house.phone(party, "Ana")
    await phone.operate("cart:add", {"itemId": "zacusca", "quantity": 2})
    waiter = await dining.waiter()
    await go(waiter, f"tables/{party.id}/order")
    line = waiter.page.locator(".cart .lines > li")
    await expect(line.get_by_role("button", disabled=False)).to_have_count(3)
    await waiter.go_offline()
    await waiter.page.locator(".send").tap()
    await expect(line.get_by_role("button", disabled=True)).to_have_count(3)
    await waiter.go_online()
    await expect(waiter.page.locator(".toast")).to_contain_text("Order 1 of", timeout=20_000)
    await expect(waiter.page.locator(".toast.refused")).to_have_count(0)


@pytest.mark.long
async def test_of_two_tablets_that_decide_at_once_one_wins_and_both_show_the_same(gated: Dining) -> None:
    one, other = await gated.waiter(), await gated.waiter("MANAGER")
    for table in range(3):
        party = await gated.party(table)
        order = (await send_round(gated.house, await gated.house.phone(party, "Ana")))["order"]
        for tab in (one, other):
            await go(tab, "requests")
        await press(waiting(other, order), "Reject")
        await press(other.page.get_by_role("dialog"), "Please order again")
        await asyncio.gather(
            waiting(one, order).locator("button.primary").evaluate_all(CLICK),
            other.page.locator("dialog button[type=submit]").evaluate_all(CLICK),
        )
        for tab in (one, other):
            await expect(waiting(tab, order)).to_have_count(0)
            await expect(tab.page.get_by_role("dialog")).to_have_count(0)
            await go(tab, f"tables/{party.id}/rounds")
        tickets = await stored(gated.house, Ticket, session_id=party.id)
        for tab in (one, other):
            status = "PLACED" if tickets else "REJECTED"
            await expect(tab.page.locator(".round")).to_have_attribute("data-status", status)


async def test_a_course_that_is_held_and_fired_on_a_tablet_is_so_in_the_kitchen(dining: Dining) -> None:
    order = await dining.kitchen.order(STARTER, MAIN)
    tab, screen = await dining.waiter(), await dining.screen()
    await go(tab, f"tables/{(await dining.kitchen.party()).id}/rounds")
    mains = tab.page.locator(".courses > li").filter(has_text="Mains")
    starters = tab.page.locator(".courses > li").filter(has_text="Starters")
    await press(starters, "Hold")
    await expect(starters).to_contain_text("1 dish is held")
    await expect(mains).to_contain_text("1 dish is to be cooked")
    name = dining.kitchen.name(STARTER)
    line = screen.ticket(order).locator(".line", has_text=name)
    await expect(line.first).to_have_attribute("data-held", "true")
    await press(starters, "Fire")
    await expect(starters).to_contain_text("1 dish is to be cooked")
    await expect(line.first).to_have_attribute("data-held", "false")
