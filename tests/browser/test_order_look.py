"""How the page of orders from home looks, on a small phone, in both languages and themes: whole, big enough to hit, and
without anything serious that axe-core knows.

With COMANDA_SHOTS set to a folder, what is shown is also kept there as pictures, to be looked at.
"""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from browser.at_home import Customer, Radio, customer, sms_phone
from browser.dining import Dining
from integration.customers import deliver
from playwright.async_api import ViewportSize, expect

from models.hours import Window
from models.slot import SlotRule

pytestmark = pytest.mark.long

SHOTS = os.environ.get("COMANDA_SHOTS")

SMALL: ViewportSize = {"width": 360, "height": 640}
USUAL: ViewportSize = {"width": 390, "height": 844}

WORDS = {
    "en": {"number": "Mobile number", "name": "Your name", "send": "Send me a code", "code": "Code from the message"},
    "ro": {
        "number": "Număr de mobil",
        "name": "Numele dumneavoastră",
        "send": "Trimiteți-mi un cod",
        "code": "Codul din mesaj",
    },
}

TOO_WIDE = """() => {
    const page = document.documentElement;
    const out = page.scrollWidth > page.clientWidth ? ["the page"] : [];
    const whole = "main, button, .button, .card, .line, .address, .bill div, dialog, .head > *";
    const cut = [...document.querySelectorAll(whole)]
        .filter((one) => one.checkVisibility() && one.clientWidth > 0 && one.scrollWidth > one.clientWidth + 1);
    return [...out, ...cut.map((one) => `${one.className || one.tagName}: ${one.textContent.slice(0, 60)}`)];
}"""

TOO_SMALL = """() => [...document.querySelectorAll("button, a, select, input, textarea")].filter((one) => {
    const { width, height } = (one.closest("label") ?? one).getBoundingClientRect();
    return one.checkVisibility() && (width < 44 || height < 44);
}).map((one) => `${one.tagName} ${one.className} ${one.textContent.slice(0, 40)}`)"""


@pytest.fixture
async def radio(dining: Dining, tmp_path: Path) -> AsyncIterator[Radio]:
    slots = SlotRule(hours=(Window(opens="00:00", closes="24:00"),), minutes=30, cap=60, days=2)
    await deliver(dining.house, slots=slots, lead_minutes=45)
    async with sms_phone(dining.house, tmp_path, dining.kitchen.boss) as radio:
        yield radio


@dataclass
class Album:
    """The views of one customer, each looked at when it is shown."""

    customer: Customer
    name: str

    async def look(self, view: str) -> None:
        page = self.customer.tab.page
        await page.wait_for_timeout(300)
        if SHOTS:
            await page.set_viewport_size(USUAL)
            await page.wait_for_timeout(300)
            await page.screenshot(path=Path(SHOTS) / f"order-{view}-{self.name}.png")
            await page.set_viewport_size(SMALL)
        assert await page.evaluate(TOO_WIDE) == [], view
        assert await page.evaluate(TOO_SMALL) == [], view
        await self.customer.tab.require_no_serious()


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("ro", "dark"), ("ro", "light"), ("en", "dark")])
async def test_every_view_is_whole_big_enough_to_hit_and_accessible(
    dining: Dining, radio: Radio, language: str, theme: str
) -> None:
    one = await customer(dining, viewport=SMALL, locale=f"{language}-RO", color_scheme=theme, reduced_motion="reduce")
    page, words, album = one.tab.page, WORDS[language], Album(one, f"{language}-{theme}")
    await expect(page.get_by_label(words["number"])).to_be_visible()
    await album.look("number")
    await page.get_by_label(words["number"]).press_sequentially("0722000123")
    await page.get_by_label(words["name"], exact=True).fill("Ioana Țepeș")
    await one.button(words["send"]).click()
    code = await radio.code()
    field = page.get_by_label(words["code"], exact=True)
    wrong = "000000" if code != "000000" else "000001"
    one.tab.foresee("400")
    await field.press_sequentially(wrong)
    await expect(page.locator(".problem")).to_be_visible()
    await album.look("code")
    await field.press_sequentially(code)
    await expect(page.get_by_role("searchbox")).to_be_visible()
    await page.locator("[data-dish=mici]").click()
    await album.look("dish")
    await page.locator(".sheet-foot .accent").click()
    await page.locator("[data-dish=ciorba-de-burta]").click()
    await page.locator(".sheet-foot .accent").click()
    await expect(page.locator(".foot .accent")).to_be_visible()
    await page.evaluate("scrollTo(0, 0)")
    await album.look("menu")
    await page.locator(".foot .accent").click()
    await page.locator(".addresses > .wide").click()
    await one.type_address(street="x", city="București", county="București", postal_code="03016", notes="Interfon 7")
    await page.locator(".address-form .accent").click()
    await album.look("address")
    await one.type_address(street="Strada Lalelelor 12, ap. 7", postal_code="030167")
    await page.locator(".address-form .accent").click()
    await expect(page.locator(".foot .accent")).to_be_enabled()
    await page.evaluate("scrollTo(0, 0)")
    await album.look("cart")
    await page.evaluate("scrollTo(0, document.body.scrollHeight)")
    await album.look("cart-foot")
    await page.locator(".foot .accent").click()
    await expect(page.locator(".steps")).to_be_visible()
    floor = dining.kitchen.waiter
    (order,) = (await floor.until(lambda state: any(state.of("order")))).of("order")
    await floor.operate("delivery:send", {"orderId": order["id"]})
    await expect(page.locator("[data-status=ON_THE_WAY]")).to_be_visible()
    await album.look("order")
    await page.locator(".head nav a").click()
    await expect(page.locator(".card")).to_have_count(1)
    await album.look("orders")
    await page.locator(".head nav button").click()
    await album.look("me")
