"""The check on the phones of a party: divided to the last minor unit, and paid online with the simulator of Stripe."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from browser.diner_page import go_to
from browser.dining import Dining
from browser.kitchen import Premises
from browser.paying import SCRIPT, check_of, paying_dining, paying_premises, until_form
from browser.tab import LOST, Tab
from integration.house import Party
from integration.promoted import promotion, publish
from playwright.async_api import Browser, expect
from simulators.simulated_stripe import SimulatedStripe, simulated_stripe


@pytest.fixture(scope="module")
async def stripe() -> AsyncIterator[SimulatedStripe]:
    """The simulator, for all tests here."""
    async with simulated_stripe() as simulated:
        yield simulated


@pytest.fixture(scope="module")
async def tills(mongo_url: str, redis_url: str, stripe: SimulatedStripe) -> AsyncIterator[Premises]:
    """The server on which they pay."""
    async with paying_premises(mongo_url, redis_url, stripe) as premises:
        yield premises


@pytest.fixture
async def guests(tills: Premises, browser: Browser, stripe: SimulatedStripe) -> AsyncIterator[Dining]:
    """A house whose guests pay online, too."""
    async with paying_dining(tills, browser, stripe) as dining:
        yield dining


async def seated(dining: Dining, *dishes: str) -> Party:
    """A party for which the waiter has ordered."""
    party = dining.kitchen.parties[0] = await dining.party()
    await dining.kitchen.order(*dishes)
    return party


async def claim(tab: Tab, dish: str, part: str) -> None:
    """Say which part of a dish is one's own."""
    await tab.page.get_by_role("button", name=f"Mine: {dish}").click()
    await tab.page.get_by_role("dialog").get_by_role("button", name=part, exact=True).click()


async def begin_to_pay(tab: Tab) -> None:
    """Go on with paying all that is left."""
    await go_to(tab, "check")
    await tab.page.get_by_role("button", name="Pay", exact=True).click()


async def test_three_divide_a_check_with_a_third_each_of_a_shared_dish_to_the_last_unit(guests: Dining) -> None:
    own = {"Ana": "zacusca", "Ion": "humus", "Mara": "crema-de-rosii"}
    party, kitchen = await seated(guests, "ciorba-de-burta", *own.values()), guests.kitchen
    tabs = {name: await guests.diner(party, name) for name in own}
    prices = {dish.id: dish.price for dish in guests.house.menu.dishes}
    for name, tab in tabs.items():
        await go_to(tab, "check")
        await claim(tab, kitchen.name(own[name]), "All of it")
        await claim(tab, kitchen.name("ciorba-de-burta"), "A third")
        await expect(tab.page.locator(".shares [data-mine=true]")).to_be_visible()
    await expect(tabs["Ana"].page.locator(".shares > div")).to_have_count(3)
    await tabs["Ana"].require_no_serious()
    check = await check_of(guests, party.id)
    third, left = divmod(prices["ciorba-de-burta"], 3)
    assert left
    shares = {one["name"]: one["amount"]["amount"] for one in check["shares"]}
    assert shares == {name: prices[dish] + third + (at < left) for at, (name, dish) in enumerate(own.items())}
    assert sum(shares.values()) == check["total"]["amount"]
    for name, tab in tabs.items():
        await tab.page.get_by_role("button", name="Pay", exact=True).click()
        amount = f"{shares[name] // 100}.{shares[name] % 100:02}"
        await expect(tab.page.locator(".pick[data-kind=MINE] b")).to_contain_text(amount)
    for one in check["shares"][:2]:
        tender = {"sessionId": party.id, "method": "CASH", "shareId": one["id"], "amount": one["amount"]["amount"]}
        await kitchen.waiter.send("payment:record", {**tender, "idempotencyKey": str(uuid4())})
    mara = tabs["Mara"].page
    await mara.get_by_role("button", name="Here, with this phone").click()
    await (await until_form(tabs["Mara"])).click()
    await expect(mara.locator("[data-outcome=paid]")).to_contain_text(amount)
    check = await check_of(guests, party.id)
    paid = sorted(one["amount"]["amount"] for one in check["tenders"])
    assert (check["due"]["amount"], paid) == (0, sorted(shares.values()))
    await mara.get_by_role("button", name="Close").click()
    await expect(mara.locator(".settled")).to_be_visible()


