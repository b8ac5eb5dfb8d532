"""Every view of the page of a table on the smallest phone, in both themes and languages, also without eyes or mouse."""

import asyncio
import re

import pytest
from browser.diner_page import go_to, join, outcome, review, until_in
from browser.dining import Dining
from browser.tab import SMALL_PHONE, Tab
from browser.test_floor_check import go
from integration.gate import change_menu
from playwright.async_api import Route, expect

PICTURES = "https://pictures.example.com"


async def require_it_fits(tab: Tab) -> None:
    """Fail if the page is wider than the phone, or axe finds something serious."""
    # What has just come fades in, and has no contrast yet.
    await asyncio.sleep(0.5)
    await tab.require_no_serious()
    assert await tab.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.long
@pytest.mark.parametrize(("theme", "locale"), [("light", "en-GB"), ("dark", "ro-RO")])
async def test_no_view_has_anything_serious_and_all_fit_the_smallest_phone(
    dining: Dining, theme: str, locale: str
) -> None:
    party = await dining.party()
    ana = await dining.visitor(party, color_scheme=theme, locale=locale)
    page = ana.page
    await page.set_viewport_size({"width": SMALL_PHONE[0], "height": SMALL_PHONE[1]})
    await expect(page.locator("input[name=pin]")).to_be_visible()
    await expect(page).to_have_title("Comanda: masa dumneavoastră" if locale == "ro-RO" else "Comanda: your table")
    await require_it_fits(ana)
    await page.locator("input[name=pin]").fill(party.pin)
    await page.locator("form button.accent").click()
    await until_in(ana)
    await require_it_fits(ana)
    for opens in (".menu-search .filter", ".people", "[data-dish=burger-casa]"):
        await page.locator(opens).click()
        await require_it_fits(ana)
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.locator("[data-dish=zacusca]").click()
    await page.locator(".sheet-foot .accent").click()
    await go_to(ana, "cart")
    await require_it_fits(ana)
    await page.locator(".send").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await require_it_fits(ana)
    await page.locator(".sheet-foot .accent").click()
    await expect(page.locator("[data-outcome=placed]")).to_be_visible()
    await require_it_fits(ana)


@pytest.mark.long
async def test_what_is_written_without_a_space_pushes_no_button_off_a_screen(dining: Dining) -> None:
    party = await dining.party()
    ana = await dining.diner(party, "M" * 40, viewport={"width": 320, "height": SMALL_PHONE[1]})
    ion = await dining.house.phone(party, "W" * 40)
    await ion.operate("cart:add", {"itemId": "zacusca", "quantity": 1, "note": "x" * 200})
    await ion.operate("service:request", {"kind": "OTHER", "note": "x" * 200})
    await go_to(ana, "cart")
    await expect(ana.page.get_by_role("button", name="Take out")).to_be_visible()
    await require_it_fits(ana)
    # All of the line is heard, and that it can be changed.
    await expect(ana.page.locator(".line-open")).to_have_accessible_name(re.compile("^Change Aubergine .*x{200}"))
    sheet = await review(ana)
    await expect(sheet.get_by_role("button", name="Send to the kitchen")).to_be_in_viewport(ratio=1)
    await sheet.get_by_role("button", name="Send to the kitchen").press("Enter")
    await expect(outcome(ana, "placed")).to_be_visible()
    await ana.page.get_by_role("button", name="Follow it").press("Enter")
    # The focus is where one is now, and not lost with the sheet.
    await expect(ana.page.locator(".tabs [data-section=orders]")).to_be_focused()
    await expect(ana.page.locator(".round")).to_be_visible()
    await require_it_fits(ana)
    waiter = await dining.waiter(viewport={"width": 320, "height": SMALL_PHONE[1]})
    await go(waiter, "requests")
    await expect(waiter.page.get_by_role("button", name="Done")).to_be_in_viewport(ratio=1)
    await go(waiter, f"tables/{party.id}/rounds")
    await expect(waiter.page.locator(".round")).to_be_visible()
    await require_it_fits(waiter)


SLIDES = """() => {
  window.slides = [];
  Element.prototype.scrollTo = (where) => window.slides.push(where.behavior);
}"""


@pytest.mark.long
async def test_who_wants_less_motion_sees_no_row_of_headings_slide(dining: Dining) -> None:
    ana = await dining.diner(await dining.party(), "Ana", reduced_motion="reduce")
    await until_in(ana)
    await ana.page.evaluate(SLIDES)
    await ana.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    await ana.page.wait_for_function("window.slides.length > 0")
    assert set(await ana.page.evaluate("window.slides")) == {"auto"}


@pytest.mark.long
async def test_a_dish_is_found_chosen_and_put_into_the_cart_by_keyboard_alone(dining: Dining) -> None:
    party = await dining.party()
    ana = await dining.visitor(party)
    await join(ana, party.pin, "Ana")
    await until_in(ana)
    await ana.page.get_by_role("searchbox").focus()
    await ana.page.keyboard.type("zacusca vin")
    await expect(ana.page.locator(".dish")).to_have_count(1)
    while not await ana.page.evaluate("document.activeElement.matches('.dish')"):
        await ana.page.keyboard.press("Tab")
    await ana.page.keyboard.press("Enter")
    await ana.page.get_by_role("button", name="Add").focus()
    await ana.page.keyboard.press("Enter")
    await expect(ana.page.locator("[data-dish=zacusca]")).to_contain_text("1 in the cart")
    assert await ana.page.evaluate("document.activeElement.matches('[data-dish=zacusca]')")


@pytest.mark.long
async def test_pictures_are_lazy_and_have_their_room_before_they_come(dining: Dining) -> None:
    party = await dining.party()
    await change_menu(dining.house, picture=f"{PICTURES}/dish.svg")
    ana = await dining.visitor(party)
    await ana.context.route(f"{PICTURES}/**", never)
    await join(ana, party.pin, "Ana")
    await until_in(ana)
    pictures = ana.page.locator(".dish-picture")
    sizes = await pictures.evaluate_all("all => all.map((one) => [one.clientWidth, one.clientHeight, one.loading])")
    assert len(sizes) > 50
    assert {tuple(one) for one in sizes} == {(96, 96, "lazy")}
    await require_it_fits(ana)


async def never(route: Route) -> None:
    """Leave a picture on its way, as on a network that has none to give."""
