"""A station's board in a real browser: what a ticket shows, and what a cook does with it by touch and mouse."""

import re
from datetime import datetime

import pytest
from browser.kitchen import Display, Kitchen
from playwright.async_api import Locator, expect

DISH, OTHER, SOUP = "mici", "ceafa-de-porc", "ciorba-de-fasole"


async def drag(display: Display, what: Locator, to: Locator) -> None:
    """Drag with the mouse, from the middle of one thing to the middle of another."""
    start, end = await middle(what), await middle(to)
    await display.page.mouse.move(*start)
    await display.page.mouse.down()
    await display.page.mouse.move(*end, steps=6)
    await display.page.mouse.up()


async def swipe(display: Display, what: Locator, to: Locator) -> None:
    """Drag with a finger."""
    (x, y), (end_x, end_y) = await middle(what), await middle(to)
    touch = await display.context.new_cdp_session(display.page)
    await touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 7):
        point = {"x": x + (end_x - x) * step / 6, "y": y + (end_y - y) * step / 6}
        await touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    await touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


async def middle(what: Locator) -> tuple[float, float]:
    box = await what.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


# ── what is shown ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_new_ticket_appears_with_all_that_a_cook_must_know(kitchen: Kitchen) -> None:
    display = await kitchen.display("grill")
    mici = {"itemId": DISH, "quantity": 2, "modifiers": ["sauce-garlic", "no-onion"], "note": "well done"}
    order = await kitchen.order(mici | {"avoid": ["MUSTARD"]}, OTHER)
    ticket = display.ticket(order, display.column("New"))
    await expect(ticket.get_by_role("heading", level=3, name="T1")).to_be_visible()
    await expect(ticket).to_contain_text("Dine in")
    await expect(ticket).to_contain_text(f"#{order['number']}")
    await expect(ticket).to_contain_text("Ana Ionescu")
    await expect(ticket.locator("time.placed")).to_have_attribute("datetime", order["placedAt"])
    await expect(ticket.locator("time.placed")).to_have_text(re.compile(r"^\d\d:\d\d$"))
    await expect(ticket.locator(".waited")).to_have_text("0 min")
    await expect(ticket.locator(".line")).to_have_count(2)
    line = ticket.locator(".line").first
    await expect(line).to_contain_text(f"2× {kitchen.name(DISH)}")
    await expect(line.locator(".modifier")).to_have_text(["Garlic sauce", "No onion"])
    await expect(line.locator(".note")).to_have_text("well done")
    await expect(ticket.locator(".band.allergy")).to_have_text("Allergy: no mustard")
    await expect(ticket.locator(".band.rush")).to_have_count(0)


async def test_a_rush_order_has_a_banner_and_stands_before_all_others(kitchen: Kitchen) -> None:
    display = await kitchen.display("grill")
    first, second = await kitchen.order(DISH), await kitchen.order(OTHER, table=1)
    await expect(display.tickets("New")).to_have_count(2)
    await expect(display.tickets("New").first).to_have_accessible_name(re.compile(rf" {first['number']}$"))
    await kitchen.waiter.operate("order:prioritize", {"orderId": second["id"], "isPriority": True})
    await expect(display.ticket(second).locator(".band.rush")).to_have_text("Rush: before all others")
    await expect(display.tickets("New").first).to_have_accessible_name(re.compile(rf" {second['number']}$"))


async def test_a_party_that_was_moved_is_shown_at_its_new_table_with_the_old_one(kitchen: Kitchen) -> None:
    display = await kitchen.display("grill")
    order = await kitchen.order(DISH)
    party, table = await kitchen.party(), kitchen.house.tables[4]
    await expect(display.ticket(order)).to_be_visible()
    await kitchen.waiter.operate("session:move", {"sessionId": party.id, "tableId": table.id})
    await expect(display.ticket(order).get_by_role("heading", level=3, name="T5")).to_be_visible()
    await expect(display.ticket(order).locator(".was")).to_have_text("was T1")


