"""Phones that get messages in tests: whatever the servers of a house send lands in a letter box that can be read."""

import asyncio
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from integration.house import House

from handlers.registry import REST, Registry
from models.errors import Refusal
from models.principal import Stranger
from models.sms import MessageStatus
from server.client import Client
from server.commands import REST_MODULES
from sms_gateway.provider import Outgoing

COMMANDS = Registry(REST_MODULES)
WAIT_SECONDS = 10.0
ADA = "+40722000123"
NAME = "Ada Popescu"


@dataclass
class LetterBox:
    """Brings the messages of one house to nobody: it keeps them. Those that other tests left behind it throws away."""

    house_id: str = ""
    name: str = "letter box"
    messages: list[Outgoing] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, message: Outgoing) -> MessageStatus:
        if message.restaurant_id != self.house_id:
            return MessageStatus.SENT
        self.messages.append(message)
        self.arrived.set()
        return self.outcome()

    def outcome(self) -> MessageStatus:
        """Say what came of a message of the house, or raise."""
        return MessageStatus.SENT

    async def close(self) -> None:
        """Nothing is open."""

    async def next(self) -> Outgoing:
        """Take the oldest message out, when there is one."""
        async with asyncio.timeout(WAIT_SECONDS):
            while not self.messages:
                self.arrived.clear()
                await self.arrived.wait()
        return self.messages.pop(0)

    async def code(self) -> str:
        """Return the code in the next message."""
        found = re.search(r"[0-9]{6}", (await self.next()).text)
        assert found is not None
        return found[0]


@contextmanager
def letter_box(house: House, box: LetterBox | None = None) -> Iterator[LetterBox]:
    """Have all servers of a house bring its messages to one letter box."""
    box = box or LetterBox()
    box.house_id = house.restaurant.id
    senders = [app.sender for app in house.apps if app.sender is not None]
    before = [one.providers for one in senders]
    for one in senders:
        one.providers = (box,)
    yield box
    for one, providers in zip(senders, before, strict=True):
        one.providers = providers


@dataclass
class Asker:
    """A browser that proves phone numbers, from an address of its own; past the door's own limits."""

    house: House
    device: str = "browser"
    address: str = "192.0.2.1"
    language: str = "en"

    async def ask(self, phone: str = ADA, *, name: str = NAME, server: int = 0) -> dict[str, Any]:
        """Ask for a code; returns the answer, or what was refused with its code."""
        return await self._send("code:send", {"phone": phone, "name": name}, server)

    async def show(self, code: str, phone: str = ADA, *, server: int = 0) -> dict[str, Any]:
        """Show a code; returns the answer, or what was refused with its code."""
        return await self._send("code:verify", {"phone": phone, "code": code}, server)

    async def _send(self, name: str, fields: dict[str, str], server: int) -> dict[str, Any]:
        app = self.house.apps[server % len(self.house.apps)]
        principal = Stranger(restaurant_id=self.house.restaurant.id, address=self.address, device=self.device)
        client = Client(namespace=REST, principal=principal, language=self.language)
        command = COMMANDS.get(REST, name)
        assert command is not None
        try:
            reply = await app.dispatcher.answer(client, command, json.dumps(fields))
        except Refusal as refusal:
            return {"code": refusal.code} | refusal.details
        return dict(json.loads(reply.text()))


def other(code: str, step: int = 1) -> str:
    """Return a code that is not this one."""
    return f"{(int(code) + step) % 1_000_000:06d}"
