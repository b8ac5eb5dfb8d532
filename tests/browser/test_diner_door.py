"""The door of a table in a real browser: the PIN and its lock, who comes back, and what the next party must not see."""

import re

import pytest
from browser.diner_page import add, go_to, join, lines, until_in
from browser.dining import Dining
from comanda_client import Refused
from integration.house import Party
from playwright.async_api import expect


def wrong(party: Party) -> str:
    """Return a PIN that is not the party's."""
    return "0000" if party.pin != "0000" else "1111"


async def try_wrongly(dining: Dining, party: Party, times: int) -> None:
    """Have somebody else try wrong PINs, each as soon as one is looked at again."""
    visitor = await dining.house.connect("/table", {"table": party.token})
    for _ in range(times):
        try:
            await visitor.send("session:join", {"pin": wrong(party), "name": "Eve"})
        except Refused as refused:
            dining.house.clock.advance(seconds=refused.details.get("retryAfter", 0))


async def test_after_too_many_wrong_pins_one_sees_how_long_to_wait(dining: Dining) -> None:
    party = await dining.party()
    await try_wrongly(dining, party, 3)
    ana = await dining.visitor(party)
    await join(ana, wrong(party), "Ana")
    said = ana.page.locator("#join-said")
    await expect(said).to_contain_text("This PIN is not right.")
    await expect(said).to_contain_text("One more try.")
    dining.house.clock.advance(minutes=1)
    await ana.open()
    await join(ana, wrong(party))
    await expect(said).to_contain_text("No more tries for now.")
    countdown = ana.page.locator(".countdown")
    await expect(countdown).to_have_text(re.compile(r"^Wait \d+:\d\d$"))
    first = await countdown.inner_text()
    await expect(countdown).not_to_have_text(first)
    await expect(ana.page.locator("form button.accent")).to_be_disabled()
    await ana.require_no_serious()
    await ana.open()
    await join(ana, party.pin)
    await expect(said).to_contain_text("Too many wrong PINs")
    await expect(countdown).to_be_visible()
    dining.house.clock.advance(minutes=16)
    await ana.open()
    await join(ana, party.pin)
    await until_in(ana)


async def test_who_lost_the_session_types_the_pin_again_and_everything_is_there(dining: Dining) -> None:
    party = await dining.party()
    ana = await dining.visitor(party)
    await join(ana, party.pin, "Ana")
    await until_in(ana)
    await add(ana, "zacusca")
    await ana.context.clear_cookies()
    await ana.open()
    await join(ana, party.pin)
    await until_in(ana)
    await go_to(ana, "cart")
    await expect(lines(ana).locator(".who")).to_have_text("You")
    await expect(ana.page.locator(".head .face")).to_have_count(1)


@pytest.mark.long
async def test_a_new_phone_takes_the_place_of_a_dead_one(dining: Dining) -> None:
    party = await dining.party()
    dead = await dining.diner(party, "Ana")
    await add(dead, "zacusca")
    await dead.page.close()
    ana = await dining.visitor(party)
    await ana.page.get_by_label("I was in before, with another phone").check()
    await join(ana, party.pin, "Ana")
    await until_in(ana)
    await go_to(ana, "cart")
    await expect(lines(ana).locator(".who")).to_have_text("You")
    await lines(ana).get_by_role("button", name="Take out").click()
    await expect(lines(ana)).to_have_count(0)
    await ana.page.get_by_role("button", name="Undo").click()
    await expect(lines(ana)).to_contain_text("zacusca")
    await expect(ana.page.locator(".head .face")).to_have_count(1)


async def test_when_the_party_has_left_nothing_of_it_is_seen_any_more(dining: Dining) -> None:
    party = await dining.party()
    ana = await dining.diner(party, "Ana")
    await add(ana, "zacusca")
    await go_to(ana, "cart")
    await expect(lines(ana)).to_have_count(1)
    await dining.kitchen.waiter.operate("session:close", {"sessionId": party.id})
    await expect(ana.page.get_by_role("heading", name="Thank you, and come again")).to_be_visible()
    await expect(lines(ana)).to_have_count(0)
    await dining.party()
    await ana.open()
    await expect(ana.page.get_by_text("This table is not open. Please ask your waiter.")).to_be_visible()
    await expect(lines(ana)).to_have_count(0)
