"""The display without touch or mouse: keyboard, bump bar, and those who hear what is on the screen."""

import re
from typing import Any

from browser.kitchen import Display, Kitchen
from playwright.async_api import Locator, expect

DISH, OTHER, SALAD = "mici", "ceafa-de-porc", "salata-greceasca"

CONTROLS = {"button", "textbox", "link", "checkbox", "combobox", "article", "region", "dialog", "navigation", "Time"}
"""Roles that must have a name."""


LATER = """
    window.later = 0;
    const now = performance.now.bind(performance);
    performance.now = () => now() + window.later;
"""


async def unnamed(display: Display) -> list[str]:
    """Return the roles of controls that have no name, as assistive technology is told them."""
    session = await display.context.new_cdp_session(display.page)
    tree = (await session.send("Accessibility.getFullAXTree"))["nodes"]
    told = [(str(one["role"]["value"]), one.get("name", {}).get("value")) for one in tree if not one["ignored"]]
    assert "button" in dict(told)
    return [role for role, name in told if role in CONTROLS and not name]


async def focus(display: Display) -> dict[str, Any]:
    """Return what has the focus, and how that is seen."""
    return await display.page.evaluate("""() => {
        const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
        const { width, height } = document.activeElement.getBoundingClientRect();
        return { tag: document.activeElement.tagName, label: document.activeElement.textContent,
                 isSeen: outlineStyle === "solid" && parseFloat(outlineWidth) >= 2 && width > 0 && height > 0 };
    }""")  # type: ignore[no-any-return]


async def tab_to(display: Display, what: Locator) -> None:
    """Go on with the Tab key until something has the focus; everything on the way must show that it has it."""
    for _ in range(60):
        if await what.evaluate("it => it === document.activeElement"):
            return
        await display.page.keyboard.press("Tab")
        at = await focus(display)
        assert at["isSeen"] or at["tag"] == "BODY", at
    raise AssertionError("cannot be reached by the Tab key")


# ── keys ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_digit_of_the_bump_bar_bumps_the_ticket_of_that_place(kitchen: Kitchen) -> None:
    display = await kitchen.display("grill")
    first, second = await kitchen.order(DISH), await kitchen.order(OTHER, table=1)
    await expect(display.tickets("New")).to_have_count(2)
    await display.page.keyboard.press("2")
    await expect(display.ticket(second)).to_have_count(0)
    await kitchen.until_order(second, "READY")
    await expect(display.ticket(first).locator(".place")).to_have_text("1")
    await display.page.keyboard.press("1")
    await kitchen.until_order(first, "READY")


async def test_arrows_choose_space_steps_and_enter_bumps(kitchen: Kitchen) -> None:
    display = await kitchen.display("grill")
    first, second = await kitchen.order(DISH), await kitchen.order(DISH, OTHER, table=1)
    await expect(display.tickets("New")).to_have_count(2)
    press = display.page.keyboard.press
    await press("ArrowRight")
    await expect(display.ticket(first)).to_be_focused()
    await press("ArrowDown")
    await expect(display.ticket(first).locator(".step")).to_be_focused()
    await press("ArrowDown")
    await expect(display.ticket(second)).to_be_focused()
    await press("Space")
    await kitchen.until_order(second, "IN_PROGRESS", "NEW")
    await expect(display.ticket(second)).to_be_focused()
    await press("Enter")
    await kitchen.until_order(second, "READY", "READY")
    await expect(display.ticket(second)).to_have_count(0)
    await expect(display.ticket(first)).to_be_focused()


async def test_enter_on_a_line_does_what_a_tap_does(kitchen: Kitchen) -> None:
    display = await kitchen.display("grill")
    order = await kitchen.order(DISH, OTHER)
    await expect(display.ticket(order)).to_be_visible()
    await display.page.keyboard.press("ArrowRight")
    await display.page.keyboard.press("ArrowDown")
    await display.page.keyboard.press("Enter")
    await kitchen.until_order(order, "IN_PROGRESS", "NEW")


async def test_what_was_done_long_ago_is_not_undone_by_key(kitchen: Kitchen) -> None:
    display = await kitchen.display("grill", before=[LATER])
    order, other = await kitchen.order(DISH), await kitchen.order(OTHER, table=1)
    await expect(display.tickets("New")).to_have_count(2)
    await display.page.keyboard.press("2")
    await kitchen.until_order(other, "READY")
    await display.page.evaluate("window.later = 121_000")
    await display.page.keyboard.press("1")
    await kitchen.until_order(order, "READY")
    for _ in range(2):
        await display.page.keyboard.press("u")
    await kitchen.until_order(order, "NEW")
    await expect(display.ticket(order)).to_be_visible()
    await expect(display.ticket(other)).to_have_count(0)


async def test_letters_open_what_the_bar_has_and_escape_closes_it(kitchen: Kitchen) -> None:
    display = await kitchen.display("grill")
    await display.until_live()
    for key, heading in (("r", "The last hundred bumped"), ("e", "What is sold out"), ("?", "Keys")):
        await display.page.keyboard.press(key)
        await expect(display.dialog.get_by_role("heading", name=heading)).to_be_visible()
        await display.page.keyboard.press("Escape")
        await expect(display.dialog).to_have_count(0)
    await display.page.keyboard.press("a")
    await expect(display.page.get_by_role("complementary", name="All day")).to_be_visible()
    await display.page.keyboard.press("m")
    await expect(display.button("Muted")).to_be_visible()


