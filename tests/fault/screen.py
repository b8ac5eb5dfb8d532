"""A kitchen screen that writes every frame to a file, raw, before it looks at it; and bumps what it has shown.

It speaks the wire itself, so that nothing stands between the bytes of the server and the log of the kitchen.
"""

import asyncio
import json
import random
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp

SILENCE_SECONDS = 20.0
"""A screen that hears nothing for so long looks for another server; longer than the ping interval and its answer."""

NEWS = "43/kitchen,1["
"""How an answer to `sync:get` begins."""

SHOWN_SECONDS = 2.0
"""How long a ticket is on the screen before it is bumped."""


class Screen:
    """One socket of `/kitchen` that comes back after every fault, through whatever server answers."""

    def __init__(
        self, addresses: list[str], token: str, path: Path, *, bumps: bool = False, proof: str = "accessToken"
    ) -> None:
        self.path = path
        self.tickets: dict[str, dict[str, Any]] = {}
        self.connects = 0
        self._addresses = addresses
        self._auth = {proof: token}
        self._bumps = bumps
        self._have: dict[str, int] = {}
        self._known_since: dict[str, float] = {}
        self._numbers = count(2)
        self._file = path.open("w", encoding="utf-8")
        self._task = asyncio.create_task(self._stay())

    async def close(self) -> None:
        """Go away and keep the log."""
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        self._file.close()

    def open_tickets(self) -> set[str]:
        """Return the ids of what the screen shows."""
        return {ticket["id"] for ticket in self.tickets.values() if ticket["status"] == "OPEN"}

    async def _stay(self) -> None:
        async with aiohttp.ClientSession() as http:
            for turn in count():
                with suppress(aiohttp.ClientError, OSError, TimeoutError):
                    await self._watch(http, self._addresses[turn % len(self._addresses)])
                await asyncio.sleep(random.uniform(0.02, 0.2))

    async def _watch(self, http: aiohttp.ClientSession, address: str) -> None:
        url = f"{address}/socket.io/?EIO=4&transport=websocket"
        timeout = aiohttp.ClientWSTimeout(ws_close=0.5)
        async with asyncio.timeout(5):
            socket = await http.ws_connect(url, max_msg_size=0, timeout=timeout)
        bumping: asyncio.Task[None] | None = None
        try:
            while True:
                frame = await socket.receive(SILENCE_SECONDS)
                if frame.type is not aiohttp.WSMsgType.TEXT:
                    return
                text: str = frame.data
                self._file.write(text + "\n")
                if text == "2":
                    await socket.send_str("3")
                elif text.startswith("0"):
                    await socket.send_str("40/kitchen," + json.dumps(self._auth))
                elif text.startswith("40"):
                    self.connects += 1
                    await self._ask_for_news(socket)
                    if self._bumps:
                        bumping = asyncio.create_task(self._bump(socket))
                elif text.startswith("44") or '"code":"UNA' in text[:80]:
                    await asyncio.sleep(0.3)
                    return
                elif text.startswith('42/kitchen,["sync:required"'):
                    await self._ask_for_news(socket)
                self._heard(text)
                if text.startswith(NEWS) and (following := answer_in(text).get("next")):
                    await self._ask(socket, {"have": self._have, "after": following})
        finally:
            if bumping:
                bumping.cancel()
            await socket.close()

    async def _ask_for_news(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        # What is open comes first: of what is neither named nor told again nothing would be known.
        held = sorted(self.tickets.values(), key=lambda ticket: ticket["status"] != "OPEN")
        self._have = {ticket["id"]: ticket["version"] for ticket in held[:150]}
        await self._ask(socket, {"have": self._have})

    async def _ask(self, socket: aiohttp.ClientWebSocketResponse, question: dict[str, Any]) -> None:
        await socket.send_str("42/kitchen,1" + json.dumps(["sync:get", question]))

    async def _bump(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Bump the tickets that have been shown for a while, as fast as one screen may; a lost one is bumped again."""
        with suppress(aiohttp.ClientError, OSError):
            while True:
                await asyncio.sleep(0.4)
                ripe = time.monotonic() - SHOWN_SECONDS
                for ticket_id in [one for one in self.open_tickets() if self._known_since[one] < ripe][:1]:
                    command = json.dumps(["ticket:bump", {"ticketId": ticket_id}])
                    await socket.send_str(f"42/kitchen,{next(self._numbers)}{command}")

    def _heard(self, text: str) -> None:
        for ticket in tickets_in(text):
            self._show(ticket)

    def _show(self, ticket: dict[str, Any]) -> None:
        known = self.tickets.get(ticket["id"])
        self._known_since.setdefault(ticket["id"], time.monotonic())
        if known is None or known["version"] < ticket["version"]:
            self.tickets[ticket["id"]] = ticket


def answer_in(text: str) -> dict[str, Any]:
    """Return what a raw frame answers to a command."""
    (answer,) = json.loads(text[text.index("[") :])
    return dict(answer)


def tickets_in(text: str) -> Iterator[dict[str, Any]]:
    """Return the tickets that a raw frame carries: heard, caught up with, or answered."""
    if text.startswith('42/kitchen,["ticket:changed"'):
        yield json.loads(text[len("42/kitchen,") :])[1]["ticket"]
    elif text.startswith("43/kitchen,"):
        answer = answer_in(text)
        for message in answer.get("messages", ()):
            if "ticket" in message["payload"]:
                yield message["payload"]["ticket"]
        if "ticket" in answer:
            yield answer["ticket"]
