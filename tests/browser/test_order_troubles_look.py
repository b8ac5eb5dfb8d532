"""What the page of orders from home shows when something is in the way: whole and accessible, in both languages.
And the whole way from a number to an order without a finger or a mouse.
"""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from browser.at_home import NAME, customer, known_customer, sms_phone
from browser.dining import Dining
from browser.test_order_changing import DISH, SLOTS, choose_slot, publish
from browser.test_order_look import SMALL, Album
from integration.customers import CENTRE, deliver, order_of, proved
from integration.waits import look
from playwright.async_api import Page, expect

pytestmark = pytest.mark.long


async def fill(page: Page) -> None:
    """Put a dish into the cart, and wait there until the house has said what it comes to."""
    await page.evaluate("location.hash = 'menu'")
    await page.locator(f"[data-dish={DISH}]").click()
    await page.locator(".sheet-foot .accent").click()
    await page.locator(".foot a.accent").click()
    await expect(page.locator(".bill[data-fresh=true]")).to_contain_text("44")


@pytest.mark.parametrize(("language", "theme"), [("en", "dark"), ("ro", "light")])
async def test_every_trouble_on_the_way_to_an_order_is_shown_whole_and_accessible(
    dining: Dining, language: str, theme: str
) -> None:
    kitchen, house = dining.kitchen, dining.house
    await deliver(house, slots=SLOTS)
    ana = await known_customer(dining, viewport=SMALL, locale=f"{language}-RO", color_scheme=theme)
    page, album = ana.tab.page, Album(ana, f"{language}-{theme}")
    foot = page.locator(".foot")
    await page.evaluate("location.hash = 'cart'")
    await expect(page.locator(".cart-page .accent")).to_be_visible()
    await album.look("cart-empty")
    await page.evaluate("location.hash = 'orders'")
    await album.look("orders-none")
    await fill(page)
    await foot.locator(".accent").click()
    await expect(page.locator(".steps")).to_be_visible()
    await album.look("placed")
    (order,) = (await kitchen.waiter.until(lambda state: any(state.of("order")))).of("order")
    await kitchen.waiter.operate("delivery:cancel", {"orderId": order["id"], "reason": "Cuptorul s-a stricat"})
    await expect(page.locator("[data-status=CANCELLED] .notice")).to_contain_text("Cuptorul s-a stricat")
    await album.look("called-off")
    await fill(page)
    await publish(dining, 3700)
    await expect(foot.locator(".problem")).to_be_visible()
    await album.look("price-changed")
    slot = page.locator("#slot")
    values = await slot.locator("option").evaluate_all("all => all.map((one) => one.value)")
    await choose_slot(ana, values[4])
    caller = await proved(house, "+40712345670")
    full = {"items": [{"itemId": DISH, "quantity": 3}], "slot": values[4]}
    await (await caller.connect()).operate("order:place", order_of(caller, **full))
    await foot.locator(".accent").click()
    await expect(page.locator("#slot[aria-invalid=true]")).to_be_visible()
    await slot.scroll_into_view_if_needed()
    await album.look("slot-full")
    await slot.select_option("")
    await expect(foot.locator(".accent")).to_be_enabled()
    (grill,) = [one for one in kitchen.boss.state.of("station") if one["code"] == "grill"]
    await kitchen.boss.operate("station:change", {"stationId": grill["id"], "busyPortions": 2})
    await kitchen.order({"itemId": DISH, "quantity": 6})
    await look(house, lambda one: bool(one["open_portions"] >= 6))
    await foot.locator(".accent").click()
    await expect(ana.dialog).to_be_visible()
    await album.look("busy")
    await page.keyboard.press("Escape")
    await kitchen.waiter.operate("delivery:pause", {"until": (house.clock.now() + timedelta(hours=1)).isoformat()})
    await expect(foot.locator(".problem")).to_be_visible()
    await album.look("paused")
    await deliver(house, zones=(CENTRE.with_(minimum=9000),))
    await page.reload()
    await expect(foot.locator(".problem")).to_contain_text("90")
    await album.look("below")


FOCUSED = """() => {
    const one = document.activeElement;
    return one.ariaLabel || one.labels?.[0]?.textContent || one.textContent;
}"""


async def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until something that is called so has the focus."""
    for _ in range(80):
        await page.keyboard.press("Tab")
        called = await page.evaluate(FOCUSED)
        if re.search(wanted, " ".join(called.split())):
            return
    raise AssertionError(wanted)


async def test_a_keyboard_alone_goes_from_a_number_to_an_order(dining: Dining, tmp_path: Path) -> None:
    await deliver(dining.house)
    async with sms_phone(dining.house, tmp_path, dining.kitchen.boss) as radio:
        ana = await customer(dining, has_touch=False)
        page = ana.tab.page
        keyboard = page.keyboard
        await expect(ana.field("Mobile number")).to_be_focused()
        await keyboard.type("0722000123")
        await tab_to(page, "^Your name")
        await keyboard.type(NAME)
        await keyboard.press("Enter")
        await expect(ana.field("Code from the message")).to_be_focused()
        await keyboard.type(await radio.code())
        await expect(page.get_by_role("searchbox")).to_be_visible()
        await tab_to(page, "^Search")
        await keyboard.type("mici")
        await expect(page.locator(".dish")).to_have_count(3)
        await tab_to(page, "^Mici")
        await keyboard.press("Enter")
        await expect(ana.dialog).to_be_visible()
        await tab_to(page, "^Add")
        await keyboard.press("Enter")
        await expect(ana.dialog).to_have_count(0)
        await tab_to(page, "^Cart: 1 dish")
        await keyboard.press("Enter")
        await tab_to(page, "^New address$")
        await keyboard.press("Enter")
        await expect(ana.dialog).to_be_visible()
        typed = {"Street": "Strada Lalelelor 12", "City": "București", "County": "Buc", "Postal": "030167"}
        for name, text in typed.items():
            await tab_to(page, f"^{name}")
            await keyboard.type(text)
        await keyboard.press("Enter")
        await expect(ana.dialog).to_have_count(0)
        await tab_to(page, "^Collect it$")
        await tab_to(page, "^In cash at the door$")
        await keyboard.press("ArrowDown")
        await expect(page.get_by_label("By card at the door")).to_be_checked()
        await expect(ana.ordering).to_be_enabled()
        await tab_to(page, "^Order RON")
        await keyboard.press("Enter")
        await expect(ana.thanks).to_be_visible()
        await tab_to(page, "^Order this again")
