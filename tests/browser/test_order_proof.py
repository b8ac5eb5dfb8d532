"""Who somebody is on the page of orders from home: the same in all tabs of a browser, whatever happens in one of them;
and what is said of a code that is too old, and of a number for which nothing more is taken.
"""

import re
from pathlib import Path

import pytest
from browser.at_home import NAME, PHONE, Customer, customer, known_customer, sms_phone
from browser.dining import Dining
from integration.calling import TOKEN
from integration.customers import deliver, proved
from integration.texting import other
from playwright.async_api import expect

DISH = "mici"
OTHER_PHONE = "0722 000 999"


async def second_tab(one: Customer) -> Customer:
    """Another tab of the same browser, in which somebody is known."""
    tab = Customer(await one.tab.another())
    await expect(tab.tab.page.get_by_role("searchbox")).to_be_visible()
    return tab


async def require_called(one: Customer, name: str) -> None:
    """Look up who somebody is on this page."""
    await one.button("You and the language").click()
    await expect(one.dialog).to_contain_text(f"Hello, {name}")


async def test_a_tab_that_looks_again_is_whoever_has_proved_a_number_in_another_tab(dining: Dining) -> None:
    """And what it orders is theirs: nothing goes out over the line of who was here before."""
    await deliver(dining.house)
    ana = await known_customer(dining)
    await ana.choose(DISH)
    await ana.to_cart()
    bob = await proved(dining.house, "+40712345679", name="Bogdan Ion")
    await ana.tab.context.add_cookies([{"name": TOKEN, "value": bob.token, "domain": "127.0.0.1", "path": "/"}])
    # With what belongs to that cookie, as whoever has proved a number is given it.
    await ana.tab.page.evaluate("fetch('/api/checkout/session').then((answer) => answer.text())")
    async with ana.tab.page.expect_navigation():
        await ana.tab.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await require_called(ana, "Bogdan Ion")
    await ana.button("Close", ana.dialog).click()
    # What Ana wanted is none of his.
    await ana.tab.page.get_by_role("link", name="To the menu").click()
    await ana.choose(DISH)
    await ana.to_cart()
    await ana.ordering.click()
    await expect(ana.thanks).to_be_visible()
    floor = dining.kitchen.waiter
    (order,) = (await floor.until(lambda state: any(state.of("order")))).of("order")
    assert order["placedBy"]["id"] == bob.id


async def test_who_logs_out_or_proves_a_number_does_so_in_all_tabs(dining: Dining, tmp_path: Path) -> None:
    await deliver(dining.house)
    async with sms_phone(dining.house, tmp_path, dining.kitchen.boss) as radio:
        ana = await known_customer(dining)
        ana.tab.foresee("status of 401")
        again = await second_tab(ana)
        await ana.button("You and the language").click()
        await ana.button("Log out on this phone").click()
        for tab in (ana, again):
            await expect(tab.field("Mobile number")).to_be_visible()
        await again.come_in(radio)
        await expect(ana.tab.page.get_by_role("searchbox")).to_be_visible()


@pytest.mark.long
async def test_a_tab_beside_which_somebody_else_comes_in_is_theirs_and_keeps_their_cart(dining: Dining) -> None:
    await deliver(dining.house)
    ana = await known_customer(dining)
    await ana.choose(DISH)
    bob = await proved(dining.house, "+40712345679", name="Bogdan Ion")
    await ana.tab.context.add_cookies([{"name": TOKEN, "value": bob.token, "domain": "127.0.0.1", "path": "/"}])
    async with ana.tab.page.expect_navigation():
        again = await second_tab(ana)
    await require_called(ana, "Bogdan Ion")
    await ana.button("Close", ana.dialog).click()
    await expect(ana.tab.page.locator(".in-cart")).to_have_count(0)
    await again.choose("papanasi")
    await expect(ana.tab.page.locator("[data-dish=papanasi] .in-cart")).to_be_visible()


KEPT = """
  async () => {
    const opening = indexedDB.open("comanda.order");
    await new Promise((resolve) => (opening.onsuccess = resolve));
    const reading = opening.result.transaction("carts").objectStore("carts").getAll();
    await new Promise((resolve) => (reading.onsuccess = resolve));
    return JSON.stringify([reading.result, { ...localStorage }, { ...sessionStorage }]) + document.body.innerText;
  }
"""
"""All that a page shows, and that it has kept of a cart."""

NOTE = "fără ceapă, vă rog"


async def end_of_proof(dining: Dining, one: Customer) -> None:
    """Let so much time go by that the number has to be proved again."""
    dining.house.clock.advance(minutes=31)
    await one.tab.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await expect(one.field("Mobile number")).to_be_visible()


