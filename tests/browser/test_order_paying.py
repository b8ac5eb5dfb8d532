"""An order from home that is paid online on the phone that ordered it, with the simulator of Stripe; and how somebody
stays who they are, loses the answer to a code, and leaves, on purpose or because it was too long ago.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from browser.at_home import customer, known_customer, sms_phone
from browser.dining import Dining
from browser.paying import paying_dining, paying_premises, until_form
from browser.tab import LOST
from integration.calling import TOKEN, bearer, call
from integration.customers import deliver, proved, proved_again
from playwright.async_api import Browser, expect
from simulators.simulated_stripe import SimulatedStripe, simulated_stripe

pytestmark = pytest.mark.long

DISH = "mici"

CARTS = """() => new Promise((resolve) => {
    const opening = indexedDB.open("comanda.order");
    opening.onsuccess = () => {
        const reading = opening.result.transaction("carts").objectStore("carts").getAll();
        reading.onsuccess = () => resolve(reading.result);
    };
})"""


@pytest.fixture
async def paying(mongo_url: str, redis_url: str, browser: Browser) -> AsyncIterator[tuple[Dining, SimulatedStripe]]:
    """A house that delivers and takes money online, and who takes it."""
    async with (
        simulated_stripe() as stripe,
        paying_premises(mongo_url, redis_url, stripe) as premises,
        paying_dining(premises, browser, stripe) as dining,
    ):
        await deliver(dining.house)
        yield dining, stripe


async def test_an_order_is_paid_online_once_over_a_declined_card_and_a_reload(
    paying: tuple[Dining, SimulatedStripe],
) -> None:
    dining, stripe = paying
    ana = await known_customer(dining)
    ana.tab.foresee("402")
    await ana.choose(DISH)
    await ana.to_cart()
    await ana.tab.page.get_by_label("Online, now").check()
    await ana.button("Order and pay RON 44.00").click()
    pay = await until_form(ana.tab)
    await ana.tab.page.frame_locator("iframe").get_by_label("Card").select_option("pm_card_visa_chargeDeclined")
    await pay.click()
    await expect(ana.tab.page.get_by_text("Your card was declined.")).to_be_visible()
    await ana.tab.page.reload()
    pay = await until_form(ana.tab)
    await pay.click()
    await expect(ana.tab.page.locator(".bill [data-kind=TOTAL]")).to_contain_text("Paid")
    await expect(ana.tab.page.locator(".paying")).to_have_count(0)
    charged = [one["amount"] for one in (await stripe.everything())["intents"] if one["status"] == "succeeded"]
    assert charged == [4400]
    floor = dining.kitchen.waiter
    (order,) = (await floor.until(lambda state: any(state.of("order")))).of("order")
    await floor.operate("delivery:cancel", {"orderId": order["id"], "reason": "The oven is broken"})
    await expect(ana.tab.page.get_by_text("You get back RON 44.00.")).to_be_visible()


async def test_who_logs_out_leaves_nothing_on_the_phone(dining: Dining) -> None:
    await deliver(dining.house)
    ana = await known_customer(dining)
    await ana.choose(DISH)
    assert [len(one["lines"]) for one in await ana.tab.page.evaluate(CARTS)] == [1]
    await ana.button("You and the language").click()
    await ana.button("Log out on this phone").click()
    await expect(ana.field("Mobile number")).to_be_visible()
    await ana.tab.page.wait_for_function(f"({CARTS})().then((all) => all.every((one) => one.lines.length === 0))")
    await expect(ana.tab.page.get_by_role("link", name="Your orders")).to_have_count(0)
    assert "comanda_csrf" not in await ana.tab.page.evaluate("document.cookie")


async def test_whose_proof_has_ended_proves_the_number_again_and_finds_the_cart(dining: Dining) -> None:
    await deliver(dining.house)
    caller = await proved(dining.house)
    ana = await known_customer(dining, caller)
    ana.tab.foresee("status of 401")
    await ana.choose(DISH)
    answer = await call(dining.house, "DELETE", "/session", headers=bearer(caller.token))
    assert answer.status == 200
    await expect(ana.tab.page.get_by_text("Please prove your number again")).to_be_visible()
    caller = await proved_again(caller)
    await ana.tab.context.add_cookies([{"name": TOKEN, "value": caller.token, "domain": "127.0.0.1", "path": "/"}])
    await ana.tab.page.reload()
    await expect(ana.tab.page.get_by_role("link", name="Cart: 1 dish")).to_be_visible()


async def test_whoever_comes_back_to_the_page_has_a_new_proof_at_once(dining: Dining) -> None:
    ana = await known_customer(dining)
    async with ana.tab.page.expect_response("**/api/checkout/session/refresh?*") as refreshed:
        await ana.tab.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert (await refreshed.value).status == 200
    await ana.tab.page.reload()
    await expect(ana.tab.page.get_by_role("searchbox")).to_be_visible()


async def test_a_code_whose_answer_was_lost_is_used_up_and_another_one_is_asked_for(
    dining: Dining, tmp_path: Path
) -> None:
    async with sms_phone(dining.house, tmp_path, dining.kitchen.boss) as radio:
        ana = await customer(dining, is_on_network=True)
        ana.tab.foresee("status of 400", LOST)
        await ana.tab.page.clock.install()
        await ana.tab.page.reload()
        await ana.ask_for_code()
        network = dining.kitchen.premises.network
        network.swallow("back")
        await ana.show_code(await radio.code())
        await expect(ana.tab.page.locator(".problem")).to_contain_text("No answer came.", timeout=20_000)
        network.cut()
        network.restore()
        await ana.button("Continue").click()
        await expect(ana.tab.page.locator(".problem")).to_contain_text("it is used up now")
        dining.house.clock.advance(seconds=60)
        await ana.tab.page.clock.fast_forward(61_000)
        await ana.button("Send another code").click()
        await ana.show_code(await radio.code())
        await expect(ana.tab.page.get_by_role("searchbox")).to_be_visible()
