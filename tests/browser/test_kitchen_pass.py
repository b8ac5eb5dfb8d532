"""The pass and what concerns several stations: two levels, courses held and fired, lines that were struck."""

import re
from typing import Any

from browser.kitchen import Kitchen
from playwright.async_api import expect

STARTER, MAIN, SALAD = "zacusca", "mici", "salata-greceasca"


async def hold(kitchen: Kitchen, course: str) -> None:
    await kitchen.waiter.operate("course:hold", {"sessionId": (await kitchen.party()).id, "course": course})


async def void(kitchen: Kitchen, order: dict[str, Any], **what: Any) -> None:
    """Have the waiter take the first line of an order off."""
    line = {"orderId": order["id"], "lineId": order["lines"][0]["id"], "reason": "changed their mind"}
    await kitchen.waiter.operate("line:void", line | what | {"sessionId": (await kitchen.party()).id})


# ── the pass ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_an_order_of_two_stations_is_one_card_on_the_pass(kitchen: Kitchen) -> None:
    expo = await kitchen.display("expo")
    order = await kitchen.order(MAIN, SALAD)
    card = expo.ticket(order, expo.column("Cooking"))
    await expect(card.locator(".part .station")).to_have_text(["Cold kitchen", "Grill and stove"])
    await expect(card).to_contain_text(kitchen.name(MAIN))
    await expect(card).to_contain_text(kitchen.name(SALAD))


async def test_an_order_goes_over_the_pass_in_two_levels(kitchen: Kitchen) -> None:
    expo, grill = await kitchen.display("expo"), await kitchen.display("grill")
    order = await kitchen.order(MAIN)
    await grill.button("Bump", grill.ticket(order)).click()
    await expect(grill.ticket(order)).to_have_count(0)
    await expo.button("Assembled", expo.ticket(order, expo.column("Ready"))).click()
    await expo.button("Run", expo.ticket(order, expo.column("Run"))).click()
    await expect(expo.ticket(order)).to_have_count(0)
    await kitchen.until_order(order, "SERVED")


async def test_an_order_that_was_run_by_mistake_is_brought_back(kitchen: Kitchen) -> None:
    expo = await kitchen.display("expo")
    order = await kitchen.order(MAIN, SALAD)
    await expo.button("Assembled", expo.ticket(order)).click()
    await expo.button("Run", expo.ticket(order, expo.column("Run"))).click()
    await kitchen.until_order(order, "SERVED", "SERVED")
    await expo.button("Undo").click()
    await kitchen.until_order(order, "READY", "READY")
    await expect(expo.ticket(order)).to_be_visible()


async def test_the_pass_shows_how_busy_each_station_is_and_which_has_no_screen(kitchen: Kitchen) -> None:
    expo = await kitchen.display("expo")
    await kitchen.display("grill")
    await kitchen.order({"itemId": MAIN, "quantity": 3})
    loads = expo.page.get_by_role("list", name="Stations").get_by_role("listitem")
    grill, cold = loads.filter(has_text="Grill and stove"), loads.filter(has_text="Cold kitchen")
    await expect(grill).to_contain_text("3 open")
    await expect(grill).not_to_contain_text("No screen")
    await expect(cold).to_contain_text("No screen")


# ── courses ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_held_course_is_grey_and_is_not_begun(kitchen: Kitchen) -> None:
    grill = await kitchen.display("grill")
    order = await kitchen.order(MAIN)
    line = grill.ticket(order).locator(".line")
    await expect(line).to_have_attribute("data-tone", re.compile("green|waiting"))
    await hold(kitchen, "MAINS")
    await expect(line).to_have_attribute("data-held", "true")
    await expect(line.locator(".age")).to_have_text("held")
    soft = await grill.page.locator(".column h2").first.evaluate("it => getComputedStyle(it).color")
    assert await line.locator(".dish").evaluate("it => getComputedStyle(it).color") == soft
    await line.locator(".step").click()
    await expect(grill.dialog.get_by_role("group", name="Move to")).to_have_count(0)
    await grill.page.keyboard.press("Escape")
    await expect(grill.button("Fire")).to_have_count(0)
    await grill.button("All day").click()
    await expect(grill.page.get_by_role("complementary")).to_contain_text("Nothing to cook.")


