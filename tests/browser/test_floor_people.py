"""People on the page of the floor: whose tables are whose, and phones that are sent away and let in."""

import asyncio
import re

import pytest
from browser.diner_page import join
from browser.dining import Dining
from browser.tab import Tab
from browser.test_floor_check import go
from browser.test_floor_rounds import CLICK, press
from browser.test_floor_tables import names, table
from integration import people
from integration.intruder import knock, new_address, wrong
from playwright.async_api import expect

BUDGET = 6
"""Of wrong PINs of the guarded house: so many more make it take no joins."""


async def mine(tab: Tab) -> None:
    """Show the tables of whoever is logged in alone."""
    await press(tab.page.locator(".bar"), "Mine")


async def test_a_waiter_takes_tables_and_hands_the_shift_over_to_a_colleague_who_has_them_at_once(
    dining: Dining,
) -> None:
    first, second, third = names(dining, 3)
    hired = await people.hire(dining.house, dining.kitchen.boss, "dana")
    await dining.party(0)
    one, other = await dining.waiter(), await dining.waiter(login="dana")
    await dining.kitchen.boss.operate(
        "section:assign", {"tableIds": [dining.house.tables[2].id], "staffId": hired["id"]}
    )
    await press(one, "Sections")
    for name in (first, second):
        await one.page.get_by_role("dialog").get_by_role("button", name=re.compile(rf"^{name}\b")).tap()
    await one.require_no_serious()
    await press(one.page.get_by_role("dialog"), "Take tables")
    for tab in (one, other):
        await expect(table(tab, second).locator(".waiter")).to_have_text(re.compile(r"\w"))
    await mine(other)
    await expect(other.page.locator(".table")).to_have_count(1)
    await one.page.locator("select[name=to]").select_option(label=hired["name"])
    await press(one.page.get_by_role("dialog"), "Hand the shift over")
    for name in (first, second, third):
        await expect(table(other, name).locator(".waiter")).to_have_text(hired["name"])
    await expect(one.page.locator(".toast")).to_contain_text("2 tables were handed over.")


async def test_a_phone_that_is_sent_away_is_out_and_the_party_s_new_pin_lets_others_in(dining: Dining) -> None:
    party = await dining.party(0)
    guest, tab = await dining.diner(party, "Ana"), await dining.waiter()
    await expect(guest.page.locator(".dish").first).to_be_visible()
    await go(tab, f"tables/{party.id}/guests")
    await press(tab.page.locator(".rows > li").filter(has_text="Ana"), "Send away")
    await press(tab.page.get_by_role("dialog"), "Send away")
    told = await tab.page.locator(".pin").get_attribute("aria-label")
    pin = "".join(re.findall(r"\d", told or ""))
    assert pin != party.pin
    await expect(guest.page.locator(".dish")).to_have_count(0)
    await press(tab, "Done")
    await expect(tab.page.get_by_text("No phone is in yet.")).to_be_visible()
    other = await dining.visitor(party)
    await join(other, pin, "Ion")
    await expect(tab.page.locator(".rows > li").filter(has_text="Ion")).to_be_visible()


async def test_a_waiter_lets_guests_in_while_the_house_takes_no_joins(gated: Dining) -> None:
    house, party = gated.house, await gated.party(0)
    guest, tab = await gated.visitor(party), await gated.waiter()
    others = [await gated.party(number) for number in (1, 2)]
    for turn in range(BUDGET):
        other = others[turn % 2]
        await knock(house.apps[0], house.restaurant.id, other.table.id, wrong(other.pin), new_address())
        house.clock.advance(seconds=20)
    await join(guest, party.pin, "Ana")
    await expect(guest.page.get_by_role("alert").filter(has_text="waiter")).to_be_visible()
    await go(tab, f"tables/{party.id}/guests")
    await press(tab, "Let guests in")
    await expect(tab.page.get_by_text("Guests may join until")).to_be_visible()
    await join(guest, party.pin, "Ana")
    await expect(tab.page.locator(".rows > li").filter(has_text="Ana")).to_be_visible()


@pytest.mark.long
async def test_of_two_tablets_that_close_a_table_at_once_one_does_and_no_question_stays_open(dining: Dining) -> None:
    tabs = [await dining.waiter(), await dining.waiter("MANAGER")]
    for number in range(3):
        party = await dining.party(number)
        for tab in tabs:
            await go(tab, f"tables/{party.id}")
            await press(tab, "Move, merge, close …")
            await press(tab, "Close the table")
        await asyncio.gather(*(tab.page.locator("dialog .primary").evaluate_all(CLICK) for tab in tabs))
        for tab in tabs:
            await expect(table(tab, dining.house.tables[number].name)).to_have_attribute("data-state", "free")
            await expect(tab.page.get_by_role("dialog")).to_have_count(0)
