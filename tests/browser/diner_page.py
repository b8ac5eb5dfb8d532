"""What a guest does on the page of a table, as a person does it: by what is written on it."""

import re

from browser.tab import Tab
from playwright.async_api import Locator, expect
from web.paper import Network


async def go_to(tab: Tab, section: str) -> None:
    """Show a section by the row at the foot."""
    await tab.page.locator(f".tabs [data-section={section}]").click()


async def join(tab: Tab, pin: str, name: str = "") -> None:
    """Type the PIN and a name, and go in; whether it worked is for the test to see."""
    await tab.page.get_by_label("PIN of the table").fill(pin)
    if name:
        await tab.page.get_by_label("Your name").fill(name)
    await tab.page.get_by_role("button", name="Join the table").click()


async def until_in(tab: Tab) -> None:
    """Wait until the menu is there."""
    await expect(tab.page.locator(".dish").first).to_be_visible()


async def open_dish(tab: Tab, dish: str) -> Locator:
    """Open the sheet of a dish; returns it."""
    await go_to(tab, "menu")
    await tab.page.locator(f"[data-dish={dish}]").click()
    return tab.page.get_by_role("dialog")


async def add(tab: Tab, dish: str) -> None:
    """Put a dish into the cart, with the first option of whatever must be chosen."""
    sheet = await open_dish(tab, dish)
    unmet = sheet.locator(".group[data-unmet=true]")
    while await unmet.count():
        await unmet.first.locator("input").first.check()
    await sheet.get_by_role("button", name="Add").click()
    await expect(sheet).to_have_count(0)


def lines(tab: Tab) -> Locator:
    """The lines of the cart, while it is shown."""
    return tab.page.locator(".cart-line")


async def shown_lines(tab: Tab) -> list[str]:
    """What the cart says: each line's dish and portions, in order."""
    return [
        re.sub(r"\s+", " ", text) for text in await lines(tab).locator(".line-name, .stepper output").all_inner_texts()
    ]


async def review(tab: Tab) -> Locator:
    """Look at the cart once more before it is sent; returns the sheet."""
    await go_to(tab, "cart")
    await tab.page.get_by_role("button", name="Look and send").click()
    return tab.page.get_by_role("dialog", name="Send this?")


async def send(tab: Tab) -> None:
    """Send the cart, without waiting for the answer."""
    await (await review(tab)).get_by_role("button", name="Send to the kitchen").click()


def outcome(tab: Tab, kind: str) -> Locator:
    """The sheet that says what became of a sending: `placed`, `waiting`, `busy`, `refused`, `sending`."""
    return tab.page.locator(f"[data-outcome={kind}]")


async def send_unheard(tab: Tab, network: Network, dish: str) -> None:
    """Put a dish in the cart and send it; it arrives, and no answer comes back through the network."""
    await add(tab, dish)
    sheet = await review(tab)
    await expect(sheet).to_be_visible()
    network.swallow("back")
    await sheet.get_by_role("button", name="Send to the kitchen").click()
    await expect(outcome(tab, "sending")).to_be_visible()
