"""What changes while somebody is about to order from home: prices, room in a slot, a busy kitchen, the network.
What they read is right, and they order once, what they agreed to.
"""

import re
from datetime import timedelta
from typing import Any

import pytest
from browser.at_home import Customer, known_customer
from browser.dining import Dining
from browser.tab import LOST
from integration.customers import CENTRE, deliver, order_of, proved
from integration.waits import look
from playwright.async_api import Locator, WebSocketRoute, expect
from web.paper import Network

from models.hours import Window
from models.slot import SlotRule

DISH = "mici"
SLOTS = SlotRule(hours=(Window(opens="00:00", closes="24:00"),), minutes=30, cap=3, days=1)


async def orders(dining: Dining, count: int = 1) -> list[dict[str, Any]]:
    """Return what the floor knows to be ordered from home, when there is so much."""
    found = await dining.kitchen.waiter.until(lambda state: len(of_homes(state)) >= count)
    return of_homes(found)


def of_homes(state: Any) -> list[dict[str, Any]]:
    return [one for one in state.of("order") if one["delivery"]]


async def publish(dining: Dining, price: int) -> None:
    """Have the manager publish a menu on which the dish has another price."""
    boss = dining.kitchen.boss
    dish = dining.house.menu.dishes_by_id[DISH].model_dump(mode="json", by_alias=True)
    put = await boss.operate("menu:put-dish", {"draftVersion": 0, "dish": dish | {"price": price}})
    await boss.operate("menu:publish", {"draftVersion": put["draftVersion"]})


def untold(line: WebSocketRoute) -> None:
    """Bring a page everything but that there is another menu: so it is for a moment when one is published."""
    server = line.connect_to_server()
    server.on_message(lambda message: None if "menu:changed" in str(message) else line.send(message))


def problem(one: Customer) -> Locator:
    """What stands above the button."""
    return one.tab.page.locator(".foot .problem")


async def at_cart(dining: Dining, portions: int = 1, **plan: Any) -> Customer:
    """Somebody known whose cart is full, in front of the button that orders."""
    await deliver(dining.house, **plan)
    ana = await known_customer(dining)
    await ana.choose(DISH, portions)
    await ana.to_cart()
    return ana


async def choose_slot(one: Customer, slot: str) -> None:
    """Choose when, and wait until the house has said what that comes to."""
    found = one.tab.page.locator("#slot")
    await found.select_option(slot)
    await expect(found.locator("option").first).not_to_contain_text(":")
    await expect(one.tab.page.locator(".bill[data-fresh=true]")).to_be_visible()


async def test_a_price_that_changes_over_a_full_cart_is_read_before_it_is_paid(dining: Dining) -> None:
    ana = await at_cart(dining)
    await expect(ana.ordering).to_contain_text("RON 44.00")
    await publish(dining, 3700)
    await expect(problem(ana)).to_have_text("It comes to RON 49.00 now. Order at this price?")
    await expect(ana.tab.page.locator(".line-price")).to_have_text("RON 37.00")
    await ana.button("Order RON 49.00").click()
    await expect(ana.thanks).to_be_visible()
    (order,) = await orders(dining)
    assert order["total"]["amount"] == 3700


async def test_a_price_that_changes_as_the_button_is_pressed_is_asked_about_and_a_second_tap_orders_nothing_more(
    dining: Dining,
) -> None:
    ana = await at_cart(dining)
    await ana.tab.context.route_web_socket("**/socket.io/**", untold)
    await ana.tab.page.reload()
    await expect(ana.ordering).to_be_enabled()
    await publish(dining, 3700)
    await ana.button("Order RON 44.00").click()
    await expect(problem(ana)).to_have_text("It comes to RON 49.00 now. Order at this price?")
    await expect(ana.button("Order RON 49.00")).to_be_enabled()
    await ana.tab.page.evaluate("for (const _ of [1, 2]) document.querySelector('.foot .accent').click()")
    await expect(ana.thanks).to_be_visible()
    assert [one["total"]["amount"] for one in await orders(dining)] == [3700]


