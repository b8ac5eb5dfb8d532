"""Ordering from home, in a real browser, with the house's SMS phone simulated: from a phone number to "delivered"."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from browser.at_home import NAME, PHONE, Radio, customer, sms_phone
from browser.dining import Dining
from integration.customers import deliver
from integration.texting import other
from playwright.async_api import expect

DISH = "mici"


@pytest.fixture
async def radio(dining: Dining, tmp_path: Path) -> AsyncIterator[Radio]:
    """What the house's phone sends; the house brings its dishes to the centre."""
    await deliver(dining.house)
    async with sms_phone(dining.house, tmp_path, dining.kitchen.boss) as radio:
        yield radio


async def test_five_wrong_codes_are_counted_down_and_then_the_number_waits(dining: Dining, radio: Radio) -> None:
    ana = await customer(dining)
    ana.tab.foresee("status of 400", "status of 403")
    await ana.ask_for_code()
    wrong = other(await radio.code())
    for left in (4, 3, 2, 1):
        await ana.show_code(wrong)
        await expect(ana.tab.page.locator(".problem")).to_contain_text(f"Tries left: {left}.")
        await expect(ana.field("Code from the message")).to_have_value("")
    await ana.show_code(wrong)
    await expect(ana.tab.page.get_by_role("timer")).to_contain_text("Too many wrong codes. You can go on in 1")
    await expect(ana.field("Code from the message")).to_be_disabled()
    await ana.tab.require_no_serious()


async def test_that_no_message_can_be_sent_is_said_with_the_number_of_the_house(dining: Dining, tmp_path: Path) -> None:
    async with sms_phone(dining.house, tmp_path, dining.kitchen.boss):
        pass
    await dining.kitchen.boss.until(lambda state: [one["status"] for one in state.of("smsPhone")] == ["AWAY"])
    dining.house.clock.advance(seconds=40)
    ana = await customer(dining)
    ana.tab.foresee("status of 503")
    await ana.ask(PHONE, NAME)
    await expect(ana.tab.page.get_by_role("alert")).to_contain_text("We cannot send messages right now.")
    await expect(ana.tab.page.get_by_role("link", name="Call us: 021 000 0000")).to_be_visible()


async def test_an_order_goes_from_a_phone_number_to_delivered(dining: Dining, radio: Radio) -> None:
    ana = await customer(dining)
    page = ana.tab.page
    await ana.come_in(radio)
    await ana.choose(DISH, times=2)
    await page.get_by_role("link", name=re.compile("Cart: 2 dishes")).click()
    await ana.add_address()
    await expect(ana.ordering).to_be_enabled()
    await expect(page.locator(".bill")).to_contain_text("RON 12.00")
    shown = await page.locator(".bill [data-kind=TOTAL] dd").inner_text()
    await ana.ordering.click()
    await expect(ana.thanks).to_be_visible()
    floor = dining.kitchen.waiter
    (order,) = (await floor.until(lambda state: any(state.of("order")))).of("order")
    assert order["delivery"]["lastFour"] == PHONE[-3:].rjust(4, "0")
    await floor.operate("delivery:send", {"orderId": order["id"]})
    await expect(page.locator(".state-now")).to_have_text("It is on its way to you.")
    await floor.operate("delivery:done", {"orderId": order["id"]})
    await expect(page.locator(".state-now")).to_have_text("Delivered. Enjoy it!")
    found = await floor.send("delivery:show", {"orderId": order["id"]})
    assert (found["destination"]["name"], found["destination"]["address"]["postalCode"]) == (NAME, "030167")
    assert shown.replace("\u00a0", " ") in (await page.locator(".bill").inner_text()).replace("\u00a0", " ")
