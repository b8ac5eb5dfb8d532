"""One cart on many phones, in real browsers: everybody sees the same, and it is sent once."""

import asyncio
import re

import pytest
from browser.diner_page import add, go_to, lines, outcome, review, send, send_unheard, shown_lines, until_in
from browser.dining import Dining
from browser.tab import Tab
from browser.test_diner_drawer import until_kept
from browser.test_floor_leaving import HOLD_THE_TURN
from playwright.async_api import expect

DISHES = ("ciorba-de-burta", "zacusca", "humus", "crema-de-rosii")
NAMES = ("Ana", "Ion", "Mara", "Dan")

LINES_ON_FLOOR = """all => all.flatMap((one) =>
  [one.querySelector(".what span").firstChild.textContent.trim(), one.querySelector("output").textContent])"""
"""What the cart on the floor's page says, as `shown_lines` has it."""


async def test_four_phones_fill_one_cart_while_the_waiter_adds_a_bottle_and_all_see_the_same(dining: Dining) -> None:
    party = await dining.party()
    waiter, *phones = await asyncio.gather(dining.waiter(), *(dining.diner(party, name) for name in NAMES))
    await waiter.page.locator(".table[data-session] .face").tap()
    await waiter.page.get_by_role("button", name="Add dishes").tap()
    await asyncio.gather(pour(waiter), *(add(phone, dish) for phone, dish in zip(phones, DISHES, strict=True)))
    for phone in phones:
        await go_to(phone, "cart")
        await expect(lines(phone)).to_have_count(5)
    await lines(phones[0]).filter(has_text="Hummus").get_by_role("button", name="One more").click()
    for phone in phones:
        await expect(lines(phone).filter(has_text="Hummus").locator("output")).to_have_text("2")
    tablet = waiter.page.locator(".cart .lines > li")
    await expect(tablet.filter(has_text="Hummus").locator("output")).to_have_text("2")
    seen = [await shown_lines(phone) for phone in phones]
    assert seen == [seen[0]] * 4
    assert await tablet.evaluate_all(LINES_ON_FLOOR) == seen[0]
    await expect(lines(phones[1]).filter(has_text="Hummus").locator(".who")).to_have_text("Mara")
    await expect(lines(phones[2]).filter(has_text="Hummus").locator(".who")).to_have_text("You")
    await expect(tablet.filter(has_text="Hummus").locator(".by")).to_have_text("Mara")
    assert len(await phones[3].page.locator(".head .face[data-online=true]").all()) == 4
    await phones[3].require_no_serious()


async def pour(waiter: Tab) -> None:
    """Have the waiter, who is ordering for the party, add a bottle."""
    await waiter.page.locator("[data-dish=cola]").tap()
    await waiter.page.get_by_role("dialog").locator(".sheet-foot .accent").tap()


async def test_two_who_send_at_once_send_one_order(dining: Dining) -> None:
    party = await dining.party()
    ana, ion = await asyncio.gather(*(dining.diner(party, name) for name in ("Ana", "Ion")))
    await add(ana, "zacusca")
    await go_to(ion, "cart")
    await expect(lines(ion)).to_have_count(1)
    await go_to(ana, "cart")
    # Whoever is a moment later finds no button any more.
    await asyncio.gather(*(one.page.evaluate("document.querySelector('.send')?.click()") for one in (ana, ion)))
    sheets = [one.page.get_by_role("dialog", name="Send this?") for one in (ana, ion)]
    await expect(sheets[0].or_(ana.page.locator(".held"))).to_be_visible()
    first, other = (ana, ion) if await sheets[0].count() else (ion, ana)
    await expect(other.page.locator(".held")).to_have_text(re.compile("^(Ana|Ion) is sending the order$"))
    await first.page.get_by_role("button", name="Send to the kitchen").click()
    await expect(outcome(first, "placed")).to_contain_text("Order 1")
    await expect(lines(other)).to_have_count(0)
    orders = await dining.kitchen.waiter.send("order:list", {"sessionId": party.id})
    assert [order["round"] for order in orders["orders"]] == [1]


