"""The way in that needs no manager: a cook logs in, on any device, when the screen of a station is broken."""

import pytest
from browser.kitchen import LOST, Display, Kitchen
from integration.house import PASSWORD
from playwright.async_api import expect

pytestmark = pytest.mark.long

DISH = "mici"


LOG_IN_ON_THE_FLOOR = """async ([login, password, restaurantId]) => {
    const { connect } = await import("@comanda/client");
    const floor = connect({ namespace: "/floor" });
    await floor.live();
    await floor.send("staff:login", { login, password, restaurantId });
    floor.close();
}"""


async def log_in(kitchen: Kitchen, display: Display, role: str, password: str) -> None:
    await display.page.get_by_label("Name").fill(kitchen.house.login_of(role))
    await display.page.get_by_label("Password").fill(password)
    await display.button("Log in").click()


async def entrance(kitchen: Kitchen, url: str = "") -> Display:
    """A device that nobody has paired, at the log-in."""
    display = await kitchen.unpaired()
    await display.open(url or kitchen.url)
    await display.page.get_by_role("link", name="Log in as a cook").click()
    # Here are many houses, so the link has to say which.
    await display.page.goto(log_in_page(kitchen, url))
    return display


def log_in_page(kitchen: Kitchen, url: str = "") -> str:
    return f"{url or kitchen.url}/kitchen?login&house={kitchen.house.restaurant.id}"


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


async def test_a_waiters_browser_shows_the_ways_in_instead_of_a_board(kitchen: Kitchen) -> None:
    display = await entrance(kitchen)
    await display.page.evaluate(
        LOG_IN_ON_THE_FLOOR, [kitchen.house.login_of("WAITER"), PASSWORD, kitchen.house.restaurant.id]
    )
    await display.page.goto(f"{kitchen.url}/kitchen?house={kitchen.house.restaurant.id}")
    await expect(display.page.get_by_role("alert").filter(has_text="somebody who does not cook")).to_be_visible()
    await log_in(kitchen, display, "CHEF", PASSWORD)
    await expect(display.button("Grill and stove")).to_be_visible()


async def test_a_screen_is_paired_where_a_waiter_has_logged_in_and_out(kitchen: Kitchen) -> None:
    display = await entrance(kitchen)
    await display.page.evaluate(
        LOG_IN_ON_THE_FLOOR, [kitchen.house.login_of("WAITER"), PASSWORD, kitchen.house.restaurant.id]
    )
    await display.page.goto(f"{kitchen.url}/kitchen")
    await display.button("Log out").click()
    await expect(display.page.get_by_role("heading", name="Pair this screen")).to_be_visible()


async def test_what_one_cook_left_unsent_is_not_sent_as_anothers(kitchen: Kitchen) -> None:
    network, url = kitchen.premises.network, kitchen.premises.network_url
    display = await entrance(kitchen, url)
    display.foresee(LOST)
    await log_in(kitchen, display, "CHEF", PASSWORD)
    await display.button("Grill and stove").click()
    first, second = await kitchen.order(DISH), await kitchen.order(DISH, table=1)
    await expect(display.ticket(second)).to_be_visible()
    network.cut()
    await expect(display.banner).to_be_visible()
    await display.button("Bump", display.ticket(first)).click()
    await expect(display.banner).to_contain_text("1 tap will be sent")
    await display.page.goto("about:blank")
    network.restore()
    await display.context.clear_cookies()
    await display.page.goto(log_in_page(kitchen, url))
    await log_in(kitchen, display, "MANAGER", PASSWORD)
    await display.button("Bump", display.ticket(second)).click()
    await kitchen.until_order(second, "READY")
    await expect(display.ticket(first)).to_be_visible()
    await display.button("Settings").first.click()
    await display.button("Log out", display.dialog).click()
    await expect(display.page.get_by_role("heading", name="Pair this screen")).to_be_visible()
    await display.page.goto(log_in_page(kitchen, url))
    await log_in(kitchen, display, "CHEF", PASSWORD)
    await kitchen.until_order(first, "READY")
