"""The check on the floor: what is taken off with a manager's word, how it is divided and paid, and what goes back."""

import re
from typing import Any

import pytest
from browser.dining import Dining
from browser.tab import SMALL_PHONE, Tab
from playwright.async_api import Locator, expect


async def at_check(dining: Dining, portions: int = 4, role: str = "WAITER", **options: Any) -> Tab:
    """A tablet that shows the check of a party which has sent one dish, so many times."""
    dish = dining.house.dish("grill")
    await dining.kitchen.order({"itemId": dish, "quantity": portions})
    tab = await dining.waiter(role, **options)
    await go(tab, f"tables/{(await dining.kitchen.party()).id}/check")
    await expect(tab.page.locator(".check")).to_be_visible()
    return tab


async def go(tab: Tab, place: str) -> None:
    """Go to a place of the page, as its navigation does."""
    await tab.page.evaluate("(place) => { location.hash = `/${place}`; }", place)


def price(dining: Dining, portions: int) -> int:
    """What so many of that dish cost, in bani."""
    return portions * int(dining.house.menu.dishes_by_id[dining.house.dish("grill")].price)


def lei(amount: int) -> str:
    """As the English page writes an amount."""
    return f"RON {amount // 100:,}.{amount % 100:02d}".replace(" ", "\u00a0")


def due(tab: Tab) -> Locator:
    return tab.page.locator(".owed .due dd")


async def press(tab: Tab, name: str, within: str = "body") -> None:
    await tab.page.locator(within).get_by_role("button", name=name, exact=True).click()


async def test_a_void_above_the_limit_asks_for_a_manager_s_pin_and_is_done_once(dining: Dining) -> None:
    tab = await at_check(dining)
    await tab.page.locator(".check-line").click()
    await press(tab, "Void", "dialog .choices")
    await press(tab, "Sent back", "dialog")
    await press(tab, "Void", "dialog .actions")
    approval = dining.house.approval()
    await tab.page.get_by_label("Manager's log-in").fill(approval["login"])
    await tab.page.get_by_label("Manager's PIN").fill("1357")
    await press(tab, "Approve", "dialog")
    await expect(tab.page.locator("#approver-problem")).to_have_text(re.compile(r"\w"))
    dining.house.clock.advance(seconds=30)
    await tab.page.get_by_label("Manager's PIN").fill(approval["pin"])
    await press(tab, "Approve", "dialog")
    await expect(due(tab)).to_have_text(lei(0))
    part = tab.page.locator(".bill [data-kind='VOID']")
    await expect(part).to_contain_text("Sent back")
    await expect(part).to_contain_text("approved by")
    assert approval["pin"] not in await tab.client(ALL_THAT_IS_KEPT)


ALL_THAT_IS_KEPT = """
  const opening = indexedDB.open("comanda");
  await new Promise((resolve) => { opening.onsuccess = resolve; });
  const asking = opening.result.transaction("outbox").objectStore("outbox").getAll();
  await new Promise((resolve) => { asking.onsuccess = resolve; });
  return JSON.stringify([asking.result, { ...localStorage }, { ...sessionStorage }]);
"""
"""A PIN must be nowhere on a tablet, whatever became of what it approved."""


async def pay(tab: Tab, share: Locator) -> None:
    """Open the payment of a share."""
    await share.get_by_role("button", name=re.compile("^Pay: ")).click()


async def test_a_check_is_split_among_three_and_paid_in_cash_with_change_and_by_card(dining: Dining) -> None:
    tab = await at_check(dining, portions=3)
    each = price(dining, 3) // 3
    await press(tab, "Split", ".acts")
    await tab.page.get_by_role("group", name="How many pay").get_by_role("button", name="One more").click()
    await press(tab, "Split", "dialog .actions")
    shares = tab.page.locator("[data-share]")
    await expect(shares).to_have_count(3)
    await pay(tab, shares.nth(0))
    await tab.page.locator("input[name=given]").fill("100")
    await expect(tab.page.locator("dialog .change b")).to_have_text(lei(10_000 - each))
    await press(tab, f"Take {lei(each)}", "dialog")
    await expect(tab.page.locator(".paid-now .large")).to_have_text(lei(10_000 - each))
    await press(tab, "Done", "dialog")
    await pay(tab, shares.nth(1))
    await press(tab, "Card terminal", "dialog")
    await tab.page.get_by_label("Slip number").fill("0042")
    await press(tab, f"Take {lei(each)}", "dialog")
    await press(tab, "Done", "dialog")
    await expect(due(tab)).to_have_text(lei(each))
    await expect(tab.page.locator("[data-tender]").nth(1)).to_contain_text("0042")
    await press(tab, "Receipt", ".acts")
    paper = tab.page.frame_locator("iframe.receipt").locator("body")
    await expect(paper).to_contain_text(f"{price(dining, 3) // 100}.")
    assert await paper.evaluate("body => getComputedStyle(body).maxWidth") == "416px"
    await tab.require_no_serious()


