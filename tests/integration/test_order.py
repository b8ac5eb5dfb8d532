"""Orders: once, whole, or not at all; and the races that others got wrong."""

import asyncio
from uuid import uuid4

import pytest
from comanda_client import Connection, Refused
from integration.house import House

from models.audit import AuditEntry
from models.cart import Cart
from models.check import Check
from models.menu import Menu
from models.order import Order
from models.ticket import Ticket


async def fill(house: House, phone: Connection, *dishes: str) -> int:
    """Put dishes into the cart and return its version."""
    for dish in dishes or (house.dish("grill"),):
        answer = await phone.operate("cart:add", {"itemId": dish, "quantity": 1})
    return int(answer["cart"]["version"])


async def outcome(phone: Connection, version: int, key: str, **more: object) -> str:
    try:
        answer = await phone.send("order:place", {"idempotencyKey": key, "cartVersion": version, **more})
    except Refused as refused:
        return refused.code
    return "REPLAYED" if answer["replayed"] else "PLACED"


async def count(house: House, model: type, **query: object) -> int:
    return int(await house.apps[0].store.collection(model).count_documents(query))


async def test_placing_writes_the_order_its_tickets_the_cart_the_check_and_the_audit_entry(house: House) -> None:
    party = await house.party(await house.waiter())
    ana = await house.phone(party)
    version = await fill(house, ana, house.dish("grill"), house.dish("bar"), house.dish("grill"))
    placed = await ana.send("order:place", {"idempotencyKey": str(uuid4()), "cartVersion": version})
    order = placed["order"]
    store = house.apps[0].store
    tickets = [one async for one in store.collection(Ticket).find({"order_id": order["id"]})]
    assert {one["station"]: len(one["lines"]) for one in tickets} == {"grill": 2, "bar": 1}
    prices = {dish.id: dish.price for dish in house.menu.dishes}
    assert order["total"]["amount"] == sum(prices[line["itemId"]] * line["quantity"] for line in order["lines"])
    cart = await store.collection(Cart).find_one({"session_id": party.id})
    check = await store.collection(Check).find_one({"session_id": party.id})
    assert cart is not None
    assert check is not None
    assert (cart["lines"], cart["rounds"]) == ([], 1)
    assert check["total"]["amount"] == order["total"]["amount"]
    assert await count(house, AuditEntry, act="order-placed", subject=order["id"]) == 1


async def test_one_key_in_twenty_parallel_tries_is_one_order(house: House) -> None:
    party = await house.party(await house.waiter())
    ana = await house.phone(party)
    others = [await house.connect("/table", dict(ana.auth)) for _ in range(4)]
    version, key = await fill(house, ana), str(uuid4())
    outcomes = await asyncio.gather(*(outcome(phone, version, key) for phone in others for _ in range(5)))
    assert sorted(set(outcomes)) == ["PLACED", "REPLAYED"]
    assert outcomes.count("PLACED") == 1
    assert await count(house, Order, session_id=party.id) == 1


async def test_the_first_order_of_a_session_from_two_phones_at_once_is_one_order(house: House) -> None:
    party = await house.party(await house.waiter())
    ana, ion = await house.phone(party, "Ana"), await house.phone(party, "Ion")
    version = await fill(house, ana)
    outcomes = await asyncio.gather(outcome(ana, version, str(uuid4())), outcome(ion, version, str(uuid4())))
    assert sorted(outcomes) == ["CART_CHANGED", "PLACED"]
    assert await count(house, Order, session_id=party.id) == 1


async def test_a_key_used_again_with_other_content_is_refused(house: House) -> None:
    ana = await house.phone(await house.party(await house.waiter()))
    version, key = await fill(house, ana), str(uuid4())
    assert await outcome(ana, version, key) == "PLACED"
    assert await outcome(ana, version, key, paymentMethod="CASH") == "IDEMPOTENCY_KEY_REUSED"


async def test_a_key_is_known_to_another_phone_after_a_rejoin(house: House) -> None:
    party = await house.party(await house.waiter())
    ana = await house.phone(party, "Ana")
    version, key = await fill(house, ana), str(uuid4())
    assert await outcome(ana, version, key) == "PLACED"
    await ana.close()
    replacement = await house.phone(party, "Ana again")
    assert await outcome(replacement, version, key) == "REPLAYED"


async def test_a_key_means_nothing_in_another_session(house: House) -> None:
    waiter = await house.waiter()
    key = str(uuid4())
    for table in (0, 1):
        phone = await house.phone(await house.party(waiter, table))
        assert await outcome(phone, await fill(house, phone), key) == "PLACED"