async def test_orders_are_shown_as_they_came(kitchen: Kitchen) -> None:
    orders = [await kitchen.order(DISH, table=table) for table in (3, 1, 2)]
    display = await kitchen.display("grill")
    headings = display.column("New").get_by_role("heading", level=3)
    await expect(headings).to_have_text([re.compile(r"T4$"), re.compile(r"T2$"), re.compile(r"T3$")])
    assert [order["number"] for order in orders] == [1, 2, 3]


async def test_all_day_counts_say_how_many_of_each_dish_are_open(kitchen: Kitchen) -> None:
    display = await kitchen.display("grill")
    order = await kitchen.order({"itemId": DISH, "quantity": 3}, OTHER)
    await kitchen.order({"itemId": DISH, "quantity": 2}, table=1)
    await display.button("All day").click()
    counts = display.page.get_by_role("complementary", name="All day").get_by_role("listitem")
    await expect(counts).to_have_text([f"5{kitchen.name(DISH)}", f"1{kitchen.name(OTHER)}"])
    await display.button("Bump", display.ticket(order)).click()
    await expect(counts).to_have_text([f"2{kitchen.name(DISH)}"])


async def test_a_ticket_that_arrives_moves_nothing_of_what_is_looked_at(kitchen: Kitchen) -> None:
    display = await kitchen.display("grill")
    for table in range(8):
        await kitchen.order(DISH, OTHER, SOUP, table=table)
    await expect(display.tickets("New")).to_have_count(8)
    cards = display.column("New").locator(".cards")
    await cards.evaluate("it => { it.scrollTop = 700; return new Promise(requestAnimationFrame) }")
    looked_at = display.column("New").get_by_role("article", name="T4, order 4")
    before = await middle(looked_at)
    late = await kitchen.order(DISH, table=8)
    await expect(display.ticket(late)).to_be_attached()
    assert await middle(looked_at) == pytest.approx(before, abs=0.5)
    rush = await kitchen.order(DISH, table=9)
    await kitchen.waiter.operate("order:prioritize", {"orderId": rush["id"], "isPriority": True})
    await expect(display.tickets("New").first).to_have_accessible_name("S2, order 10")
    assert await middle(looked_at) == pytest.approx(before, abs=0.5)


async def test_a_card_far_below_is_drawn_when_it_is_come_to(kitchen: Kitchen) -> None:
    display = await kitchen.display("grill", size=(1280, 420))
    orders = [await kitchen.order(DISH, OTHER, SOUP, table=table) for table in range(9)]
    await expect(display.tickets("New")).to_have_count(9)
    last, lines = display.ticket(orders[-1]), display.ticket(orders[-1]).locator(".line")
    await expect(last).to_have_accessible_name(re.compile(r"^S1, "))
    await expect(lines).to_have_count(0)
    await display.tickets("New").first.hover()
    await display.page.mouse.wheel(0, 20_000)
    await expect(lines).to_have_count(3)
    await expect(last.get_by_role("button", name="Bump")).to_be_in_viewport()


async def test_a_card_far_below_is_reached_by_key(kitchen: Kitchen) -> None:
    display = await kitchen.display("grill", size=(1280, 420))
    orders = [await kitchen.order(DISH, OTHER, SOUP, table=table) for table in range(9)]
    last = display.ticket(orders[-1])
    await expect(last).to_be_attached()
    await last.focus()
    await display.page.keyboard.press("ArrowDown")
    await expect(last.locator(".step").first).to_be_focused()
    await expect(last).to_be_in_viewport()


async def test_a_change_of_one_ticket_draws_no_other(kitchen: Kitchen) -> None:
    display = await kitchen.display("grill")
    order, other = await kitchen.order(DISH, OTHER), await kitchen.order(DISH, table=1)
    await expect(display.tickets("New")).to_have_count(2)
    await display.ticket(other).evaluate("""card => {
        window.drawn = 0;
        const watch = new MutationObserver((changes) => (window.drawn += changes.length));
        watch.observe(card, { subtree: true, childList: true, attributes: true });
    }""")
    await display.ticket(order).locator(".step").first.click()
    await expect(display.ticket(order, display.column("New")).locator(".line").first).to_have_attribute(
        "data-status", "IN_PROGRESS"
    )
    await kitchen.until_order(order, "IN_PROGRESS", "NEW")
    await display.button("Bump", display.ticket(order)).click()
    await expect(display.ticket(order)).to_have_count(0)
    assert await display.page.evaluate("window.drawn") == 0