async def test_a_slot_that_fills_up_is_said_and_another_one_is_taken(dining: Dining) -> None:
    ana = await at_cart(dining, 2, slots=SLOTS)
    slot = ana.tab.page.locator("#slot")
    values = await slot.locator("option").evaluate_all("all => all.map((one) => one.value)")
    full, other = values[3], values[4]
    await choose_slot(ana, full)
    caller = await proved(dining.house, "+40712345670")
    await (await caller.connect()).operate("order:place", order_of(caller, slot=full))
    await ana.ordering.click()
    await expect(problem(ana)).to_have_text("This time is fully booked. Please choose another one.")
    await expect(slot).to_have_value(full)
    await expect(slot.locator(f"option[value='{full}']")).to_contain_text("(full)")
    await expect(ana.button(re.compile("^Order"))).to_be_disabled()
    await slot.select_option(other)
    await expect(problem(ana)).to_have_count(0)
    await ana.ordering.click()
    await expect(ana.thanks).to_be_visible()
    assert sorted(one["delivery"]["slot"] for one in await orders(dining, 2)) == [full, other]


async def test_a_busy_kitchen_is_waited_for_only_by_who_says_so(dining: Dining) -> None:
    boss, kitchen = dining.kitchen.boss, dining.kitchen
    (grill,) = [
        one for one in boss.state.of("station") if one["code"] == dining.house.menu.dishes_by_id[DISH].stations[0]
    ]
    await boss.operate("station:change", {"stationId": grill["id"], "busyPortions": 2})
    await kitchen.order({"itemId": DISH, "quantity": 6})
    await look(dining.house, lambda one: bool(one["open_portions"] == 6), grill["code"])
    ana = await at_cart(dining)
    await ana.ordering.click()
    await expect(ana.dialog).to_contain_text(
        re.compile(r"Your food may take \d+ minutes\. Nothing has been ordered yet\.")
    )
    await ana.button("Not now", ana.dialog).click()
    await expect(ana.dialog).to_have_count(0)
    await expect(ana.tab.page.locator(".line")).to_have_count(1)
    assert of_homes(kitchen.waiter.state) == []
    await ana.ordering.click()
    await ana.button("Order all the same", ana.dialog).click()
    await expect(ana.thanks).to_be_visible()
    assert len(await orders(dining)) == 1


async def test_below_the_minimum_it_is_said_what_lacks_and_nothing_old_is_shown(dining: Dining) -> None:
    ana = await at_cart(dining, 2, zones=(CENTRE.with_(minimum=5000),))
    await ana.button("One fewer", ana.tab.page.locator(".line")).click()
    await expect(problem(ana)).to_have_text(
        "We bring orders from RON 50.00 on to this address; your dishes come to RON 32.00."
    )
    await expect(ana.tab.page.locator(".bill")).to_have_count(0)
    await expect(ana.button("Order")).to_be_disabled()
    await ana.button("One more", ana.tab.page.locator(".line")).click()
    await expect(ana.ordering).to_be_enabled()
    await expect(problem(ana)).to_have_count(0)


@pytest.mark.long
async def test_a_pause_at_the_checkout_is_said_with_its_end_and_nothing_is_lost_over_it(dining: Dining) -> None:
    ana = await at_cart(dining)
    waiter, until = dining.kitchen.waiter, dining.house.clock.now() + timedelta(minutes=30)
    await waiter.operate("delivery:pause", {"until": until.isoformat()})
    await expect(problem(ana)).to_contain_text("We take orders again from")
    await expect(ana.button(re.compile("^Order"))).to_be_disabled()
    await ana.tab.require_no_serious()
    await waiter.operate("delivery:resume", {})
    await ana.ordering.click()
    await expect(ana.thanks).to_be_visible()


async def ordering_in_vain(dining: Dining) -> tuple[Customer, Network]:
    """A customer whose order is on its way, and the network that swallows it."""
    await deliver(dining.house)
    ana = await known_customer(dining, is_on_network=True)
    ana.tab.foresee(LOST)
    await ana.choose(DISH)
    await ana.to_cart()
    network = dining.kitchen.premises.network
    network.swallow("there")
    await ana.ordering.click()
    return ana, network


