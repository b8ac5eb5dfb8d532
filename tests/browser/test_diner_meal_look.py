"""Orders, service, the check and paying on the smallest phone, in both themes and languages."""

from collections.abc import AsyncIterator

import pytest
from browser.diner_page import go_to
from browser.dining import Dining
from browser.paying import paying_dining, paying_premises, until_form
from browser.tab import SMALL_PHONE
from browser.test_diner_look import require_it_fits
from playwright.async_api import Browser, expect
from simulators.simulated_stripe import simulated_stripe

pytestmark = pytest.mark.long

CLAIM_ALL = """
  const table = client.connect({ namespace: "/table", auth: { table: given } });
  await table.live();
  const [check] = [...table.state.of("check").value.values()];
  for (const line of check.rounds[0].lines.slice(0, 2)) {
    await table.send("check:claim", { lineId: line.id, share: { parts: 1, of: 3 }, opId: client.newId() });
  }
  table.close();
"""


@pytest.fixture
async def guests(mongo_url: str, redis_url: str, browser: Browser) -> AsyncIterator[Dining]:
    """A house whose guests pay online, too."""
    async with (
        simulated_stripe() as stripe,
        paying_premises(mongo_url, redis_url, stripe) as premises,
        paying_dining(premises, browser, stripe) as dining,
    ):
        yield dining


@pytest.mark.parametrize(("theme", "locale"), [("light", "en-GB"), ("dark", "ro-RO")])
async def test_no_view_after_the_order_has_anything_serious_and_all_fit_the_smallest_phone(
    guests: Dining, theme: str, locale: str
) -> None:
    kitchen, party = guests.kitchen, await guests.party()
    kitchen.parties[0] = party
    await kitchen.order("zacusca", "humus", {"itemId": "ciorba-de-burta", "quantity": 3})
    await guests.house.phone(party, "Ion")
    ana = await guests.diner(party, "Ana", color_scheme=theme, locale=locale)
    page = ana.page
    ana.foresee("postMessage")
    await page.set_viewport_size({"width": SMALL_PHONE[0], "height": SMALL_PHONE[1]})
    await go_to(ana, "orders")
    await expect(page.locator(".meal-line")).to_have_count(3)
    await require_it_fits(ana)
    await page.locator(".bell").click()
    for kind in ("WATER", "OTHER"):
        await page.locator(f"[data-kind={kind}]").click()
    await expect(page.locator(".service-list li[data-status=OPEN]")).to_be_visible()
    await require_it_fits(ana)
    await page.keyboard.press("Escape")
    await kitchen.waiter.send("session:move", {"sessionId": party.id, "tableId": guests.house.tables[3].id})
    await expect(page.locator(".moved")).to_be_visible()
    await require_it_fits(ana)
    await page.locator(".moved button").click()
    await go_to(ana, "check")
    await ana.client(CLAIM_ALL, party.token)
    await expect(page.locator(".line-claims")).to_have_count(2)
    await require_it_fits(ana)
    await page.locator(".claim").first.click()
    await page.locator(".claim-other summary").click()
    await require_it_fits(ana)
    await page.keyboard.press("Escape")
    await page.locator(".check-foot button").first.click()
    await expect(page.frame_locator("iframe.receipt").get_by_role("table").first).to_be_visible()
    await require_it_fits(ana)
    await page.keyboard.press("Escape")
    await page.locator(".check-foot .accent").click()
    await page.locator(".pick").last.click()
    await require_it_fits(ana)
    await page.locator(".pick").first.click()
    await page.locator(".hows .accent").click()
    pay = await until_form(ana)
    await require_it_fits(ana)
    await pay.click()
    await expect(page.locator("[data-outcome=paid]")).to_be_visible()
    await require_it_fits(ana)