# ── what is done ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_ticket_is_dragged_to_ready_with_the_mouse(kitchen: Kitchen) -> None:
    display = await kitchen.display("grill")
    order = await kitchen.order(DISH, OTHER)
    await drag(display, display.ticket(order).get_by_role("heading", level=3), display.column("Ready"))
    await expect(display.ticket(order, display.column("Ready"))).to_be_visible()
    await kitchen.until_order(order, "READY", "READY")


async def test_a_ticket_is_dragged_with_a_finger(kitchen: Kitchen) -> None:
    display = await kitchen.display("grill", has_touch=True)
    order = await kitchen.order(DISH)
    ticket = display.ticket(order, display.column("New"))
    await swipe(display, ticket.get_by_role("heading", level=3), display.column("In progress"))
    await expect(display.ticket(order, display.column("In progress"))).to_be_visible()
    await kitchen.until_order(order, "IN_PROGRESS")


async def test_one_line_of_a_ticket_is_dragged_alone(kitchen: Kitchen) -> None:
    display = await kitchen.display("grill")
    order = await kitchen.order(DISH, OTHER)
    line = display.ticket(order, display.column("New")).locator(".line").nth(1)
    await drag(display, line.locator(".dish"), display.column("Ready"))
    await kitchen.until_order(order, "NEW", "READY")
    await expect(display.ticket(order, display.column("New"))).to_be_visible()


async def test_a_drag_that_ends_where_it_began_changes_nothing(kitchen: Kitchen) -> None:
    display = await kitchen.display("grill")
    order = await kitchen.order(DISH)
    ticket = display.ticket(order, display.column("New"))
    before = await ticket.locator(".line").first.get_attribute("data-status")
    await drag(display, ticket.locator(".dish"), display.column("New").get_by_role("heading", level=2))
    await expect(display.page.locator(".ghost")).to_have_count(0)
    await expect(ticket.locator(".line").first).to_have_attribute("data-status", before or "")
    await expect(display.page.locator(".toast")).to_have_count(0)


async def test_a_tap_takes_a_line_one_step_further(kitchen: Kitchen) -> None:
    display = await kitchen.display("grill")
    order = await kitchen.order(DISH)
    await display.ticket(order, display.column("New")).locator(".step").click()
    await kitchen.until_order(order, "IN_PROGRESS")
    await display.ticket(order, display.column("In progress")).locator(".step").click()
    await kitchen.until_order(order, "READY")
    await expect(display.ticket(order, display.column("Ready"))).to_be_visible()


async def test_one_touch_bumps_a_ticket(kitchen: Kitchen) -> None:
    display = await kitchen.display("grill", has_touch=True)
    order = await kitchen.order(DISH, OTHER)
    await display.button("Bump", display.ticket(order)).tap()
    await expect(display.ticket(order)).to_have_count(0)
    await kitchen.until_order(order, "READY", "READY")


async def test_what_was_done_last_is_undone(kitchen: Kitchen) -> None:
    display = await kitchen.display("grill")
    order = await kitchen.order(DISH, OTHER)
    await display.ticket(order).locator(".step").first.click()
    await kitchen.until_order(order, "IN_PROGRESS", "NEW")
    await display.button("Bump", display.ticket(order)).click()
    await kitchen.until_order(order, "READY", "READY")
    toast = display.page.get_by_role("status")
    await expect(toast).to_contain_text(f"T1 #{order['number']} bumped")
    await toast.get_by_role("button").click()
    await expect(display.ticket(order)).to_be_visible()
    await kitchen.until_order(order, "IN_PROGRESS", "NEW")
    await display.button("Undo").click()
    await kitchen.until_order(order, "NEW", "NEW")


