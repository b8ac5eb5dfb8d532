"""A house with its demo menu, and all who are in it this evening: diners, waiters, kitchen screens, each in a browser
of their own.

How somebody comes in is not what these tests are about: they join and log in by the protocol, in the browser that is
theirs from then on, and then open the page. Tests of joining and logging in begin with `visitor` and `stranger`.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from browser.kitchen import Display, Kitchen
from browser.tab import PHONE, TABLET, Tab
from integration.house import PASSWORD, House, Party
from playwright.async_api import Route

JOIN = """
  const table = client.connect({ namespace: "/table", auth: { table: given.token } });
  await table.live();
  await table.send("session:join", { pin: given.pin, name: given.name });
  table.close();
"""
"""The browser's cookie is bound to what happened on the connection, so the page is a guest's from its next load on."""

LOG_IN = """
  const floor = client.connect({ namespace: "/floor" });
  await floor.live();
  await floor.send("staff:login", given);
  floor.close();
"""


OWN_FILES = re.compile(r"/(diner|floor|order)/.*\.(js|css)")


async def leave_out(route: Route) -> None:
    """Answer with a file that has nothing in it."""
    kind = "text/css" if ".css" in route.request.url else "text/javascript"
    await route.fulfill(body="", content_type=kind)


@dataclass
class Dining:
    """A house, and the tabs that are open in it. `kitchen` has its floor by the protocol, and its displays."""

    kitchen: Kitchen
    tabs: list[Tab] = field(default_factory=list)

    @property
    def house(self) -> House:
        return self.kitchen.house

    async def party(self, table: int = 0, mode: str = "FAMILY") -> Party:
        """Have the waiter open a table; the party's PIN and the token of its QR code."""
        return await self.house.party(self.kitchen.waiter, table, mode)

    async def visitor(self, party: Party, *, is_on_network: bool = False, **options: Any) -> Tab:
        """Whoever has scanned the QR code of the table and not joined yet.

        `is_on_network`: through `kitchen.premises.network`, which tests can cut, swallow and restore. `is_blank`: the
        page has its import map and policy, and nothing of its own runs on it.
        """
        return await self._tab(f"/t/{party.token}", PHONE, is_on_network=is_on_network, **options)

    async def diner(self, party: Party, name: str, *, is_on_network: bool = False, **options: Any) -> Tab:
        """A phone of the party, joined under a name."""
        tab = await self.visitor(party, is_on_network=is_on_network, **options)
        await tab.client(JOIN, {"token": party.token, "pin": party.pin, "name": name})
        await tab.open()
        return tab

    async def stranger(self, *, is_on_network: bool = False, **options: Any) -> Tab:
        """A tablet of the floor on which nobody has logged in yet."""
        return await self._tab(self._of_house("/floor"), TABLET, is_on_network=is_on_network, **options)

    async def waiter(
        self, role: str = "WAITER", *, is_on_network: bool = False, login: str = "", **options: Any
    ) -> Tab:
        """A tablet on which somebody of the house has logged in: who has a role, or who is called so."""
        tab = await self.stranger(is_on_network=is_on_network, **options)
        login = login or self.house.login_of(role)
        who = {"login": login, "password": PASSWORD, "restaurantId": self.house.restaurant.id}
        await tab.client(LOG_IN, who)
        await tab.open()
        return tab

    async def customer(self, *, is_on_network: bool = False, **options: Any) -> Tab:
        """Somebody at home who has not proved a phone number yet."""
        return await self._tab(self._of_house("/order"), PHONE, is_on_network=is_on_network, **options)

    async def screen(self, *stations: str) -> Display:
        """A paired kitchen display of some stations, of all if none is named."""
        return await self.kitchen.display(*stations)

    async def close(self) -> None:
        """Close all tabs; fails if a browser complained of anything that was not foreseen."""
        for tab in self.tabs:
            await tab.context.close()
        for tab in self.tabs:
            tab.require_silence()

    def _of_house(self, path: str) -> str:
        """As a link says which house, where an installation has several."""
        return f"{path}?house={self.house.restaurant.id}"

    async def _tab(self, path: str, size: tuple[int, int], *, is_on_network: bool, **options: Any) -> Tab:
        url = self.kitchen.premises.network_url if is_on_network else self.kitchen.url
        is_blank = options.pop("is_blank", False)
        tab = await Tab.new(self.kitchen.browser, url, path, **({"size": size} | options))
        self.tabs.append(tab)
        if is_blank:
            await tab.context.route(OWN_FILES, leave_out)
        await tab.open()
        return tab
