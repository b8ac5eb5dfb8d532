"""What goes wrong in a dinner: rounds that are rejected, what is refused, and tables that somebody besieges."""

from uuid import uuid4

import pytest
from comanda_client import Refused
from integration.house import House

WRONG_PINS = 2
"""So many are tried in the dinner: the last one uses up the house's budget."""


async def be_refused(house: House) -> None:
    """Have rounds rejected and cancelled, and ask for what cannot be."""
    waiter = await house.waiter()
    party = await house.party(waiter, 2)
    guest = await house.phone(party)
    stranger = await house.connect("/table", {"table": party.token})
    added = await guest.operate("cart:add", {"itemId": house.dish("grill")})
    placing = {"idempotencyKey": "k-0000-0005", "cartVersion": added["cart"]["version"]}
    order = (await guest.send("order:place", placing))["order"]
    await waiter.operate("order:reject", {"sessionId": party.id, "orderId": order["id"], "reason": "nobody sits there"})
    for client, more in ((guest, {}), (waiter, {"sessionId": party.id, "reason": "they left"})):
        added = await guest.operate("cart:add", {"itemId": house.dish("grill")})
        placing = {"idempotencyKey": str(uuid4()), "cartVersion": added["cart"]["version"]}
        order = (await guest.send("order:place", placing))["order"]
        await client.operate("order:cancel", {"orderId": order["id"], **more})
    wrong = f"{(int(party.pin) + 1) % 10_000:04}"
    for client, command, request, code in (
        (stranger, "session:join", {"pin": wrong}, "INVALID_PIN"),
        (stranger, "cart:clear", {"opId": "op-00000002"}, "UNAUTHENTICATED"),
        (waiter, "session:open", {"tableId": party.table.id, "mode": "FAMILY", "covers": 1}, "TABLE_OCCUPIED"),
        (waiter, "session:move", {"sessionId": party.id, "tableId": party.table.id}, "SAME_TABLE"),
        (waiter, "order:list", {"sessionId": "nobody"}, "NOT_FOUND"),
    ):
        with pytest.raises(Refused, match=code):
            await client.send(command, request)
    for command, request, code in (
        ("cart:add", {"itemId": "nothing", "opId": "op-00000003"}, "UNKNOWN_ITEM"),
        ("order:place", {"idempotencyKey": "k-0000-0002", "cartVersion": 999}, "CART_CHANGED"),
        ("cart:remove", {"lineId": "nothing", "opId": "op-00000004"}, "NOT_FOUND"),
    ):
        with pytest.raises(Refused, match=code):
            await guest.send(command, request)


async def be_besieged(house: House) -> None:
    """Use up the house's budget of wrong PINs, let a guest in by a waiter's tap, and send that guest away."""
    waiter = await house.waiter()
    party = await house.party(waiter, 5)
    door = await house.connect("/table", {"table": party.token})
    with pytest.raises(Refused, match="INVALID_PIN"):
        await door.send("session:join", {"pin": f"{(int(party.pin) + 1) % 10_000:04}"})
    await waiter.until(lambda state: any(state.of("alarm")))
    with pytest.raises(Refused, match="JOIN_NEEDS_WAITER"):
        await door.send("session:join", {"pin": party.pin})
    pin = (await waiter.operate("pin:rotate", {"sessionId": party.id}))["pin"]
    await waiter.operate("session:admit", {"sessionId": party.id})
    guest = (await door.send("session:join", {"pin": pin, "name": "Vlad", "resume": True}))["participantId"]
    await waiter.operate("participant:eject", {"sessionId": party.id, "participantId": guest, "reason": "loud"})
