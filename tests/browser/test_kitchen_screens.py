"""Several screens in one kitchen: those of a station agree, others see their own, and the floor knows who is live."""

import asyncio
from typing import Any

from browser.kitchen import KEEPS, Kitchen
from comanda_client import State
from integration.brigade import has_alarms, has_screens, of_two_stations
from playwright.async_api import expect

from models.alarm import AlarmKind
from server.duties import Duty
from server.watching import DARK, UNSEEN

DISH, OTHER, SALAD = "mici", "ceafa-de-porc", "salata-greceasca"


async def perform(kitchen: Kitchen, duty: Duty) -> None:
    await asyncio.gather(*(app.duties.perform(duty) for app in kitchen.house.apps))


def seen(state: State, order: dict[str, Any]) -> list[bool]:
    """Return which lines of an order the kitchen has, as the floor is told."""
    known = next((one for one in state.of("order") if one["id"] == order["id"]), {"lines": []})
    return [line["seenAt"] is not None for line in known["lines"]]


# ── who sees what ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_two_screens_of_one_station_on_two_servers_agree(kitchen: Kitchen) -> None:
    one = await kitchen.display("grill")
    other = await kitchen.display("grill", url=kitchen.house.installation.addresses[1])
    order = await kitchen.order(DISH, OTHER)
    await one.ticket(order, one.column("New")).locator(".step").first.click()
    line = other.ticket(order, other.column("New")).locator(".line").first
    await expect(line).to_have_attribute("data-status", "IN_PROGRESS")
    await other.button("Bump", other.ticket(order)).click()
    await expect(one.ticket(order)).to_have_count(0)
    await one.button("Recall").click()
    await one.button("Recall", one.dialog.get_by_role("listitem")).click()
    await expect(other.ticket(order)).to_be_visible()


async def test_of_two_cooks_one_wins_and_the_other_sees_the_new_state(kitchen: Kitchen) -> None:
    one, late = await kitchen.display("grill"), await kitchen.display("grill", url=kitchen.premises.network_url)
    order = await kitchen.order(DISH)
    line = late.ticket(order, late.column("New")).locator(".line")
    await expect(line).to_be_visible()
    kitchen.premises.network.swallow()
    await one.button(f"More about {kitchen.name(DISH)}", one.ticket(order)).click()
    await one.button("Ready", one.dialog).click()
    await kitchen.until_order(order, "READY")
    await late.ticket(order).locator(".step").click()
    await expect(late.ticket(order, late.column("In progress"))).to_be_visible()
    kitchen.premises.network.restore()
    await expect(late.ticket(order, late.column("Ready"))).to_be_visible()
    await expect(late.page.locator(".toast.refused")).to_contain_text(f"T1 #{order['number']}")
    await kitchen.until_order(order, "READY")


async def test_a_screen_of_another_station_does_not_show_a_ticket(kitchen: Kitchen) -> None:
    grill, cold = await kitchen.display("grill"), await kitchen.display("cold")
    for_grill, for_both = await kitchen.order(DISH), await kitchen.order(DISH, SALAD, table=1)
    await expect(grill.tickets()).to_have_count(2)
    await expect(cold.ticket(for_both)).to_contain_text(kitchen.name(SALAD))
    await expect(cold.ticket(for_both)).not_to_contain_text(kitchen.name(DISH))
    await expect(cold.ticket(for_grill)).to_have_count(0)


async def test_a_dish_of_two_stations_is_on_both_and_each_has_its_own_steps(kitchen: Kitchen) -> None:
    grill, cold = await kitchen.display("grill"), await kitchen.display("cold")
    order = await kitchen.order(of_two_stations(kitchen.house))
    await grill.button("Bump", grill.ticket(order)).click()
    await expect(grill.ticket(order)).to_have_count(0)
    await expect(cold.ticket(order, cold.column("New"))).to_be_visible()
    await cold.button("Bump", cold.ticket(order)).click()
    await kitchen.until_order(order, "READY")


async def test_one_screen_for_all_stations_shows_every_ticket_with_its_station(kitchen: Kitchen) -> None:
    display = await kitchen.display()
    order = await kitchen.order(DISH, SALAD)
    await expect(display.ticket(order)).to_have_count(2)
    await expect(display.ticket(order).filter(has_text=kitchen.name(SALAD))).to_contain_text("Cold kitchen")
    await expect(display.ticket(order).filter(has_text=kitchen.name(DISH))).to_contain_text("Grill and stove")


# ── who knows of whom ─────────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_floor_reads_that_the_kitchen_has_it_when_a_screen_has_shown_it(kitchen: Kitchen) -> None:
    await kitchen.display("cold")
    order = await kitchen.order(DISH, SALAD)
    await kitchen.waiter.until(lambda state: seen(state, order) == [False, True])
    await kitchen.display("grill")
    await kitchen.waiter.until(lambda state: seen(state, order) == [True, True])


async def test_a_screen_of_several_stations_is_none_of_theirs_before_one_is_chosen(kitchen: Kitchen) -> None:
    _, token = await kitchen.paired("grill", "cold")
    display = await kitchen.unpaired()
    await display.page.add_init_script(f"localStorage.setItem('{KEEPS}deviceToken', JSON.stringify('{token}'))")
    await display.open(kitchen.url)
    grill = display.button("Grill and stove")
    await expect(grill).to_be_visible()
    await kitchen.waiter.until(has_screens(grill=0, cold=0))
    await grill.click()
    await kitchen.waiter.until(has_screens(grill=1, cold=0))


async def test_the_floor_is_alarmed_when_the_screen_of_a_station_dies(kitchen: Kitchen) -> None:
    display = await kitchen.display("grill")
    await kitchen.order(DISH)
    await kitchen.waiter.until(has_screens(grill=1))
    await display.page.goto("about:blank")
    await kitchen.waiter.until(has_screens(grill=0))
    kitchen.house.clock.advance(seconds=6)
    await perform(kitchen, DARK)
    await kitchen.waiter.until(has_alarms(AlarmKind.STATION_DARK))
    await display.open(kitchen.url)
    await kitchen.waiter.until(has_screens(grill=1))
    await kitchen.waiter.until(has_alarms())


async def test_a_ticket_that_nobody_saw_comes_to_the_station_that_stands_in(kitchen: Kitchen) -> None:
    display = await kitchen.display("cold")
    order = await kitchen.order(DISH)
    kitchen.house.clock.advance(seconds=21)
    await perform(kitchen, UNSEEN)
    await expect(display.ticket(order).locator(".band.backup")).to_have_text(
        "For Grill and stove: no screen there has shown it"
    )
    await kitchen.waiter.until(lambda state: seen(state, order) == [True])
