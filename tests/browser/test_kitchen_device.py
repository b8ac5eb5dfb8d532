"""The display as a device: its sounds, a screen that never sleeps, its colours, and people who want no movement."""

import re

import pytest
from browser.kitchen import PHONE, Kitchen
from playwright.async_api import expect

pytestmark = pytest.mark.long

DISH = "mici"

TONES = """
    window.tones = 0;
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (...when) { window.tones += 1; return start.apply(this, when); };
"""
LOCKS = """
    window.locks = [];
    Object.defineProperty(navigator, "wakeLock", { value: { request: async (kind) => window.locks.push(kind) } });
"""


async def test_a_new_ticket_sounds_once_somebody_has_touched_the_screen(kitchen: Kitchen) -> None:
    display = await kitchen.display("grill", before=[TONES])
    sound = display.button(re.compile("sound", re.IGNORECASE))
    await expect(sound).to_have_accessible_name("Tap for sound")
    await display.page.locator(".clock").click()
    await expect(sound).to_have_accessible_name("Sound")
    order = await kitchen.order(DISH)
    await expect(display.ticket(order)).to_be_visible()
    assert await display.page.evaluate("window.tones") == 2


async def test_a_muted_screen_stays_silent_and_muted(kitchen: Kitchen) -> None:
    display = await kitchen.display("grill", before=[TONES])
    await display.page.locator(".clock").click()
    await display.button("Sound").click()
    await expect(display.button("Muted")).to_have_attribute("aria-pressed", "false")
    await expect(display.ticket(await kitchen.order(DISH))).to_be_visible()
    assert await display.page.evaluate("window.tones") == 0
    await display.page.reload()
    await display.until_live()
    await expect(display.button("Muted")).to_be_visible()


async def test_the_screen_is_asked_not_to_sleep_again_whenever_it_is_seen_again(kitchen: Kitchen) -> None:
    display = await kitchen.display("grill", before=[LOCKS])
    assert await display.page.evaluate("window.locks") == ["screen"]
    await display.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert await display.page.evaluate("window.locks") == ["screen", "screen"]


async def test_colours_follow_the_device_until_somebody_chooses(kitchen: Kitchen) -> None:
    display = await kitchen.display("grill", color_scheme="light")
    page = display.page.locator("html")
    await expect(page).to_have_attribute("data-theme", "light")
    await display.page.emulate_media(color_scheme="dark")
    await expect(page).to_have_attribute("data-theme", "dark")
    await display.button("Settings").first.click()
    await display.button("Light", display.dialog).click()
    await expect(page).to_have_attribute("data-theme", "light")
    await display.page.reload()
    await expect(page).to_have_attribute("data-theme", "light")


@pytest.mark.parametrize(("wish", "moves"), [("reduce", False), ("no-preference", True)])
async def test_a_ticket_fades_but_for_those_who_want_no_movement(kitchen: Kitchen, wish: str, moves: bool) -> None:
    display = await kitchen.display("grill", reduced_motion=wish)
    order = await kitchen.order(DISH)
    await expect(display.ticket(order)).to_be_visible()
    await display.page.evaluate("""() => {
        window.moved = 0;
        // What takes a hundredth of a millisecond is no movement.
        const takes = (style) => Math.max(parseFloat(style.transitionDuration), parseFloat(style.animationDuration));
        for (const kind of ["transitionrun", "animationstart"])
            addEventListener(kind, ({ target }) => (window.moved += Number(takes(getComputedStyle(target)) > 0.001)));
    }""")
    await display.button("Bump", display.ticket(order)).click()
    await expect(display.ticket(order)).to_have_count(0)
    assert await display.page.evaluate("window.moved > 0") == moves


async def test_a_phone_shows_one_column_at_a_time(kitchen: Kitchen) -> None:
    display = await kitchen.display("grill", size=PHONE, has_touch=True)
    order = await kitchen.order(DISH)
    await display.ticket(order).locator(".step").tap()
    await expect(display.ticket(order)).to_be_hidden()
    await display.page.get_by_role("group", name="Columns").get_by_role("button", name="In progress").tap()
    await expect(display.ticket(order)).to_be_visible()
    await display.button("Bump", display.ticket(order)).tap()
    await kitchen.until_order(order, "READY")


async def test_a_phone_reports_a_ticket_when_the_column_that_has_it_is_shown(kitchen: Kitchen) -> None:
    display = await kitchen.display("grill", size=PHONE, has_touch=True)
    columns = display.page.get_by_role("group", name="Columns")
    await columns.get_by_role("button", name="Ready").tap()
    order = await kitchen.order(DISH)
    await expect(display.page.locator(".ticket")).to_be_attached()
    # What is answered later was sent later: a receipt would be there by now.
    await display.button("Recall").tap()
    await expect(display.dialog).to_contain_text("Nothing was bumped yet.")
    await display.page.keyboard.press("Escape")
    (known,) = [one for one in kitchen.waiter.state.of("order") if one["id"] == order["id"]]
    assert known["lines"][0]["seenAt"] is None
    await columns.get_by_role("button", name="New").tap()
    await kitchen.waiter.until(
        lambda state: any(one["id"] == order["id"] and one["lines"][0]["seenAt"] for one in state.of("order"))
    )
