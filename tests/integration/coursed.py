"""A party that eats in courses: what tests of holding and firing stand on."""

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from comanda_client import Connection, Refused
from integration.house import PASSWORD, House, Party

from models.audit import AuditEntry
from models.order import Order
from models.ticket import Ticket
from server.coursing import PACING

STARTER, OTHER_STARTER, SHARED_STARTER = "zacusca", "bruschete", "platou-traditional"
GRILLED_STARTER = "cascaval-pane"
MAIN, OTHER_MAIN, DESSERT, DRINK = "tochitura", "bulz", "papanasi", "espresso"
"""Of the demo menu, with the minutes that they need."""

MINUTES = {MAIN: 15, OTHER_MAIN: 14}


async def on(house: House, server: int, role: str, namespace: str = "/floor") -> Connection:
    """Log someone in on a named one of the servers."""
    first = server % len(house.installation.addresses)
    addresses = house.installation.addresses[first:] + house.installation.addresses[:first]
    door = Connection(addresses, "/floor", first_pause=0.05)
    await door.open()
    login = {"login": house.login_of(role), "password": PASSWORD, "restaurantId": house.restaurant.id}
    answer = await door.send("staff:login", login)
    if namespace == "/floor":
        house.clients.append(door)
        return door
    await door.close()
    client = Connection(addresses, namespace, {"accessToken": answer["accessToken"]}, first_pause=0.05)
    await client.open()
    house.clients.append(client)
    return client


@dataclass
class Courses:
    """A party, its waiter on one server and a cook who sees all stations on the other."""

    house: House
    party: Party
    waiter: Connection
    cook: Connection

    @property
    def session(self) -> dict[str, str]:
        return {"sessionId": self.party.id}

    async def send(self, *dishes: str, quantity: int = 1) -> dict[str, Any]:
        """Order dishes from the floor; returns the round."""
        for dish in dishes:
            added = await self.waiter.operate("cart:add", {"itemId": dish, "quantity": quantity, **self.session})
        placing = {"idempotencyKey": str(uuid4()), "cartVersion": added["cart"]["version"], **self.session}
        return dict((await self.waiter.send("order:place", placing))["order"])

    async def ask(self, verb: str, course: str, *, by: Connection | None = None, **more: Any) -> dict[str, Any]:
        """Hold or fire a course."""
        return await (by or self.waiter).operate(f"course:{verb}", {"course": course, **self.session, **more})

    async def outcome(self, verb: str, course: str, *, by: Connection | None = None) -> str:
        """Return DONE or the code of the refusal."""
        try:
            await self.ask(verb, course, by=by)
        except Refused as refused:
            return refused.code
        return "DONE"

    async def cooked(self, item_id: str, *, served: bool = True) -> None:
        """Have a dish ready at every station that cooks it, and on the table."""
        order, line = await self.ordered(item_id)
        for ticket in await self.tickets():
            for part in ticket["lines"]:
                if part["id"] == line["id"] and part["status"] == "NEW":
                    step = {"ticketId": ticket["_id"], "lineId": part["id"], "status": "READY", "expected": "NEW"}
                    await self.cook.send("line:set-status", step)
        if served:
            await self.waiter.send("line:serve", {"orderId": order["_id"], "lineId": line["id"], **self.session})

    async def ordered(self, item_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the newest round with a dish and its line in it, as they are stored."""
        found = [one async for one in self.house.apps[0].store.collection(Order).find({"session_id": self.party.id})]
        for order in sorted(found, key=lambda one: -one["number"]):
            for line in order["lines"]:
                if line["item_id"] == item_id:
                    return order, line
        raise LookupError(item_id)

    async def tickets(self) -> list[dict[str, Any]]:
        """Return the party's tickets as they are stored."""
        return [one async for one in self.house.apps[0].store.collection(Ticket).find({"session_id": self.party.id})]

    async def held(self) -> set[str]:
        """Return which dishes are held on the stored tickets."""
        return {line["item_id"] for one in await self.tickets() for line in one["lines"] if line["is_held"]}

    async def pace(self) -> None:
        """Have every server look for courses to be fired, as if each of them held the lease."""
        await asyncio.gather(*(app.duties.perform(PACING) for app in self.house.apps))

    async def until_fired(self, item_id: str) -> dict[str, Any]:
        """Wait until the cook sees a dish fired; returns its line."""

        def found(state: Any) -> list[dict[str, Any]]:
            lines = [line for one in state.of("ticket") for line in one["lines"] if one["sessionId"] == self.party.id]
            return [line for line in lines if line["itemId"] == item_id and not line["isHeld"]]

        return found(await self.cook.until(lambda state: bool(found(state)), seconds=12))[0]

    async def entries(self, act: str) -> list[dict[str, Any]]:
        """Return what the audit has of an act on this party, oldest first."""
        found = self.house.apps[0].store.collection(AuditEntry).find({"session_id": self.party.id, "act": act})
        return sorted([dict(one) async for one in found], key=lambda one: str(one["_id"]))


async def seat(house: House, table: int = 0, by: Courses | None = None) -> Courses:
    """Open a table; with the waiter and the cook of another party, or with their own."""
    waiter = by.waiter if by else await on(house, 0, "WAITER")
    cook = by.cook if by else await on(house, 1, "CHEF", "/kitchen")
    return Courses(house, await house.party(waiter, table), waiter, cook)
