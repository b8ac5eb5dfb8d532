"""Phones that receive messages in tests: whatever the servers of a house send lands in a letter box that can be read."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from integration.calling import Answer, Browser
from integration.house import House

from models.sms import MessageStatus
from sms_gateway.provider import Outgoing

WAIT_SECONDS = 10.0
ADA = "+40722000123"
NAME = "Ada Popescu"


@dataclass
class LetterBox:
    """Brings messages to nobody: it keeps them."""

    name: str = "letter box"
    messages: list[Outgoing] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, message: Outgoing) -> MessageStatus:
        self.messages.append(message)
        self.arrived.set()
        return MessageStatus.SENT

    async def close(self) -> None:
        """Nothing is open."""

    async def next(self, house: House) -> Outgoing:
        """Take the oldest message of a house out, when there is one."""
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                self.arrived.clear()
                for message in self.messages:
                    if message.restaurant_id == house.restaurant.id:
                        self.messages.remove(message)
                        return message
                await self.arrived.wait()

    async def code(self, house: House) -> str:
        """Return the code in the next message."""
        found = re.search(r"[0-9]{6}", (await self.next(house)).text)
        assert found is not None
        return found[0]


@contextmanager
def letter_box(house: House, box: Any = None) -> Iterator[LetterBox]:
    """Have all servers of a house bring their messages to one letter box."""
    box = box or LetterBox()
    senders = [app.sender for app in house.apps if app.sender is not None]
    before = [one.provider for one in senders]
    for one in senders:
        one.provider = box
    yield box
    for one, provider in zip(senders, before, strict=True):
        one.provider = provider


async def ask(browser: Browser, phone: str = ADA, *, name: str = NAME, server: int = 0, **headers: Any) -> Answer:
    """Ask for a code."""
    return await browser.call("POST", path("send", browser.house), {"phone": phone, "name": name}, server=server, **headers)


async def show(browser: Browser, code: str, phone: str = ADA, *, server: int = 0) -> Answer:
    """Show a code."""
    return await browser.call("POST", path("verify", browser.house), {"phone": phone, "code": code}, server=server)


def path(verb: str, house: House) -> str:
    """Return where codes of a house are sent or verified."""
    return f"/phone/{verb}-code?restaurantId={house.restaurant.id}"


def other(code: str, step: int = 1) -> str:
    """Return a code that is not this one."""
    return f"{(int(code) + step) % 1_000_000:06d}"