async def test_money_is_given_back_with_a_reason_and_is_due_again(dining: Dining) -> None:
    tab = await at_check(dining, portions=1)
    total = price(dining, 1)
    await press(tab, "Take payment", ".acts")
    await press(tab, f"Take {lei(total)}", "dialog")
    await press(tab, "Done", "dialog")
    await expect(due(tab)).to_have_text(lei(0))
    await press(tab, "Refund", "[data-tender]")
    await tab.page.locator("input[name=amount]").fill("5")
    await press(tab, "Complaint", "dialog")
    await press(tab, "Give back", "dialog")
    await expect(due(tab)).to_have_text(lei(500))
    await expect(tab.page.locator("[data-tender]")).to_contain_text("Complaint")


@pytest.mark.long
async def test_a_guest_s_third_of_a_shared_dish_is_claimed_by_the_waiter(dining: Dining) -> None:
    tab = await at_check(dining, portions=3)
    phone = await dining.house.phone(await dining.kitchen.party(), "Ana")
    await tab.page.locator(".check-line").click()
    await press(tab, "1/3", "dialog")
    await press(tab, "Ana", "dialog")
    await expect(tab.page.locator("dialog")).to_contain_text("2/3 is nobody's yet")
    await tab.page.keyboard.press("Escape")
    await expect(tab.page.locator("[data-share]").filter(has_text="Ana")).to_contain_text(lei(price(dining, 3) // 3))
    await phone.until(lambda state: any(one["claims"] for one in state.of("check")))


@pytest.mark.long
async def test_a_payment_that_nobody_answers_is_sent_again_after_a_reload_and_counted_once(dining: Dining) -> None:
    tab = await at_check(dining, portions=1, is_on_network=True)
    network = dining.kitchen.premises.network
    await press(tab, "Take payment", ".acts")
    network.swallow("back")
    await press(tab, f"Take {lei(price(dining, 1))}", "dialog")
    await expect(tab.page.locator("dialog button[type=submit]")).to_be_disabled()
    await tab.page.keyboard.press("Escape")
    await expect(tab.page.get_by_role("button", name="Take payment")).to_be_disabled()
    await tab.page.wait_for_timeout(300)
    network.restore()
    await tab.page.reload()
    await expect(due(tab)).to_have_text(lei(0))
    await expect(tab.page.locator("[data-tender]")).to_have_count(1)


@pytest.mark.long
@pytest.mark.parametrize("method", ["By dish", "By amount"])
async def test_a_check_is_divided_by_dish_and_by_amount(dining: Dining, method: str) -> None:
    width, height = SMALL_PHONE
    tab = await at_check(dining, portions=2, viewport={"width": width, "height": height})
    await press(tab, "Split", ".acts")
    await press(tab, method, "dialog")
    dishes, fields = tab.page.locator(".split-lines button"), tab.page.locator("dialog .fields input")
    await expect(dishes.or_(fields).first).to_be_visible()
    await dishes.evaluate_all("all => all[0]?.click()")
    for field in await fields.all():
        await field.fill("10")
    await press(tab, "Split", "dialog .actions")
    await expect(tab.page.get_by_role("heading", name=method)).to_be_visible()
    assert await tab.page.evaluate("document.documentElement.scrollWidth") <= width
    await press(tab, "Undo the split", ".shares")
    await expect(tab.page.locator(".shares")).to_have_count(0)
