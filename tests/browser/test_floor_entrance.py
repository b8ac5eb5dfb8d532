"""At the edges of the floor: how a tablet and its people come in, closing a table, and orders from home."""

import pytest
from browser.dining import Dining
from browser.tab import Tab
from integration.customers import HOME, deliver, ordered
from playwright.async_api import expect

pytestmark = pytest.mark.long


async def log_in(tab: Tab, login: str, secret: str) -> None:
    """Fill in the form and send it."""
    await tab.page.locator("[name=login]").fill(login)
    await tab.page.locator("[name=secret]").fill(secret)
    await tab.page.get_by_role("button", name="Log in", exact=True).tap()


async def test_a_tablet_that_was_set_up_takes_a_pin_and_shows_the_form_again_after_the_log_out(dining: Dining) -> None:
    enrolled = await dining.kitchen.boss.operate("device:enrol", {"kind": "TABLET", "name": "Bar"})
    tab, manager = await dining.stranger(), dining.house.approval()
    await tab.require_no_serious()
    await tab.page.get_by_role("button", name="Set up this tablet").tap()
    await tab.page.locator("[name=code]").fill(enrolled["code"])
    await tab.page.get_by_role("button", name="Set up", exact=True).tap()
    await expect(tab.page.get_by_label("PIN")).to_be_visible()
    await log_in(tab, manager["login"], manager["pin"])
    await expect(tab.page.locator(".table").first).to_be_visible()
    await tab.page.reload()
    await expect(tab.page.locator(".table").first).to_be_visible()
    await tab.page.locator(".person").tap()
    await tab.page.get_by_role("button", name="Log out", exact=True).tap()
    await expect(tab.page.get_by_label("PIN")).to_be_visible()


async def test_after_wrong_passwords_the_page_counts_down_until_it_can_be_tried_again(dining: Dining) -> None:
    tab, login = await dining.stranger(), dining.house.login_of("WAITER")
    for _ in range(5):
        await log_in(tab, login, "wrong-one")
        await expect(tab.page.locator("[name=secret]")).to_have_value("")
    await log_in(tab, login, "wrong-one")
    await expect(tab.page.get_by_role("alert").filter(has_text="Again in")).to_be_visible()
    await expect(tab.page.get_by_role("button", name="Log in", exact=True)).to_be_disabled()


async def test_a_cook_is_shown_the_way_to_the_kitchen(dining: Dining) -> None:
    tab = await dining.waiter("CHEF")
    await expect(tab.page.get_by_role("link", name="To the kitchen")).to_be_visible()


async def test_a_table_with_an_open_check_is_closed_by_a_manager_with_a_reason_alone(dining: Dining) -> None:
    await dining.kitchen.order(dining.house.dish("grill"))
    waiter, manager = await dining.waiter(), await dining.waiter("MANAGER")
    for tab in (waiter, manager):
        await tab.page.locator(".table[data-session] .face").tap()
        await tab.page.get_by_role("button", name="Move, merge, close …").tap()
        await tab.page.get_by_role("button", name="Close the table").tap()
        await tab.page.get_by_role("dialog").get_by_role("button", name="Close the table").tap()
    await expect(waiter.page.get_by_text("A manager can close it with a reason.")).to_be_visible()
    await manager.page.get_by_role("button", name="Opened by mistake").tap()
    await manager.page.get_by_role("button", name="Close all the same").tap()
    await expect(manager.page.locator(".table[data-session]")).to_have_count(0)


async def test_an_order_from_home_is_sent_and_handed_over_and_its_address_shown(dining: Dining) -> None:
    await deliver(dining.house)
    meal = await ordered(dining.house)
    waiter = await dining.waiter()
    await waiter.page.locator(".head").get_by_role("button", name="Deliveries").tap()
    await waiter.page.get_by_role("button", name="Address").tap()
    await expect(waiter.page.locator(".address")).to_contain_text(HOME["street"])
    await waiter.require_no_serious()
    await waiter.page.get_by_role("button", name="Close").tap()
    await waiter.page.get_by_role("button", name="On its way").tap()
    await meal.phone.until(lambda state: any(one["delivery"]["status"] == "ON_THE_WAY" for one in state.of("order")))
    await waiter.page.get_by_role("button", name="Handed over").tap()
    await meal.phone.until(lambda state: any(one["delivery"]["status"] == "DELIVERED" for one in state.of("order")))
    await expect(waiter.page.get_by_text("No order is under way.")).to_be_visible()


async def test_whoever_is_sent_away_leaves_nothing_open_on_the_tablet(dining: Dining) -> None:
    tab, boss = await dining.waiter("CASHIER"), dining.kitchen.boss
    await tab.page.locator(".person").tap()
    await expect(tab.page.get_by_role("dialog")).to_be_visible()
    login = dining.house.login_of("CASHIER")
    (gone,) = [one for one in boss.state.of("staff") if one["login"] == login]
    await boss.operate("staff:revoke", {"staffId": gone["id"]})
    await expect(tab.page.locator("[name=secret]")).to_be_visible()
    await expect(tab.page.get_by_role("dialog")).to_have_count(0)
    await tab.require_no_serious()


async def test_an_address_that_was_mistyped_shows_the_page_all_the_same(dining: Dining) -> None:
    tab = await dining.waiter()
    await tab.page.goto("about:blank")
    await tab.page.goto(f"{tab.url}/floor#/%")
    await expect(tab.page.locator(".table").first).to_be_visible()
