"""Running the house on the floor's page: sold out dishes, people, SMS phones, the log and the report."""

import asyncio
import re
from typing import Any

import pytest
from browser.dining import Dining
from browser.tab import SMALL_PHONE, Tab
from browser.test_floor_check import go, lei, press, price
from integration import sms_phone
from integration.house import PASSWORD
from playwright.async_api import expect

VIEWS = ("menu", "report", "staff", "devices", "phones", "audit")

AWAY_SECONDS = 2.0
"""So soon is it seen that the socket of an SMS phone has died."""


async def at(dining: Dining, place: str, **options: Any) -> Tab:
    """The manager's tablet, at a place of the page."""
    tab = await dining.waiter("MANAGER", **options)
    await go(tab, place)
    await expect(tab.page.get_by_role("heading", level=1)).to_be_visible()
    return tab


async def test_what_is_sold_out_is_so_on_a_menu_that_is_open(dining: Dining) -> None:
    party = await dining.party()
    tab, diner = await at(dining, "menu"), await dining.diner(party, "Ana")
    name = dining.kitchen.name(dining.house.dish("grill"))
    dish = diner.page.locator("main").get_by_text(name, exact=True).first
    await expect(dish).to_be_visible()
    await tab.page.locator("input[name=dish]").fill(name)
    await tab.page.get_by_role("button", name=f"Sold out … {name}", exact=True).click()
    await press(tab, "Save", "dialog")
    await expect(diner.page.get_by_text("Sold out").first).to_be_visible()
    await tab.page.get_by_role("button", name=f"Back on: {name}", exact=True).click()
    await expect(tab.page.get_by_text("Everything can be had.")).to_be_visible()
    await expect(diner.page.get_by_text("Sold out")).to_have_count(0)


async def test_who_was_added_can_log_in(dining: Dining) -> None:
    tab, other = await at(dining, "staff"), await dining.stranger()
    await press(tab, "Add a person")
    await tab.page.locator("input[name=name]").fill("Dana Pop")
    await tab.page.locator("input[name=login]").fill("dana")
    await tab.page.locator("dialog input[name=password]").fill(PASSWORD)
    await press(tab, "Save", "dialog")
    await expect(tab.page.locator("[data-staff]").filter(has_text="Dana Pop")).to_be_visible()
    await other.page.locator("input[name=login]").fill("dana")
    await other.page.locator("input[name=secret]").fill(PASSWORD)
    await other.page.keyboard.press("Enter")
    await expect(other.page.get_by_role("button", name="Dana Pop")).to_be_visible()
    assert PASSWORD not in await tab.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")


async def test_an_sms_phone_is_red_within_two_seconds_when_its_socket_dies(dining: Dining) -> None:
    phone = await sms_phone.pair(dining.house, dining.kitchen.boss)
    tab = await at(dining, "phones")
    card = tab.page.locator(f"[data-phone='{phone.device_id}']")
    await expect(card).to_have_attribute("data-standing", "live")
    await phone.connection.close()
    await expect(card).to_have_attribute("data-standing", "away", timeout=AWAY_SECONDS * 1000)
    await expect(tab.page.get_by_text("No SMS phone is connected")).to_be_visible()


async def test_the_report_shows_the_evening_s_figures_as_the_server_told_them(dining: Dining) -> None:
    kitchen, total = dining.kitchen, price(dining, 2)
    await kitchen.order({"itemId": dining.house.dish("grill"), "quantity": 2})
    paid = {"sessionId": (await kitchen.party()).id, "method": "CASH", "amount": total, "tip": 700}
    await kitchen.waiter.send("payment:record", paid | {"idempotencyKey": "evening-1"})
    tab = await at(dining, "report")
    told = (await kitchen.boss.send("report:get", {}))["report"]
    assert told["bills"]["net"]["amount"] == total
    await expect(tab.page.locator("[data-total=net] dd")).to_contain_text(lei(total))
    hour = tab.page.locator("[data-plot=hours] tbody tr")
    await expect(hour).to_have_count(len(told["hours"]))
    await tab.page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true; })")
    await expect(hour.last).to_contain_text(lei(told["hours"][-1]["net"]["amount"]))
    await expect(tab.page.locator("[data-plot=tenders] tbody tr")).to_contain_text(lei(700))
    name = kitchen.name(dining.house.dish("grill"))
    await expect(tab.page.locator("[data-plot=dishes] svg")).to_contain_text(f"{name} (2)")
    await expect(tab.page.locator("[data-plot=hours] .bar-mark").last).to_be_visible()