async def test_an_order_that_was_under_way_when_the_network_went_is_there_once_when_it_is_back(dining: Dining) -> None:
    ana, network = await ordering_in_vain(dining)
    await expect(ana.tab.page.locator(".sending")).to_have_text("Sending your order…")
    network.cut()
    await expect(ana.tab.page.locator(".sending")).to_contain_text("Your order is kept on this phone")
    await expect(ana.tab.page.locator(".line")).to_have_count(1)
    network.restore()
    await expect(ana.thanks).to_be_visible(timeout=40_000)
    assert len(await orders(dining)) == 1


async def test_what_is_chosen_while_an_order_is_on_its_way_stays_in_the_cart(dining: Dining) -> None:
    ana, network = await ordering_in_vain(dining)
    await expect(ana.tab.page.locator(".sending")).to_be_visible()
    await ana.tab.page.evaluate("location.hash = 'menu'")
    await ana.choose(DISH, 2)
    await ana.choose("papanasi")
    network.cut()
    network.restore()
    await expect(ana.thanks).to_be_visible(timeout=40_000)
    (order,) = await orders(dining)
    assert [(one["itemId"], one["quantity"]) for one in order["lines"]] == [(DISH, 1)]
    await ana.tab.page.evaluate("location.hash = 'cart'")
    await expect(ana.tab.page.locator(".line .stepper output")).to_have_text(["2", "1"])


CLOSING = """
  () => {
    const { transaction } = IDBDatabase.prototype;
    let lost = 0;
    IDBDatabase.prototype.transaction = function (...given) {
      if (this.name === "comanda.order" && lost++ < given_up) throw new DOMException("lost", "InvalidStateError");
      return transaction.apply(this, given);
    };
  }
"""
"""As phones do that take the database away from a page: so many times, or for good."""


@pytest.mark.long
@pytest.mark.parametrize(("times", "is_kept"), [("1", True), ("Infinity", False)], ids=["once", "for good"])
async def test_a_phone_whose_database_goes_has_its_cart_and_orders(
    dining: Dining, times: str, *, is_kept: bool
) -> None:
    await deliver(dining.house)
    ana = await known_customer(dining)
    ana.tab.foresee("the cart is not kept over a reload")
    await ana.tab.page.evaluate(CLOSING.replace("given_up", times))
    await ana.choose(DISH)
    await ana.choose(DISH)
    await ana.to_cart()
    await expect(ana.tab.page.locator(".line .stepper output")).to_have_text("2")
    if is_kept:
        await ana.tab.page.reload()
    await ana.ordering.click()
    await expect(ana.thanks).to_be_visible()
    (order,) = await orders(dining)
    assert [one["quantity"] for one in order["lines"]] == [2]


AHEAD = "() => { const { now } = Date; Date.now = () => now.call(Date) + 5 * 3_600_000; }"


@pytest.mark.long
async def test_a_phone_whose_clock_is_hours_ahead_is_not_told_that_its_order_is_late(dining: Dining) -> None:
    await deliver(dining.house)
    ana = await known_customer(dining)
    promised = (dining.house.clock.now() + timedelta(minutes=30)).isoformat()

    def promising(line: WebSocketRoute) -> None:
        """Promise a time, as a house does that has measured how long its dishes take."""
        server, told = line.connect_to_server(), f'"promisedAt":"{promised}"'
        server.on_message(lambda message: line.send(str(message).replace('"promisedAt":null', told)))

    await ana.tab.page.route_web_socket("**/socket.io/*", promising)
    await ana.tab.context.add_init_script(f"({AHEAD})()")
    await ana.tab.page.reload()
    await ana.choose(DISH)
    await ana.to_cart()
    await ana.ordering.click()
    await expect(ana.thanks).to_be_visible()
    await expect(ana.tab.page.locator(".promise")).to_contain_text(re.compile(r"\d\d:\d\d"))


@pytest.mark.long
async def test_without_a_network_nothing_is_ordered_and_it_is_said_why(dining: Dining) -> None:
    ana = await at_cart(dining)
    await ana.tab.go_offline()
    await expect(ana.tab.page.locator(".foot .hint")).to_have_text(
        "You can order as soon as there is a connection again."
    )
    await expect(ana.button(re.compile("^Order"))).to_be_disabled()
    await ana.tab.require_no_serious()
    await ana.tab.go_online()
    await ana.ordering.click(timeout=40_000)
    await expect(ana.thanks).to_be_visible()