async def test_keys_that_follow_at_once_are_not_lost(kitchen: Kitchen) -> None:
    display = await kitchen.display("grill")
    for key in ("r", "Escape", "r", "Escape", "e", "Escape", "?"):
        await display.page.keyboard.press(key)
    await expect(display.dialog.get_by_role("heading", name="Keys")).to_be_visible()
    await expect(display.dialog).to_have_count(1)
    # What the browser tells of those before comes later, and closes nothing.
    await display.page.evaluate("new Promise((done) => setTimeout(done, 100))")
    await expect(display.dialog).to_have_count(1)


async def test_a_bump_is_undone_by_key(kitchen: Kitchen) -> None:
    display = await kitchen.display("grill")
    order = await kitchen.order(DISH)
    await expect(display.ticket(order)).to_be_visible()
    await display.page.keyboard.press("1")
    await expect(display.ticket(order)).to_have_count(0)
    await display.page.keyboard.press("u")
    await expect(display.ticket(order)).to_be_visible()
    await kitchen.until_order(order, "NEW")


async def test_the_pass_is_worked_by_key(kitchen: Kitchen) -> None:
    display = await kitchen.display("expo")
    order = await kitchen.order(DISH, SALAD)
    await expect(display.ticket(order)).to_be_visible()
    await display.page.keyboard.press("1")
    await expect(display.ticket(order, display.column("Run"))).to_be_visible()
    await display.page.keyboard.press("1")
    await kitchen.until_order(order, "SERVED", "SERVED")


async def test_a_cook_needs_nothing_but_a_keyboard(kitchen: Kitchen) -> None:
    display = await kitchen.unpaired()
    await display.open(kitchen.url)
    press = display.page.keyboard.press
    enrolled = await kitchen.boss.operate("device:enrol", {"kind": "SCREEN", "name": "Keys", "stations": []})
    await expect(display.page.get_by_role("textbox")).to_be_focused()
    await display.page.keyboard.type(enrolled["code"])
    await press("Enter")
    grill = display.button("Grill and stove")
    await expect(grill).to_be_visible()
    await tab_to(display, grill)
    await press("Enter")
    order = await kitchen.order(DISH)
    ticket = display.ticket(order, display.column("New"))
    await expect(ticket).to_be_visible()
    await tab_to(display, display.button(f"More about {kitchen.name(DISH)}"))
    await press("Enter")
    await tab_to(display, display.dialog.get_by_role("button", name="Until further notice"))
    await press("Enter")
    await kitchen.waiter.until(lambda state: any(not one["isAvailable"] for one in state.of("item")))
    await expect(display.dialog).to_have_count(0)
    await tab_to(display, display.button("More about T1"))
    await press("Enter")
    await tab_to(display, display.button("All: In progress", display.dialog))
    await press("Enter")
    await kitchen.until_order(order, "IN_PROGRESS")
    await tab_to(display, display.button("Bump"))
    await press("Space")
    await kitchen.until_order(order, "READY")
    await press("r")
    await tab_to(display, display.button("Recall", display.dialog))
    await press("Enter")
    await press("Escape")
    await kitchen.until_order(order, "IN_PROGRESS")
    await expect(display.ticket(order)).to_be_visible()


# ── names ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_every_control_has_a_name(kitchen: Kitchen) -> None:
    display = await kitchen.unpaired()
    await display.open(kitchen.url)
    await expect(display.page.get_by_role("textbox")).to_be_visible()
    assert await unnamed(display) == []
    board, expo = await kitchen.display("grill"), await kitchen.display("expo")
    order = await kitchen.order({"itemId": DISH, "modifiers": ["sauce-garlic"]}, SALAD)
    await expect(board.ticket(order)).to_be_visible()
    await expect(expo.ticket(order)).to_be_visible()
    assert await unnamed(board) == []
    assert await unnamed(expo) == []


async def test_every_control_of_every_dialog_has_a_name(kitchen: Kitchen) -> None:
    display = await kitchen.display("grill")
    order, bumped = await kitchen.order({"itemId": DISH, "modifiers": ["sauce-garlic"]}), await kitchen.order(OTHER)
    await display.button("Bump", display.ticket(bumped)).click()
    await kitchen.until_order(bumped, "READY")
    await display.ticket(order).wait_for()
    for opener in (
        display.button("Recall"),
        display.button("86"),
        display.button("Settings").first,
        display.button("More about T1"),
        display.button(f"More about {kitchen.name(DISH)}"),
    ):
        await opener.click()
        await expect(display.dialog).to_be_visible()
        assert await unnamed(display) == []
        await display.page.keyboard.press("Escape")
        await expect(opener).to_be_focused()


async def test_what_a_line_is_and_what_a_tap_does_is_said(kitchen: Kitchen) -> None:
    display = await kitchen.display("grill")
    order = await kitchen.order({"itemId": DISH, "quantity": 2, "note": "well done", "avoid": ["MUSTARD"]})
    step = display.ticket(order).locator(".step")
    for part in ("New", f"2 ?× {re.escape(kitchen.name(DISH))}", "well done", "Allergy: no mustard"):
        await expect(step).to_have_accessible_name(re.compile(part))
    await expect(step).to_have_accessible_description("Tap: In progress")
    await expect(display.page.get_by_role("main")).to_have_count(1)
    await expect(display.page).to_have_title(re.compile("kitchen", re.IGNORECASE))