async def test_a_ticket_is_recalled_from_the_list_of_what_was_bumped(kitchen: Kitchen) -> None:
    display = await kitchen.display("grill")
    first, second = await kitchen.order(DISH), await kitchen.order(OTHER, table=1)
    for order in (first, second):
        await display.button("Bump", display.ticket(order)).click()
        await kitchen.until_order(order, "READY")
    await display.button("Recall").click()
    rows = display.dialog.get_by_role("listitem")
    await expect(rows).to_have_count(2)
    await expect(rows.nth(0)).to_contain_text(f"T2 #{second['number']}")
    await expect(rows.nth(1)).to_contain_text(kitchen.name(DISH))
    await display.button("Recall", rows.nth(1)).click()
    await display.button("Close", display.dialog).click()
    await expect(display.ticket(first, display.column("New"))).to_be_visible()
    await kitchen.until_order(first, "NEW")


async def test_a_screen_of_several_stations_recalls_what_was_bumped_at_any_of_them(kitchen: Kitchen) -> None:
    display = await kitchen.display("bar", "grill", shows="*")
    order = await kitchen.order(DISH)
    await display.button("Bump", display.ticket(order)).click()
    await kitchen.until_order(order, "READY")
    await display.button("Recall").click()
    await display.button("Recall", display.dialog.get_by_role("listitem")).click()
    await kitchen.until_order(order, "NEW")


# ── what is sold out ──────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_dish_is_sold_out_from_its_line_and_back_on(kitchen: Kitchen) -> None:
    display = await kitchen.display("grill")
    order = await kitchen.order(DISH)
    await display.button(f"More about {kitchen.name(DISH)}", display.ticket(order)).click()
    choice = display.dialog.get_by_role("group", name=kitchen.name(DISH))
    await display.button("Until further notice", choice).click()
    known = await kitchen.waiter.until(lambda state: any(not one["isAvailable"] for one in state.of("item")))
    (item,) = known.of("item")
    assert (item["itemId"], item["until"]) == (DISH, None)
    await display.button(re.compile("^86")).click()
    row = display.dialog.get_by_role("listitem")
    await expect(row).to_contain_text(kitchen.name(DISH))
    await display.button("Back on", row).click()
    await kitchen.waiter.until(lambda state: all(one["isAvailable"] for one in state.of("item")))
    await expect(display.dialog).to_contain_text("Everything can be had.")


async def test_a_dish_that_was_said_to_be_sold_out_by_mistake_is_counted_as_before(kitchen: Kitchen) -> None:
    counted = {"itemId": DISH, "state": "AVAILABLE", "left": 9}
    await kitchen.waiter.operate("item:set-availability", counted)
    display = await kitchen.display("grill")
    order = await kitchen.order(DISH)
    await display.button(f"More about {kitchen.name(DISH)}", display.ticket(order)).click()
    await display.button("1 h", display.dialog.get_by_role("group", name=kitchen.name(DISH))).click()
    await kitchen.waiter.until(lambda state: any(not one["isAvailable"] for one in state.of("item")))
    await display.button("Undo").first.click()
    known = await kitchen.waiter.until(lambda state: all(one["isAvailable"] for one in state.of("item")))
    assert [one["left"] for one in known.of("item")] == [8]


async def test_an_option_is_snoozed_for_an_hour(kitchen: Kitchen) -> None:
    display = await kitchen.display("grill")
    order = await kitchen.order({"itemId": DISH, "modifiers": ["sauce-garlic"]})
    await display.button(f"More about {kitchen.name(DISH)}", display.ticket(order)).click()
    await display.button("1 h", display.dialog.get_by_role("group", name="Garlic sauce")).click()
    known = await kitchen.waiter.until(lambda state: any(not one["isAvailable"] for one in state.of("item")))
    (item,) = known.of("item")
    hours = (datetime.fromisoformat(item["until"]) - kitchen.house.clock.now()).total_seconds() / 3600
    assert item["itemId"] == "sauce-garlic"
    assert 0.95 < hours <= 1.01
    await expect(display.button(re.compile("^86"))).to_contain_text("1")
