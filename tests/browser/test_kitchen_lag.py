"""The display and a server that lags, is busy or was away: nothing blinks, nothing is forgotten or comes in silence."""

import json
import re
from collections.abc import Callable

import pytest
from browser.kitchen import LOST, Display, Kitchen
from browser.test_kitchen_device import TONES
from playwright.async_api import WebSocketRoute, expect

pytestmark = pytest.mark.long

DISH = "mici"


async def behind(display: Display, hears: Callable[[str], bool], answer: Callable[[str], str | None]) -> None:
    """Put something between a display and its server: of what the server says it gets what `hears` lets through, and
    `answer` may take the server's place.
    """

    def connect(page: WebSocketRoute) -> None:
        server = page.connect_to_server()
        server.on_message(lambda frame: page.send(frame) if hears(str(frame)) else None)

        def said(frame: str | bytes) -> None:
            instead = answer(str(frame))
            if instead is None:
                server.send(frame)
            else:
                page.send(instead)

        page.on_message(said)

    await display.page.route_web_socket(re.compile("/socket.io/"), connect)
    await display.page.reload()
    await display.until_live()


async def test_what_the_pass_has_let_go_does_not_come_back_while_its_server_lags(kitchen: Kitchen) -> None:
    expo, order = await kitchen.display("expo"), await kitchen.order(DISH)
    await behind(expo, lambda frame: not frame.startswith('42/kitchen,["ticket:changed"'), lambda frame: None)
    await expo.button("Assembled", expo.ticket(order)).click()
    await kitchen.until_order(order, "READY")
    await expo.button("Run", expo.ticket(order, expo.column("Run"))).click()
    await kitchen.until_order(order, "SERVED")
    # What is answered later was sent later: by then the run is answered, too.
    await expo.button("Recall").click()
    await expect(expo.dialog.get_by_role("listitem")).to_have_count(1)
    await expect(expo.ticket(order)).to_have_count(0)


async def test_a_receipt_that_the_server_could_not_take_is_given_again(kitchen: Kitchen) -> None:
    display = await kitchen.display("grill")
    refused: list[str] = []

    def once(frame: str) -> str | None:
        if refused or '"ticket:seen"' not in frame:
            return None
        refused.append(frame)
        busy = {"code": "UNAVAILABLE", "message": "Not now.", "details": {"retryAfter": 1}}
        number = frame.partition(",")[2].partition("[")[0]
        return f"43/kitchen,{number}" + json.dumps([{"success": False, "error": busy}])

    await behind(display, lambda frame: True, once)
    order = await kitchen.order(DISH)
    await expect(display.ticket(order)).to_be_visible()
    await kitchen.waiter.until(
        lambda state: any(one["id"] == order["id"] and one["lines"][0]["seenAt"] for one in state.of("order"))
    )
    assert refused


async def test_a_ticket_that_came_while_nobody_answered_sounds_when_it_is_there(kitchen: Kitchen) -> None:
    display = await kitchen.display("grill", before=[TONES], url=kitchen.premises.network_url)
    display.foresee(LOST)
    await display.page.locator(".clock").click()
    await expect(display.button("Sound")).to_be_visible()
    kitchen.premises.network.cut()
    await expect(display.banner).to_be_visible()
    order = await kitchen.order(DISH)
    kitchen.premises.network.restore()
    await expect(display.ticket(order)).to_be_visible()
    assert await display.page.evaluate("window.tones") == 2
