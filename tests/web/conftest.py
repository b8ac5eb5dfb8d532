"""What tests of pages stand on: a page that is served, a real server, a paired screen, and a party that orders."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import pytest
from comanda_client import Connection, State
from integration import people
from integration.house import House, Installation, start_installation
from web.paper import Network, Page
from web.served import BOARD, MODULE, PAGE, serving

from server.pages import Pages, Places

GUARD = {
    "commands_per_second": 1000,
    "commands_burst": 1000,
    "connects_per_second": 10_000,
    "kitchen_ping_interval_seconds": 15,
    "kitchen_ping_timeout_seconds": 10,
}
"""Pinged as seldom as everywhere else: what is proved here is the client's own doing, in whatever namespace."""


@pytest.fixture(scope="session")
async def installation(mongo_url: str, redis_url: str) -> AsyncIterator[Installation]:
    """One server, kept for the whole run: houses keep tests apart."""
    installation = await start_installation(mongo_url, redis_url, servers=1, database="web", guard=GUARD)
    yield installation
    await installation.stop()


@pytest.fixture
async def house(installation: Installation) -> AsyncIterator[House]:
    """A new house of its own."""
    house = await installation.new_house()
    yield house
    await house.close()
    await installation.clear()


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """A page of our own beside the real packages and the real client, and things that are not to be served."""
    kitchen = tmp_path / "static"
    (kitchen / "parts").mkdir(parents=True)
    (kitchen / "index.html").write_text(PAGE)
    (kitchen / "main.js").write_text(MODULE)
    (kitchen / "look.css").write_text("p{}")
    (kitchen / "parts" / "board.js").write_text(BOARD)
    for name in ("later", "other", "never"):
        (kitchen / "parts" / f"{name}.js").write_text("export {}")
    (kitchen / "notes.txt").write_text("nobody's business")
    (kitchen / ".env").write_text("SECRET=1")
    (tmp_path / "ui").mkdir()
    (tmp_path / "ui" / "drawn.js").write_text('import{h}from"preact";export{h}')
    return Places(kitchen=kitchen, ui=tmp_path / "ui")


@pytest.fixture
async def site(places: Places) -> AsyncIterator[aiohttp.ClientSession]:
    """What asks for these pages."""
    async with serving(Pages(places)) as session:
        yield session


@dataclass
class Kitchen:
    """A kitchen with one screen, whose page is connected through a network that can fail, and a party that orders."""

    house: House
    network: Network
    url: str
    page: Page
    auth: dict[str, str]
    device_id: str
    phone: Connection
    cook: Connection

    async def order(self, *stations: str) -> list[dict[str, Any]]:
        """Send a round with a dish of each station, and return its tickets."""
        for station in stations or ("grill",):
            added = await self.phone.operate("cart:add", {"itemId": self.house.dish(station), "quantity": 1})
        placed = await self.phone.operate(
            "order:place", {"idempotencyKey": str(uuid4()), "cartVersion": added["cart"]["version"]}
        )

        def of_order(state: State) -> list[dict[str, Any]]:
            return [one for one in state.of("ticket") if one["orderId"] == placed["order"]["id"]]

        return of_order(await self.cook.until(lambda state: len(of_order(state)) == len(stations or "1")))

    async def open(self) -> Page:
        """Open the page, and wait until it is live."""
        await self.page.open(self.url, self.auth, self.device_id)
        await self.page.live()
        return self.page

    async def reload(self) -> None:
        """Leave the page and open it anew; what it kept stays, what it knew is gone."""
        await self.page.ask("leave")
        await self.page.open(self.url, self.auth, self.device_id)

    async def until_begun(self, ticket: dict[str, Any]) -> None:
        """Wait until the cook, who is connected otherwise, sees that the first line of a ticket was begun."""
        await self.cook.until(
            lambda state: any(
                one["id"] == ticket["id"] and one["lines"][0]["status"] == "IN_PROGRESS" for one in state.of("ticket")
            )
        )

    async def stored(self, ticket: dict[str, Any]) -> dict[str, Any]:
        """Return a ticket as the server has it."""
        return next(one for one in (await self.cook.fresh()).of("ticket") if one["id"] == ticket["id"])


@pytest.fixture(scope="session")
async def node() -> AsyncIterator[Page]:
    """The process that pages run in, one after another, as they do on a screen."""
    page = await Page.start()
    yield page
    await page.stop()


@pytest.fixture
async def kitchen(house: House, node: Page) -> AsyncIterator[Kitchen]:
    boss = await people.manager(house)
    _, paired = await people.enrol(house, boss, "/kitchen", name="Grill")
    phone = await house.phone(await house.party(await house.waiter()))
    network, auth = Network(house.installation.ports[0]), {"deviceToken": paired["deviceToken"]}
    node.saw.clear()
    yield Kitchen(house, network, await network.start(), node, auth, paired["deviceId"], phone, await house.cook())
    await node.ask("leave")
    await network.stop()


def begun(ticket: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return the request of a cook who begins the first line of a ticket."""
    line = ticket["lines"][0]
    return {"ticketId": ticket["id"], "lineId": line["id"], "status": "IN_PROGRESS", "expected": line["status"]} | more