async def test_an_add_that_arrives_while_the_cart_is_placed_is_in_this_round_or_the_next(house: House) -> None:
    party = await house.party(await house.waiter())
    ana, ion = await house.phone(party, "Ana"), await house.phone(party, "Ion")
    for attempt in range(5):
        version = await fill(house, ana)
        placed, added = await asyncio.gather(
            outcome(ana, version, f"key-{attempt}-{uuid4()}"),
            ion.operate("cart:add", {"itemId": house.dish("bar"), "quantity": 1}),
        )
        assert placed in ("PLACED", "CART_CHANGED")
        assert added["success"]
    orders = (await ana.send("order:list", {}))["orders"]
    state = await ana.until(lambda known: any(cart["lines"] for cart in known.of("cart")))
    left = next(state.of("cart"))["lines"]
    assert sum(len(order["lines"]) for order in orders) + len(left) == 10


async def test_one_more_of_a_ready_dish_is_a_new_line_on_a_new_ticket(house: House) -> None:
    ana = await house.phone(await house.party(await house.waiter()))
    cook = await house.cook()
    first = await ana.operate("order:place", {"idempotencyKey": str(uuid4()), "cartVersion": await fill(house, ana)})
    await cook.until(lambda state: any(state.of("ticket")))
    ticket = next(cook.state.of("ticket"))
    line = ticket["lines"][0]
    step = {"ticketId": ticket["id"], "lineId": line["id"], "status": "READY", "expected": "NEW"}
    await cook.send("line:set-status", step)
    second = await ana.operate("order:place", {"idempotencyKey": str(uuid4()), "cartVersion": await fill(house, ana)})
    await cook.until(lambda state: sum(1 for _ in state.of("ticket")) == 2)
    assert second["order"]["id"] != first["order"]["id"]
    states = sorted(one["lines"][0]["status"] for one in cook.state.of("ticket"))
    assert states == ["NEW", "READY"]


async def test_prices_that_changed_are_shown_before_anything_is_sent(house: House) -> None:
    ana = await house.phone(await house.party(await house.waiter()))
    version = await fill(house, ana)
    shown = next(iter((await ana.send("checkout:hold", {}))["cart"]["lines"]))["unitPrice"]["amount"]
    store, clock = house.apps[0].store, house.clock
    work = store.begin(house.restaurant.id, clock.monotonic() + 5)
    menu = (await work.members(Menu, "house", house.restaurant.id))[0]
    work.save(menu.with_(dishes=tuple(dish.with_(price=dish.price + 100) for dish in menu.dishes)))
    await work.commit()
    await ana.until(lambda state: any(state.of("menu")))
    with pytest.raises(Refused) as refused:
        await ana.send("order:place", {"idempotencyKey": str(uuid4()), "cartVersion": version + 1})
    assert refused.value.code == "CART_CHANGED"
    cart = refused.value.details["cart"]
    assert cart["lines"][0]["unitPrice"]["amount"] == shown + 100
    assert await outcome(ana, cart["version"], str(uuid4())) == "PLACED"


async def test_an_empty_cart_is_not_sent(house: House) -> None:
    ana = await house.phone(await house.party(await house.waiter()))
    cart = next(ana.state.of("cart"))
    assert await outcome(ana, cart["version"], str(uuid4())) == "CART_EMPTY"


async def test_a_round_above_the_ceiling_is_refused(house: House) -> None:
    ana = await house.phone(await house.party(await house.waiter()))
    for _ in range(3):
        answer = await ana.operate("cart:add", {"itemId": house.dish("bar"), "quantity": 99})
    with pytest.raises(Refused) as refused:
        await ana.send("order:place", {"idempotencyKey": str(uuid4()), "cartVersion": answer["cart"]["version"]})
    assert refused.value.code == "ORDER_TOO_LARGE"
    assert refused.value.details == {"scope": "round", "what": "portions", "limit": 200, "left": 200}
    assert (await ana.send("order:list", {}))["orders"] == []


async def test_rounds_of_an_individual_session_are_seen_by_who_sent_them(house: House) -> None:
    party = await house.party(await house.waiter(), mode="INDIVIDUAL")
    ana, ion = await house.phone(party, "Ana"), await house.phone(party, "Ion")
    assert await outcome(ana, await fill(house, ana), str(uuid4())) == "PLACED"
    assert len((await ana.send("order:list", {}))["orders"]) == 1
    assert (await ion.send("order:list", {}))["orders"] == []
