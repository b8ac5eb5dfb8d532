"""Two parties in full swing for the tests of merging, and everything that the database has of them."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from comanda_client import Connection, Refused
from integration.house import PASSWORD, House, Party

from models.cart import Cart
from models.check import Check
from models.order import Order
from models.service import ServiceRequest
from models.session import TableSession
from models.ticket import Ticket

KINDS = (TableSession, Cart, Order, Check, Ticket, ServiceRequest)

WRITTEN_BY_ANY_ACT = ("version", "change", "session_version")
"""What a write changes whatever it is about."""

KEPT_AFTERWARDS = ("brought", "hold")
"""A cart goes on knowing the operations of the other's phones, and a hold was let go."""


@dataclass
class Evening:
    """A host and the party that joins it, each with two phones, and the people who serve them."""

    house: House
    waiter: Connection
    cook: Connection
    host: Party
    party: Party
    hosts_phones: list[Connection]
    phones: list[Connection]

    async def merge(self, **more: Any) -> dict[str, Any]:
        return await self.waiter.send("session:merge", {"from": self.party.id, "into": self.host.id, **more})

    async def unmerge(self, **more: Any) -> dict[str, Any]:
        return await self.waiter.send("session:unmerge", {"sessionId": self.party.id, **more})

    async def everything(self) -> dict[str, dict[str, Any]]:
        """Return every document of both parties by its id."""
        return await documents(self.house, self.host, self.party)


async def evening(house: House, host_mode: str = "FAMILY", mode: str = "FAMILY") -> Evening:
    """Seat both parties; nothing is ordered yet."""
    waiter, cook = await house.waiter(), await house.cook()
    host, party = await house.party(waiter, 0, host_mode), await house.party(waiter, 1, mode)
    hosts_phones = [await house.phone(host, name) for name in ("Ana", "Ion")]
    phones = [await house.phone(party, name) for name in ("Vlad", "Mara")]
    return Evening(house, waiter, cook, host, party, hosts_phones, phones)


async def busy_evening(house: House, host_mode: str = "FAMILY", mode: str = "FAMILY") -> Evening:
    """Seat both parties, each with a round that is cooked, lines of everyone and of the waiter, and a request."""
    seated = await evening(house, host_mode, mode)
    for party, phones in ((seated.host, seated.hosts_phones), (seated.party, seated.phones)):
        await send_round(house, phones[0])
        for phone in (*phones, phones[0]):
            await phone.operate("cart:add", {"itemId": house.dish("grill")})
        await seated.waiter.operate("cart:add", {"itemId": house.dish("bar"), "sessionId": party.id})
        await phones[1].operate("service:request", {"kind": "WATER"})
    state = await seated.cook.until(lambda known: sum(1 for _ in known.of("ticket")) == 2)
    for ticket in list(state.of("ticket")):
        step = {"ticketId": ticket["id"], "lineId": ticket["lines"][0]["id"], "status": "IN_PROGRESS"}
        await seated.cook.send("ticket:seen", {"ticketIds": [ticket["id"]]})
        await seated.cook.send("line:set-status", {**step, "expected": "NEW"})
    started = {"IN_PROGRESS"}
    await seated.cook.until(lambda known: {one["lines"][0]["status"] for one in known.of("ticket")} == started)
    return seated


async def send_round(house: House, phone: Connection) -> dict[str, Any]:
    """Add a dish and send the cart."""
    added = await phone.operate("cart:add", {"itemId": house.dish("grill")})
    return await phone.operate("order:place", placing(added))


def placing(answer: dict[str, Any]) -> dict[str, Any]:
    """Return what sends the cart that an answer shows."""
    return {"idempotencyKey": str(uuid4()), "cartVersion": answer["cart"]["version"]}


async def documents(house: House, *parties: Party) -> dict[str, dict[str, Any]]:
    """Return every document of some parties by its id, without what any write changes."""
    found: dict[str, dict[str, Any]] = {}
    ids = {"$in": [party.id for party in parties]}
    for model in KINDS:
        named = "_id" if model is TableSession else "session_id"
        async for one in house.apps[0].store.collection(model).find({named: ids}):
            found[one["_id"]] = {name: value for name, value in one.items() if name not in WRITTEN_BY_ANY_ACT}
    return found


def lasting(found: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return documents without what stays otherwise after parties were merged and parted."""
    return {
        entry_id: {name: value for name, value in one.items() if name not in KEPT_AFTERWARDS}
        for entry_id, one in found.items()
    }


def own(client: Connection, kind: str) -> list[dict[str, Any]]:
    """Return what a client shows of a kind."""
    return list(client.state.of(kind))


async def shows(client: Connection, party: Party) -> None:
    """Wait until a phone shows one party and nothing of another."""
    await client.until(lambda known: {one["id"] for one in known.of("session")} == {party.id})
    for kind in ("cart", "order", "check", "service"):
        await client.until(lambda known, kind=kind: {one["sessionId"] for one in known.of(kind)} <= {party.id})


async def on(house: House, server: int, namespace: str, auth: dict[str, str], **options: Any) -> Connection:
    """Connect a client to one of the servers."""
    address = house.installation.addresses[server % len(house.installation.addresses)]
    client = await Connection(address, namespace, auth, first_pause=0.05, **options).open()
    house.clients.append(client)
    return client


async def waiter_on(house: House, server: int) -> Connection:
    door = await on(house, server, "/floor", {})
    await door.send(
        "staff:login", {"login": house.login_of("WAITER"), "password": PASSWORD, "restaurantId": house.restaurant.id}
    )
    return door


async def refused(client: Connection, command: str, **request: Any) -> str:
    """Send a command that is to be refused and return the code."""
    with pytest.raises(Refused) as refusal:
        await client.send(command, request)
    return refusal.value.code