@pytest.mark.long
async def test_what_somebody_wanted_whose_proof_has_ended_is_theirs_alone(dining: Dining, tmp_path: Path) -> None:
    await deliver(dining.house)
    async with sms_phone(dining.house, tmp_path, dining.kitchen.boss) as radio:
        ana = await customer(dining)
        ana.tab.foresee("status of 401")
        await ana.come_in(radio)
        await ana.tab.page.locator(f"[data-dish={DISH}]").click()
        await ana.field("Note for the kitchen").fill(NOTE)
        await ana.button(re.compile("^Add"), ana.dialog).click()
        await ana.tab.page.get_by_role("link", name=re.compile("^Cart")).click()
        await ana.add_address()
        await expect(ana.ordering).to_be_enabled()
        await end_of_proof(dining, ana)
        await ana.ask_for_code()
        await ana.show_code(await radio.code())
        await expect(ana.tab.page.locator(".cart-page .line")).to_contain_text(NOTE)
        # The sheet with the note stays open over the end.
        await ana.tab.page.locator(".cart-page button.line-name").click()
        await expect(ana.dialog).to_be_visible()
        await end_of_proof(dining, ana)
        await ana.ask_for_code(OTHER_PHONE, "Bogdan Ion")
        await ana.show_code(await radio.code())
        await expect(ana.tab.page.get_by_role("link", name="To the menu")).to_be_visible()
        await expect(ana.tab.page.locator(".cart-page .line")).to_have_count(0)
        await expect(ana.dialog).to_have_count(0)
        left = await ana.tab.page.evaluate(KEPT)
        assert [one for one in (NOTE, NAME, DISH, "Lalelelor", PHONE, PHONE[1:].replace(" ", "")) if one in left] == []


@pytest.mark.long
async def test_a_tab_whose_line_comes_back_is_whoever_the_browser_is_by_then(dining: Dining) -> None:
    await deliver(dining.house)
    ana = await known_customer(dining)
    bob = await proved(dining.house, "+40712345679", name="Bogdan Ion")
    await ana.tab.go_offline()
    await ana.tab.context.add_cookies([{"name": TOKEN, "value": bob.token, "domain": "127.0.0.1", "path": "/"}])
    async with ana.tab.page.expect_navigation():
        await ana.tab.go_online()
    await require_called(ana, "Bogdan Ion")


@pytest.mark.long
async def test_a_code_that_is_too_old_says_so_and_another_one_is_good(dining: Dining, tmp_path: Path) -> None:
    async with sms_phone(dining.house, tmp_path, dining.kitchen.boss) as radio:
        ana = await customer(dining)
        ana.tab.foresee("status of 400")
        await ana.tab.page.clock.install()
        await ana.tab.page.reload()
        await ana.ask_for_code()
        code = await radio.code()
        dining.house.clock.advance(seconds=301)
        await ana.tab.page.clock.fast_forward(301_000)
        await expect(ana.tab.page.locator("#code-hint")).to_have_text(
            "This code is no longer good. Ask for another one."
        )
        await ana.tab.require_no_serious()
        await ana.show_code(code)
        await expect(ana.tab.page.locator(".problem")).to_have_text("The code is not right, or no longer good.")
        await ana.button("Send another code").click()
        await ana.show_code(await radio.code())
        await expect(ana.tab.page.get_by_role("searchbox")).to_be_visible()


@pytest.mark.long
async def test_of_a_number_that_is_blocked_it_is_said_for_how_long_and_another_number_goes_on(
    dining: Dining, tmp_path: Path
) -> None:
    async with sms_phone(dining.house, tmp_path, dining.kitchen.boss) as radio:
        ana = await customer(dining)
        ana.tab.foresee("status of 400", "status of 403")
        await ana.ask_for_code()
        wrong = other(await radio.code())
        for _ in range(5):
            await ana.show_code(wrong)
            await expect(ana.field("Code from the message")).to_have_value("")
        await expect(ana.tab.page.get_by_role("timer")).to_be_visible()
        # Somewhere else, too.
        bob = await customer(dining)
        bob.tab.foresee("status of 403")
        await bob.ask(PHONE, "Bogdan Ion")
        await expect(bob.tab.page.get_by_role("alert")).to_contain_text("Too many wrong codes for this number.")
        await expect(bob.tab.page.get_by_role("link", name="Call us: 021 000 0000")).to_be_visible()
        await expect(bob.tab.page.locator("form .accent")).to_contain_text("You can go on in 1")
        await expect(bob.tab.page.locator("form .accent")).to_be_disabled()
        await bob.field("Mobile number").fill("")
        await bob.ask_for_code(OTHER_PHONE)
        await bob.show_code(await radio.code())
        await expect(bob.tab.page.get_by_role("searchbox")).to_be_visible()
