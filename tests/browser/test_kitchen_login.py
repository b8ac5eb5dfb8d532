"""The way in that needs no manager: a cook logs in, on any device, when the screen of a station is broken."""

import pytest
from browser.kitchen import Display, Kitchen
from integration.house import PASSWORD
from playwright.async_api import expect

pytestmark = pytest.mark.long

DISH = "mici"


async def log_in(kitchen: Kitchen, display: Display, role: str, password: str) -> None:
    await display.page.get_by_label("Name").fill(kitchen.house.login_of(role))
    await display.page.get_by_label("Password").fill(password)
    await display.button("Log in").click()


async def entrance(kitchen: Kitchen) -> Display:
    """A device that nobody has paired, at the log-in."""
    display = await kitchen.unpaired()
    await display.open(kitchen.url)
    await display.page.get_by_role("link", name="Log in as a cook").click()
    # Here are many houses, so the link has to say which.
    await display.page.goto(f"{kitchen.url}/kitchen?login&house={kitchen.house.restaurant.id}")
    return display


async def test_a_cook_logs_in_and_stays_in_over_a_reload(kitchen: Kitchen) -> None:
    display = await entrance(kitchen)
    await log_in(kitchen, display, "CHEF", PASSWORD)
    await display.button("Grill and stove").click()
    order = await kitchen.order(DISH)
    await expect(display.ticket(order)).to_be_visible()
    await display.page.reload()
    await display.button("Bump", display.ticket(order)).click()
    await kitchen.until_order(order, "READY")


async def test_a_cook_who_has_logged_out_is_out_after_a_reload_too(kitchen: Kitchen) -> None:
    display = await entrance(kitchen)
    await log_in(kitchen, display, "CHEF", PASSWORD)
    await display.button("Grill and stove").click()
    await display.button("Settings").click()
    await display.button("Log out", display.dialog).click()
    await expect(display.page.get_by_role("heading", name="Pair this screen")).to_be_visible()
    await display.page.reload()
    await expect(display.page.get_by_role("heading", name="Pair this screen")).to_be_visible()


async def test_a_waiter_is_not_let_into_the_kitchen(kitchen: Kitchen) -> None:
    display = await entrance(kitchen)
    await log_in(kitchen, display, "WAITER", PASSWORD)
    told = display.page.get_by_role("alert").filter(has_text="Only cooks and managers come in here.")
    await expect(told).to_be_visible()
    await display.page.reload()
    await log_in(kitchen, display, "CHEF", PASSWORD)
    await expect(display.button("Grill and stove")).to_be_visible()
