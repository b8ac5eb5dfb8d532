"""What tests of the pass share: a round for two stations, their screens, and whoever assembles it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from comanda_client import Connection, Refused, State
from integration import people
from integration.dinner import Dinner, dine
from integration.house import House

GRILLED, COLD = "tochitura", "zacusca"
"""Dishes that one station cooks alone: a main course and a starter."""


@dataclass
class Pass:
    """A round of which two stations cook a dish each, a screen of each station, and two of whoever assembles; where
    there are two servers, the two are on different ones.
    """

    dinner: Dinner
    boss: Connection
    grill: Connection
    cold: Connection
    expo: Connection
    other: Connection

    @property
    def order_id(self) -> str:
        return str(self.dinner.order["id"])

    async def ask(self, command: str, *, by: Connection | None = None, **data: Any) -> list[dict[str, Any]]:
        """Send a command about the order; returns its tickets, by station."""
        answer = await (by or self.expo).send(command, {"orderId": self.order_id, "opId": str(uuid4()), **data})
        return sorted(answer["tickets"], key=lambda one: str(one["station"]))

    async def refusal(self, command: str, *, by: Connection | None = None, **data: Any) -> Refused:
        """Send a command that is refused; returns the refusal."""
        try:
            await self.ask(command, by=by, **data)
        except Refused as refused:
            return refused
        raise AssertionError(f"{command} was not refused")

    async def ticket(self, station: str) -> dict[str, Any]:
        """Return the ticket of a station, as the expediter knows it."""
        return next(one for one in await self.dinner.tickets(self.expo) if one["station"] == station)

    async def step(self, screen: Connection, station: str, status: str, expected: str) -> dict[str, Any]:
        """Move the line of a station's ticket on."""
        ticket = await self.ticket(station)
        step = {"ticketId": ticket["id"], "lineId": ticket["lines"][0]["id"], "status": status, "expected": expected}
        return dict((await screen.send("line:set-status", step))["ticket"])


async def at_the_pass(house: House, *more: str) -> Pass:
    """Seat a party that orders a dish of the grill, one of the cold kitchen, and others."""
    boss = await people.manager(house)
    grill = await screen(house, boss, "grill")
    cold = await screen(house, boss, "cold")
    expo, other = await screen(house, boss, "expo"), await house.cook()
    dinner = await dine(house, GRILLED, COLD, *more, quantity=1)
    table = Pass(dinner, boss, grill, cold, expo, other)
    for client in (expo, other):
        await dinner.tickets(client)
    return table


async def screen(house: House, boss: Connection, *stations: str) -> Connection:
    """Pair a screen of some stations; it can come back by its token."""
    connection, answer = await people.enrol(house, boss, "/kitchen", stations=list(stations))
    connection.auth["deviceToken"] = answer["deviceToken"]
    return connection


async def board(client: Connection, **narrowed: str) -> list[str]:
    """Return the tickets on someone's board, in order."""
    return [one["id"] for page in await board_pages(client, **narrowed) for one in page["tickets"]]


async def board_pages(client: Connection, **narrowed: str) -> list[dict[str, Any]]:
    """Return the answers in which someone's board comes."""
    pages = [await client.send("board:get", narrowed)]
    while pages[-1]["next"] is not None:
        pages.append(await client.send("board:get", {**narrowed, "after": pages[-1]["next"]}))
    return pages


async def on_pass(client: Connection) -> list[str]:
    """Return the tickets that wait to be run."""
    return [one["id"] for page in await board_pages(client) for one in page["onPass"]]


def sorted_by_client(state: State) -> list[str]:
    """Return the open tickets as a screen puts them into order by itself."""
    tickets = [one for one in state.of("ticket") if one["status"] == "OPEN"]
    tickets.sort(
        key=lambda one: (
            not one["isPriority"],
            datetime.fromisoformat(one["placedAt"]),
            one["number"],
            one["station"],
            one["id"],
        )
    )
    return [one["id"] for one in tickets]


def states(tickets: list[dict[str, Any]]) -> list[str]:
    """Return the states of all lines."""
    return [line["status"] for one in tickets for line in one["lines"]]


async def bump(client: Connection, ticket: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Clear a ticket; return it as it is then."""
    return dict((await client.send("ticket:bump", {"ticketId": ticket["id"], **more}))["ticket"])
