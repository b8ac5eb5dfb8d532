"""Tables on the page of the floor: opened with one tap, moved and merged by hand and by keyboard."""

import asyncio
import re

import pytest
from browser.dining import Dining
from browser.tab import Tab
from integration.house import Party
from playwright.async_api import Locator, expect

FAR_DOWN = 60
"""Below the name of a card, in pixels: where a finger takes it."""


def table(tab: Tab, name: str) -> Locator:
    """The card of a table."""
    return tab.page.locator(".table").filter(has=tab.page.locator(".name", has_text=re.compile(rf"^{name}$")))


def names(dining: Dining, count: int) -> list[str]:
    """What the first tables of the house are called."""
    return [one.name for one in dining.house.tables[:count]]


async def drag(tab: Tab, source: Locator, target: Locator) -> None:
    """Drag one card onto another with a mouse."""
    begin, end = await source.bounding_box(), await target.bounding_box()
    assert begin
    assert end
    await tab.page.mouse.move(begin["x"] + 20, begin["y"] + FAR_DOWN)
    await tab.page.mouse.down()
    await tab.page.mouse.move(end["x"] + 40, end["y"] + FAR_DOWN, steps=5)
    await tab.page.mouse.up()


async def drag_by_finger(tab: Tab, source: Locator, target: Locator, rest_seconds: float) -> None:
    """Put a finger on one card, let it rest, and draw it onto another."""
    begin, end = await source.bounding_box(), await target.bounding_box()
    assert begin
    assert end
    session = await tab.context.new_cdp_session(tab.page)
    (x, y), (right, down) = (begin["x"] + 20, begin["y"] + FAR_DOWN), (end["x"] + 40, end["y"] + FAR_DOWN)
    points = [(x, y), *((x + (right - x) * part / 5, y + (down - y) * part / 5) for part in range(1, 6))]
    for at, (across, below) in enumerate(points):
        kind = "touchMove" if at else "touchStart"
        await session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": across, "y": below}]})
        await asyncio.sleep(0 if at else rest_seconds)
    await session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


async def press(tab: Tab, name: str | re.Pattern[str]) -> None:
    """Press a button with the keyboard alone."""
    button = tab.page.get_by_role("button", name=name, exact=isinstance(name, str))
    await button.focus()
    await button.press("Enter")


async def test_a_table_opens_with_one_tap_and_a_phone_joins_by_the_pin_that_is_shown(dining: Dining) -> None:
    waiter = await dining.waiter()
    card = table(waiter, names(dining, 1)[0])
    await card.get_by_role("button", name=re.compile("^Open")).dblclick()
    pin = await waiter.page.locator(".pin").get_attribute("aria-label")
    link = await waiter.page.locator(".qr a").get_attribute("href")
    assert pin
    assert link
    # The second tap asked for nothing more.
    await expect(waiter.page.locator(".toast.refused")).to_have_count(0)
    await waiter.require_no_serious()
    digits, token = "".join(re.findall(r"\d", pin)), link.rpartition("/")[2]
    await dining.diner(Party("", digits, dining.house.tables[0], token), "Ana", is_blank=True)
    await waiter.page.get_by_role("button", name="Done").tap()
    await expect(card).to_have_attribute("data-state", "ordering")
    await waiter.require_no_serious()


async def test_a_party_that_is_dragged_to_a_free_table_moves_there_and_back_by_undo(dining: Dining) -> None:
    first, second = names(dining, 2)
    await dining.party(0)
    waiter = await dining.waiter()
    await drag(waiter, table(waiter, first), table(waiter, second))
    await expect(table(waiter, second)).to_have_attribute("data-state", "open")
    await expect(table(waiter, first)).to_have_attribute("data-state", "free")
    await waiter.page.get_by_role("button", name="Undo").click()
    await expect(table(waiter, first)).to_have_attribute("data-state", "open")
    await expect(table(waiter, second)).to_have_attribute("data-state", "free")


