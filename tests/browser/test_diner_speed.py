"""The first load of the page of a table: what is transferred, and how long it takes on a slow phone."""

from collections.abc import Callable
from typing import Any

import pytest
from browser.dining import Dining
from browser.tab import SLOW_4G, Tab
from integration.house import Party
from playwright.async_api import expect

KILOBYTE = 1024
FIRST_LOAD_BYTES = 100 * KILOBYTE
INTERACTIVE_SECONDS = 2.0

TYPED = """
  new MutationObserver((_, watching) => {
    if (document.querySelector("input[name=pin]:not(:disabled)")) {
      watching.disconnect();
      requestAnimationFrame(() => setTimeout(() => (window.interactiveAt = performance.now())));
    }
  }).observe(document, { childList: true, subtree: true });
"""
"""Notes when the PIN can be typed: the field is drawn, and the page has nothing else to do."""


async def count_bytes(tab: Tab) -> Callable[[], int]:
    """Return what says how many bytes the tab has transferred from now on: packed bodies, their heads, and frames."""
    transferred: list[int] = []

    def loaded(event: dict[str, Any]) -> None:
        transferred.append(int(event["encodedDataLength"]))

    def heard(event: dict[str, Any]) -> None:
        transferred.append(len(event["response"]["payloadData"]))

    session = await tab.context.new_cdp_session(tab.page)
    session.on("Network.loadingFinished", loaded)
    session.on("Network.webSocketFrameReceived", heard)
    await session.send("Network.enable")
    await session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    return lambda: sum(transferred)


async def scanned(dining: Dining, party: Party) -> Tab:
    """A phone whose browser was never here, and has not opened the page yet."""
    tab = await Tab.new(dining.kitchen.browser, dining.kitchen.url, f"/t/{party.token}")
    dining.tabs.append(tab)
    return tab


async def test_the_first_load_is_under_100_kilobytes(dining: Dining, record_property: Any) -> None:
    party = await dining.party()
    ana = await scanned(dining, party)
    transferred = await count_bytes(ana)
    await ana.open()
    await expect(ana.page.get_by_label("PIN of the table")).to_be_editable()
    await ana.page.wait_for_load_state("networkidle")
    assert 0 < transferred() < FIRST_LOAD_BYTES
    record_property("first load of the page of a table", f"{transferred() / KILOBYTE:.1f} KB")


@pytest.mark.long
async def test_the_pin_can_be_typed_within_two_seconds_on_a_slow_phone(dining: Dining, record_property: Any) -> None:
    party = await dining.party()
    times = []
    for _ in range(5):
        ana = await scanned(dining, party)
        await ana.page.add_init_script(TYPED)
        await ana.throttle(SLOW_4G, cpu=4)
        await ana.open()
        await expect(ana.page.get_by_label("PIN of the table")).to_be_editable()
        await ana.page.wait_for_function("window.interactiveAt")
        times.append(await ana.page.evaluate("window.interactiveAt / 1000"))
        await ana.page.close()
    record_property("PIN can be typed after", ", ".join(f"{one:.2f} s" for one in sorted(times)))
    # Of a machine that others use at the same moment the best of five says what the page costs.
    assert min(times) < INTERACTIVE_SECONDS