SENDS = """
  ([ms]) => new Promise((done) => setTimeout(() => {
    const button = document.querySelector("dialog .sheet-foot .accent");
    const isThere = Boolean(button) && !button.disabled;
    button?.click();
    done(isThere);
  }, ms))
"""
"""Presses the button that sends after so many milliseconds; returns whether it could be pressed."""


async def test_two_who_press_send_in_the_same_instant_send_one_order_and_one_is_told_who_has_sent_it(
    dining: Dining,
) -> None:
    party = await dining.party()
    phones = await asyncio.gather(*(dining.diner(party, name) for name in ("Ana", "Ion")))
    sent = [await sendings(phone) for phone in phones]
    for times, (first, second) in enumerate(((0, 0), (0, 8), (8, 0), (0, 30)), start=1):
        await add(phones[0], "zacusca")
        await expect(await review(phones[0])).to_be_visible()
        # The waiter takes the cart from whoever looks too long, and another looks at it: now both can send.
        await dining.kitchen.waiter.send("checkout:release", {"sessionId": party.id})
        await expect(await review(phones[1])).to_be_visible()
        pressed = zip(phones, (first, second), strict=True)
        assert await asyncio.gather(*(phone.page.evaluate(SENDS, [ms]) for phone, ms in pressed)) == [True, True]
        placed = [outcome(phone, "placed") for phone in phones]
        overtaken = [outcome(phone, "overtaken") for phone in phones]
        for one in range(2):
            await expect(placed[one].or_(overtaken[one])).to_be_visible()
        sender = 0 if await placed[0].count() else 1
        await expect(placed[sender]).to_contain_text(f"Order {times}")
        await expect(overtaken[1 - sender]).to_contain_text(f"{('Ana', 'Ion')[sender]} has sent the order.")
        assert [len(one) for one in sent] == [times, times]
        for phone in phones:
            await phone.page.get_by_role("dialog").get_by_role("button", name="Close").click()
            await expect(phone.page.get_by_role("dialog")).to_have_count(0)
            await go_to(phone, "cart")
            await expect(lines(phone)).to_have_count(0)
        orders = await dining.kitchen.waiter.send("order:list", {"sessionId": party.id})
        assert len(orders["orders"]) == times


async def sendings(phone: Tab) -> list[str]:
    """Return the list of what the phone sends to place orders, from now on, and open its page anew."""
    sent: list[str] = []
    phone.page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.extend(placing(frame))))
    await phone.open()
    await until_in(phone)
    return sent


def placing(frame: str | bytes) -> list[str]:
    """Return the frame if it places an order."""
    return [frame] if isinstance(frame, str) and '"order:place"' in frame else []


async def test_what_is_added_offline_is_in_the_cart_of_all_when_the_phone_is_back(dining: Dining) -> None:
    party = await dining.party()
    ana, ion = await asyncio.gather(*(dining.diner(party, name) for name in ("Ana", "Ion")))
    await add(ana, "zacusca")
    await ana.go_offline()
    await add(ana, "humus")
    await go_to(ana, "cart")
    await expect(ana.page.locator(".banner")).to_contain_text("Not live")
    await expect(lines(ana).nth(1)).to_contain_text("waits to be sent")
    await ana.page.evaluate("document.querySelectorAll('.cart-line')[1].isTheSame = true")
    await add(ion, "crema-de-rosii")
    await ana.go_online()
    for phone in (ana, ion):
        await go_to(phone, "cart")
        await expect(lines(phone)).to_have_count(3)
        await expect(lines(phone).filter(has_text="waits to be sent")).to_have_count(0)
    assert await shown_lines(ana) == await shown_lines(ion)
    # What was shown before it was sent is still the same element, so nothing came anew under a finger.
    assert await ana.page.evaluate("[...document.querySelectorAll('.cart-line')].filter((one) => one.isTheSame).length")


