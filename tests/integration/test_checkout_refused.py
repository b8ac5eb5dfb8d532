"""Orders from home that a house does not take: the quote says so, and the order in the same words."""

from datetime import timedelta
from typing import Any

from comanda_client import Refused
from integration.customers import ALWAYS, CENTRE, deliver, order_of, proved, refused, wanted
from integration.house import House
from integration.people import stored

from models.order import Order

REFUSED: tuple[tuple[dict[str, Any], dict[str, Any], str], ...] = (
    ({"is_offered": False}, {}, "DELIVERY_OFF"),
    ({"zones": ()}, {}, "DELIVERY_OFF"),
    ({"take_out": False}, {"diningOption": "TAKE_OUT"}, "DELIVERY_OFF"),
    ({}, {"diningOption": "DINE_IN"}, "DELIVERY_OFF"),
    ({"zones": (CENTRE.with_(postal_codes=("01*",)),)}, {}, "ADDRESS_NOT_SERVED"),
    ({"zones": (CENTRE.with_(minimum=10**6),)}, {}, "BELOW_MINIMUM"),
    ({}, {"slot": "2026-01-01T00:00:00Z"}, "SLOT_REFUSED"),
    ({"slots": ALWAYS}, {"slot": "2026-01-01T00:00:00Z"}, "SLOT_REFUSED"),
    ({"slots": ALWAYS.with_(cap=1)}, {}, "SLOT_FULL"),
    ({}, {"addressId": "06aaaaaaaaaaaaaaaaaaaaaa"}, "NOT_FOUND"),
    ({}, {"addressId": None}, "VALIDATION_FAILED"),
    ({}, {"items": []}, "VALIDATION_FAILED"),
    ({}, {"items": [{"itemId": "no-such-dish"}] * 61}, "VALIDATION_FAILED"),
    ({}, {"items": [{"itemId": "no-such-dish"}] * 60}, "UNKNOWN_ITEM"),
)


async def test_quote_and_order_are_refused_alike(house: House) -> None:
    callers = [await proved(house, number) for number in ("+40712345678", "+40712345679")]
    phones = [await one.connect() for one in callers]
    for place, (plan, fields, code) in enumerate(REFUSED):
        caller, phone = callers[place % 2], phones[place % 2]  # one alone would order faster than is allowed
        await deliver(house, **plan)
        asked = order_of(caller, **fields)
        question = {name: asked[name] for name in asked if name not in ("idempotencyKey", "paymentMethod")}
        codes = [(await refused(phone, *one)).code for one in (("order:quote", question), ("order:place", asked))]
        assert codes == [code, code], (plan, fields)
    assert await stored(house, Order) == []


async def test_a_pause_is_told_with_its_end_and_over_by_itself(house: House) -> None:
    plan = await deliver(house)
    caller, cashier = await proved(house), await house.staff(house.login_of("CASHIER"))
    phone = await caller.connect()
    until = (house.clock.now() + timedelta(minutes=10)).isoformat()
    await cashier.operate("delivery:pause", {"until": until})
    await phone.until(lambda state: any(one["version"] > plan.version for one in state.of("plan")))
    refusal = await refused(phone, "order:place", order_of(caller))
    assert (refusal.code, refusal.details["until"][:19]) == ("DELIVERY_PAUSED", until[:19])
    house.clock.advance(minutes=11)
    assert (await phone.operate("order:place", order_of(caller)))["order"]


async def test_a_house_without_a_plan_takes_nothing(house: House) -> None:
    plan = await deliver(house)
    app = house.apps[0]
    await app.store.collection(type(plan)).delete_one({"_id": plan.id})
    for one in house.apps:
        one.store.cache.clear()
    caller = await proved(house)
    phone = await caller.connect()
    assert (await refused(phone, "order:place", order_of(caller))).code == "DELIVERY_OFF"


async def test_what_is_sold_out_or_not_brought_home_is_refused(house: House) -> None:
    await deliver(house)
    waiter, caller = await house.waiter(), await proved(house)
    phone = await caller.connect()
    await waiter.operate("item:set-availability", {"itemId": house.dish("grill"), "state": "OUT"})
    await phone.until(lambda state: any(state.of("item")))
    refusal = await refused(phone, "order:place", order_of(caller))
    assert (refusal.code, refusal.details["itemId"]) == ("ITEM_UNAVAILABLE", house.dish("grill"))


async def test_a_customer_cannot_order_more_than_the_ceiling_over_all_that_is_under_way(house: House) -> None:
    await deliver(house)
    caller = await proved(house)
    phone = await caller.connect()
    many = {"items": [wanted(house, quantity=99), wanted(house, "bar", 99)]}
    codes = set()
    for _ in range(6):
        try:
            await phone.operate("order:place", order_of(caller, **many))
        except Refused as refusal:
            codes.add((refusal.code, refusal.details["scope"]))
    assert codes == {("ORDER_TOO_LARGE", "session")} or codes == {("ORDER_TOO_LARGE", "round")}


async def test_nothing_is_ordered_with_a_payment_that_nobody_takes(house: House) -> None:
    await deliver(house)
    caller = await proved(house)
    phone = await caller.connect()
    refusal = await refused(phone, "order:place", order_of(caller, paymentMethod="ONLINE"))
    assert (refusal.code, await stored(house, Order)) == ("ONLINE_PAYMENT_OFF", [])
