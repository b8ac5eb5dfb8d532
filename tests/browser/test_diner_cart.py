"""One cart on many phones, in real browsers: everybody sees the same, and it is sent once."""

import asyncio
import re

import pytest
from browser.diner_page import add, go_to, lines, outcome, review, send, shown_lines
from browser.dining import Dining
from playwright.async_api import expect

DISHES = ("ciorba-de-burta", "zacusca", "humus", "crema-de-rosii")
NAMES = ("Ana", "Ion", "Mara", "Dan")


async def test_four_phones_fill_one_cart_while_the_waiter_adds_a_bottle_and_all_see_the_same(dining: Dining) -> None:
    party = await dining.party()
    phones = await asyncio.gather(*(dining.diner(party, name) for name in NAMES))
    bottle = {"itemId": "spumant", "quantity": 1, "sessionId": party.id}
    await asyncio.gather(
        dining.kitchen.waiter.operate("cart:add", bottle),
        *(add(phone, dish) for phone, dish in zip(phones, DISHES, strict=True)),
    )
    for phone in phones:
        await go_to(phone, "cart")
        await expect(lines(phone)).to_have_count(5)
    await lines(phones[0]).filter(has_text="Hummus").get_by_role("button", name="One more").click()
    for phone in phones:
        await expect(lines(phone).filter(has_text="Hummus").locator("output")).to_have_text("2")
    seen = [await shown_lines(phone) for phone in phones]
    assert seen == [seen[0]] * 4
    await expect(lines(phones[1]).filter(has_text="Hummus").locator(".who")).to_have_text("Mara")
    await expect(lines(phones[2]).filter(has_text="Hummus").locator(".who")).to_have_text("You")
    assert len(await phones[3].page.locator(".head .face[data-online=true]").all()) == 4
    await phones[3].require_no_serious()


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
    await add(ana, "zacusca")
    sheet = await review(ana)
    await expect(sheet).to_be_visible()
    dining.kitchen.premises.network.swallow("back")
    await sheet.get_by_role("button", name="Send to the kitchen").click()
    await expect(outcome(ana, "sending")).to_be_visible()
    await dining.kitchen.waiter.until(lambda state: bool(state.of("order")))
    await ana.crash()
    dining.kitchen.premises.network.restore()
    await ana.come_back()
    await expect(outcome(ana, "placed")).to_contain_text("Order 1")
    orders = await dining.kitchen.waiter.send("order:list", {"sessionId": party.id})
    assert len(orders["orders"]) == 1


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