@pytest.mark.long
@pytest.mark.parametrize("is_noisy", [False, True], ids=["at once", "after a guest has asked for something"])
async def test_a_tablet_that_was_opened_after_a_move_can_take_it_back(dining: Dining, *, is_noisy: bool) -> None:
    first, second = names(dining, 2)
    party = await dining.party(0)
    phone = await dining.house.phone(party, "Ana")
    await dining.kitchen.waiter.operate("session:move", {"sessionId": party.id, "tableId": dining.house.tables[1].id})
    if is_noisy:
        await phone.operate("service:request", {"kind": "WATER"})
    waiter = await dining.waiter()
    await table(waiter, second).locator(".face").tap()
    await waiter.page.get_by_role("button", name=f"Back to {first}").click()
    await expect(table(waiter, first)).to_have_attribute("data-state", "ordering")
    await expect(table(waiter, second)).to_have_attribute("data-state", "free")


SET_BACK = "() => { const { now } = Date; Date.now = () => now.call(Date) - 5 * 3_600_000; }"


@pytest.mark.long
async def test_ages_are_right_when_the_clock_of_a_tablet_is_set_while_it_is_looked_at(dining: Dining) -> None:
    await dining.party(0)
    dining.house.clock.advance(minutes=20)
    waiter = await dining.waiter()
    facts = table(waiter, names(dining, 1)[0]).locator(".facts")
    await expect(facts).to_contain_text("20 min")
    async with waiter.page.expect_websocket():
        await waiter.page.evaluate(SET_BACK)
    await expect(facts).to_contain_text("20 min")


@pytest.mark.long
async def test_a_finger_drags_a_party_after_it_has_rested_and_scrolls_before(dining: Dining) -> None:
    first, second = names(dining, 2)
    await dining.party(0)
    waiter = await dining.waiter()
    await drag_by_finger(waiter, table(waiter, first), table(waiter, second), 0)
    await expect(table(waiter, first)).to_have_attribute("data-state", "open")
    await drag_by_finger(waiter, table(waiter, first), table(waiter, second), 0.5)
    await expect(table(waiter, second)).to_have_attribute("data-state", "open")
    await expect(table(waiter, first)).to_have_attribute("data-state", "free")


@pytest.mark.long
async def test_a_party_dropped_on_another_is_merged_when_somebody_says_so_and_parted_by_dragging_it_off(
    dining: Dining,
) -> None:
    first, second, third = names(dining, 3)
    await dining.party(0)
    await dining.party(1)
    waiter = await dining.waiter()
    await drag(waiter, table(waiter, first), table(waiter, second))
    await waiter.require_no_serious()
    await waiter.page.get_by_role("button", name="Merge", exact=True).click()
    await expect(table(waiter, first)).to_have_attribute("data-state", "merged")
    await drag(waiter, table(waiter, first), table(waiter, third))
    await expect(table(waiter, third)).to_have_attribute("data-state", "open")
    await expect(table(waiter, first)).to_have_attribute("data-state", "free")


async def test_parties_are_merged_and_parted_by_keyboard_and_two_tablets_see_the_same(dining: Dining) -> None:
    first, second = names(dining, 2)
    await dining.party(0)
    await dining.party(1)
    waiter, other = await dining.waiter(), await dining.waiter("CASHIER")
    await press(waiter, re.compile(rf"^{first}\b"))
    await press(waiter, "Move, merge, close …")
    await press(waiter, "Merge with another party")
    await press(waiter, f"{second} open")
    await press(waiter, "Merge")
    for tab in (waiter, other):
        await expect(table(tab, first)).to_have_attribute("data-state", "merged")
    await expect(waiter.page.get_by_role("heading", name=f"{second} + {first}")).to_be_visible()
    await press(waiter, "Move, merge, close …")
    await press(waiter, f"Take {first} out again")
    for tab in (waiter, other):
        await expect(table(tab, first)).to_have_attribute("data-state", "open")
