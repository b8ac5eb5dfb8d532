"""An order from home that staff change: what they add and take off, what that counts for, and until when they can."""

from typing import Any
from uuid import uuid4

from integration.customers import CENTRE, Meal, deliver, ordered, wanted
from integration.house import House
from integration.people import stored
from integration.test_checkout_delivery import ALWAYS, added, pay, refused, session_of

from models.customer import Customer
from models.item import Item
from models.order import Order
from models.slot import SlotLoad
from server.delivering import SETTLED


def taking_off(meal: Meal, **fields: Any) -> dict[str, Any]:
    """Return what takes portions of its first dish off the check."""
    line_id = meal.order["lines"][0]["id"]
    return {"sessionId": meal.session_id, "orderId": meal.id, "lineId": line_id, "reason": "sold out", **fields}


async def counted(house: House) -> tuple[int, int, int]:
    """Return the portions in the only slot that has any, and how many orders its customer has, worth how much."""
    (customer,) = await stored(house, Customer)
    return sum(one["dishes"] for one in await stored(house, SlotLoad)), customer["orders"], customer["spent"]


async def test_staff_add_to_an_order_from_home_at_its_prices_and_the_customer_sees_it(house: House) -> None:
    await deliver(house)
    waiter, cook = await house.waiter(), await house.cook()
    meal = await ordered(house)
    cart = (await waiter.operate("cart:add", added(house, meal)))["cart"]
    placing = {"sessionId": meal.session_id, "cartVersion": cart["version"], "idempotencyKey": str(uuid4())}
    placed = (await waiter.operate("order:place", placing))["order"]
    assert (placed["diningOption"], placed["round"]) == ("DELIVERY", 2)
    await meal.phone.until(lambda state: len(list(state.of("order"))) == 2)
    await cook.until(lambda state: {one["diningOption"] for one in state.of("ticket")} == {"DELIVERY"})
    # Naming either of both names the delivery.
    done = await waiter.operate("delivery:done", {"orderId": placed["id"]})
    assert done["order"]["id"] == meal.id
    orders = await stored(house, Order)
    assert [(one["is_under_way"], one["lines"][0]["status"]) for one in orders] == [(False, "SERVED")] * 2


async def test_nothing_is_added_to_what_has_left_the_house_or_is_over(house: House) -> None:
    await deliver(house)
    boss = await house.staff(house.login_of("MANAGER"))
    numbers = ("+40712345678", "+40712345679", "+40712345680")
    gone, done, off = [await ordered(house, number) for number in numbers]
    carts = {}
    for meal in (gone, done, off):
        carts[meal.id] = (await boss.operate("cart:add", added(house, meal)))["cart"]
    await pay(boss, off)
    await boss.operate("delivery:send", {"orderId": gone.id})
    await boss.operate("delivery:done", {"orderId": done.id})
    await boss.operate("delivery:cancel", {"orderId": off.id, "reason": "closed early"})
    for meal, status in ((gone, "ON_THE_WAY"), (done, "DELIVERED"), (off, "CANCELLED")):
        placing = {"sessionId": meal.session_id, "cartVersion": carts[meal.id]["version"]}
        refusals = [
            await refused(boss, "cart:add", added(house, meal)),
            await refused(boss, "cart:clear", {"sessionId": meal.session_id}),
            await refused(boss, "order:place", placing | {"idempotencyKey": str(uuid4())}),
        ]
        assert [(one.code, one.details["status"]) for one in refusals] == [("DELIVERY_FINISHED", status)] * 3
    await pay(boss, gone)
    await boss.operate("delivery:done", {"orderId": gone.id})
    assert (await session_of(house, gone))["status"] == "CLOSED"
    await pay(boss, done)
    await house.apps[0].duties.perform(SETTLED)
    assert (await session_of(house, done))["status"] == "CLOSED"


async def test_what_is_made_free_and_then_called_off_is_given_back_as_well(house: House) -> None:
    await deliver(house, slots=ALWAYS)
    boss = await house.staff(house.login_of("MANAGER"))
    await boss.operate("item:set-availability", {"itemId": house.dish("grill"), "state": "AVAILABLE", "left": 9})
    meal = await ordered(house, items=[wanted(house, quantity=3)])
    await boss.operate("line:comp", taking_off(meal, quantity=2))
    await boss.operate("line:void", taking_off(meal, quantity=1))
    await boss.operate("delivery:cancel", {"orderId": meal.id, "reason": "nobody there"})
    assert [one["left"] for one in await stored(house, Item)] == [9]
    assert await counted(house) == (0, 0, 0)


async def test_what_is_voided_and_what_staff_add_counts_in_the_slot_and_in_the_totals(house: House) -> None:
    await deliver(house, slots=ALWAYS.with_(cap=4))
    boss, cook, waiter = await house.staff(house.login_of("MANAGER")), await house.cook(), await house.waiter()
    meal = await ordered(house, items=[wanted(house, quantity=4)])
    price, fee = meal.order["lines"][0]["unitPrice"]["amount"], CENTRE.fee
    assert await counted(house) == (4, 1, 4 * price + fee)
    await boss.operate("line:void", taking_off(meal, quantity=1))
    assert await counted(house) == (3, 1, 3 * price + fee)
    extra = 0
    for version in range(2):  # of two dishes that staff add the second one is more than the cap, and theirs to decide
        cart = (await boss.operate("cart:add", added(house, meal)))["cart"]
        placing = {"sessionId": meal.session_id, "cartVersion": cart["version"], "idempotencyKey": str(uuid4())}
        extra += (await boss.operate("order:place", placing))["order"]["total"]["amount"]
        assert await counted(house) == (4 + version, 1, 3 * price + fee + extra)
    await cook.until(lambda state: any(one["lines"][0]["voided"] == 1 for one in state.of("ticket")))
    ticket = next(one for one in cook.state.of("ticket") if one["station"] == "grill")
    step = {"ticketId": ticket["id"], "lineId": ticket["lines"][0]["id"], "status": "IN_PROGRESS", "expected": "NEW"}
    await cook.send("line:set-status", step)
    await boss.operate("line:void", taking_off(meal, quantity=2))
    assert await counted(house) == (5, 1, price + fee + extra)  # what is begun keeps its room
    cancel = {"orderId": meal.id, "reason": "nobody there", "approval": house.approval()}
    await waiter.operate("delivery:cancel", cancel)
    assert await counted(house) == (2, 0, 0)


async def test_what_the_house_takes_off_makes_nobody_pay_a_fee_that_was_free(house: House) -> None:
    await deliver(house)
    first = await ordered(house)
    await deliver(house, zones=(CENTRE.with_(free_from=first.order["total"]["amount"]),))
    boss = await house.staff(house.login_of("MANAGER"))
    free = await ordered(house, "+40712345679")
    assert (free.order["delivery"]["fee"]["amount"], free.due) == (0, free.order["total"]["amount"])
    for meal in (first, free):
        await boss.operate("cart:add", added(house, meal))
        version = (await boss.operate("cart:add", added(house, meal)))["cart"]["version"]
        placing = {"sessionId": meal.session_id, "cartVersion": version, "idempotencyKey": str(uuid4())}
        more = (await boss.operate("order:place", placing))["order"]["total"]["amount"]
        check = (await boss.operate("line:void", taking_off(meal, quantity=1)))["check"]
        assert check["total"]["amount"] == meal.due + more - meal.order["lines"][0]["unitPrice"]["amount"]
