"""A tablet that several people use: whoever logs out leaves nothing on it but what is theirs to send."""

import pytest
from browser.dining import Dining
from browser.tab import Tab
from browser.test_floor_check import ALL_THAT_IS_KEPT, go
from browser.test_floor_rounds import press
from integration import people
from integration.house import PASSWORD
from playwright.async_api import expect

SECRET = "Zenobia"
"""The name of somebody whom managers alone know."""

REASON = "the soup was zenobian"
"""Why a dish was voided at a table that is closed: in the log and in the report, and in no view of those who serve."""


async def log_in(tab: Tab, login: str) -> None:
    """Fill in the form and send it, and wait until somebody is in."""
    await tab.page.locator("[name=login]").fill(login)
    await tab.page.locator("[name=secret]").fill(PASSWORD)
    await press(tab, "Log in")
    await expect(tab.page.locator(".person")).to_be_visible()


async def log_out(tab: Tab) -> None:
    """Ask to log out."""
    await tab.page.locator(".person").tap()
    await press(tab.page.get_by_role("dialog"), "Log out")


async def in_memory(tab: Tab) -> list[str]:
    """Return which secrets the page still holds after everything that it can let go is gone."""
    session = await tab.context.new_cdp_session(tab.page)
    parts: list[str] = []
    session.on("HeapProfiler.addHeapSnapshotChunk", lambda event: parts.append(event["chunk"]))
    await session.send("HeapProfiler.enable")
    await session.send("HeapProfiler.collectGarbage")
    await session.send("HeapProfiler.takeHeapSnapshot", {"reportProgress": False})
    await session.detach()
    heap = "".join(parts)
    return [one for one in (SECRET, REASON) if one in heap]


async def manage(dining: Dining, tab: Tab) -> None:
    """Look at people, at the log and at the report, in which the secrets are."""
    for section, shown in (("staff", SECRET), ("audit", REASON), ("report", REASON)):
        await go(tab, section)
        await expect(tab.page.locator(f"main[data-section={section}]")).to_contain_text(shown)


async def managed(dining: Dining) -> None:
    """Have somebody hired, and a party that left after something was taken off its check."""
    boss = dining.kitchen.boss
    await people.hire(dining.house, boss, SECRET.lower())
    order = await dining.kitchen.order(dining.house.dish("grill"))
    line = {"sessionId": order["sessionId"], "orderId": order["id"], "lineId": order["lines"][0]["id"]}
    await boss.operate("line:void", line | {"quantity": 1, "reason": REASON})
    await boss.operate("session:close", {"sessionId": order["sessionId"]})


async def test_nothing_that_a_manager_saw_is_left_on_the_tablet_for_the_next_person(dining: Dining) -> None:
    await managed(dining)
    tab = await dining.stranger()
    await log_in(tab, dining.house.login_of("MANAGER"))
    await manage(dining, tab)
    assert await in_memory(tab) == [SECRET, REASON]
    await log_out(tab)
    await expect(tab.page.locator("[name=secret]")).to_be_visible()
    await log_in(tab, dining.house.login_of("WAITER"))
    await expect(tab.page.locator(".head")).not_to_contain_text("Audit")
    left = await tab.page.content() + await tab.client(ALL_THAT_IS_KEPT)
    assert [one for one in (SECRET, REASON) if one in left] == []
    assert await in_memory(tab) == []


@pytest.mark.long
async def test_nothing_of_the_parties_is_left_while_nobody_is_in(dining: Dining) -> None:
    phone = await dining.house.phone(await dining.party(0), SECRET)
    await phone.operate("service:request", {"kind": "OTHER", "note": REASON})
    tab = await dining.stranger()
    await log_in(tab, dining.house.login_of("WAITER"))
    await go(tab, "requests")
    await expect(tab.page.locator(".rows > li")).to_contain_text(REASON)
    await go(tab, "tables")
    assert await in_memory(tab) == [SECRET, REASON]
    await log_out(tab)
    await expect(tab.page.locator("[name=secret]")).to_be_visible()
    assert await in_memory(tab) == []


