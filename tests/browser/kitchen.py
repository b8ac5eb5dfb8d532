"""What tests of the kitchen display share: a house with a floor that orders, and displays in a real browser.

A display is a browser's page with a storage of its own, as a tablet is. Whatever a browser complains of on its console
(an error, a policy that was broken, something that was not found) fails the test, unless it was foreseen.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from comanda_client import Connection
from integration import people
from integration.brigade import chosen
from integration.house import House, Installation, Party
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect
from web.paper import Network

TABLET = (1280, 800)
WALL = (1920, 1080)
PHONE = (390, 844)

LOST = r"WebSocket connection to '.*' failed|Failed to load resource: net::ERR_"
"""What Chromium says of a server that is away; no page can keep it from saying so."""

LEFT = "WebSocket is closed before the connection is established"
"""What it says when a page is left, or has lost its patience, while it connects."""

KEEPS = "comanda.kitchen."
"""How the page begins the names of what it keeps."""


@dataclass
class Premises:
    """The servers that displays are connected to, and a network in front of the first one that can fail."""

    installation: Installation
    network: Network
    network_url: str


@dataclass
class Display:
    """One screen of the kitchen: its page, and what the browser complained of."""

    page: Page
    device_id: str = ""
    complaints: list[str] = field(default_factory=list)
    foreseen: list[str] = field(default_factory=lambda: [LEFT])

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    def listen(self) -> None:
        """Note what the browser complains of from now on."""
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._said)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")

    def foresee(self, *patterns: str) -> None:
        """Let the browser complain of what the test brings about."""
        self.foreseen += patterns

    def require_silence(self) -> None:
        """Fail if it complained of anything else."""
        unforeseen = [one for one in self.complaints if not any(re.search(it, one) for it in self.foreseen)]
        assert not unforeseen, unforeseen

    async def open(self, url: str) -> None:
        """Open the page, and wait until it is more than a frame."""
        await self.page.goto(f"{url}/kitchen")
        await expect(self.page.locator("main").first).to_be_visible()

    async def until_live(self) -> None:
        """Wait until it says that what it shows is true now."""
        await expect(self.page.locator(".live")).to_have_attribute("data-status", "live")

    # ── what is seen ──────────────────────────────────────────────────────────────────────────────────────────────────

    def ticket(self, order: dict[str, Any], within: Locator | None = None) -> Locator:
        """The card of an order, by its name for those who do not see it."""
        name = re.compile(rf"\b{order['number']}$")
        return (within or self.page).get_by_role("article", name=name)

    def tickets(self, column: str | None = None) -> Locator:
        """All cards, or those in a column, by its heading."""
        return (self.column(column) if column else self.page).get_by_role("article")

    def column(self, heading: str) -> Locator:
        return self.page.get_by_role("region", name=heading, exact=True)

    def button(self, name: str | re.Pattern[str], within: Locator | None = None) -> Locator:
        return (within or self.page).get_by_role("button", name=name, exact=isinstance(name, str))

    async def draw(self) -> None:
        """Have all cards drawn, also those that nobody would see yet."""
        await self.page.locator(".ticket").evaluate_all(
            "all => all.forEach((one) => one.dispatchEvent(new FocusEvent('focusin', { bubbles: true })))"
        )
        await expect(self.page.locator(".ticket[data-drawn='false']")).to_have_count(0)

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    @property
    def banner(self) -> Locator:
        return self.page.locator(".banner")

    async def kept(self, name: str) -> str | None:
        """Return what this device remembers under a name, as JSON."""
        return await self.page.evaluate("key => localStorage.getItem(key)", KEEPS + name)  # type: ignore[no-any-return]


@dataclass
class Kitchen:
    """A house, the people on its floor, and the displays of its kitchen."""

    house: House
    premises: Premises
    browser: Browser
    boss: Connection
    waiter: Connection
    displays: list[Display] = field(default_factory=list)
    parties: dict[int, Party] = field(default_factory=dict)

    # ── displays ──────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def url(self) -> str:
        return self.premises.installation.addresses[0]

    async def unpaired(self, size: tuple[int, int] = TABLET, **options: Any) -> Display:
        """A tablet that nobody has paired, without any page yet."""
        width, height = size
        viewport = {"width": width, "height": height}
        context = await self.browser.new_context(viewport=viewport, **({"locale": "en-GB"} | options))  # type: ignore[arg-type]
        display = Display(await context.new_page())
        display.listen()
        self.displays.append(display)
        return display

    async def display(
        self,
        *stations: str,
        shows: str | None = None,
        url: str | None = None,
        size: tuple[int, int] = TABLET,
        keeps: dict[str, str] | None = None,
        before: Iterable[str] = (),
        **options: Any,
    ) -> Display:
        """A live display, paired for some stations (all, if none is named) and showing the first of them.

        `keeps` is what else the device remembers, as JSON; `before` are scripts that run before the page's own.
        """
        url = url or self.url
        device_id, token = await self.paired(*stations)
        remembered = {"deviceId": f'"{device_id}"', "deviceToken": f'"{token}"'}
        remembered["station"] = f'"{shows or (stations[0] if stations else "*")}"'
        storage = [{"name": KEEPS + name, "value": value} for name, value in (remembered | (keeps or {})).items()]
        state = {"cookies": [], "origins": [{"origin": url, "localStorage": storage}]}
        display = await self.unpaired(size, storage_state=state, **options)
        display.device_id = device_id
        for script in before:
            await display.page.add_init_script(script)
        await display.open(url)
        # On a phone it is not shown, but said all the same.
        await expect(display.page.locator(".live")).to_have_attribute("data-status", "live")
        return display

    async def paired(self, *stations: str) -> tuple[str, str]:
        """Enrol and pair a screen; returns its id and its token."""
        screen, answer = await people.enrol(
            self.house, self.boss, "/kitchen", name=f"Screen {len(self.house.clients)}", stations=list(stations)
        )
        await screen.close()
        return answer["deviceId"], answer["deviceToken"]

    # ── the floor ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def party(self, table: int = 0) -> Party:
        """The party at a table, which sits down when it is first asked for."""
        if table not in self.parties:
            self.parties[table] = await self.house.party(self.waiter, table)
        return self.parties[table]

    async def order(self, *dishes: str | dict[str, Any], table: int = 0) -> dict[str, Any]:
        """Have the waiter send a round of dishes, each by its id or as `cart:add` has it; returns the order."""
        session = {"sessionId": (await self.party(table)).id}
        for dish in dishes:
            line = {"itemId": dish, "quantity": 1} if isinstance(dish, str) else {"quantity": 1} | dish
            line = {"modifiers": chosen(self.house, line["itemId"])} | line
            added = await self.waiter.operate("cart:add", line | session)
        placing = {"idempotencyKey": str(uuid4()), "cartVersion": added["cart"]["version"]}
        return dict((await self.waiter.operate("order:place", placing | session))["order"])

    def name(self, dish: str, language: str = "en") -> str:
        """Return what a dish is called."""
        return str(self.house.menu.dishes_by_id[dish].name[language])

    async def until_order(self, order: dict[str, Any], *statuses: str) -> dict[str, Any]:
        """Wait until the floor sees that the lines of an order have these states; returns the order then."""

        def found(state: Any) -> list[dict[str, Any]]:
            return [one for one in state.of("order") if one["id"] == order["id"]]

        def is_so(state: Any) -> bool:
            return any([line["status"] for line in one["lines"]] == list(statuses) for one in found(state))

        return found(await self.waiter.until(is_so))[0]

    async def close(self) -> None:
        """Put the displays away; fails if the browser complained of anything."""
        for display in self.displays:
            await display.context.close()
        await self.house.close()
        for display in self.displays:
            display.require_silence()
