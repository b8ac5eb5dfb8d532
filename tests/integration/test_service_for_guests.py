"""Staff order for a party with their own credential, never with the PIN, and what they add says so on every ticket."""

from typing import Any
from uuid import uuid4

import pytest
from comanda_client import Connection, Refused
from integration.gate import stored
from integration.house import House, Party

from handlers.registry import FLOOR, Registry
from models.cart import Cart
from models.order import Order
from models.ticket import Ticket
from server.commands import COMMAND_MODULES

DECIDING = {"order:approve", "order:reject", "order:cancel", "order:prioritize"}
"""Of the first-order gate and of the kitchen: see test_gate.py, test_cancelling.py and test_priority.py."""

OF_CART_AND_ORDER = {
    command.name
    for namespace, command in Registry(COMMAND_MODULES).all()
    if namespace == FLOOR and command.name.split(":")[0] in ("cart", "checkout", "order")
}


REQUESTS: dict[str, dict[str, Any]] = {
    "cart:add": {"itemId": "any", "opId": "op-0000-0001"},
    "cart:update": {"lineId": "any", "quantity": 2, "opId": "op-0000-0002"},
    "cart:remove": {"lineId": "any", "opId": "op-0000-0003"},
    "cart:clear": {"opId": "op-0000-0004"},
    "order:cancel": {"orderId": "any", "reason": "they left", "opId": "op-0000-0005"},
    "order:place": {"idempotencyKey": "key-0000-0001", "cartVersion": 1},
}
"""What the commands need besides the session, where they need anything."""


class Attendant:
    """Someone of the staff who orders for one party; remembers by which commands, and every line in an answer."""

    def __init__(self, staff: Connection, party: Party) -> None:
        self.staff = staff
        self.party = party
        self.used: set[str] = set()
        self.signatures: list[dict[str, str]] = []

    async def does(self, name: str, **data: Any) -> dict[str, Any]:
        command = self.staff.operate if name.startswith("cart:") else self.staff.send
        answer = await command(name, {"sessionId": self.party.id, **data})
        self.used.add(name)
        for one in (answer.get("cart"), answer.get("order"), *answer.get("orders", ())):
            self.signatures += [line["addedBy"] for line in (one or {}).get("lines", ())]
        return answer

    async def orders(self, dish: str) -> dict[str, Any]:
        """Use every command of the cart, then send it; returns the order."""
        line = (await self.does("cart:add", itemId=dish))["cart"]["lines"][-1]["id"]
        await self.does("cart:update", lineId=line, quantity=2)
        await self.does("cart:remove", lineId=line)
        await self.does("cart:add", itemId=dish)
        await self.does("cart:clear")
        await self.does("cart:add", itemId=dish, note="de la ospătar")
        await self.does("checkout:hold")
        await self.does("checkout:release")
        held = (await self.does("checkout:hold"))["cart"]
        placing = {"cartVersion": held["version"], "fence": held["hold"]["fence"]}
        answer = await self.does("order:place", idempotencyKey=str(uuid4()), **placing)
        await self.does("order:list")
        return dict(answer["order"])


@pytest.mark.parametrize("mode", ["FAMILY", "INDIVIDUAL"])
@pytest.mark.parametrize("role", ["WAITER", "CASHIER", "MANAGER"])
async def test_every_command_of_cart_and_order_is_theirs_and_carries_their_name(
    house: House, role: str, mode: str
) -> None:
    opener, staff = await house.waiter(), await house.staff(house.login_of(role))
    party = await house.party(opener, mode=mode)
    attendant = Attendant(staff, party)
    order = await attendant.orders(house.dish("grill"))
    assert attendant.used == OF_CART_AND_ORDER - DECIDING
    assert {one["kind"] for one in attendant.signatures} == {"STAFF"}
    (by,) = {(one["id"], one["name"]) for one in attendant.signatures}
    assert (order["placedBy"]["kind"], order["placedBy"]["id"], order["placedBy"]["name"]) == ("STAFF", *by)
    (kept,) = await stored(house, Order, session_id=party.id)
    (ticket,) = await stored(house, Ticket, session_id=party.id)
    assert kept["lines"][0]["added_by"] == {"kind": "STAFF", "id": by[0], "name": by[1]}
    assert ticket["lines"][0]["added_by"] == {"kind": "STAFF", "id": by[0], "name": by[1]}


async def test_the_cook_reads_who_added_a_dish(house: House) -> None:
    waiter, cook = await house.waiter(), await house.cook()
    party = await house.party(waiter)
    ana = await house.phone(party)
    await ana.operate("cart:add", {"itemId": house.dish("grill")})
    await Attendant(waiter, party).does("cart:add", itemId=house.dish("grill"))
    cart = await ana.until(lambda state: any(len(one["lines"]) == 2 for one in state.of("cart")))
    placing = {"idempotencyKey": str(uuid4()), "cartVersion": next(cart.of("cart"))["version"]}
    await ana.send("order:place", placing)
    (ticket,) = (await cook.until(lambda state: any(state.of("ticket")))).of("ticket")
    assert [(line["addedBy"]["kind"], line["guest"]) for line in ticket["lines"]] == [("GUEST", "Ana"), ("STAFF", "")]


async def test_in_an_individual_session_staff_use_the_shared_cart_and_no_guests(house: House) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter, mode="INDIVIDUAL")
    ana = await house.phone(party)
    mine = (await ana.operate("cart:add", {"itemId": house.dish("bar")}))["cart"]
    await Attendant(waiter, party).orders(house.dish("grill"))
    (own,) = await stored(house, Cart, session_id=party.id, owner=mine["owner"])
    assert len(own["lines"]) == 1
    state = await ana.until(lambda known: any(one["placedBy"]["kind"] == "STAFF" for one in known.of("order")))
    assert next(state.of("order"))["lines"][0]["itemId"] == house.dish("grill")


async def test_a_guest_may_change_what_staff_added_and_it_stays_theirs(house: House) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter)
    ana = await house.phone(party)
    await Attendant(waiter, party).does("cart:add", itemId=house.dish("grill"))
    state = await ana.until(lambda known: any(one["lines"] for one in known.of("cart")))
    line = next(state.of("cart"))["lines"][0]["id"]
    changed = await ana.operate("cart:update", {"lineId": line, "quantity": 3})
    assert changed["cart"]["lines"][0]["addedBy"]["kind"] == "STAFF"


async def test_staff_order_for_any_session_of_their_house_and_for_no_other(house: House) -> None:
    waiter, colleague = await house.waiter(), await house.waiter()
    parties = [await house.party(waiter, table) for table in range(3)]
    for party in parties:
        assert (await Attendant(colleague, party).orders(house.dish("grill")))["sessionId"] == party.id
    elsewhere = await house.installation.new_house()
    try:
        stranger = await elsewhere.waiter()
        for name in sorted(OF_CART_AND_ORDER - (DECIDING - REQUESTS.keys())):
            request = {"sessionId": parties[0].id, **REQUESTS.get(name, {})}
            with pytest.raises(Refused, match="NOT_FOUND"):
                await stranger.send(name, request)
    finally:
        await elsewhere.close()