async def test_axe_finds_nothing_serious_where_the_house_is_run(dining: Dining) -> None:
    await sms_phone.pair(dining.house, dining.kitchen.boss)
    await dining.kitchen.order(dining.house.dish("grill"))
    tab = await at(dining, VIEWS[0], locale="ro-RO", viewport={"width": SMALL_PHONE[0], "height": SMALL_PHONE[1]})
    for view in VIEWS:
        await go(tab, view)
        await expect(tab.page.locator(f"main[data-section={view}]")).not_to_contain_text("O clipă")
        await tab.require_no_serious()
        width = await tab.page.evaluate("document.documentElement.scrollWidth")
        assert width <= SMALL_PHONE[0], view


@pytest.mark.long
async def test_a_device_is_taken_in_by_a_code_that_counts_down(dining: Dining) -> None:
    tab, other = await at(dining, "devices"), await dining.stranger()
    await press(tab, "Take a device in")
    await tab.page.locator("dialog input[name=name]").fill("Tablet 7")
    await press(tab, "Get a code", "dialog")
    await expect(tab.page.locator(".countdown")).to_have_text(re.compile(r"good for (1:00|0:\d\d)"))
    code = await tab.page.locator(".enrol-code").inner_text()
    await press(other, "Set up this tablet")
    await other.page.locator("input[name=code]").fill(code)
    await other.page.keyboard.press("Enter")
    await expect(tab.page.get_by_text("Tablet 7 is one of the house now.")).to_be_visible()


@pytest.mark.long
async def test_an_sms_phone_is_enrolled_by_a_square_paused_and_resumed(dining: Dining) -> None:
    tab = await at(dining, "phones")
    await press(tab, "Add a phone")
    await tab.page.locator("dialog input[name=name]").fill("Phone 9")
    await press(tab, "Get a code", "dialog")
    await expect(tab.page.locator(".qr svg")).to_be_visible()
    code = await tab.page.locator(".enrol-code").inner_text()
    phone = sms_phone.Phone(dining.house, await sms_phone.connect(dining.house))
    await phone.register(code=code)
    await press(tab, "Done", "dialog")
    card = tab.page.locator(f"[data-phone='{phone.device_id}']")
    await press(tab, "Pause", ".phone")
    await expect(card).to_have_attribute("data-standing", "paused")
    await expect(card).to_contain_text("Paused by a manager")
    await press(tab, "Resume", ".phone")
    await expect(card).to_have_attribute("data-standing", "live")


@pytest.mark.long
async def test_the_log_is_read_page_by_page_and_by_what_was_done(dining: Dining) -> None:
    dish = dining.house.dish("grill")
    for number in range(30):
        for state in ("OUT", "AVAILABLE"):
            asked = {"itemId": dish, "state": state}
            await dining.kitchen.boss.operate("item:set-availability", asked)
        await asyncio.sleep(0.02 * (number % 2))
    tab = await at(dining, "audit")
    entries = tab.page.locator(".audit > li")
    await expect(entries).to_have_count(50)
    await press(tab, "Earlier entries")
    await expect(entries.nth(59)).to_be_visible()
    await tab.page.get_by_label("Act").select_option("availability-set")
    await expect(entries).to_have_count(50)
    await expect(entries.locator("header b")).to_have_text(["availability-set"] * 50)


@pytest.mark.long
async def test_a_station_gets_another_one_to_stand_in_for_it(dining: Dining) -> None:
    tab = await at(dining, "devices")
    row = tab.page.locator("[data-station=bar]")
    await row.get_by_role("button").click()
    await tab.page.locator("select[name=backup]").select_option("pizza")
    await tab.page.locator("input[name=busyPortions]").fill("7")
    await press(tab, "Save", "dialog")
    await expect(row).to_contain_text("stands in: Pizza oven")
    await expect(row).to_contain_text("busy from 7 portions")


@pytest.mark.long
async def test_orders_from_home_are_paused_and_taken_again(dining: Dining) -> None:
    tab = await at(dining, "deliveries")
    await press(tab, "Orders from home", "main")
    await press(tab, "30 min", "dialog")
    await expect(tab.page.get_by_text("Paused until")).to_be_visible()
    await press(tab, "Take orders again", "dialog")
    await expect(tab.page.get_by_text("Orders are taken.")).to_be_visible()


@pytest.mark.long
async def test_a_person_and_a_device_are_let_in_no_more_when_somebody_says_so_twice(dining: Dining) -> None:
    waiter = await dining.waiter()
    await dining.kitchen.paired("grill")
    tab = await at(dining, "devices")
    await tab.page.locator("[data-device]").get_by_role("button").click()
    await tab.require_no_serious()
    await press(tab, "Remove", "dialog")
    await expect(tab.page.locator("[data-device]")).to_have_count(0)
    await go(tab, "staff")
    await tab.page.get_by_role("button", name="Change Ana Ionescu").click()
    await press(tab, "Let in no more", "dialog")
    await press(tab, "Let in no more", "dialog")
    await expect(waiter.page.locator("[name=secret]")).to_be_visible()
    await expect(tab.page.get_by_role("dialog")).to_have_count(0)
