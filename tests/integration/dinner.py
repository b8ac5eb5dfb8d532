"""A party that has eaten: what tests of the check stand on."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from comanda_client import Connection, Refused, State
from integration.house import House, Party

from models.audit import AuditEntry
from models.check import Check
from models.check_view import floor_check_view
from models.store.codec import from_document


@dataclass
class Dinner:
    """A party with one round sent, a phone of it, and two waiters, on different servers where there are two."""

    house: House
    party: Party
    phone: Connection
    waiter: Connection
    colleague: Connection
    order: dict[str, Any]

    @property
    def waiters(self) -> tuple[Connection, Connection]:
        return self.waiter, self.colleague

    @property
    def total(self) -> int:
        return int(self.order["total"]["amount"])

    def line(self, number: int = 0) -> dict[str, str]:
        """Name a line of the round."""
        return {"orderId": self.order["id"], "lineId": self.order["lines"][number]["id"]}

    def price(self, number: int = 0) -> int:
        """What one portion of a line costs."""
        return int(self.order["lines"][number]["unitPrice"]["amount"])

    async def ask(self, command: str, data: dict[str, Any], *, by: Connection | None = None) -> dict[str, Any]:
        """Send a command about this party that changes something, under a new id unless it names one."""
        name = "idempotencyKey" if command.startswith("payment:") else "opId"
        request = {"sessionId": self.party.id, name: str(uuid4()), **data}
        return await (by or self.waiter).send(command, request)

    async def outcome(self, command: str, data: dict[str, Any], *, by: Connection | None = None) -> str:
        """Return the code of a refusal, REPLAYED, or DONE."""
        try:
            answer = await self.ask(command, data, by=by)
        except Refused as refused:
            return refused.code
        return "REPLAYED" if answer.get("replayed") else "DONE"

    async def check(self) -> dict[str, Any]:
        """Return the party's check as it is stored, in the words of the floor; processes may be a moment behind."""
        document = await self.house.apps[0].store.collection(Check).find_one({"session_id": self.party.id})
        assert document
        return floor_check_view(from_document(Check, document)).model_dump(mode="json", by_alias=True)

    async def pay(self, amount: int, **more: Any) -> dict[str, Any]:
        """Pay by card and return the tender."""
        answer = await self.ask("payment:record", {"method": "CARD_TERMINAL", "amount": amount, **more})
        return dict(answer["tender"])

    async def tickets(self, cook: Connection) -> list[dict[str, Any]]:
        """Return the tickets of the round, once a screen knows them all."""
        stations = {station for one in self.order["lines"] for station in one["stations"]}

        def found(state: State) -> list[dict[str, Any]]:
            return [one for one in state.of("ticket") if one["orderId"] == self.order["id"]]

        return found(await cook.until(lambda state: {one["station"] for one in found(state)} == stations))

    async def finish_cooking(self) -> None:
        """Let the kitchen clear its screens, so that only money keeps the table open."""
        cook = await self.house.cook()
        for ticket in await self.tickets(cook):
            await cook.send("ticket:bump", {"ticketId": ticket["id"]})

    async def entries(self, act: str) -> list[dict[str, Any]]:
        """Return what the audit has of an act on this party."""
        found = self.house.apps[0].store.collection(AuditEntry).find({"session_id": self.party.id, "act": act})
        return [dict(one) async for one in found]


async def dine(house: House, *dishes: str, quantity: int = 3) -> Dinner:
    """Seat a party and send a round."""
    waiter = await house.waiter()
    party = await house.party(waiter)
    phone = await house.phone(party)
    colleague = await house.staff(house.login_of("CASHIER"))
    for dish in dishes or (house.dish("grill"),):
        added = await phone.operate("cart:add", {"itemId": dish, "quantity": quantity})
    placed = await phone.operate(
        "order:place", {"idempotencyKey": str(uuid4()), "cartVersion": added["cart"]["version"]}
    )
    return Dinner(house, party, phone, waiter, colleague, dict(placed["order"]))


def line_of(holder: dict[str, Any], line_id: str) -> dict[str, Any]:
    """Return a line of a ticket or an order."""
    return next(dict(one) for one in holder["lines"] if one["id"] == line_id)