async def test_the_pass_fires_a_held_course(kitchen: Kitchen) -> None:
    expo, grill = await kitchen.display("expo"), await kitchen.display("grill")
    order = await kitchen.order(MAIN)
    await hold(kitchen, "MAINS")
    await expect(grill.ticket(order).locator(".line")).to_have_attribute("data-held", "true")
    await expo.button("Fire", expo.ticket(order)).click()
    await expect(grill.ticket(order).locator(".line")).to_have_attribute("data-held", "false")
    await expect(expo.button("Fire", expo.ticket(order))).to_have_count(0)


async def test_the_pass_holds_a_course_and_rushes_an_order(kitchen: Kitchen) -> None:
    expo, grill = await kitchen.display("expo"), await kitchen.display("grill")
    order = await kitchen.order(MAIN)
    await expo.button("Hold Mains", expo.ticket(order)).click()
    await expect(grill.ticket(order).locator(".line")).to_have_attribute("data-held", "true")
    await expo.button("More about T1", expo.ticket(order)).click()
    await expo.button("Rush", expo.dialog).click()
    await expect(grill.ticket(order).locator(".band.rush")).to_be_visible()


# ── what was taken off ────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_line_that_was_taken_off_stays_struck_until_it_is_tapped(kitchen: Kitchen) -> None:
    grill = await kitchen.display("grill")
    order = await kitchen.order(MAIN, "ceafa-de-porc")
    await void(kitchen, order)
    line = grill.ticket(order).locator(".line").first
    await expect(line).to_contain_text("Cancelled. Tap: seen")
    assert "line-through" in await line.locator(".name").evaluate("it => getComputedStyle(it).textDecorationLine")
    await grill.page.reload()
    await expect(line).to_contain_text("Cancelled. Tap: seen")
    await line.locator(".step").click()
    await expect(grill.ticket(order).locator(".line")).to_have_count(1)
    await expect(grill.ticket(order)).not_to_contain_text(kitchen.name(MAIN))


async def test_portions_that_were_taken_off_are_told_and_the_rest_is_cooked(kitchen: Kitchen) -> None:
    grill = await kitchen.display("grill")
    order = await kitchen.order({"itemId": MAIN, "quantity": 3})
    await void(kitchen, order, quantity=1)
    line = grill.ticket(order).locator(".line")
    await expect(line).to_contain_text(f"2× {kitchen.name(MAIN)}")
    await expect(line).to_contain_text("1 of 3 taken off. Tap: seen")
    await line.locator(".step").click()
    await expect(line).to_have_attribute("data-struck", "false")
    await expect(line).to_have_attribute("data-status", "NEW")


async def test_a_ticket_of_nothing_but_struck_lines_leaves_when_the_last_is_tapped(kitchen: Kitchen) -> None:
    grill = await kitchen.display("grill")
    order = await kitchen.order(MAIN)
    await void(kitchen, order)
    await expect(grill.ticket(order).locator(".line")).to_have_attribute("data-struck", "true")
    await grill.ticket(order).locator(".step").click()
    await expect(grill.ticket(order)).to_have_count(0)


async def test_what_is_taken_off_while_it_waits_on_the_pass_stays_struck_there(kitchen: Kitchen) -> None:
    grill, expo = await kitchen.display("grill"), await kitchen.display("expo")
    order = await kitchen.order(MAIN)
    await grill.button("Bump", grill.ticket(order)).click()
    await expect(expo.ticket(order, expo.column("Ready"))).to_be_visible()
    await void(kitchen, order)
    line = expo.ticket(order).locator(".line")
    await expect(line).to_contain_text("Cancelled. Tap: seen")
    await line.locator(".step").click()
    await expect(expo.ticket(order)).to_have_count(0)
