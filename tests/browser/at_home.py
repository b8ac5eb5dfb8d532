"""People who order from home, each with a browser of their own, and the house's SMS phone, which is simulated: a code
is read from what it "sent".
"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from browser.dining import Dining
from browser.tab import Tab
from comanda_client import Refused
from comanda_client.sms_phone import Entry, SmsPhone
from integration.calling import CSRF, TOKEN
from integration.customers import Caller, proved
from integration.house import House
from integration.sms_phone import enrol
from playwright.async_api import Locator, expect

PHONE = "0722 000 123"
NAME = "Ștefan Țepeș"
SECONDS = 10.0


@dataclass
class Radio:
    """The radio of an SMS phone: it sends nothing, and keeps what it was given, as number and text."""

    sent: list[tuple[str, str]] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, entry: Entry) -> None:
        self.sent.append((entry.phone, entry.text))
        self.arrived.set()

    async def code(self) -> str:
        """Take the oldest message out, when there is one, and return the code in it."""
        async with asyncio.timeout(SECONDS):
            while not self.sent:
                self.arrived.clear()
                await self.arrived.wait()
        found = re.match(r"\d{6}", self.sent.pop(0)[1])
        assert found is not None
        return found[0]


@asynccontextmanager
async def sms_phone(house: House, folder: Path, boss: Any = None) -> AsyncIterator[Radio]:
    """Have an SMS phone of the house switched on; what it sends comes to its radio."""
    radio, enrolled = Radio(), await enrol(house, boss)
    phone = SmsPhone(house.installation.addresses, folder / "phone.json", radio.send, now=house.clock.now)
    running = asyncio.create_task(phone.run(enrolled["code"]))
    try:
        await asyncio.wait_for(phone.is_live.wait(), SECONDS)
        yield radio
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError, Refused):
            await running


@dataclass
class Customer:
    """Somebody at home with the page open."""

    tab: Tab

    def button(self, name: str | re.Pattern[str], within: Locator | None = None) -> Locator:
        return (within or self.tab.page).get_by_role("button", name=name, exact=isinstance(name, str))

    def field(self, name: str) -> Locator:
        return self.tab.page.get_by_label(name, exact=True)

    @property
    def dialog(self) -> Locator:
        return self.tab.page.get_by_role("dialog")

    async def ask_for_code(self, phone: str = PHONE, name: str = NAME) -> None:
        """Have a code sent to a number."""
        await self.ask(phone, name)
        await expect(self.field("Code from the message")).to_be_visible()

    async def ask(self, phone: str, name: str) -> None:
        """Type a number and a name, as people do, and ask for a code."""
        await self.field("Mobile number").press_sequentially(phone.replace(" ", ""))
        await expect(self.field("Mobile number")).to_have_value(phone)
        await self.field("Your name").fill(name)
        await self.button("Send me a code").click()

    async def show_code(self, code: str) -> None:
        """Type a code; it is sent with its last digit."""
        await self.field("Code from the message").press_sequentially(code)

    async def come_in(self, radio: Radio, phone: str = PHONE) -> None:
        """Prove a phone number with the code that was sent to it."""
        await self.ask_for_code(phone)
        await self.show_code(await radio.code())
        await expect(self.tab.page.get_by_role("searchbox")).to_be_visible()

    async def choose(self, dish: str, times: int = 1) -> None:
        """Put a dish of the menu, by its id, into the cart."""
        await self.tab.page.locator(f"[data-dish={dish}]").click()
        for _ in range(times - 1):
            await self.button("One more", self.dialog).click()
        await self.button(re.compile("^Add"), self.dialog).click()
        await expect(self.dialog).to_have_count(0)

    async def to_cart(self) -> None:
        """Go to the cart, and wait until it is known what it comes to."""
        await self.tab.page.get_by_role("link", name=re.compile("^Cart")).click()
        await expect(self.ordering).to_be_enabled()

    @property
    def ordering(self) -> Locator:
        """The button that orders."""
        return self.button(re.compile("^Order RON"))

    @property
    def thanks(self) -> Locator:
        return self.tab.page.get_by_role("heading", name="Thank you, we have your order")

    async def add_address(self, **fields: str) -> None:
        """Save a new address from the cart."""
        typed = {"street": "Strada Lalelelor 12, ap. 7", "city": "București", "county": "București"}
        await self.button("New address").click()
        await self.type_address(**(typed | {"postal_code": "030167"} | fields))
        await self.button("Save", self.dialog).click()
        await expect(self.dialog).to_have_count(0)

    async def type_address(self, **fields: str) -> None:
        for name, text in fields.items():
            found = self.dialog.locator(f"#address-{name}")
            await (found.select_option(text) if name == "county" else found.fill(text))


async def customer(dining: Dining, **options: Any) -> Customer:
    """Somebody who has opened the page and is nobody yet."""
    tab = await dining.customer(**options)
    return Customer(tab)


async def known_customer(dining: Dining, caller: Caller | None = None, **options: Any) -> Customer:
    """Somebody who has proved a phone number in this browser, with the page open; one with an address, if none is
    given.
    """
    caller = caller or await proved(dining.house)
    cookies = {TOKEN: caller.token, CSRF: "of another day"}
    kept = [{"name": name, "value": value, "domain": "127.0.0.1", "path": "/"} for name, value in cookies.items()]
    found = await customer(dining, storage_state={"cookies": kept, "origins": []}, **options)
    await expect(found.tab.page.get_by_role("searchbox")).to_be_visible()
    return found