HOLD_THE_TURN = """async ({ name }) => {
  const { promise, resolve } = Promise.withResolvers();
  window.letGo = resolve;
  await new Promise((begun) => navigator.locks.request(name, () => (begun(), promise)));
}"""
"""As another tab of the same tablet does that sends at this moment: so long everything waits here."""


async def test_what_waits_is_said_before_the_log_out_and_sent_by_the_one_who_wanted_it(dining: Dining) -> None:
    party = await dining.party(0)
    phone = await dining.house.phone(party, "Ana")
    await phone.operate("service:request", {"kind": "WATER"})
    tab, (waiter, manager) = await dining.stranger(), map(dining.house.login_of, ("WAITER", "MANAGER"))
    await log_in(tab, waiter)
    (me,) = [one["id"] for one in dining.kitchen.boss.state.of("staff") if one["login"] == waiter]
    await tab.page.evaluate(HOLD_THE_TURN, {"name": f"comanda outbox floor {me}"})
    await go(tab, "requests")
    await press(tab.page.locator(".rows > li"), "Done")
    await log_out(tab)
    await expect(tab.page.get_by_role("dialog")).to_contain_text("One change waits to be sent.")
    await tab.require_no_serious()
    await press(tab.page.get_by_role("dialog"), "Log out")
    await log_in(tab, manager)
    await tab.page.evaluate("letGo()")
    await go(tab, "requests")
    await expect(tab.page.locator(".rows > li")).to_contain_text("water")
    await expect(tab.page.get_by_role("dialog")).to_have_count(0)
    assert [one["status"] for one in phone.state.of("service")] == ["OPEN"]
    await log_out(tab)
    await log_in(tab, waiter)
    await phone.until(lambda state: [one["status"] for one in state.of("service")] == ["RESOLVED"])
    (done,) = await people.entries(dining.house, "service-resolved")
    assert done["actor"]["id"] == me


@pytest.mark.long
async def test_a_round_that_waited_over_a_log_out_and_is_refused_is_not_refused_in_silence(dining: Dining) -> None:
    party = await dining.party(0)
    phone = await dining.house.phone(party, "Ana")
    await phone.operate("cart:add", {"itemId": "zacusca", "quantity": 1})
    tab, waiter = await dining.stranger(), dining.house.login_of("WAITER")
    await log_in(tab, waiter)
    (me,) = [one["id"] for one in dining.kitchen.boss.state.of("staff") if one["login"] == waiter]
    await tab.page.evaluate(HOLD_THE_TURN, {"name": f"comanda outbox floor {me}"})
    await go(tab, f"tables/{party.id}/order")
    await tab.page.locator(".send").click()
    await log_out(tab)
    await press(tab.page.get_by_role("dialog"), "Log out")
    await expect(tab.page.locator("[name=secret]")).to_be_visible()
    await phone.operate("cart:add", {"itemId": "humus", "quantity": 1})
    await log_in(tab, waiter)
    await tab.page.evaluate("letGo()")
    await expect(tab.page.locator(".toast.refused")).to_contain_text("The cart has changed.")


@pytest.mark.long
@pytest.mark.parametrize("is_fresh", [True, False], ids=["with tokens in memory", "with the cookie alone"])
async def test_whoever_is_revoked_leaves_nothing_either(dining: Dining, *, is_fresh: bool) -> None:
    hired = await people.hire(dining.house, dining.kitchen.boss, "dana", roles=["MANAGER"])
    await managed(dining)
    tab = await dining.stranger()
    await log_in(tab, hired["login"])
    if not is_fresh:
        await tab.page.reload()
        await expect(tab.page.locator(".person")).to_be_visible()
    await manage(dining, tab)
    await dining.kitchen.boss.operate("staff:revoke", {"staffId": hired["id"]})
    await expect(tab.page.locator("[name=secret]")).to_be_visible()
    await expect(tab.page.locator(".table")).to_have_count(0)
    assert await in_memory(tab) == []
