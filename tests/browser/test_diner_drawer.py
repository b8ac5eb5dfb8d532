"""What a phone that was put away still has to send, when it is taken out again: for its own party, and for nobody else.
And what stays on a phone when its party is over.
"""

import asyncio
from typing import Any

import pytest
from browser.diner_page import add, go_to, join, lines, until_in
from browser.dining import Dining
from browser.tab import Tab
from playwright.async_api import expect

NIGHT = 10
"""Hours."""

KEPT = """
  const opening = indexedDB.open("comanda", 1);
  await new Promise((resolve) => { opening.onsuccess = resolve; });
  const all = opening.result.transaction("outbox").objectStore("outbox").getAll();
  await new Promise((resolve) => { all.onsuccess = resolve; });
  opening.result.close();
  return all.result.map(({ name }) => name);
"""

REMEMBERED = "Object.keys(localStorage).map((key) => key.replace('comanda.diner.', '')).sort()"


async def until_kept(tab: Tab, *names: str) -> None:
    """Wait until exactly these commands are in the phone's database."""
    async with asyncio.timeout(10):
        while await tab.client(KEPT) != list(names):  # noqa: ASYNC110  (nothing tells)
            await asyncio.sleep(0.05)


async def guest(dining: Dining, party: Any, name: str) -> Tab:
    """A phone that has joined by its page, whose time a test can let pass."""
    tab = await dining.visitor(party)
    await tab.page.clock.install()
    await tab.open()
    await join(tab, party.pin, name)
    await until_in(tab)
    return tab


async def ring(tab: Tab) -> None:
    """Ask for water."""
    await tab.page.locator(".bell").click()
    await tab.page.locator("[data-kind=WATER]").click()
    await tab.page.keyboard.press("Escape")


async def lie_in_a_drawer(dining: Dining, tab: Tab) -> None:
    """Let a night pass for the house and for the phone, which nobody looks at."""
    dining.house.clock.advance(hours=NIGHT)
    await tab.page.clock.fast_forward(NIGHT * 3_600_000)


async def cart_of(dining: Dining, party: Any) -> list[str]:
    """What the house has in the cart of a party: ids of dishes."""
    phone = await dining.house.phone(party, "Whoever asks")
    cart = next(one for one in phone.state.of("cart") if one["sessionId"] == party.id)
    return [line["itemId"] for line in cart["lines"]]


async def test_after_a_night_what_was_added_is_in_the_cart_and_nobody_is_called_any_more(dining: Dining) -> None:
    party = await dining.party()
    ana = await guest(dining, party, "Ana")
    await expect(ana.page.locator(".bell")).to_be_visible()
    await ana.go_offline()
    await add(ana, "zacusca")
    await ring(ana)
    await until_kept(ana, "cart:add", "service:request")
    await lie_in_a_drawer(dining, ana)
    await ana.go_online()
    await expect(ana.page.locator(".toast.refused")).to_contain_text("Your call waited too long for a connection")
    await until_kept(ana)
    await go_to(ana, "cart")
    await expect(lines(ana).filter(has_text="waits to be sent")).to_have_count(0)
    await expect(lines(ana)).to_have_count(1)
    assert await cart_of(dining, party) == ["zacusca"]
    assert list(dining.kitchen.waiter.state.of("service")) == []


async def test_what_a_night_kept_of_a_party_that_has_gone_is_sent_to_nobody_and_forgotten(dining: Dining) -> None:
    party = await dining.party()
    ana = await guest(dining, party, "Ana")
    await ana.go_offline()
    await add(ana, "zacusca")
    await until_kept(ana, "cart:add")
    await dining.kitchen.waiter.operate("session:close", {"sessionId": party.id})
    next_party = await dining.party()
    await lie_in_a_drawer(dining, ana)
    await ana.go_online()
    await expect(ana.page.get_by_text("This table is not open. Please ask your waiter.")).to_be_visible()
    await expect(ana.page.get_by_text("What you did last on this phone was not sent.")).to_be_visible()
    await until_kept(ana)
    assert await ana.page.evaluate(REMEMBERED) == ["language", "name"]
    assert await cart_of(dining, next_party) == []