async def test_a_tab_killed_between_sending_and_the_answer_shows_the_one_order_when_it_is_back(dining: Dining) -> None:
    party = await dining.party()
    ana = await dining.diner(party, "Ana", is_on_network=True)
    await send_unheard(ana, dining.kitchen.premises.network, "zacusca")
    await dining.kitchen.waiter.until(lambda state: bool(state.of("order")))
    await ana.crash()
    dining.kitchen.premises.network.restore()
    await ana.come_back()
    await expect(outcome(ana, "placed")).to_contain_text("Order 1")
    orders = await dining.kitchen.waiter.send("order:list", {"sessionId": party.id})
    assert len(orders["orders"]) == 1


@pytest.mark.long
async def test_what_two_tabs_of_a_phone_were_kept_from_adding_is_in_the_cart_once(dining: Dining) -> None:
    party = await dining.party()
    ana = await dining.diner(party, "Ana")
    ion = await dining.house.phone(party, "Ion")
    await add(ana, "zacusca")
    await until_kept(ana)
    await ana.go_offline()
    await add(ana, "humus")
    await until_kept(ana, "cart:add")
    await ion.send("checkout:hold", {})
    await ana.page.goto("about:blank")
    await ana.go_online()
    # Until both tabs have found what the former page left.
    turn = await ana.context.new_page()
    await turn.goto(f"{ana.url}/asyncapi.json")
    await turn.evaluate(HOLD_THE_TURN, {"name": "comanda outbox table"})
    tabs = [await ana.another(), await ana.another()]
    for tab in tabs:
        await until_in(tab)
        await go_to(tab, "cart")
        await expect(lines(tab)).to_have_count(2)
    await turn.evaluate("letGo()")
    await until_kept(tabs[0])
    for tab in tabs:
        await expect(tab.page.locator(".toast")).to_contain_text("Ion is sending the order.")
    await ion.send("checkout:release", {})
    for tab in tabs:
        await expect(lines(tab).filter(has_text="waits to be sent")).to_have_count(0)
    await until_kept(tabs[0])
    assert [line["itemId"] for line in next(iter(ion.state.of("cart")))["lines"]] == ["zacusca", "humus"]


@pytest.mark.long
async def test_a_dish_that_sells_out_is_marked_at_once_on_the_menu_and_in_the_cart(dining: Dining) -> None:
    party = await dining.party()
    ana = await dining.diner(party, "Ana")
    await add(ana, "zacusca")
    await dining.kitchen.waiter.operate("item:set-availability", {"itemId": "zacusca", "state": "OUT"})
    await expect(ana.page.locator("[data-dish=zacusca]")).to_contain_text("Sold out")
    await go_to(ana, "cart")
    await expect(lines(ana)).to_contain_text("Sold out")
    await expect(ana.page.get_by_role("button", name="Look and send")).to_be_disabled()
    await lines(ana).get_by_role("button", name="Take out").click()
    await expect(lines(ana)).to_have_count(0)
    await ana.page.get_by_role("button", name="Undo").click()
    # It cannot be had any more, so it cannot come back either.
    await expect(ana.page.locator(".toast.refused")).to_contain_text("sold out")


@pytest.mark.long
async def test_where_everybody_has_a_cart_of_their_own_only_ones_own_is_sent(dining: Dining) -> None:
    party = await dining.party(mode="INDIVIDUAL")
    ana, ion = await asyncio.gather(*(dining.diner(party, name) for name in ("Ana", "Ion")))
    await add(ana, "zacusca")
    await add(ion, "humus")
    await send(ana)
    await expect(outcome(ana, "placed")).to_be_visible()
    await go_to(ion, "cart")
    await expect(lines(ion)).to_have_count(1)
    await expect(ion.page.get_by_role("heading", name="Your cart")).to_be_visible()