async def test_a_lost_answer_and_a_second_tap_charge_once(guests: Dining, stripe: SimulatedStripe) -> None:
    party = await seated(guests, "zacusca")
    ana, ion = await guests.diner(party, "Ana"), await guests.diner(party, "Ion")
    await go_to(ion, "check")
    await begin_to_pay(ana)
    await ana.page.get_by_role("button", name="10%").click()
    await ana.page.get_by_role("button", name="Here, with this phone").dblclick()
    pay = await until_form(ana)
    await expect(ion.page.locator(".paying-now")).to_contain_text("Ana is paying")
    # axe asks the frame, too, which is the provider's.
    ana.foresee("postMessage")
    await ana.require_no_serious()
    # Stripe has taken it, and neither its answer nor its message arrives.
    await stripe.webhooks(mode="hold")
    await stripe.fault("confirm", "lose")
    ana.foresee(LOST)
    await pay.click()
    await expect(ana.page.get_by_text("nothing is charged twice")).to_be_visible()
    await ana.open()
    await stripe.release()
    await go_to(ana, "check")
    await expect(ana.page.locator(".settled")).to_be_visible()
    await expect(ion.page.locator(".settled")).to_be_visible()
    check = await check_of(guests, party.id)
    ((tender,), total) = check["tenders"], check["total"]["amount"]
    assert (tender["amount"]["amount"], tender["tip"]["amount"]) == (total, (total * 10 + 50) // 100)
    charged = [one for one in (await stripe.everything())["intents"] if one["status"] == "succeeded"]
    assert sum(one["amount"] == total + tender["tip"]["amount"] for one in charged) == 1


async def test_a_card_that_is_refused_can_be_tried_again_and_who_does_not_want_to_pay_frees_the_amount(
    guests: Dining,
) -> None:
    party = await seated(guests, "humus")
    ana = await guests.diner(party, "Ana")
    ana.foresee("402")
    await begin_to_pay(ana)
    await ana.page.get_by_role("button", name="Here, with this phone").click()
    pay = await until_form(ana)
    card = ana.page.frame_locator("iframe").get_by_label("Card")
    await card.select_option("pm_card_visa_chargeDeclined")
    await pay.click()
    await expect(ana.page.get_by_text("Your card was declined.")).to_be_visible()
    await ana.page.get_by_role("button", name="Do not pay").click()
    await expect(ana.page.locator("[data-outcome=failed]")).to_contain_text("Nothing was taken")
    assert (await check_of(guests, party.id))["pending"] == []
    await ana.page.get_by_role("button", name="Try again").click()
    await ana.page.get_by_role("button", name="Here, with this phone").click()
    await (await until_form(ana)).click()
    await expect(ana.page.locator("[data-outcome=paid]")).to_be_visible()


async def test_a_waiting_round_is_taken_back_in_part_and_sent_back_with_a_reason(guests: Dining) -> None:
    kitchen, party = guests.kitchen, await guests.party()
    ana = await guests.diner(party, "Ana")
    for dish in ("zacusca", "humus"):
        await ana.client(PUT, [party.token, dish])
    await ana.client(PLACE, [party.token])
    await go_to(ana, "orders")
    await expect(ana.page.locator(".round")).to_contain_text("has to approve it")
    await ana.require_no_serious()
    await ana.page.get_by_role("button", name=f"Take back {kitchen.name('humus')}").click()
    await ana.page.get_by_role("dialog").get_by_role("button", name="Take back", exact=True).click()
    await expect(ana.page.locator(".meal-line[data-stage=CANCELLED]")).to_contain_text(kitchen.name("humus"))
    (order,) = (await kitchen.waiter.send("order:list", {"sessionId": party.id}))["orders"]
    refusal = {"sessionId": party.id, "orderId": order["id"], "reason": "The kitchen is closing"}
    await kitchen.waiter.operate("order:reject", refusal)
    await expect(ana.page.locator(".round")).to_contain_text("Reason: The kitchen is closing")
    await expect(ana.page.locator(".meal-line[data-stage=REJECTED]")).to_have_count(2)


async def test_what_staff_have_divided_is_offered_in_parts_and_cash_calls_the_waiter(guests: Dining) -> None:
    party, waiter = await seated(guests, "zacusca", "humus"), guests.kitchen.waiter
    await publish(guests.house, promotion())
    ana = await guests.diner(party, "Ana")
    await go_to(ana, "check")
    await ana.page.locator(".promo summary").click()
    code = ana.page.get_by_role("textbox", name="A promotion code")
    await code.fill("nonsense")
    await ana.page.get_by_role("button", name="Use").click()
    await expect(ana.page.locator("#promo-said")).not_to_be_empty()
    await code.fill("pranz-10")
    await ana.page.get_by_role("button", name="Use").click()
    await expect(ana.page.locator(".bill [data-kind=PROMOTION]")).to_be_visible()
    await expect(ana.page.locator("#promo-said")).to_be_empty()
    await waiter.operate("check:split", {"sessionId": party.id, "method": "EVEN", "count": 3})
    await expect(ana.page.locator(".shares > div")).to_have_count(3)
    await expect(ana.page.locator(".claim")).to_have_count(0)
    await ana.page.get_by_role("button", name="Bill or receipt").click()
    paper = ana.page.frame_locator("iframe.receipt")
    await expect(paper.get_by_text("To be paid")).to_be_visible()
    await ana.page.keyboard.press("Escape")
    await ana.page.get_by_role("button", name="Pay", exact=True).click()
    share = (await check_of(guests, party.id))["shares"][0]["amount"]["amount"]
    await expect(ana.page.locator(".pick").first).to_contain_text(f"{share // 100}.{share % 100:02}")
    await ana.page.get_by_role("button", name="Own", exact=True).click()
    await ana.page.get_by_label("Tip in RON").fill("2,5")
    await ana.page.get_by_role("button", name="Cash, with the waiter").click()
    await waiter.until(lambda state: any(one["kind"] == "BILL" for one in state.of("service")))
    (asked,) = waiter.state.of("service")
    whole = share + 250
    assert f"{whole // 100}.{whole % 100:02}" in asked["note"]
    assert "2.50" in asked["note"]
    # Another one pays otherwise: the waiter reads of both, each by name.
    ion = await guests.diner(party, "Ion")
    await begin_to_pay(ion)
    await ion.page.get_by_role("button", name="Card, with the waiter").click()
    await waiter.until(lambda state: any("Ion: " in one["note"] for one in state.of("service")))
    (both,) = waiter.state.of("service")
    assert both["note"].startswith(f"{asked['note']}; Ion: ")
    assert asked["note"].startswith("Ana: ")


@pytest.mark.long
async def test_a_form_that_does_not_come_is_said_and_asked_for_again(guests: Dining) -> None:
    party = await seated(guests, "humus")
    ana = await guests.diner(party, "Ana")
    ana.foresee(LOST)
    await ana.context.route(f"**{SCRIPT}", lambda route: route.abort())
    await begin_to_pay(ana)
    await ana.page.get_by_role("button", name="Here, with this phone").click()
    again = ana.page.get_by_role("button", name="Load it again")
    await expect(again).to_be_visible()
    await ana.require_no_serious()
    await ana.context.unroute(f"**{SCRIPT}")
    await again.click()
    await (await until_form(ana)).click()
    await expect(ana.page.locator("[data-outcome=paid]")).to_be_visible()
    assert (await check_of(guests, party.id))["due"]["amount"] == 0


@pytest.mark.long
async def test_a_phone_that_a_bank_sends_back_shows_what_became_of_the_payment(guests: Dining) -> None:
    party = await seated(guests, "zacusca")
    ana = await guests.diner(party, "Ana")
    await begin_to_pay(ana)
    await ana.page.get_by_role("button", name="Here, with this phone").click()
    await until_form(ana)
    added = "?payment_intent=pi_1&payment_intent_client_secret=pi_1_secret_2&redirect_status=succeeded"
    await ana.page.goto(ana.url + ana.path + added)
    # The house's word counts, not the address: nothing was paid yet.
    pay = await until_form(ana)
    assert ana.page.url == ana.url + ana.path
    await pay.click()
    await expect(ana.page.locator("[data-outcome=paid]")).to_be_visible()
    await ana.page.goto(ana.url + ana.path + added)
    await expect(ana.page.locator(".settled")).to_be_visible()


PUT = """
  const table = client.connect({ namespace: "/table", auth: { table: given[0] } });
  await table.live();
  await table.send("cart:add", { itemId: given[1], quantity: 1, opId: client.newId() });
  table.close();
"""

PLACE = """
  const table = client.connect({ namespace: "/table", auth: { table: given[0] } });
  await table.live();
  const cart = [...table.state.of("cart").value.values()][0];
  await table.send("order:place", { cartVersion: cart.version, idempotencyKey: client.newId() });
  table.close();
"""