async def test_who_joins_another_party_by_the_same_code_brings_it_nothing_of_the_former_one(dining: Dining) -> None:
    waiter, house, party = dining.kitchen.waiter, dining.house, await dining.party()
    ana = await guest(dining, party, "Ana")
    await ana.go_offline()
    await add(ana, "zacusca")
    await until_kept(ana, "cart:add")
    await ana.page.close()
    # Hers moves and goes; the code of its first table stays as others have sat down there since.
    await waiter.operate("session:move", {"sessionId": party.id, "tableId": house.tables[3].id})
    other = await dining.party()
    assert other.token == party.token
    await waiter.operate("session:close", {"sessionId": party.id})
    await ana.go_online()
    ana.page = (await ana.another()).page
    await join(ana, other.pin, "Ana")
    await until_in(ana)
    await expect(ana.page.locator(".toast.refused")).to_have_text(
        "What you had not sent at your former table is not sent here."
    )
    await until_kept(ana)
    await go_to(ana, "cart")
    await expect(lines(ana)).to_have_count(0)
    assert await cart_of(dining, other) == []


@pytest.mark.long
async def test_who_is_in_again_at_the_table_they_were_moved_to_finds_there_what_they_had_not_sent(
    dining: Dining,
) -> None:
    waiter, house, party = dining.kitchen.waiter, dining.house, await dining.party()
    ana = await guest(dining, party, "Ana")
    await ana.go_offline()
    await add(ana, "zacusca")
    await until_kept(ana, "cart:add")
    await ana.page.close()
    await waiter.operate("session:move", {"sessionId": party.id, "tableId": house.tables[3].id})
    pin = await waiter.send("pin:rotate", {"sessionId": party.id})
    await ana.context.clear_cookies()
    await ana.go_online()
    ana.path = f"/t/{pin['tableToken']}"
    ana.page = (await ana.another()).page
    await join(ana, pin["pin"], "Ana")
    await until_in(ana)
    await until_kept(ana)
    await go_to(ana, "cart")
    await expect(lines(ana)).to_have_count(1)


@pytest.mark.long
@pytest.mark.parametrize("way", ["leave", "eject", "close"])
async def test_nothing_of_the_party_stays_on_a_phone_that_is_no_more_part_of_it(dining: Dining, way: str) -> None:
    waiter, party = dining.kitchen.waiter, await dining.party()
    ana = await guest(dining, party, "Ana")
    # The notice of a move and what others keep one from adding are remembered, too.
    await expect(ana.page.locator(".bell")).to_be_visible()
    await expect(ana.page.locator(".moved-place")).to_have_count(1)
    ion = await dining.house.phone(party, "Ion")
    await ion.operate("cart:add", {"itemId": "humus", "quantity": 1})
    await ion.send("checkout:hold", {})
    await add(ana, "zacusca")
    await expect(ana.page.locator(".toast")).to_contain_text("Ion is sending the order.")
    of_party = ["party.menu", "party.postponed", "party.seat", "party.table"]
    assert await ana.page.evaluate(REMEMBERED) == ["language", "name", *of_party]
    (me,) = [one for one in next(iter(waiter.state.of("session")))["participants"] if one["name"] == "Ana"]
    if way == "leave":
        await ana.page.locator(".people").click()
        await ana.page.get_by_role("button", name="Leave the table").click()
    elif way == "eject":
        await waiter.operate("participant:eject", {"sessionId": party.id, "participantId": me["id"]})
    else:
        await waiter.operate("session:close", {"sessionId": party.id})
    gone = "Thank you, and come again" if way == "close" else "Welcome"
    await expect(ana.page.get_by_role("heading", name=gone)).to_be_visible()
    await until_kept(ana)
    async with asyncio.timeout(10):
        while await ana.page.evaluate(REMEMBERED) != ["language", "name"]:  # noqa: ASYNC110  (nothing tells)
            await asyncio.sleep(0.05)
    if way == "eject":
        await expect(ana.page.locator(".toast.refused")).to_contain_text("This phone is not at the table any more.")


@pytest.mark.long
async def test_who_has_left_cannot_undo_what_they_did_at_the_table(dining: Dining) -> None:
    party = await dining.party()
    ana = await guest(dining, party, "Ana")
    await add(ana, "zacusca")
    await until_kept(ana)
    await go_to(ana, "cart")
    await lines(ana).get_by_role("button", name="Take out").click()
    await expect(ana.page.locator(".toast .undo")).to_be_visible()
    await ana.page.locator(".people").click()
    await ana.page.get_by_role("button", name="Leave the table").click()
    await expect(ana.page.get_by_role("heading", name="Welcome")).to_be_visible()
    # At once, and not because its time is over.
    assert await ana.page.locator(".toast").count() == 0
