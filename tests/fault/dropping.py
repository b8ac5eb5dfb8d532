"""A kitchen screen whose network goes at random: it is cut off in the middle, stays away a while, and comes back."""

import asyncio
import json
import os
import random
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
from fault.screen import NEWS, Screen, answer_in, tickets_in

BETWEEN = (2.0, 6.0)
"""Seconds between two drops of one screen."""

AWAY = (0.0, 4.0)
"""Seconds that it stays away."""

STEP_SECONDS = 0.35
"""Between two taps."""


@dataclass(frozen=True)
class Return:
    """A screen was back: when it asked, when it was answered, and what it knew to be open then."""

    asked_at: datetime
    answered_at: datetime
    shown: frozenset[str]


class DroppingScreen(Screen):
    """A screen of some stations, or (`runs`) of those who assemble: it has what is cooked run to the tables."""

    def __init__(
        self,
        addresses: list[str],
        token: str,
        path: Path,
        stations: frozenset[str],
        chance: random.Random,
        *,
        runs: bool = False,
    ) -> None:
        self.stations = stations
        self.returns: list[Return] = []
        self.doubled: list[str] = []
        """Tickets that stood twice in what a `sync:get` was answered, in however many pages."""
        self.is_working = True
        self._runs = runs
        self._chance = chance
        self._is_away = False
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._asked_at = datetime.now(UTC)
        self._told: list[str] = []
        self._reported: set[str] = set()
        super().__init__(addresses, token, path, bumps=True, proof="deviceToken")

    async def drop_always(self, until: asyncio.Event) -> None:
        """Lose the network again and again, until the event."""
        while not until.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(until.wait(), self._chance.uniform(*BETWEEN))
                return
            await self.drop(self._chance.uniform(*AWAY))

    async def drop(self, seconds: float) -> None:
        """Lose the network without a word, for so long."""
        self._is_away = True
        if self._socket is not None and (line := self._socket.get_extra_info("socket")) is not None:
            # The loop's own socket may not be shut down; a twin of it may.
            with suppress(OSError), socket.socket(fileno=os.dup(line.fileno())) as twin:
                twin.shutdown(socket.SHUT_RDWR)
        await asyncio.sleep(seconds)
        self._is_away = False

    async def _watch(self, http: aiohttp.ClientSession, address: str) -> None:
        if not self._is_away:
            await super()._watch(http, address)

    async def _ask_for_news(self, line: aiohttp.ClientWebSocketResponse) -> None:
        self._socket, self._asked_at, self._told = line, datetime.now(UTC), []
        await super()._ask_for_news(line)

    def _heard(self, text: str) -> None:
        super()._heard(text)
        if not text.startswith(NEWS):
            return
        self._told += [ticket["id"] for ticket in tickets_in(text)]
        if answer_in(text).get("next") is None:
            self.doubled += sorted({one for one in self._told if self._told.count(one) > 1})
            self._told = []
            self.returns.append(Return(self._asked_at, datetime.now(UTC), frozenset(self.open_tickets())))

    async def _bump(self, line: aiohttp.ClientWebSocketResponse) -> None:
        with suppress(aiohttp.ClientError, OSError):
            while True:
                await asyncio.sleep(STEP_SECONDS)
                if unreported := list(self.open_tickets() - self._reported)[:50]:
                    seen = json.dumps(["ticket:seen", {"ticketIds": unreported}])
                    await line.send_str(f"42/kitchen,{next(self._numbers)}{seen}")
                    self._reported.update(unreported)
                if step := self._next_step() if self.is_working else None:
                    await line.send_str(f"42/kitchen,{next(self._numbers)}{json.dumps(step)}")

    def _next_step(self) -> list[Any] | None:
        if self._runs:
            orders: dict[str, list[dict[str, Any]]] = {}
            for ticket in self.tickets.values():
                orders.setdefault(ticket["orderId"], []).append(ticket)
            ready = [one for one, tickets in orders.items() if _is_cooked(tickets)]
            return ["order:bump", {"orderId": ready[0], "level": "RUN"}] if ready else None
        ripe = time.monotonic() - self._chance.uniform(1.0, 3.0)
        due = [one for one in self.open_tickets() if self._known_since[one] < ripe]
        return ["ticket:bump", {"ticketId": self._chance.choice(due)}] if due else None


def _is_cooked(tickets: list[dict[str, Any]]) -> bool:
    states = {line["status"] for ticket in tickets for line in ticket["lines"]}
    return all(ticket["status"] == "BUMPED" for ticket in tickets) and "READY" in states


def shown_again(log: Path) -> list[str]:
    """Return the tickets that were shown as open after they had been shown as cleared, in a newer version: nobody
    recalled anything in that night.
    """
    cleared: dict[str, int] = {}
    again: set[str] = set()
    with log.open(encoding="utf-8") as frames:
        for frame in frames:
            for ticket in tickets_in(frame.rstrip("\n")):
                if ticket["status"] == "BUMPED":
                    cleared[ticket["id"]] = min(ticket["version"], cleared.get(ticket["id"], ticket["version"]))
                elif ticket["version"] > cleared.get(ticket["id"], ticket["version"]):
                    again.add(ticket["id"])
    return sorted(again)
