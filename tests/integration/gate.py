"""A house with the first-order gate on: sending rounds, and deciding about them."""

from typing import Any
from uuid import uuid4

from comanda_client import Connection, Refused
from integration.house import House, Party

from models.menu import Menu


async def send_round(house: House, phone: Connection, *dishes: str, quantity: int = 1, **more: Any) -> dict[str, Any]:
    """Put dishes into the cart and send it; returns the answer."""
    for dish in dishes or (house.dish("grill"),):
        added = await phone.operate("cart:add", {"itemId": dish, "quantity": quantity, **more})
    placing = {"idempotencyKey": str(uuid4()), "cartVersion": added["cart"]["version"], **more}
    return await phone.send("order:place", placing)


async def seated(house: House, mode: str = "FAMILY") -> tuple[Connection, Party, Connection]:
    """A waiter, a party and a phone of it."""
    waiter = await house.waiter()
    party = await house.party(waiter, mode=mode)
    return waiter, party, await house.phone(party)


async def decide(waiter: Connection, verb: str, order: dict[str, Any], **more: Any) -> str:
    """Approve or reject; returns DONE or the code of the refusal."""
    data = {"sessionId": order["sessionId"], "orderId": order["id"], "opId": str(uuid4()), **more}
    try:
        await waiter.send(f"order:{verb}", data)
    except Refused as refused:
        return refused.code
    return "DONE"


async def stored(house: House, model: type, **query: object) -> list[dict[str, Any]]:
    return [one async for one in house.apps[0].store.collection(model).find(query)]


async def change_menu(house: House, **fields: object) -> None:
    """Change every dish of the menu."""
    app = house.apps[0]
    work = app.store.begin(house.restaurant.id, app.clock.monotonic() + 5)
    menu = (await work.members(Menu, "house", house.restaurant.id))[0]
    saved = work.save(menu.with_(dishes=tuple(dish.with_(**fields) for dish in menu.dishes)))
    await work.commit()
    for client in house.clients:
        if client.namespace == "/floor":
            await client.until(lambda state: any(one["version"] == saved.version for one in state.of("menu")))
